"""Fewer points for a chart, without hiding what a chart is looked at for."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.frames import EDGES

_LARGEST = frozenset({"max", "nonfinite", EDGES[-1]})
_SMALLEST = frozenset({"min", EDGES[0]})


def bin_starts(n_frames: int, max_points: int) -> npt.NDArray[np.intp]:
    """Divides a series into runs of neighbouring frames.

    The first and the last frame stay alone, the others are divided evenly.

    Args:
        n_frames: Length of the series, 0 or more.
        max_points: How many runs there may be, 3 or more.

    Returns:
        Index of the first frame of each run, ascending, `[points]`.
    """
    if n_frames <= max_points:
        return np.arange(n_frames)
    inner = np.linspace(1, n_frames - 1, max_points - 1)
    return np.concatenate([[0], inner.astype(np.intp)])


def bin_middles(starts: npt.NDArray[np.intp], n_frames: int) -> npt.NDArray[np.intp]:
    """Returns the index of the frame that stands for each run of frames."""
    ends = np.append(starts[1:], n_frames)
    return (starts + ends - 1) // 2


def reduce_column(
    name: str, values: npt.NDArray[Any], starts: npt.NDArray[np.intp]
) -> npt.NDArray[Any]:
    """Puts neighbouring frames of one statistic together.

    Args:
        name: Column; decides how: extremes stay extremes, everything else
            becomes the mean.
        values: `[frames, …]`; NaN is left out of what is put together.
        starts: From `bin_starts`.

    Returns:
        `[points, …]`, NaN where all frames are.
    """
    if len(starts) == len(values):
        return values
    if name in _LARGEST:
        return np.fmax.reduceat(values, starts, axis=0)
    if name in _SMALLEST:
        return np.fmin.reduceat(values, starts, axis=0)
    finite = np.isfinite(values)
    sums = np.add.reduceat(np.where(finite, values, 0), starts, axis=0)
    with np.errstate(invalid="ignore"):
        return sums / np.add.reduceat(finite, starts, axis=0, dtype=values.dtype)
