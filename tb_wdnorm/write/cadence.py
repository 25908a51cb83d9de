"""When a frame is written."""

from __future__ import annotations

from typing import Literal

UpdateFreq = int | Literal["batch", "epoch"]


def check_update_freq(update_freq: UpdateFreq) -> None:
    """Checks how often frames are to be written.

    Raises:
        ValueError: If it is neither `"batch"`, `"epoch"` nor a whole number of
            batches of 1 or more.
    """
    if isinstance(update_freq, int) and not isinstance(update_freq, bool):
        valid = update_freq >= 1
    else:
        valid = update_freq in ("batch", "epoch")
    if not valid:
        raise ValueError(
            "`update_freq` must be 'batch', 'epoch' or a whole number of batches, "
            f"1 or more. Received: {update_freq!r}"
        )


class Cadence:
    """Tells, batch by batch, whether a frame is due.

    Args:
        update_freq: `"batch"`, `"epoch"`, or a number of batches.
        step: Step of the frame that was just written.
    """

    def __init__(self, update_freq: UpdateFreq, step: int) -> None:
        self._update_freq = update_freq
        self._last = step

    def is_due(self, step: int, *, epoch_ended: bool) -> bool:
        """Returns whether to write a frame at a step; if so, takes it as written.

        Args:
            step: Number of updates so far.
            epoch_ended: Whether the step is the last of its epoch.
        """
        if self._update_freq == "epoch":
            due = epoch_ended and step > self._last
        else:
            interval = 1 if self._update_freq == "batch" else self._update_freq
            due = step >= self._last + interval
        if due:
            self._last = step
        return due

    def is_missing(self, step: int) -> bool:
        """Returns whether the step has no frame yet."""
        return step != self._last
