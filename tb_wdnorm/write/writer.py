"""From a model to an event file, in the background."""

from __future__ import annotations

import logging
import math
import os
import queue
import threading
import time
import weakref
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING

from tb_wdnorm.core.frames import Frame
from tb_wdnorm.wire import DEFAULT_NAME, FrameEncoder
from tb_wdnorm.write.event_file import EventFile
from tb_wdnorm.write.frame import frame_values

if TYPE_CHECKING:
    import keras

_logger = logging.getLogger(__name__)


class KernelNormWriter:
    """Writes the channel norms of a Keras model's kernels.

    For a training loop of one's own; `model.fit` has `KernelNormCallback`.
    Encoding and writing happen in a thread. What goes wrong there is one
    warning: a full disk ends the log, not the training.

    Example:

        with tb_wdnorm.KernelNormWriter("logs/wd=2e-4", model) as norms:
            norms.write(0)
            for step, (x, y) in enumerate(batches, start=1):
                model.train_on_batch(x, y)
                norms.write(step)

    Args:
        logdir: Directory of this run, one below what `tensorboard --logdir`
            shows. Created if need be.
        model: A built `keras.Model`. Its trainable variables of rank ≥ 2 are
            tracked.
        name: Beginning of the tags. Defaults to `"kernel_norms"`.
        scalars: Whether each kernel's mean and max norm are written as ordinary
            scalars too, for TensorBoard's Time Series dashboard. Defaults to
            `True`.
        flush_secs: Seconds after which a frame is on the disk at the latest.
            Defaults to 10.

    Raises:
        TypeError: If `model` is no Keras model.
        ValueError: If `model` is not built or has no kernel, or if another
            argument is out of its range.
        OSError: If `logdir` cannot be written to.
    """

    def __init__(
        self,
        logdir: str | os.PathLike[str],
        model: keras.Model,
        *,
        name: str = DEFAULT_NAME,
        scalars: bool = True,
        flush_secs: float = 10,
    ) -> None:
        # Here, so that reading and serving logs never load a framework.
        from tb_wdnorm.write.keras_model import track

        check_options(name=name, flush_secs=flush_secs)
        self._tracked = track(model)
        self._encoder = FrameEncoder(self._tracked.info, name=name, scalars=scalars)
        self._log = _BackgroundLog(EventFile(logdir), self._encoder, flush_secs)
        # Whoever forgets `close` loses nothing: this runs at exit too.
        weakref.finalize(self, self._log.close)

    def write(self, step: int, *, epoch: float = math.nan) -> None:
        """Writes a frame of the weights as they are now.

        Args:
            step: Number of updates so far, not negative. A step that is not
                above the last one replaces what was written from there on, as
                when a training is resumed from a checkpoint.
            epoch: Epochs trained so far, fractional; NaN if there are none.

        Raises:
            ValueError: If `step` is negative.
        """
        if step < 0:
            raise ValueError(f"`step` must not be negative. Received: {step}")
        tracked = self._tracked
        self._log.write(
            Frame(
                step=step,
                wall_time_s=time.time(),
                values=frame_values(
                    tracked.info,
                    tracked.arrays(),
                    epoch=epoch,
                    learning_rate=tracked.learning_rate(),
                ),
            )
        )

    def flush(self) -> None:
        """Waits until all frames written so far are on the disk."""
        self._log.flush()

    def close(self) -> None:
        """Writes what is left and closes the file. May be called again."""
        self._log.close()

    def __enter__(self) -> KernelNormWriter:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def check_options(*, name: str, flush_secs: float) -> None:
    """Checks the options that the writer and the callback share.

    Raises:
        ValueError: If one is out of its range.
    """
    if not name or name != name.strip("/"):
        raise ValueError(
            "`name` must be a tag that neither begins nor ends with '/'. "
            f"Received: {name!r}"
        )
    if not flush_secs > 0:
        raise ValueError(f"`flush_secs` must be above 0. Received: {flush_secs}")


class _BackgroundLog:
    """A thread that encodes frames and appends them to an event file."""

    def __init__(
        self, file: EventFile, encoder: FrameEncoder, flush_secs: float
    ) -> None:
        self._file = file
        self._encoder = encoder
        self._flush_secs = flush_secs
        self._queue: queue.SimpleQueue[Frame | threading.Event | None]
        self._queue = queue.SimpleQueue()
        self._n_written = 0
        self._failed = False
        self._thread = threading.Thread(target=self._run, name="wdnorm", daemon=True)
        self._thread.start()

    def write(self, frame: Frame) -> None:
        self._queue.put(frame)

    def flush(self) -> None:
        if self._thread.is_alive():
            flushed = threading.Event()
            self._queue.put(flushed)
            flushed.wait()

    def close(self) -> None:
        if self._thread.is_alive():
            self._queue.put(None)
            # The garbage collector, hence the finalizer, runs in any thread.
            if threading.current_thread() is not self._thread:
                self._thread.join()

    def _run(self) -> None:
        flush_at = time.monotonic() + self._flush_secs
        while True:
            try:
                item = self._queue.get(timeout=max(0.0, flush_at - time.monotonic()))
            except queue.Empty:
                item = threading.Event()
            if isinstance(item, Frame):
                self._attempt(partial(self._append, item))
                if time.monotonic() < flush_at:
                    continue
            if item is None:
                self._attempt(self._file.close)
                return
            self._attempt(self._file.flush)
            flush_at = time.monotonic() + self._flush_secs
            if isinstance(item, threading.Event):
                item.set()

    def _append(self, frame: Frame) -> None:
        summary = self._encoder.summary(frame, n_before=self._n_written)
        self._file.write(summary, frame.step, frame.wall_time_s)
        self._n_written += 1

    def _attempt(self, action: Callable[[], None]) -> None:
        if self._failed:
            return
        try:
            action()
        except Exception as error:
            # Whatever it is, the training must go on.
            self._failed = True
            _logger.warning(
                "tb_wdnorm: %s cannot be written; no more channel norms are "
                "logged there, the training goes on. %s: %s",
                self._file.path,
                type(error).__name__,
                error,
            )
