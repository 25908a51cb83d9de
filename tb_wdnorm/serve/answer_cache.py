"""Answers that are made once."""

from __future__ import annotations

import threading
from collections.abc import Callable

from tb_wdnorm.serve.byte_cache import ByteCache

# What a key and the cache itself take.
_OVERHEAD_BYTES = 512


class AnswerCache:
    """Keeps answers by what they are known by.

    Safe to call from several threads; who asks for what another thread is about
    to make waits for it.

    Args:
        cache: Where the answers are kept.
    """

    def __init__(self, cache: ByteCache) -> None:
        self._cache = cache
        self._lock = threading.Lock()
        self._being_made: dict[str, threading.Lock] = {}

    def get(
        self, etag: str, make: Callable[[], bytes], is_lasting: Callable[[], bool]
    ) -> tuple[bytes, bool]:
        """Returns an answer.

        Args:
            etag: What it is known by.
            make: Makes it.
            is_lasting: Tells, after it was made, whether it may be kept.

        Returns:
            The answer, and whether it may be kept.
        """
        with self._lock:
            making = self._being_made.setdefault(etag, threading.Lock())
        with making:
            kept: bytes | None = self._cache.get(etag)
            if kept is not None:
                return kept, True
            try:
                content = make()
                lasts = is_lasting()
                if lasts:
                    self._cache.put(etag, content, len(content) + _OVERHEAD_BYTES)
            finally:
                with self._lock:
                    self._being_made.pop(etag, None)
            return content, lasts
