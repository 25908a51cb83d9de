"""Fewer points for a chart."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_wdnorm.core.downsample import bin_middles, bin_starts, reduce_column

STARTS = np.array([0, 1, 4])
"""Three runs of frames: the first alone, three, and the last alone."""


def column(*values: float) -> npt.NDArray[np.float32]:
    return np.array(values, np.float32)[:, np.newaxis]


@pytest.mark.parametrize("n_frames", [0, 1, 2, 7])
def test_short_series_keeps_every_frame(n_frames: int) -> None:
    assert bin_starts(n_frames, 7).tolist() == list(range(n_frames))


def test_inner_frames_are_divided_evenly() -> None:
    assert bin_starts(10, 4).tolist() == [0, 1, 5, 9]


@given(n_frames=st.integers(0, 5000), max_points=st.integers(3, 600))
def test_never_more_points_than_asked_for(n_frames: int, max_points: int) -> None:
    assert len(bin_starts(n_frames, max_points)) == min(n_frames, max_points)


@given(n_frames=st.integers(3, 5000), max_points=st.integers(3, 600))
def test_first_and_last_frame_stay_alone(n_frames: int, max_points: int) -> None:
    starts = bin_starts(n_frames, max_points)
    assert starts[:2].tolist() == [0, 1]
    assert starts[-1] == n_frames - 1


@given(n_frames=st.integers(1, 5000), max_points=st.integers(3, 600))
def test_each_run_of_frames_has_its_middle_inside(
    n_frames: int, max_points: int
) -> None:
    starts = bin_starts(n_frames, max_points)
    middles = bin_middles(starts, n_frames)
    assert (np.diff(starts) > 0).all()
    assert (starts <= middles).all()
    assert (middles[:-1] < starts[1:]).all()


def test_the_middle_stands_for_a_run_of_frames() -> None:
    assert bin_middles(STARTS, 5).tolist() == [0, 2, 4]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("max", 9),
        ("nonfinite", 9),
        ("q32", 9),
        ("min", 2),
        ("q0", 2),
        ("mean", 5),
        ("std", 5),
        ("total", 5),
        ("learning_rate", 5),
        ("q16", 5),
    ],
)
def test_neighbours_are_put_together(name: str, expected: float) -> None:
    reduced = reduce_column(name, column(1, 4, 9, 2, 7), STARTS)
    assert reduced[:, 0].tolist() == [1, expected, 7]


@pytest.mark.parametrize(("name", "expected"), [("max", 9), ("min", 2), ("mean", 5.5)])
def test_nan_is_left_out(name: str, expected: float) -> None:
    reduced = reduce_column(name, column(1, math.nan, 9, 2, math.nan), STARTS)
    np.testing.assert_array_equal(reduced[:, 0], [1, expected, math.nan])


@pytest.mark.parametrize("name", ["max", "min", "mean"])
def test_nothing_but_nan_is_nan(name: str) -> None:
    nan = math.nan
    reduced = reduce_column(name, column(1, nan, nan, nan, 7), STARTS)
    np.testing.assert_array_equal(reduced[:, 0], [1, nan, 7])


def test_infinity_is_left_out_of_a_mean() -> None:
    reduced = reduce_column("mean", column(1, math.inf, 4, 2, 7), STARTS)
    assert reduced[:, 0].tolist() == [1, 3, 7]


def test_kernels_are_put_together_each_for_itself() -> None:
    values = np.array([[1, 10], [2, 20], [4, 60], [6, 10], [7, 70]], np.float32)
    reduced = reduce_column("mean", values, STARTS)
    assert reduced.tolist() == [[1, 10], [4, 30], [7, 70]]


def test_nothing_to_put_together_changes_nothing() -> None:
    values = column(1, math.nan, math.inf)
    np.testing.assert_array_equal(reduce_column("mean", values, np.arange(3)), values)


def test_reduced_column_stays_float32() -> None:
    assert reduce_column("mean", column(1, 2, 3, 4, 5), STARTS).dtype == np.float32
