"""What JSON can express."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_wdnorm.serve.json_value import number_or_null, well_formed


@pytest.mark.parametrize("value", [0.0, -1.5, 1e308])
def test_finite_number_stays(value: float) -> None:
    assert number_or_null(value) == value


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_other_number_is_null(value: float) -> None:
    assert number_or_null(value) is None


@pytest.mark.parametrize("text", ["", "wd=2e-4", "<img src=x>", "\0", "\u202e", "😀"])
def test_text_stays(text: str) -> None:
    assert well_formed(text) == text


def test_byte_that_is_no_utf_8_is_replaced() -> None:
    assert well_formed("gr\udcfc\udcdfe") == "gr��e"


@given(st.text(st.characters(codec=None)))
def test_any_text_becomes_utf_8(text: str) -> None:
    well_formed(text).encode()
