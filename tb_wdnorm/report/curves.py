"""Curves of mean norms, made small enough for a report."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.downsample import bin_middles, bin_starts, reduce_column
from tb_wdnorm.core.frames import RunFrames

_BARS = "▁▂▃▄▅▆▇█"


def mean_curve(
    run: RunFrames, path: str, max_points: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Returns the mean norm of a kernel over the steps.

    Args:
        run: The run.
        path: One of its kernels.
        max_points: How many points the curve may have, 3 or more.

    Returns:
        Steps int64 and norms float64, `[points]`; norms may be NaN.
    """
    means = run.column("mean")[:, run.info.rows[path]].astype(np.float64)
    starts = bin_starts(len(run.steps), max_points)
    return (
        run.steps[bin_middles(starts, len(run.steps))],
        reduce_column("mean", means, starts),
    )


def sparkline(
    values: Sequence[float] | npt.NDArray[np.float64], extent: tuple[float, float]
) -> str:
    """Draws a curve as a line of text, a bar for each value.

    Args:
        values: The values; a space stands for what is not finite.
        extent: Values of the lowest and of the highest bar. Where they are the
            same, all bars are of middle height.
    """
    low, high = extent
    last = len(_BARS) - 1
    shares = (
        (np.asarray(values) - low) / (high - low)
        if high > low
        else np.full(len(values), 0.5)
    )
    return "".join(
        _BARS[min(last, max(0, round(share * last)))] if np.isfinite(value) else " "
        for value, share in zip(values, shares, strict=True)
    )


def extent(runs: Sequence[RunFrames], path: str) -> tuple[float, float]:
    """The least and the largest finite mean norm of a kernel in any run, else 0."""
    found = [
        run.column("mean")[:, run.info.rows[path]]
        for run in runs
        if path in run.info.rows
    ]
    values = np.concatenate(found) if found else np.zeros(1)
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 0.0)
