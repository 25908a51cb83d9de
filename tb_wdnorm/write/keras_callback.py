"""The drop-in callback for `model.fit`."""

from __future__ import annotations

import functools
import logging
import math
import os
from collections.abc import Callable
from typing import Any, TypeVar, cast

import keras

from tb_wdnorm.wire import DEFAULT_NAME
from tb_wdnorm.write.cadence import Cadence, UpdateFreq, check_update_freq
from tb_wdnorm.write.event_file import make_directory
from tb_wdnorm.write.keras_decay import optimizer_step
from tb_wdnorm.write.writer import KernelNormWriter, check_options

_logger = logging.getLogger(__name__)

_Hook = TypeVar("_Hook", bound=Callable[..., None])


def _harmless(hook: _Hook) -> _Hook:
    """Makes a hook of the callback turn an error into one warning.

    Whatever goes wrong in logging, the training must go on.
    """

    @functools.wraps(hook)
    def guarded(callback: KernelNormCallback, *args: Any, **kwargs: Any) -> None:
        if callback.failed:
            return
        try:
            hook(callback, *args, **kwargs)
        except Exception as error:
            callback.failed = True
            _logger.warning(
                "tb_wdnorm: no more channel norms are logged, the training goes "
                "on. %s: %s",
                type(error).__name__,
                error,
            )

    return cast(_Hook, guarded)


class KernelNormCallback(keras.callbacks.Callback):
    """Writes the channel norms of a model's kernels while it is trained.

    The first frame is written before any update, the last one after the last.
    Steps are the optimizer's `iterations`, so that a training resumed from a
    checkpoint goes on where it was; epochs are fractional.

    Attributes:
        failed: Whether an error in logging has ended it; there was a warning.

    Example:

        model.fit(x, y, callbacks=[tb_wdnorm.KernelNormCallback("logs/wd=2e-4")])

    Args:
        log_dir: Directory of this run, one below what `tensorboard --logdir`
            shows. Created if need be.
        update_freq: `"batch"`, `"epoch"`, or a number of batches. Defaults to
            `"batch"`.
        name: Beginning of the tags. Defaults to `"kernel_norms"`.
        scalars: Whether each kernel's mean and max norm are written as ordinary
            scalars too, for TensorBoard's Time Series dashboard. Defaults to
            `True`.
        flush_secs: Seconds after which a frame is on the disk at the latest.
            Defaults to 10.

    Raises:
        ValueError: If an argument is out of its range.
        OSError: If `log_dir` cannot be written to.
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str],
        *,
        update_freq: UpdateFreq = "batch",
        name: str = DEFAULT_NAME,
        scalars: bool = True,
        flush_secs: float = 10,
    ) -> None:
        super().__init__()
        check_update_freq(update_freq)
        check_options(name=name, flush_secs=flush_secs)
        self.failed = False
        self._update_freq = update_freq
        self._open_writer = functools.partial(
            KernelNormWriter,
            make_directory(log_dir),
            name=name,
            scalars=scalars,
            flush_secs=flush_secs,
        )

    @_harmless
    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self._writer = self._open_writer(self.model)
        self._cadence: Cadence | None = None
        self._epoch = math.nan
        self._batch = 0
        self._batches_per_epoch = self.params.get("steps") or math.nan

    @_harmless
    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._epoch = epoch
        # Not in `on_train_begin`, which does not know the first epoch's number.
        if self._cadence is None:
            step = optimizer_step(self.model)
            self._cadence = Cadence(self._update_freq, step)
            self._writer.write(step, epoch=epoch)

    @_harmless
    def on_train_batch_end(
        self, batch: int, logs: dict[str, Any] | None = None
    ) -> None:
        self._batch = batch + 1
        self._write_if_due(self._epoch + self._batch / self._batches_per_epoch)

    @_harmless
    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        # Where the length was unknown, it is now.
        self._batches_per_epoch = self._batch
        self._epoch = epoch + 1
        self._write_if_due(self._epoch, epoch_ended=True)

    @_harmless
    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        step = optimizer_step(self.model)
        if self._cadence is not None and self._cadence.is_missing(step):
            self._writer.write(step, epoch=self._epoch)
        self._writer.close()

    def _write_if_due(self, epoch: float, *, epoch_ended: bool = False) -> None:
        step = optimizer_step(self.model)
        if self._cadence is not None and self._cadence.is_due(
            step, epoch_ended=epoch_ended
        ):
            self._writer.write(step, epoch=epoch)
