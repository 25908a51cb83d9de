"""Joining the pieces of a run along the step axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.frames import COLUMNS, RunFrames, RunInfo, column_index


@dataclass(frozen=True)
class Piece:
    """Frames of a run between two changes of its kernels.

    Attributes:
        info: The kernels of these frames.
        steps: int64 `[frames]`, in any order.
        wall_times_s: float64 `[frames]`.
        values: float32 `[frames, kernels of this piece, columns]`.
    """

    info: RunInfo
    steps: npt.NDArray[np.int64]
    wall_times_s: npt.NDArray[np.float64]
    values: npt.NDArray[np.float32]


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
        pieces: At least one, with one frame or more each, all of one norm.

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
    values = np.full((len(steps), len(paths), len(COLUMNS)), np.nan, np.float32)
    start = 0
    for piece in newest_first:
        stop = start + len(piece.steps)
        values[start:stop, [row[k.path] for k in piece.info.kernels]] = piece.values
        start = stop

    written = np.argsort(wall_times_s, kind="stable")
    steps, wall_times_s, values = steps[written], wall_times_s[written], values[written]
    _continue_log_shrink(steps, values[:, :, column_index("log_shrink")])
    kept = _not_superseded(steps)
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
