"""Results kept within a number of bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any


class ByteCache:
    """Keeps values by key, and drops those that were not used for longest.

    Safe to call from several threads.

    Args:
        max_bytes: How many bytes the values may have together, 0 or more. A
            value that has more alone is not kept.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._n_bytes = 0

    @property
    def n_bytes(self) -> int:
        """Bytes of all values that are kept."""
        return self._n_bytes

    def get(self, key: Hashable) -> Any | None:
        """Returns the value of a key, or None."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def put(self, key: Hashable, value: object, n_bytes: int) -> None:
        """Keeps a value of a given size in place of what the key had before."""
        with self._lock:
            self._discard(key)
            if n_bytes > self._max_bytes:
                return
            self._kept[key] = (value, n_bytes)
            self._n_bytes += n_bytes
            while self._n_bytes > self._max_bytes:
                self._discard(next(iter(self._kept)))

    def discard(self, key: Hashable) -> None:
        """Forgets the value of a key, if there is one."""
        with self._lock:
            self._discard(key)

    def _discard(self, key: Hashable) -> None:
        _, n_bytes = self._kept.pop(key, (None, 0))
        self._n_bytes -= n_bytes
