"""Frames as TensorBoard has them, kept until they change."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.core.join import Piece, join
from tb_wdnorm.serve.source import TagState, TensorSource
from tb_wdnorm.wire import FormatError, decode_format, decode_values

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _CachedRun:
    """A run's frames and the state of its tags that they were read at."""

    state: Mapping[str, TagState]
    frames: RunFrames | None


class FrameStore:
    """Reads frames from a source, and only what is new.

    Safe to call from several threads. What cannot be read is left out, with
    one warning that names run and tag.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cache: dict[tuple[str, str], _CachedRun] = {}
        self._warned: set[tuple[str, str, str]] = set()

    def runs(self, source: TensorSource) -> list[RunFrames]:
        """Returns all runs that have frames, weakest decay first, then by name."""
        with self._lock:
            listing = source.list_tags()
            self._forget_missing(source.experiment_id, listing)
            found = [self._run(source, run, tags) for run, tags in listing.items()]
        runs = [run for run in found if run is not None]
        return sorted(runs, key=lambda run: (run.info.decay_strength, run.name))

    def _forget_missing(
        self, experiment_id: str, listing: Mapping[str, Mapping[str, TagState]]
    ) -> None:
        for key in list(self._cache):
            if key[0] == experiment_id and key[1] not in listing:
                del self._cache[key]

    def _run(
        self, source: TensorSource, run: str, tags: Mapping[str, TagState]
    ) -> RunFrames | None:
        key = (source.experiment_id, run)
        cached = self._cache.get(key)
        if cached is None or cached.state != tags:
            pieces = [
                piece
                for tag, state in tags.items()
                if (piece := self._piece(source, run, tag, state))
            ]
            cached = _CachedRun(tags, _join_newest_norm(run, pieces))
            self._cache[key] = cached
        return cached.frames

    def _piece(
        self, source: TensorSource, run: str, tag: str, state: TagState
    ) -> Piece | None:
        # One tag at a time: an answer of the data server is limited to 256 MB,
        # and one tag that cannot be read must not hide the others.
        try:
            stored = decode_format(state.content)
            data = source.read(run, tag)
        except (TypeError, ValueError) as error:
            self._warn(run, tag, error)
            return None
        steps, wall_times_s, values = [], [], []
        for datum in data:
            try:
                values.append(decode_values(datum.numpy, stored))
            except FormatError as error:
                self._warn(run, tag, error)
                continue
            steps.append(datum.step)
            wall_times_s.append(datum.wall_time)
        if not values:
            return None
        return Piece(
            info=stored.info,
            steps=np.array(steps, np.int64),
            wall_times_s=np.array(wall_times_s, np.float64),
            values=np.stack(values),
        )

    def _warn(self, run: str, tag: str, error: Exception) -> None:
        key = (run, tag, str(error))
        if key not in self._warned:
            self._warned.add(key)
            _logger.warning(
                "tb_wdnorm: left out of run %r, tag %r: %s.", run, tag, error
            )


def _join_newest_norm(run: str, pieces: Sequence[Piece]) -> RunFrames | None:
    """Joins the pieces that have the norm of the piece written last."""
    if not pieces:
        return None
    newest = max(pieces, key=lambda piece: piece.wall_times_s.max())
    return join(run, [p for p in pieces if p.info.norm == newest.info.norm])
