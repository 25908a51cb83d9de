"""Runs that differ in their seed only, as one curve with a band around it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.frames import RunFrames, RunInfo
from tb_wdnorm.core.interpolation import interpolate


@dataclass(frozen=True)
class SeedBand:
    """What runs that differ in their seed only have in common.

    Attributes:
        mean: The mean over the runs, under the first one's name. Its wall times
            are the first run's start plus the mean of the times since each
            run's own start.
        low: The least over the runs, float32 `[steps, kernels, columns]`.
        high: The greatest over the runs, likewise.
        n_runs: How many runs have the step between, or at, their first and last
            frame, int64 `[steps]`.
    """

    mean: RunFrames
    low: npt.NDArray[np.float32]
    high: npt.NDArray[np.float32]
    n_runs: npt.NDArray[np.int64]


def replicates(runs: Iterable[RunFrames]) -> list[tuple[RunFrames, ...]]:
    """Puts runs together that differ in their seed only.

    These are runs of the same kernels, decay and targets included, the same
    norm, label and strength.

    Args:
        runs: The runs.

    Returns:
        Each run in one tuple, alone if it has no replicate; tuples in order of
        their first run, runs within in theirs.
    """
    by_info: dict[RunInfo, list[RunFrames]] = {}
    for run in runs:
        by_info.setdefault(run.info, []).append(run)
    return [tuple(same) for same in by_info.values()]


def over_seeds(runs: Sequence[RunFrames]) -> SeedBand:
    """Returns mean, least and greatest over runs at each step that any has.

    A run counts from its first to its last frame, interpolated linearly between
    frames. What is NaN in a run is left out; what is NaN in all of them is NaN.

    Args:
        runs: One or more, each with one frame or more.

    Returns:
        The band at the union of the runs' steps.

    Raises:
        ValueError: If there are no runs, or if they differ in more than seed.
    """
    if len(replicates(runs)) != 1:
        raise ValueError(
            "`runs` must be one run or more that differ in their seed only. "
            f"Received: {[(run.name, run.info.label) for run in runs]}"
        )
    steps = np.unique(np.concatenate([run.steps for run in runs]))
    since_start_s = np.stack(
        [
            interpolate(run.steps, run.wall_times_s - run.wall_times_s[0], steps)
            for run in runs
        ]
    )
    shape = (len(steps), *runs[0].values.shape[1:])
    mean, low, high = (np.empty(shape, np.float32) for _ in range(3))
    # Kernel by kernel: all runs at once would take too much memory.
    for kernel in range(shape[1]):
        values = np.stack(
            [interpolate(run.steps, run.values[:, kernel], steps) for run in runs]
        )
        mean[:, kernel] = _mean_of_known(values)
        low[:, kernel] = np.fmin.reduce(values)
        high[:, kernel] = np.fmax.reduce(values)
    return SeedBand(
        mean=replace(
            runs[0],
            steps=steps,
            wall_times_s=runs[0].wall_times_s[0] + _mean_of_known(since_start_s),
            values=mean,
        ),
        low=low,
        high=high,
        n_runs=np.sum(~np.isnan(since_start_s), axis=0),
    )


def _mean_of_known(values: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float64]:
    """Mean along the first axis of what is not NaN; NaN where all is."""
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        total = np.sum(values, axis=0, dtype=np.float64, where=known)
        return total / np.sum(known, axis=0)
