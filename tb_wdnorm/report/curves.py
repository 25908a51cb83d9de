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
    means = run.column("mean")[:, run.paths.index(path)].astype(np.float64)
    starts = bin_starts(len(run.steps), max_points)
    return (
        run.steps[bin_middles(starts, len(run.steps))],
        reduce_column("mean", means, starts),
    )


def sparkline(values: Sequence[float] | npt.NDArray[np.float64], top: float) -> str:
    """Draws a curve as a line of text, a bar for each value.

    Args:
        values: The values, 0 or above; a space stands for what is not finite.
        top: Value of the highest bar.
    """
    scale = (len(_BARS) - 1) / top if top > 0 else 0.0
    return "".join(
        _BARS[min(len(_BARS) - 1, max(0, round(value * scale)))]
        if np.isfinite(value)
        else " "
        for value in values
    )


def highest(runs: Sequence[RunFrames], path: str) -> float:
    """The largest finite mean norm of a kernel in any run; 0 without."""
    found = [
        run.column("mean")[:, run.paths.index(path)]
        for run in runs
        if path in run.paths
    ]
    values = np.concatenate(found) if found else np.zeros(1)
    finite = values[np.isfinite(values)]
    return float(finite.max()) if len(finite) else 0.0
