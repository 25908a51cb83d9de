"""Runs in relation: to their start, to another run, to the norms wanted.

Norm columns are mean, max, min, std, total and the 33 edges; all others stay as
they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.frames import EDGES, STATISTICS, RunFrames, column_index
from tb_wdnorm.core.interpolation import interpolate

_Float32s = npt.NDArray[np.float32]

_OWN_REFERENCE = [column_index(name) for name in ("mean", "max", "min", "std", "total")]
_MEAN = column_index("mean")
_FIRST_EDGE = column_index(EDGES[0])
_MEAN_MAX_MIN = [column_index(name) for name in ("mean", "max", "min")]
_NO_CHANNEL_NORMS = [column_index(name) for name in ("std", "total")]


def relative_to_start(run: RunFrames) -> RunFrames:
    """Returns a run's norms over those that training began with.

    Args:
        run: The run.

    Returns:
        The run, in which `mean`, `max`, `min`, `std` and `total` of a kernel are
        over their own values in its first frame with a finite mean, and the
        edges over the mean there, so that they surround the curve of the mean.
        `total` is thus the retention ‖w_t‖ / ‖w_0‖. What was 0 at the start is
        NaN.
    """
    if len(run.steps) == 0:
        return run
    first = np.isfinite(run.column("mean")).argmax(axis=0)
    statistics = run.values[..., : len(STATISTICS)]
    start = np.take_along_axis(statistics, first[np.newaxis, :, np.newaxis], axis=0)
    start = np.where(np.isfinite(start[..., [_MEAN]]), start, np.float32(np.nan))
    return _over(run, start)


def relative_to(run: RunFrames, baseline: RunFrames) -> RunFrames:
    """Returns a run's norms over those of another run at the same step.

    Args:
        run: The run.
        baseline: What it is compared with. Between its frames it is interpolated
            linearly in step.

    Returns:
        The run, in which `mean`, `max`, `min`, `std` and `total` are over the
        baseline's and the edges over the baseline's mean. They are NaN where
        that is 0 or not finite, outside of the steps from the baseline's first
        to its last frame, for a kernel that it does not have, and if it
        measured another norm.
    """
    reference = np.full((*run.values.shape[:2], len(STATISTICS)), np.nan, np.float32)
    if run.info.norm == baseline.info.norm:
        row = baseline.info.rows
        shared = [index for index, path in enumerate(run.paths) if path in row]
        rows = [row[run.paths[index]] for index in shared]
        reference[:, shared] = interpolate(
            baseline.steps, baseline.values[:, rows, : len(STATISTICS)], run.steps
        )
    return _over(run, reference)


def target_distance(run: RunFrames) -> RunFrames:
    """Returns how far a run's channel norms are from the norms wanted.

    Args:
        run: The run.

    Returns:
        The run, in which `mean`, `max`, `min` and the edges are relative
        distances to their kernel's target: 0 within, (v − high) / high above,
        (v − low) / low below, which is negative. They are NaN without a target
        and above one that ends at 0; `std` and `total`, which are no norms of
        channels, are NaN.
    """
    targets = [kernel.target or (np.nan, np.nan) for kernel in run.info.kernels]
    bounds = np.array(targets, np.float64).reshape(-1, 2)
    low, high = bounds[:, :1], bounds[:, 1:]
    # All columns from the first edge on are edges, whichever were read.
    columns = [*_MEAN_MAX_MIN, *range(_FIRST_EDGE, run.values.shape[2])]
    norms = run.values[..., columns]
    # NaN where there is no target: a comparison with it is false.
    nearest = np.clip(norms, low, high)
    scale = np.where(nearest > 0, nearest, np.nan)
    distance = np.where(norms == nearest, 0, (norms - nearest) / scale)
    values = run.values.copy()
    values[..., columns] = distance
    values[..., _NO_CHANNEL_NORMS] = np.nan
    return replace(run, values=values)


def default_baseline(runs: Iterable[RunFrames]) -> RunFrames | None:
    """Returns the run that others are compared with, unless the user says.

    Args:
        runs: The runs, in any order.

    Returns:
        The run without decay, else with the least; of several the first by
        name; None if there are no runs.
    """
    return min(runs, key=lambda run: (run.info.decay_strength, run.name), default=None)


def _over(run: RunFrames, reference: _Float32s) -> RunFrames:
    """Divides norm columns by those of `[frames or 1, kernels, statistics]`."""
    usable = np.isfinite(reference) & (reference != 0)
    reference = np.where(usable, reference, np.float32(np.nan))
    values = run.values.copy()
    with np.errstate(all="ignore"):
        values[..., _OWN_REFERENCE] /= reference[..., _OWN_REFERENCE]
        values[..., _FIRST_EDGE:] /= reference[..., [_MEAN]]
    return replace(run, values=values)
