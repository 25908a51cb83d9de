"""Assembling a frame."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tb_wdnorm.core.frames import COLUMNS, Decay, KernelInfo, RunInfo, column_index
from tb_wdnorm.write.frame import frame_values, kernel_statistics

DECAY = Decay(l1=1e-5, l2=2e-4, weight_decay=0.004)
INFO = RunInfo(
    kernels=(
        KernelInfo("a", "a", "Dense", "kernel", (2, 2), (1,), "Dense", decay=DECAY),
        KernelInfo("b", "b", "Dense", "kernel", (2, 3), (0,), "Dense"),
    ),
    norm="l2",
    label="",
)
ARRAYS = [
    np.array([[3, 5], [4, 12]], np.float32),
    np.array([[1, 2, 2], [0, 0, 7]], np.float32),
]


def column(name: str, *, arrays: list[npt.NDArray[Any]] | None = None) -> list[float]:
    values = frame_values(
        INFO, ARRAYS if arrays is None else arrays, epoch=1.5, learning_rate=0.25
    )
    return list(values[:, column_index(name)].tolist())


def test_values_are_float32_by_kernel_and_column() -> None:
    values = frame_values(INFO, ARRAYS)
    assert values.shape == (2, len(COLUMNS))
    assert values.dtype == np.float32


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mean", [9, 5]),
        ("max", [13, 7]),
        ("min", [5, 3]),
        ("std", [4, 2]),
        ("total", [math.sqrt(194), math.sqrt(58)]),
        ("nonfinite", [0, 0]),
        ("q0", [5, 3]),
        ("q16", [9, 5]),
        ("q32", [13, 7]),
        ("epoch", [1.5, 1.5]),
        ("learning_rate", [0.25, 0.25]),
    ],
)
def test_column(name: str, expected: list[float]) -> None:
    assert column(name) == np.array(expected, np.float32).tolist()


def test_l2_is_the_coefficient_in_the_gradient() -> None:
    assert column("l2") == [np.float32(2 * 2e-4), 0]


def test_weight_decay_is_as_written() -> None:
    assert column("weight_decay") == [np.float32(0.004), 0]


@pytest.mark.parametrize("name", ["epoch", "learning_rate"])
def test_training_state_that_is_not_given_is_nan(name: str) -> None:
    assert np.isnan(frame_values(INFO, ARRAYS)[:, column_index(name)]).all()


def test_channels_that_are_not_finite_are_counted() -> None:
    broken = [np.array([[3, math.inf], [4, 1]], np.float32), np.full((2, 3), np.nan)]
    assert column("nonfinite", arrays=broken) == [1, 2]
    np.testing.assert_array_equal(column("mean", arrays=broken), [5, math.nan])


def test_float64_kernels_are_summed_in_float64() -> None:
    # In float32 the square of 1e30 is infinite.
    wide = [np.full((2, 2), 1e30), ARRAYS[1].astype(np.float64)]
    assert column("max", arrays=wide) == [np.float32(math.sqrt(2) * 1e30), 7]


@pytest.mark.parametrize("root", [2, 128])
@pytest.mark.parametrize("n_moments", [1, 3])
def test_moments_have_statistics_of_their_own(root: int, n_moments: int) -> None:
    """Also those of kernels that are too large to be copied into one array."""
    shape = (root**2, 2)
    kernel = KernelInfo("a", "a", "Dense", "kernel", shape, (1,), "Dense")
    info = RunInfo((kernel,), norm="l2", label="")
    ones = np.ones(shape, np.float32) * np.array([1, 2], np.float32)
    moments = [[ones * (i + 1)] for i in range(n_moments)]
    computed = kernel_statistics(info, moments)
    assert computed.shape == (n_moments, 1, 6 + 33)
    mean_max_min = [[1.5 * root * f, 2 * root * f, root * f] for f in (1, 2, 3)]
    assert computed[:, 0, :3].tolist() == mean_max_min[:n_moments]


def test_no_kernels_give_no_rows() -> None:
    empty = RunInfo((), norm="l2", label="none")
    assert frame_values(empty, []).shape == (0, len(COLUMNS))
