"""What the measured norms of a kernel say about its decay."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.compare import relative_to
from tb_wdnorm.core.frames import KernelInfo, RunFrames
from tb_wdnorm.core.interpolation import interpolate
from tb_wdnorm.core.norm_kinds import L1, L2, LINF, RMS
from tb_wdnorm.core.thresholds import threshold
from tb_wdnorm.core.trend import Trend, level_since, trend

_NORMS = ("mean", "max", "min", "std", "total")


@dataclass(frozen=True)
class Against:
    """A kernel against the same kernel of the baseline, at the same step.

    Attributes:
        name: The baseline's name.
        decay: Its decay of this kernel in words, `none` without; the user's words
            where these gave the run's strength.
        step: Last step that both runs have.
        ratio: Mean norm over the baseline's.
        error: Standard error of the ratio's logarithm: what other channels
            drawn from the same distributions would make it differ by, and the
            noise from frame to frame.
        trend: Of the ratio.
        norm: The baseline's mean norm.
        spread: Its standard deviation over its mean.
        collapsed_share: Its share of dead channels.
    """

    name: str
    decay: str
    step: int
    ratio: float
    error: float
    trend: Trend
    norm: float
    spread: float
    collapsed_share: float


@dataclass(frozen=True)
class Evidence:
    """The measured norms of a kernel in one run.

    Norms are those of the last frame with a finite mean.

    Attributes:
        step: Step of the last frame that has the kernel.
        n_steps: Steps from the first such frame to the last.
        n_frames: Number of frames with a finite mean.
        n_channels: Number of the kernel's channels.
        n_nonfinite: How many are not finite in the last frame.
        nonfinite_since: Step of the first of those last frames in all of which some
            are not; None if all are finite in the last.
        norm: Mean channel norm.
        std: Standard deviation across channels.
        start: Mean channel norm in the first frame with a finite one.
        trend: Of the mean.
        level_steps: For how long the mean has been near its last value.
        collapsed_share: Share of the channels that are dead.
        reach: Σ learning rate over a weight's typical size; NaN if unknown.
        is_unchanged: Whether all frames, two or more, have the very same norms.
        bound: The largest norm, if a quarter of the channels have the very same
            in the last two frames, as a constraint makes them; else None.
        against: The comparison with the baseline, if there is one and all
            channels are finite in the last frame.
    """

    step: int
    n_steps: int
    n_frames: int
    n_channels: int
    n_nonfinite: int
    nonfinite_since: int | None
    norm: float
    std: float
    start: float
    trend: Trend
    level_steps: int
    collapsed_share: float
    reach: float
    is_unchanged: bool
    bound: float | None
    against: Against | None

    @property
    def spread(self) -> float:
        """Standard deviation across channels over their mean."""
        return self.std / self.norm if self.norm else math.nan

    @property
    def growth(self) -> float:
        """Mean norm over that of the start; NaN if that is 0."""
        return self.norm / self.start if self.start else math.nan


def gather(
    run: RunFrames, path: str, baseline: RunFrames | None = None
) -> Evidence | None:
    """Returns what the norms of a kernel say.

    Args:
        run: The run.
        path: One of its kernels.
        baseline: What it is compared with, if anything; see `comparable`.

    Returns:
        The evidence; None if no frame has the kernel.
    """
    run = _only(run, path)
    present = ~np.isnan(run.column("nonfinite")[:, 0])
    info = run.info.kernels[0]
    if not present.any() or not info.n_channels:
        return None
    steps = run.steps[present]
    values = run.values[present]
    run = RunFrames(run.name, run.info, steps, run.wall_times_s[present], values)
    means = run.column("mean")[:, 0].astype(np.float64)
    finite = np.flatnonzero(np.isfinite(means))
    is_whole = np.isfinite(means) & (run.column("nonfinite")[:, 0] < 1)
    nonfinite = int(np.clip(run.column("nonfinite")[-1, 0], 0, info.n_channels))
    first, last = (finite[0], finite[-1]) if len(finite) else (0, len(steps) - 1)
    start = float(means[first])
    norms = np.stack([run.column(name)[:, 0] for name in _NORMS])
    return Evidence(
        step=int(steps[-1]),
        n_steps=int(steps[-1] - steps[0]),
        n_frames=len(finite),
        n_channels=info.n_channels,
        n_nonfinite=nonfinite if np.isfinite(means[-1]) else info.n_channels,
        nonfinite_since=_since(steps, ~is_whole),
        norm=float(means[last]),
        std=float(run.column("std")[last, 0]),
        start=start,
        trend=trend(steps, means),
        level_steps=level_since(steps[finite], means[finite]) if len(finite) else 0,
        collapsed_share=_collapsed_share(run.edges[last, 0], start),
        reach=_reach(run, info, float(means[last])),
        is_unchanged=len(steps) > 1 and bool((norms == norms[:, :1]).all()),
        bound=_bound(run.edges[-2:, 0]) if info.n_channels >= 4 else None,
        against=_against(run, path, baseline) if baseline and is_whole[-1] else None,
    )


def comparable(run: RunFrames, baseline: RunFrames, path: str) -> bool:
    """Whether a difference from the baseline tells what a kernel's decay does.

    It does if that run has the kernel and no decay on it, or a smaller
    coefficient of the same kind. A run tells nothing about itself.
    """
    if path not in baseline.info.rows or run.info.norm != baseline.info.norm:
        return False
    if run.name == baseline.name:
        return False
    own = run.info.kernels[run.info.rows[path]].decay
    other = baseline.info.kernels[baseline.info.rows[path]].decay
    if run.info.strength is not None or baseline.info.strength is not None:
        return baseline.info.decay_strength < run.info.decay_strength
    if other.strength == 0:
        return True
    is_same_kind = all(
        (getattr(own, name) > 0) == (getattr(other, name) > 0)
        for name in ("l1", "l2", "weight_decay")
    )
    return is_same_kind and other.strength < own.strength


def _since(steps: npt.NDArray[np.int64], holds: npt.NDArray[np.bool_]) -> int | None:
    """The step from which on something holds, to the last; None if not there."""
    if not holds[-1]:
        return None
    otherwise = np.flatnonzero(~holds)
    return int(steps[otherwise[-1] + 1 if len(otherwise) else 0])


def _only(run: RunFrames, path: str) -> RunFrames:
    """The run with this kernel alone."""
    row = run.info.rows[path]
    info = replace(run.info, kernels=(run.info.kernels[row],))
    return replace(run, info=info, values=run.values[:, row : row + 1])


def _against(run: RunFrames, path: str, baseline: RunFrames) -> Against | None:
    """`run` has this kernel only."""
    if not comparable(run, baseline, path):
        return None
    other = _only(baseline, path)
    ratios = relative_to(run, other).column("mean")[:, 0].astype(np.float64)
    usable = np.flatnonzero(np.isfinite(ratios) & (ratios > 0))
    if not len(usable):
        return None
    at = usable[-1]
    there = interpolate(other.steps, other.values, run.steps[[at]])
    theirs = RunFrames("", other.info, run.steps[[at]], run.wall_times_s[[at]], there)
    curve = trend(run.steps[usable], ratios[usable])
    norm = float(theirs.column("mean")[0, 0])
    their_spread = float(theirs.column("std")[0, 0]) / norm
    own_spread = float(run.column("std")[at, 0] / run.column("mean")[at, 0])
    n_channels = run.info.kernels[0].n_channels
    sampling = (own_spread**2 + their_spread**2) / n_channels
    first = other.values[np.isfinite(other.column("mean")[:, 0])][:1]
    start = float(first[0, 0, 0]) if len(first) else math.nan
    return Against(
        name=baseline.name,
        decay=(
            baseline.info.label
            if baseline.info.strength
            else other.info.kernels[0].decay.label
        ),
        step=int(run.steps[at]),
        ratio=float(ratios[at]),
        error=math.sqrt(sampling + curve.noise**2),
        trend=curve,
        norm=norm,
        spread=their_spread,
        collapsed_share=_collapsed_share(theirs.edges[0, 0], start),
    )


def _collapsed_share(edges: npt.NDArray[np.float32], start: float) -> float:
    """Share of channels whose norm is almost 0, from their quantiles."""
    if not start > 0 or np.isnan(edges).any():
        return 0.0
    dead = edges <= threshold("collapsed_norm") * start
    return float(np.count_nonzero(dead)) / len(edges)


def _bound(edges: npt.NDArray[np.float32]) -> float | None:
    """The largest of `[frames, 33]` quantiles if those from 3/4 on are equal."""
    largest = edges[:, -1:]
    if not (np.abs(edges[:, 24:] - largest) <= 1e-5 * largest).all():
        return None
    # Where all are equal, they are so for another reason.
    is_spread = (edges[:, 0] < 0.99 * largest[:, 0]).all()
    return float(largest[-1, 0]) if is_spread and len(edges) == 2 else None


def _reach(run: RunFrames, info: KernelInfo, norm: float) -> float:
    """How far the optimizer can have moved a weight, over its typical size."""
    rates = run.column("learning_rate")[:-1, 0].astype(np.float64)
    # A damaged log may have any shape.
    fan_in = max(1.0, np.prod(info.shape, dtype=np.float64) / max(1, info.n_channels))
    sizes = {
        L2.name: norm / math.sqrt(fan_in),
        L1.name: norm / fan_in,
        RMS.name: norm,
        LINF.name: norm,
    }
    size = sizes.get(run.info.norm, math.nan)
    moved = float(np.sum(rates * np.diff(run.steps)))
    return moved / size if size else math.inf
