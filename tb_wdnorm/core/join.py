"""Joining the pieces of a run along the step axis."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.frames import (
    COLUMNS,
    OTHER_EDGES,
    SERIES_COLUMNS,
    RunFrames,
    RunInfo,
    column_index,
)

_SERIES = [column_index(name) for name in SERIES_COLUMNS]
_OTHER_EDGES = [column_index(name) for name in OTHER_EDGES]
_LOG_SHRINK = column_index("log_shrink")


@dataclass(frozen=True)
class Piece:
    """Frames of a run between two changes of its kernels.

    Attributes:
        info: The kernels of these frames.
        steps: int64 `[frames]`, in any order.
        wall_times_s: float64 `[frames]`.
        values: float32 `[frames, kernels of this piece, columns]`, columns as in
            `COLUMNS`, `SERIES_COLUMNS` or `OTHER_EDGES`.
    """

    info: RunInfo
    steps: npt.NDArray[np.int64]
    wall_times_s: npt.NDArray[np.float64]
    values: npt.NDArray[np.float32]

    @property
    def rows(self) -> Hashable:
        """The same for pieces of the same norms, whatever else is known of them."""
        return self.info.norm, self.info.paths

    @property
    def has_edges(self) -> bool:
        """Whether it has all columns."""
        return self.values.shape[2] == len(COLUMNS)

    def without_edges(self) -> Piece:
        """Returns the piece with the columns of `SERIES_COLUMNS` only."""
        if not self.has_edges:
            return self
        return replace(self, values=self.values[:, :, _SERIES])


def join_edges(pieces: Sequence[Piece], edges: Sequence[Piece]) -> list[Piece]:
    """Puts the columns of frames together that were stored apart.

    Args:
        pieces: Frames with all columns, or with those of `SERIES_COLUMNS`.
        edges: Pieces with the columns of `OTHER_EDGES`.

    Returns:
        The frames with all columns, piece by piece. Where the other edges were
        missing, they are those of the same rows and step; of several, those that
        were written at the nearest time; NaN if there are none.
    """
    by_rows: dict[Hashable, list[Piece]] = defaultdict(list)
    for part in edges:
        by_rows[part.rows].append(part)
    in_order = {rows: _in_order(parts) for rows, parts in by_rows.items()}
    return [
        piece if piece.has_edges else _with_edges(piece, in_order.get(piece.rows))
        for piece in pieces
    ]


def _in_order(pieces: Sequence[Piece]) -> Piece:
    """Puts pieces of the same rows together, by step and time."""
    steps = np.concatenate([piece.steps for piece in pieces])
    wall_times_s = np.concatenate([piece.wall_times_s for piece in pieces])
    order = np.lexsort((wall_times_s, steps))
    values = np.concatenate([piece.values for piece in pieces])
    return Piece(pieces[0].info, steps[order], wall_times_s[order], values[order])


def _with_edges(piece: Piece, edges: Piece | None) -> Piece:
    """Adds the columns of `OTHER_EDGES`, of a piece that `_in_order` returned."""
    shape = piece.values.shape[:2]
    other_edges = np.full((*shape, len(OTHER_EDGES)), np.nan, np.float32)
    if edges is not None:
        nearest = np.fromiter(_nearest(piece, edges), np.intp)
        found = nearest >= 0
        other_edges[found] = edges.values[nearest[found]]
    values = np.empty((*shape, len(COLUMNS)), np.float32)
    values[:, :, _SERIES] = piece.values
    values[:, :, _OTHER_EDGES] = other_edges
    return replace(piece, values=values)


def _nearest(piece: Piece, others: Piece) -> Iterator[int]:
    """Yields where `others` have each frame's step, at the nearest time; else -1."""
    wall_times_s = others.wall_times_s.tolist()
    for wall_time_s, first, stop in zip(
        piece.wall_times_s.tolist(),
        np.searchsorted(others.steps, piece.steps, "left").tolist(),
        np.searchsorted(others.steps, piece.steps, "right").tolist(),
        strict=True,
    ):
        after = bisect.bisect(wall_times_s, wall_time_s, first, stop)
        around = range(max(first, after - 1), min(stop, after + 1))
        yield min(
            around, key=lambda at: abs(wall_times_s[at] - wall_time_s), default=-1
        )


