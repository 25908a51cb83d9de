"""One run in the store: its summary always, its frames while there is room."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.serve.byte_cache import ByteCache
from tb_wdnorm.serve.identifier import identifier
from tb_wdnorm.serve.run_reader import RunReader
from tb_wdnorm.serve.run_summary import RunSummary, summarize
from tb_wdnorm.serve.source import TagState, TensorSource


class _Known(NamedTuple):
    """What was read of a run, and when.

    Attributes:
        listed: Number of the listing that `tags` are from.
        tags: State of the tags that were read.
        is_complete: Whether all of them could be read.
        summary: None if there are no frames.
    """

    listed: int
    tags: Mapping[str, TagState]
    is_complete: bool
    summary: RunSummary | None


class StoredRun:
    """Reads a run when it has changed, or when its frames have been dropped.

    Safe to call from several threads, of which one reads at a time.

    Args:
        name: Name of the run.
        cache: Where its frames are kept.
        new_version: Makes a text that it never made before.
    """

    def __init__(
        self, name: str, cache: ByteCache, new_version: Callable[[], str]
    ) -> None:
        self.id = identifier(name)
        self._cache = cache
        self._new_version = new_version
        self._reader = RunReader(name)
        self._reading = threading.Lock()
        # Replaced as a whole, so that it can be looked at without the lock.
        self._known = _Known(-1, {}, is_complete=True, summary=None)

    @property
    def listed(self) -> int:
        """Number of the listing at which the run was read; -1 if it was not."""
        return self._known.listed

    @property
    def version(self) -> str | None:
        """Version of the frames known now."""
        summary = self._known.summary
        return None if summary is None else summary.version

    def is_current(self, tags: Mapping[str, TagState], listed: int) -> bool:
        """Tells whether there is nothing to read; see `refresh`."""
        return _is_current(self._known, tags, listed)

    def refresh(
        self, source: TensorSource, tags: Mapping[str, TagState], listed: int
    ) -> RunSummary | None:
        """Reads the run if there is more of it than is known.

        While another thread reads it, what was known before is returned.

        Args:
            source: Where the run is.
            tags: State of its tags.
            listed: Number of the listing that they are from; a listing that
                began later has a greater one.

        Returns:
            The summary; None if there are no frames.
        """
        known = self._known
        if _is_current(known, tags, listed):
            return known.summary
        if self._reading.acquire(blocking=known.summary is None):
            try:
                if not _is_current(self._known, tags, listed):
                    self._read(source, tags, listed)
            finally:
                self._reading.release()
        return self._known.summary

    def frames(self, source: TensorSource, *, with_edges: bool) -> RunFrames | None:
        """Returns the frames; None if they can no longer be read.

        Args:
            source: Where the run is.
            with_edges: Whether they must have all columns; they may in any case.
        """
        frames = self._kept(with_edges)
        if frames is not None:
            return frames
        with self._reading:
            frames = self._kept(with_edges)
            if frames is None:
                known = self._known
                frames = self._read(source, known.tags, known.listed, with_edges)
            return frames

    def forget(self) -> None:
        """Drops the frames."""
        self._cache.discard(self)

    def _kept(self, with_edges: bool) -> RunFrames | None:
        frames: RunFrames | None = self._cache.get(self)
        if frames is None or (with_edges and not frames.has_edges):
            return None
        return frames

    def _read(
        self,
        source: TensorSource,
        tags: Mapping[str, TagState],
        listed: int,
        with_edges: bool = False,
    ) -> RunFrames | None:
        frames, is_complete = self._reader.read(source, tags, with_edges=with_edges)
        before = self._known.summary
        summary = None
        if frames is not None:
            summary = summarize(frames, before, self._new_version())
        lacks_some = not is_complete and (with_edges or summary is not before)
        if before is not None and lacks_some:
            # Rather what was known than a part. Nothing may be taken for its
            # answer for long.
            summary = replace(before, version=self._new_version())
            frames = self._kept(with_edges)
        elif frames is None:
            self._cache.discard(self)
        else:
            self._cache.put(self, frames, _n_bytes(frames))
        self._known = _Known(listed, tags, is_complete, summary)
        return frames


def _is_current(known: _Known, tags: Mapping[str, TagState], listed: int) -> bool:
    # A listing that began earlier has nothing new.
    return known.listed >= listed or (known.is_complete and known.tags == tags)


def _n_bytes(frames: RunFrames) -> int:
    arrays = (frames.values, frames.steps, frames.wall_times_s)
    return sum(array.nbytes for array in arrays)
