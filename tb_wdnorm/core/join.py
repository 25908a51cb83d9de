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

    kept = _not_superseded(steps, wall_times_s)
    values = values[kept]
    _continue_log_shrink(values[:, :, column_index("log_shrink")])
    newest = newest_first[0].info
    return RunFrames(
        name=name,
        info=RunInfo(
            kernels=tuple(kernels[path] for path in paths),
            norm=newest.norm,
            label=newest.label,
            strength=newest.strength,
        ),
        steps=steps[kept],
        wall_times_s=wall_times_s[kept],
        values=values,
    )


def _not_superseded(
    steps: npt.NDArray[np.int64], wall_times_s: npt.NDArray[np.float64]
) -> npt.NDArray[np.intp]:
    """Indices, ascending in step, of frames with no later one at or before them."""
    written = np.argsort(wall_times_s, kind="stable")
    in_order = steps[written]
    earliest_from_here = np.minimum.accumulate(in_order[::-1])[::-1]
    keeps = np.append(in_order[:-1] < earliest_from_here[1:], True)
    return written[keeps]


def _continue_log_shrink(log_shrink: npt.NDArray[np.float32]) -> None:
    """Makes sums go on where a resumed training began to sum anew.

    Args:
        log_shrink: `[frames, kernels]`, changed in place. Within a training it
            never rises; NaN where a frame lacks a kernel or there is no sum.
    """
    for series in log_shrink.T:
        known = np.flatnonzero(~np.isnan(series))
        sums = series[known].astype(np.float64)
        before = np.append(0.0, sums[:-1])
        anew = sums > before
        # What a training summed before its first frame is part of the sum.
        series[known] = np.cumsum(np.where(anew, sums, sums - before))
