"""The frames of a model in training: taken at once, finished later."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from tb_wdnorm.core.frames import Frame
from tb_wdnorm.wire import FrameEncoder
from tb_wdnorm.write.background_log import Entry
from tb_wdnorm.write.frame import assemble
from tb_wdnorm.write.keras_measure import Measure
from tb_wdnorm.write.keras_model import TrackedModel
from tb_wdnorm.write.keras_progress import Columns, ModelProgress


class TakenFrame(NamedTuple):
    """The weights and the state of the training at one moment.

    Attributes:
        step: The frame's step.
        wall_time_s: When it was taken, seconds since the Unix epoch.
        epoch: Epochs trained so far, fractional.
        n_before: Number of frames that were taken before it.
        begun: What `Measure` needs for the statistics.
        finish_columns: Returns the columns that describe the training.
    """

    step: int
    wall_time_s: float
    epoch: float
    n_before: int
    begun: Any
    finish_columns: Callable[[], Columns]


class ModelFrames:
    """Takes frames of a model while it is trained.

    Args:
        tracked: The model's kernels.
        encoder: Makes summaries of their frames.
        log_shrink: Where Σ ln(1 − δ) begins; see `ModelProgress`.

    Attributes:
        progress: What the optimizer has done so far.
        n_bytes: Memory that a frame holds until it is finished.
    """

    def __init__(
        self,
        tracked: TrackedModel,
        encoder: FrameEncoder,
        log_shrink: Mapping[int, float],
    ) -> None:
        self.progress = ModelProgress(tracked, log_shrink)
        self._measure = Measure(tracked)
        self.n_bytes = self._measure.n_bytes
        self._encoder = encoder
        self._n_taken = 0

    def take(self, step: int | None = None, epoch: float = math.nan) -> TakenFrame:
        """Takes the weights as they are now.

        Args:
            step: The frame's step; by default what the optimizer has counted.
            epoch: Epochs trained so far, fractional.
        """
        counted, finish_columns = self.progress.state()
        self._n_taken += 1
        return TakenFrame(
            step=counted if step is None else step,
            wall_time_s=time.time(),
            epoch=epoch,
            n_before=self._n_taken - 1,
            begun=self._measure.begin(),
            finish_columns=finish_columns,
        )

    def finish(self, taken: Sequence[TakenFrame]) -> Iterator[Entry]:
        """Yields what belongs into the event file; to be called in one thread.

        Args:
            taken: Frames in the order in which they were taken.
        """
        computed = self._measure.finish([frame.begun for frame in taken])
        for frame, statistics in zip(taken, computed, strict=True):
            values = assemble(statistics, frame.finish_columns(), epoch=frame.epoch)
            summary = self._encoder.summary(
                Frame(frame.step, frame.wall_time_s, values), n_before=frame.n_before
            )
            yield Entry(summary, frame.step, frame.wall_time_s)
