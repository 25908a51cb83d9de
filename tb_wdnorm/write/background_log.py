"""An event file that is written by a thread of its own."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple

from tensorboard.compat.proto import summary_pb2

from tb_wdnorm.write.event_file import EventFile

_logger = logging.getLogger(__name__)

# What is taken together costs much less, but it holds the weights of its moments.
_GROUP_ITEMS = 64
_GROUP_BYTES = 16 << 20
_GROUP_WAIT_S = 2


class Entry(NamedTuple):
    """What becomes one record of the file.

    Attributes:
        summary: Its content.
        step: The step it belongs to.
        wall_time_s: The time it belongs to, seconds since the Unix epoch.
    """

    summary: summary_pb2.Summary
    step: int
    wall_time_s: float


Make = Callable[[Sequence[Any]], Iterable[Entry]]


@dataclass
class _Group:
    """What the thread takes together: pairs of `make` and content, and their size."""

    items: list[tuple[Make, Any]] = field(default_factory=list)
    n_bytes: int = 0

    def is_complete(self) -> bool:
        return len(self.items) >= _GROUP_ITEMS or self.n_bytes >= _GROUP_BYTES


class BackgroundLog:
    """Makes and writes entries in a thread, in order.

    Whatever goes wrong there is one warning, and then nothing more is written:
    a full disk ends the log, not the training.

    Args:
        file: Where to write. It is closed with the log.
        flush_secs: Seconds after which an entry is on the disk at the latest.

    Attributes:
        busy_s: Seconds of a processor that making and writing have taken. (What the
            thread waits for, the training does not.)
    """

    def __init__(self, file: EventFile, flush_secs: float) -> None:
        self._file = file
        self._flush_secs = flush_secs
        # Reentrant: the garbage collector may call `close` in any thread.
        self._changed = threading.Condition()
        self._waiting, self._in_work = _Group(), _Group()
        self._n_flushes_wanted = self._n_flushes = 0
        self._closing = self._closed = False
        self._failed = self._warned = False
        self.busy_s = 0.0
        self._thread = threading.Thread(target=self._run, name="wdnorm", daemon=True)
        self._thread.start()

    def write(self, make: Make, content: Any, n_bytes: int) -> None:
        """Has an entry made and written; waits while too many are waiting.

        Args:
            make: Makes the entries of several contents in a row, in the thread.
            content: What it makes one entry of.
            n_bytes: Memory that the content holds until then.
        """
        with self._changed:
            while not (self._closing or self._has_room_for(n_bytes)):
                self._changed.wait()
            if self._closing:
                self._warn("it is closed")
                return
            self._waiting.items.append((make, content))
            self._waiting.n_bytes += n_bytes
            if self._waiting.is_complete():
                self._changed.notify_all()

    def flush(self) -> None:
        """Waits until everything written so far is on the disk."""
        with self._changed:
            self._n_flushes_wanted += 1
            wanted = self._n_flushes_wanted
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._closed or self._n_flushes >= wanted)

    def close(self) -> None:
        """Writes what is left and closes the file. May be called again."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        # The garbage collector may call this in the thread itself.
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _has_room_for(self, n_bytes: int) -> bool:
        n_held = len(self._in_work.items) + len(self._waiting.items)
        n_bytes += self._in_work.n_bytes + self._waiting.n_bytes
        few = n_held < 2 * _GROUP_ITEMS and n_bytes <= 2 * _GROUP_BYTES
        return few or n_held < 2

    def _is_hurried(self) -> bool:
        return self._closing or self._n_flushes_wanted > self._n_flushes

    def _run(self) -> None:
        flush_at = time.monotonic() + self._flush_secs
        while True:
            with self._changed:
                # To be woken costs the training time: at most once per group.
                self._changed.wait_for(
                    lambda: self._waiting.is_complete() or self._is_hurried(),
                    timeout=min(_GROUP_WAIT_S, max(0.0, flush_at - time.monotonic())),
                )
                self._in_work, self._waiting = self._waiting, _Group()
                closing, n_flushes = self._closing, self._n_flushes_wanted
            self._attempt(self._write_all)
            if closing:
                # Also a file that failed holds resources.
                self._attempt(self._file.close, even_if_failed=True)
            elif n_flushes > self._n_flushes or time.monotonic() >= flush_at:
                self._attempt(self._file.flush)
                flush_at = time.monotonic() + self._flush_secs
            with self._changed:
                self._in_work = _Group()
                self._n_flushes = n_flushes
                self._closed = closing
                self._changed.notify_all()
            if closing:
                return

    def _write_all(self) -> None:
        began_s = time.thread_time()
        for make, items in itertools.groupby(self._in_work.items, itemgetter(0)):
            for entry in make([content for _, content in items]):
                self._file.write(*entry)
        self.busy_s += time.thread_time() - began_s

    def _attempt(
        self, action: Callable[[], None], *, even_if_failed: bool = False
    ) -> None:
        if self._failed and not even_if_failed:
            return
        try:
            action()
        except Exception as error:
            # Whatever it is, the training must go on.
            self._failed = True
            self._warn(f"{type(error).__name__}: {error}")

    def _warn(self, why: str) -> None:
        if not self._warned:
            self._warned = True
            _logger.warning(
                "tb_wdnorm: %s cannot be written; no more channel norms are "
                "logged there, the training goes on. %s",
                self._file.path,
                why,
            )
