"""Stored tensors to the frames of one run."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from tensorboard.data import provider as tb

from tb_wdnorm.core.frames import COLUMNS, RunFrames
from tb_wdnorm.core.join import Piece, join, join_edges
from tb_wdnorm.serve.source import SourceError, TagState, TensorSource
from tb_wdnorm.wire import FormatError, FrameFormat, decode_format, decode_values

_logger = logging.getLogger(__name__)

_FLOAT_BYTES = 4
# Tags that share no kernel need the product of their sizes when joined.
_MAX_RUN_BYTES = 2 * 2**30
_SHOWN_CHARACTERS = 300


class Reading(NamedTuple):
    """What was found of a run.

    Attributes:
        frames: All frames that can be read; None if there are none.
        is_complete: False if reading again may find more.
    """

    frames: RunFrames | None
    is_complete: bool


class RunReader:
    """Reads the frames of one run.

    What is damaged is left out, with one warning for each tag that names run
    and tag. Metadata is decoded once.

    Args:
        run: Name of the run.
    """

    def __init__(self, run: str) -> None:
        self._run = run
        self._formats: dict[bytes, FrameFormat | FormatError] = {}
        self._warned: set[str] = set()

    def read(
        self,
        source: TensorSource,
        tags: Mapping[str, TagState],
        *,
        with_edges: bool,
    ) -> Reading:
        """Reads the run from its tags.

        Args:
            source: Where they are.
            tags: State of all of its tags.
            with_edges: Whether frames must have all columns. Else those of
                `SERIES_COLUMNS` are enough, and the other edges are not read.
        """
        contents = {state.content for state in tags.values()}
        self._formats = {
            content: self._formats.get(content) or _decode_format(content)
            for content in contents
        }
        self._warned &= tags.keys()

        pieces: dict[str, Piece] = {}
        edges: list[Piece] = []
        is_complete = True
        formats: dict[str, FrameFormat] = {}
        for tag, state in tags.items():
            stored = self._formats[state.content]
            if isinstance(stored, FormatError):
                self._warn(tag, stored)
            elif with_edges or stored.has_series:
                formats[tag] = stored
        sizes = {tag: _tensor_bytes(stored) for tag, stored in formats.items()}
        largest = max(sizes.values(), default=0)
        together = source.read_together(self._run, sizes) if len(sizes) > 1 else None
        for tag, stored in formats.items():
            # Else one by one: one that cannot be read must not hide the others. All
            # as if they were as large, so that a frame's parts are sampled alike.
            data = (
                self._data(source, tag, largest) if together is None else together[tag]
            )
            piece = (
                data if isinstance(data, Exception) else self._piece(tag, stored, data)
            )
            if isinstance(piece, Exception):
                is_complete &= not isinstance(piece, SourceError)
                self._warn(tag, piece)
            elif piece is not None and stored.has_series:
                pieces[tag] = piece
            elif piece is not None:
                edges.append(piece)
        return Reading(self._join(pieces, edges if with_edges else None), is_complete)

    def _data(
        self, source: TensorSource, tag: str, tensor_bytes: int
    ) -> Sequence[tb.TensorDatum] | Exception:
        try:
            return source.read(self._run, tag, tensor_bytes)
        except (SourceError, TypeError, ValueError) as error:
            return error

    def _piece(
        self, tag: str, stored: FrameFormat, data: Sequence[tb.TensorDatum]
    ) -> Piece | None:
        """Decodes a tag; None if it has no frame."""
        steps, wall_times_s, values = [], [], []
        for datum in data:
            try:
                if not math.isfinite(datum.wall_time):
                    raise FormatError(
                        f"wall time must be finite. Received: {datum.wall_time}"
                    )
                values.append(decode_values(datum.numpy, stored))
            except FormatError as error:
                self._warn(tag, error)
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

    def _join(
        self, pieces: Mapping[str, Piece], edges: Sequence[Piece] | None
    ) -> RunFrames | None:
        """Joins the newest pieces, of those that have the norm of the newest.

        Args:
            pieces: Frames, by tag.
            edges: What to complete them with; None if that is not needed.
        """
        joined = self._newest(pieces)
        if not joined:
            return None
        if edges is not None:
            joined = join_edges(joined, edges)
        elif not all(piece.has_edges for piece in joined):
            joined = [piece.without_edges() for piece in joined]
        # Any numbers may have been logged.
        with np.errstate(all="ignore"):
            return join(self._run, joined)

    def _newest(self, pieces: Mapping[str, Piece]) -> list[Piece]:
        """Returns the newest pieces, of those that have the norm of the newest."""
        newest_first = sorted(
            pieces, key=lambda tag: pieces[tag].wall_times_s.max(), reverse=True
        )
        newest: list[Piece] = []
        paths: set[str] = set()
        n_frames = 0
        for tag in newest_first:
            piece = pieces[tag]
            if newest and piece.info.norm != newest[0].info.norm:
                continue
            paths_with = paths | {kernel.path for kernel in piece.info.kernels}
            n_frames_with = n_frames + len(piece.steps)
            # Of all columns: with or without edges, a run has the same frames.
            n_bytes = n_frames_with * len(paths_with) * len(COLUMNS) * _FLOAT_BYTES
            if n_bytes > _MAX_RUN_BYTES:
                self._warn(tag, FormatError("too large beside the run's other tags"))
                continue
            newest.append(piece)
            paths, n_frames = paths_with, n_frames_with
        return newest

    def _warn(self, tag: str, error: Exception) -> None:
        if tag in self._warned:
            return
        self._warned.add(tag)
        # Names and metadata may be of any length.
        _logger.warning(
            "tb_wdnorm: left out of run %.*r, tag %.*r: %.*s.",
            *(_SHOWN_CHARACTERS, self._run),
            *(_SHOWN_CHARACTERS, tag),
            *(_SHOWN_CHARACTERS, error),
        )


def _decode_format(content: bytes) -> FrameFormat | FormatError:
    try:
        return decode_format(content)
    except FormatError as error:
        return error


def _tensor_bytes(stored: FrameFormat) -> int:
    return _FLOAT_BYTES * len(stored.info.kernels) * len(stored.columns)
