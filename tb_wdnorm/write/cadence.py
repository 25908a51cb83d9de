"""When a frame is written."""

from __future__ import annotations

import math
import numbers
from typing import Literal

UpdateFreq = int | Literal["auto", "batch", "epoch"]

N_FRAMES = 500
"""Frames of a `fit` whose length is known, under `"auto"`."""

_GROWTH = 1.02
"""Ratio of one frame's step to the next under `"auto"`, of unknown length: some
500 frames to a million steps, most of them early, when norms move fastest."""

_HEADROOM = 3
"""How many times more frames may cost under `"auto"` than what is measured of it.
Not measured are the batches after a frame: the weights that it holds are copied,
the caches are cold, and the thread that writes takes its turns."""


def check_cadence(update_freq: UpdateFreq, max_overhead: float) -> None:
    """Checks how often frames are to be written.

    Raises:
        ValueError: If `update_freq` is neither `"auto"`, `"batch"`, `"epoch"`
            nor a whole number of batches of 1 or more, or `max_overhead` no
            number above 0 and up to 1.
    """
    if isinstance(update_freq, int) and not isinstance(update_freq, bool):
        valid = update_freq >= 1
    else:
        valid = update_freq in ("auto", "batch", "epoch")
    if not valid:
        raise ValueError(
            "`update_freq` must be 'auto', 'batch', 'epoch' or a whole number of "
            f"batches, 1 or more. Received: {update_freq!r}"
        )
    if not isinstance(max_overhead, numbers.Real) or not 0 < max_overhead <= 1:
        raise ValueError(
            "`max_overhead` must be a share of the training time, above 0 and up "
            f"to 1. Received: {max_overhead!r}"
        )


class Cadence:
    """Tells, batch by batch, whether a frame is due.

    Args:
        update_freq: `"auto"`, `"batch"`, `"epoch"`, or a number of batches.
        first_step: Step of the frame that was written before training.
        n_steps: How many steps are to come; None if unknown.
        max_overhead: Share of the training time that frames may take, under
            `"auto"`.

    Attributes:
        next_step: Before this step no frame is due, unless an epoch ends.
    """

    def __init__(
        self,
        update_freq: UpdateFreq,
        first_step: int,
        *,
        n_steps: int | None,
        max_overhead: float,
    ) -> None:
        self._update_freq = 1 if update_freq == "batch" else update_freq
        self._first = self._last = first_step
        self._n_steps = n_steps
        self._max_overhead = max_overhead
        self.next_step = first_step + self._interval(first_step)

    def is_due(
        self, step: int, *, epoch_ended: bool, elapsed_s: float, spent_s: float
    ) -> bool:
        """Returns whether to write a frame at a step; if so, takes it as written.

        Args:
            step: Number of updates so far.
            epoch_ended: Whether an epoch has just ended.
            elapsed_s: Seconds since training began.
            spent_s: Seconds of these that frames have taken.
        """
        if self._update_freq == "epoch":
            due = epoch_ended and step > self._last
        else:
            due = step >= self.next_step
        if due:
            self.next_step = step + self._interval(step)
        if due and self._update_freq == "auto":
            # One that is too dear now waits for its next turn.
            due = _HEADROOM * spent_s <= self._max_overhead * elapsed_s
        if due:
            self._last = step
        return due

    def is_missing(self, step: int) -> bool:
        """Returns whether the step has no frame yet; takes it as written."""
        missing = step != self._last
        self._last = step
        return missing

    def _interval(self, step: int) -> float:
        if isinstance(self._update_freq, int):
            return self._update_freq
        if self._update_freq == "epoch":
            return math.inf
        if self._n_steps is not None:
            return max(1, math.ceil(self._n_steps / N_FRAMES))
        return max(1, int((step - self._first) * (_GROWTH - 1)))
