"""The frames of a model in training: taken at once, finished later."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from tb_wdnorm.core.frames import Frame
from tb_wdnorm.wire import FrameEncoder
from tb_wdnorm.write.background_log import Entry
from tb_wdnorm.write.frame import assemble
from tb_wdnorm.write.keras_backend import Reader
from tb_wdnorm.write.keras_measure import Measure
from tb_wdnorm.write.keras_model import TrackedModel
from tb_wdnorm.write.keras_progress import ModelProgress, State


class TakenFrame(NamedTuple):
    """The weights and the state of the training at one moment.

    Attributes:
        step: The frame's step; None if it is what the optimizer had counted.
        wall_time_s: When it was taken, seconds since the Unix epoch.
        epoch: Epochs trained so far, fractional.
        n_before: Number of frames that were taken before it.
        begun: What `Measure` needs for the statistics.
        states: What `ModelProgress` needs for the state of the training.
    """

    step: int | None
    wall_time_s: float
    epoch: float
    n_before: int
    begun: Any
    states: list[State]


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
        self._variables = tracked.variables
        self._reader = Reader()
        self._encoder = encoder
        self._n_taken = 0

    def take(self, step: int | None = None, epoch: float = math.nan) -> TakenFrame:
        """Takes the weights as they are now.

        Args:
            step: The frame's step; by default what the optimizer has counted.
            epoch: Epochs trained so far, fractional.
        """
        kernels, numbers = self._reader.read(self._variables, self.progress.numbers)
        self._n_taken += 1
        return TakenFrame(
            step=step,
            wall_time_s=time.time(),
            epoch=epoch,
            n_before=self._n_taken - 1,
            begun=self._measure.begin(kernels),
            states=self.progress.state(numbers),
        )

    def finish(self, taken: Sequence[TakenFrame]) -> Iterator[Entry]:
        """Yields what belongs into the event file; to be called in one thread.

        Args:
            taken: Frames in the order in which they were taken.
        """
        computed = self._measure.finish([frame.begun for frame in taken])
        counted, columns = self.progress.finish([frame.states for frame in taken])
        epochs = np.array([[frame.epoch] for frame in taken])
        assembled = assemble(computed, columns, epoch=epochs)
        for frame, counted_then, values in zip(taken, counted, assembled, strict=True):
            step = counted_then if frame.step is None else frame.step
            summary = self._encoder.summary(
                Frame(step, frame.wall_time_s, values), n_before=frame.n_before
            )
            yield Entry(summary, step, frame.wall_time_s)
