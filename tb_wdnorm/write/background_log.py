"""An event file that is written by a thread of its own."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable

from tensorboard.compat.proto import summary_pb2

from tb_wdnorm.write.event_file import EventFile

_logger = logging.getLogger(__name__)

# Each holds the weights of a moment: more would need memory, not save time.
_MAX_WAITING = 2


class BackgroundLog:
    """Makes and writes summaries in a thread, in order.

    Whatever goes wrong there is one warning, and then nothing more is written:
    a full disk ends the log, not the training.

    Args:
        file: Where to write. It is closed with the log.
        flush_secs: Seconds after which a summary is on the disk at the latest.
    """

    def __init__(self, file: EventFile, flush_secs: float) -> None:
        self._file = file
        self._flush_secs = flush_secs
        self._queue: queue.SimpleQueue[_Item] = queue.SimpleQueue()
        self._places = threading.Semaphore(_MAX_WAITING)
        self._failed = False
        self.busy_s = 0.0
        self._thread = threading.Thread(target=self._run, name="wdnorm", daemon=True)
        self._thread.start()

    def write(
        self, make: Callable[[], summary_pb2.Summary], step: int, wall_time_s: float
    ) -> None:
        """Has a summary made and written; waits while two others are waiting.

        Args:
            make: Makes the summary, in the thread.
            step: The step it belongs to.
            wall_time_s: The time it belongs to, seconds since the Unix epoch.
        """
        if not self._thread.is_alive():
            self._warn("it is closed")
            return
        self._places.acquire()

        def write() -> None:
            try:
                self._attempt(lambda: self._file.write(make(), step, wall_time_s))
            finally:
                self._places.release()

        self._queue.put(write)

    def flush(self) -> None:
        """Waits until everything written so far is on the disk."""
        if self._thread.is_alive():
            flushed = threading.Event()
            self._queue.put(flushed)
            flushed.wait()

    def close(self) -> None:
        """Writes what is left and closes the file. May be called again."""
        if not self._thread.is_alive():
            return
        self._queue.put(None)
        # The garbage collector may call this, in any thread, this one too.
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        flush_at = time.monotonic() + self._flush_secs
        while True:
            try:
                item = self._queue.get(timeout=max(0.0, flush_at - time.monotonic()))
            except queue.Empty:
                item = threading.Event()
            started = time.monotonic()
            if callable(item):
                item()
                self.busy_s += time.monotonic() - started
                if time.monotonic() < flush_at:
                    continue
            if item is None:
                # Also a file that failed holds resources.
                self._attempt(self._file.close, even_if_failed=True)
                return
            self._attempt(self._file.flush)
            flush_at = time.monotonic() + self._flush_secs
            if isinstance(item, threading.Event):
                item.set()

    def _attempt(
        self, action: Callable[[], None], *, even_if_failed: bool = False
    ) -> None:
        if self._failed and not even_if_failed:
            return
        try:
            action()
        except Exception as error:
            # Whatever it is, the training must go on.
            self._warn(f"{type(error).__name__}: {error}")

    def _warn(self, why: str) -> None:
        if not self._failed:
            self._failed = True
            _logger.warning(
                "tb_wdnorm: %s cannot be written; no more channel norms are "
                "logged there, the training goes on. %s",
                self._file.path,
                why,
            )


_Item = Callable[[], None] | threading.Event | None