def join(name: str, pieces: Sequence[Piece]) -> RunFrames:
    """Joins pieces into one series with each step once.

    A training that is resumed at an older step replaces what was logged from
    that step on: of all frames, those are kept after which no frame of the
    same or an earlier step was written. Kernels are matched by path; the piece
    written last describes them and comes first, kernels that only older pieces
    have follow. `log_shrink`, which a resumed training counts from 0, goes on
    from the last frame before it.

    Args:
        name: The run's name.
        pieces: At least one, with one frame or more each, all of one norm and
            with the same columns, which include those of `SERIES_COLUMNS`.

    Returns:
        The frames in ascending order of step; NaN where a frame lacks a kernel.
    """
    newest_first = sorted(pieces, key=lambda p: p.wall_times_s.max(), reverse=True)
    kernels = {
        kernel.path: kernel
        for piece in reversed(newest_first)
        for kernel in piece.info.kernels
    }
    paths = list(
        dict.fromkeys(k.path for piece in newest_first for k in piece.info.kernels)
    )
    row = {path: index for index, path in enumerate(paths)}

    steps = np.concatenate([piece.steps for piece in newest_first])
    wall_times_s = np.concatenate([piece.wall_times_s for piece in newest_first])
    n_columns = newest_first[0].values.shape[2]
    values = np.empty((len(steps), len(paths), n_columns), np.float32)
    start = 0
    for piece in newest_first:
        part = values[start : start + len(piece.steps)]
        rows = [row[kernel.path] for kernel in piece.info.kernels]
        if rows == list(range(len(paths))):
            part[:] = piece.values
        else:
            part[:] = np.nan
            part[:, rows] = piece.values
        start += len(piece.steps)

    written = np.argsort(wall_times_s, kind="stable")
    log_shrink = values[written, :, _LOG_SHRINK]
    _continue_log_shrink(steps[written], log_shrink)
    values[written, :, _LOG_SHRINK] = log_shrink
    kept = written[_not_superseded(steps[written])]
    newest = newest_first[0].info
    return RunFrames(
        name=name,
        info=RunInfo(
            kernels=tuple(kernels[path] for path in paths),
            norm=newest.norm,
            label=newest.label,
            strength=newest.strength,
            notices=newest.notices,
        ),
        steps=steps[kept],
        wall_times_s=wall_times_s[kept],
        values=values[kept],
    )


def _not_superseded(steps: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
    """Indices, ascending in step, of frames with no later one at or before them.

    Args:
        steps: `[frames]`, in the order in which they were written.
    """
    if not len(steps):
        return np.array([], np.intp)
    earliest_from_here = np.minimum.accumulate(steps[::-1])[::-1]
    return np.flatnonzero(np.append(steps[:-1] < earliest_from_here[1:], True))


def _continue_log_shrink(
    steps: npt.NDArray[np.int64], log_shrink: npt.NDArray[np.float32]
) -> None:
    """Makes sums go on where a resumed training began to sum anew.

    It goes on from the frame that it was resumed at, or the one before, although
    its own first frame replaces that one.

    Args:
        steps: `[frames]`, in the order in which they were written.
        log_shrink: `[frames, kernels]`, changed in place. Within a training it
            never rises; NaN where a frame lacks a kernel or there is no sum.
    """
    anew = (log_shrink[1:] > log_shrink[:-1]).any(axis=1)
    starts = np.flatnonzero(anew) + 1
    for start, stop in zip(starts, np.append(starts, len(steps))[1:], strict=True):
        kept = _not_superseded(steps[:start])
        before = log_shrink[kept[steps[kept] <= steps[start]]]
        log_shrink[start:stop] += _last_known(before)


def _last_known(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The last value of each column that is not NaN, else 0; of `[rows, columns]`."""
    known = ~np.isnan(values)
    # With a row of zeros before, there always is one.
    last = np.max(
        np.where(known, np.arange(1, len(values) + 1)[:, None], 0), 0, initial=0
    )
    padded = np.concatenate([np.zeros_like(values, shape=(1, values.shape[1])), values])
    return padded[last, np.arange(values.shape[1])]
