"""The thresholds, as the documentation has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tb_wdnorm.core.thresholds import THRESHOLDS, threshold

_DOCS = Path(__file__).parents[2] / "docs" / "findings.md"


def test_documentation_has_the_table_of_this_version() -> None:
    rows = [
        f"| `{name}` | {each.value:g} | {each.meaning} | {each.reason} |"
        for name, each in THRESHOLDS.items()
    ]
    table = "\n".join(
        ["| name | value | meaning | reason |", "|---|---|---|---|", *rows]
    )
    assert f"\n{table}\n" in _DOCS.read_text("utf-8")


def test_unknown_threshold() -> None:
    with pytest.raises(KeyError, match="'patience'"):
        threshold("patience")
