"""Numbers and lists in words."""

from __future__ import annotations

import pytest

from tb_wdnorm.core.wording import duration, listed, with_spread


@pytest.mark.parametrize(
    ("norm", "std", "said"),
    [
        (0.748, 0.021, "0.75 ± 0.02"),
        (1.036, 0.0017, "1.036 ± 0.002"),
        (0.5, 0.0, "0.5 ± 0"),
        (0.0, 0.0, "0 ± 0"),
        (4.75e-9, 5e-9, "4.8e-9 ± 5e-9"),
        (6.68e-4, 3e-4, "0.00067 ± 0.0003"),
        (1.2345e5, 30, "1.2345e5 ± 30"),
        (0.5, float("nan"), "0.5"),
    ],
)
def test_norm_has_the_digits_that_its_spread_makes_sense_of(
    norm: float, std: float, said: str
) -> None:
    assert with_spread(norm, std) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(3.456, "3.46"), (999.9999, "1,000"), (173_287.0, "173,000")],
)
def test_duration_has_three_digits(value: float, said: str) -> None:
    assert duration(value) == said


def test_of_many_items_four_are_listed() -> None:
    assert listed(["a", "b", "c", "d"]) == "a, b, c and d"
    assert listed(["a", "b", "c", "d", "e"]) == "a, b, c, d and 1 other"
    assert listed(list("abcdefg")) == "a, b, c, d and 3 others"
