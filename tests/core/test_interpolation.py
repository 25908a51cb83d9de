"""A run's values between its frames."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_wdnorm.core.interpolation import interpolate

NAN, INF = math.nan, math.inf

STEPS = np.array([10, 20, 40])
VALUES = np.array([1, 2, 8], np.float32)

finite = st.floats(-(2.0**100), 2.0**100, width=32)


@st.composite
def series(draw: st.DrawFn) -> tuple[list[int], list[float]]:
    steps = draw(st.lists(st.integers(0, 100), min_size=1, max_size=8, unique=True))
    values = st.lists(finite, min_size=len(steps), max_size=len(steps))
    return sorted(steps), draw(values)


@pytest.mark.parametrize(
    ("step", "expected"), [(10, 1), (15, 1.5), (20, 2), (25, 3.5), (35, 6.5), (40, 8)]
)
def test_values_between_frames_are_on_the_line(step: int, expected: float) -> None:
    assert interpolate(STEPS, VALUES, np.array([step])).tolist() == [expected]


@pytest.mark.parametrize("step", [0, 9, 41, 10**12])
def test_nothing_is_known_beyond_the_frames(step: int) -> None:
    assert math.isnan(interpolate(STEPS, VALUES, np.array([step]))[0])


def test_nothing_is_known_of_no_frames() -> None:
    empty = np.empty((0, 2), np.float32)
    values = interpolate(np.empty(0, np.int64), empty, STEPS)
    np.testing.assert_array_equal(values, np.full((3, 2), NAN))


def test_frame_beside_what_is_not_finite_keeps_its_value() -> None:
    values = interpolate(STEPS, np.array([NAN, 2, INF]), np.array([10, 15, 20, 40]))
    np.testing.assert_array_equal(values, [NAN, NAN, 2, INF])


def test_between_opposite_infinities_nothing_is_known() -> None:
    values = np.array([INF, -INF, 0])
    interpolated = interpolate(STEPS, values, np.array([15, 30]))
    np.testing.assert_array_equal(interpolated, [NAN, -INF])


def test_further_axes_are_interpolated_each_for_itself() -> None:
    values = np.array([[[0, 1]], [[10, 3]], [[0, 0]]], np.float32)
    np.testing.assert_allclose(
        interpolate(STEPS, values, np.array([12])), [[[2, 1.4]]], rtol=1e-6
    )


@given(given_series=series(), wanted=st.lists(st.integers(-5, 105)))
def test_interpolation_stays_between_its_neighbours(
    given_series: tuple[list[int], list[float]], wanted: list[int]
) -> None:
    steps, values = given_series
    interpolated = interpolate(
        np.array(steps), np.array(values, np.float32), np.array(wanted, np.int64)
    )
    for step, value in zip(wanted, interpolated, strict=True):
        before = [v for s, v in zip(steps, values, strict=True) if s <= step][-1:]
        after = [v for s, v in zip(steps, values, strict=True) if s >= step][:1]
        if before and after:
            assert min(before + after) <= value <= max(before + after)
        else:
            assert math.isnan(value)


@given(given_series=series())
def test_frames_themselves_come_back_exactly(
    given_series: tuple[list[int], list[float]],
) -> None:
    steps = np.array(given_series[0])
    values = np.array(given_series[1], np.float32)
    again = interpolate(steps, values, steps)
    np.testing.assert_array_equal(again, values)
    assert again.dtype == np.float32
