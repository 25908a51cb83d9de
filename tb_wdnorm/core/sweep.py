"""Runs with different weight decay, side by side at one moment."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.frames import Decay, RunFrames, RunInfo, distinct_decays


def at_step(run: RunFrames, step: int | None) -> int:
    """Returns the index of the frame nearest to a step.

    Args:
        run: A run of one frame or more.
        step: The step; None for the last frame.

    Returns:
        Index of the frame, of two equally near ones the earlier.

    Raises:
        ValueError: If the run has no frames.
    """
    if len(run.steps) == 0:
        raise ValueError(f"`run` must have a frame. Received: {run.name!r}")
    if step is None:
        return len(run.steps) - 1
    return int(np.argmin(np.abs(run.steps - step)))


class SweptDecay(NamedTuple):
    """What a run's place in a sweep depends on.

    Attributes:
        kind: The names of the coefficients of `Decay` that are not 0, joined with
            ` and `; `decay` if the user gave a number instead; empty without decay.
        strength: The largest coefficient, or that number; 0 without decay.
    """

    kind: str
    strength: float

    @property
    def is_mixed(self) -> bool:
        """Whether no single number says how strong it is."""
        return " and " in self.kind


def swept_decay(info: RunInfo) -> SweptDecay:
    """Returns kind and strength of a run's decay, of its strongest kernel."""
    if info.strength is not None:
        return SweptDecay("decay" if info.strength > 0 else "", info.strength)
    strongest = next(iter(distinct_decays(info.kernels)), Decay())
    names = [
        name for name in ("l1", "l2", "weight_decay") if getattr(strongest, name) > 0
    ]
    return SweptDecay(" and ".join(names), strongest.strength)


def decay_for_target(
    strengths: npt.ArrayLike, norms: npt.ArrayLike, target: tuple[float, float]
) -> float:
    """Returns the decay that is expected to bring a norm to its target.

    That is the smallest decay at which the curve of norm against decay meets
    the middle of the target, the geometric mean of its ends, from above or from
    below. The curve is linear in (log decay, log norm) between neighbouring
    decays; replicates, runs of equal decay, are one point of it, the geometric
    mean of their norms.

    Args:
        strengths: Decay of each run, `[runs]`; runs without are left out.
        norms: Norm of each run at the same moment, `[runs]`; what is not finite
            and positive is left out.
        target: Wanted range of the norm (low, high), 0 ≤ low ≤ high.

    Returns:
        The decay; NaN if the curve does not meet the middle between the least
        and the greatest decay tried, and if the middle is 0.
    """
    decays = np.asarray(strengths, np.float64)
    heights = np.asarray(norms, np.float64)
    middle = math.sqrt(target[0] * target[1])
    used = (decays > 0) & (heights > 0) & np.isfinite(decays) & np.isfinite(heights)
    tried, point = np.unique(decays[used], return_inverse=True)
    if len(tried) == 0 or middle == 0:
        return math.nan
    # Above 0 the norm is above the middle of the target.
    logs = np.bincount(point, np.log(heights[used] / middle)) / np.bincount(point)
    if logs[0] == 0:
        return float(tried[0])
    crossings = np.flatnonzero((logs[1:] == 0) | (logs[:-1] * logs[1:] < 0))
    if len(crossings) == 0:
        return math.nan
    left = crossings[0]
    share = logs[left] / (logs[left] - logs[left + 1])
    return float(tried[left] * (tried[left + 1] / tried[left]) ** share)
