"""What is known of a run without its frames."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.frames import COLUMNS, RunFrames, RunInfo
from tb_wdnorm.serve.identifier import identifier

_GROWING_S = 60.0
_GROWING_INTERVALS = 10
_N_INTERVALS = 10


@dataclass(frozen=True, eq=False)
class RunSummary:
    """What stays in memory when a run's frames do not.

    Attributes:
        name: TensorBoard's name of the run.
        info: Its kernels, norm and label.
        steps: int64 `[frames]`, ascending, at least one.
        wall_times_s: float64 `[frames]`, seconds since the Unix epoch, finite.
        first_epoch: Epoch of the first frame; NaN if unknown.
        last_epoch: Epoch of the last frame; NaN if unknown.
        version: Changes with the frames.
        generation: Changes when frames of steps that were there before may
            have been replaced; stays when some are added at the end, or when
            TensorBoard's sampling drops some.
    """

    name: str
    info: RunInfo
    steps: npt.NDArray[np.int64]
    wall_times_s: npt.NDArray[np.float64]
    first_epoch: float
    last_epoch: float
    version: str
    generation: str

    @cached_property
    def id(self) -> str:
        """The run's id."""
        return identifier(self.name)

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths of the kernels, in model order."""
        return self.info.paths

    @cached_property
    def kernel_ids(self) -> tuple[str, ...]:
        """The kernels' ids, in model order."""
        return tuple(identifier(kernel.path) for kernel in self.info.kernels)

    @cached_property
    def decay(self) -> float:
        """What orders the runs."""
        return self.info.decay_strength

    @cached_property
    def without_frames(self) -> RunFrames:
        """The run as if nothing had been recorded yet."""
        return RunFrames(
            name=self.name,
            info=self.info,
            steps=self.steps[:0],
            wall_times_s=self.wall_times_s[:0],
            values=np.empty((0, len(self.info.kernels), len(COLUMNS)), np.float32),
        )

    def n_frames_after(self, step: int | None) -> int:
        """Returns the number of frames with a greater step; of all if None."""
        if step is None:
            return len(self.steps)
        return len(self.steps) - int(np.searchsorted(self.steps, step, side="right"))

    def is_growing(self, now_s: float) -> bool:
        """Tells whether the run seems to be written to.

        Args:
            now_s: Seconds since the Unix epoch.

        Returns:
            Whether the last frame is less than a minute old, or less than ten
            times the usual interval between its last frames.
        """
        intervals = np.diff(self.wall_times_s[-_N_INTERVALS - 1 :])
        usual = float(np.median(intervals)) if len(intervals) else 0.0
        age_s = now_s - float(self.wall_times_s[-1])
        return age_s < max(_GROWING_S, _GROWING_INTERVALS * usual)


def summarize(
    frames: RunFrames, before: RunSummary | None, new_version: str
) -> RunSummary:
    """Summarizes a run that was read.

    Args:
        frames: The run, of at least one frame.
        before: The summary of an earlier reading.
        new_version: A text that no version or generation had so far.

    Returns:
        The summary; `before` itself if nothing has changed.
    """
    if before is not None and _is_same(before, frames):
        return before
    goes_on = before is not None and _goes_on(before, frames)
    epochs = frames.epochs
    return RunSummary(
        name=frames.name,
        info=frames.info,
        steps=frames.steps,
        wall_times_s=frames.wall_times_s,
        first_epoch=float(epochs[0]),
        last_epoch=float(epochs[-1]),
        version=new_version,
        generation=before.generation if before and goes_on else new_version,
    )


def _is_same(before: RunSummary, frames: RunFrames) -> bool:
    return (
        before.info == frames.info
        and np.array_equal(before.steps, frames.steps)
        and np.array_equal(before.wall_times_s, frames.wall_times_s)
    )


def _goes_on(before: RunSummary, frames: RunFrames) -> bool:
    """Whether all frames but later ones were there before."""
    if before.info != frames.info or frames.steps[-1] < before.steps[-1]:
        return False
    n_old = np.searchsorted(frames.steps, before.steps[-1], side="right")
    at = np.searchsorted(before.steps, frames.steps[:n_old])
    return np.array_equal(before.steps[at], frames.steps[:n_old]) and np.array_equal(
        before.wall_times_s[at], frames.wall_times_s[:n_old]
    )
