"""Short names for runs and kernels."""

from __future__ import annotations

from tb_wdnorm.serve.identifier import identifier


def test_identifier_is_the_beginning_of_the_sha256() -> None:
    # echo -n wd=2e-4 | sha256sum
    assert identifier("wd=2e-4") == "ade503fcf5d3"


def test_identifier_of_any_text_is_url_safe() -> None:
    assert identifier("Größe \udcff/ ?&").isalnum()
