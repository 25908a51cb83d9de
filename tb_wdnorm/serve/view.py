"""What of a run is asked for: which kernels, and relative to what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from tb_wdnorm.core.aggregate import merge_kernels
from tb_wdnorm.core.compare import relative_to, relative_to_start, target_distance
from tb_wdnorm.core.frames import RunFrames

Relative = Literal["none", "start", "baseline", "target"]

_ALL = slice(None)


class KernelItem(NamedTuple):
    """One row of an answer: a kernel, or several put together.

    Attributes:
        text: As it was asked for: an id, or several joined by dots.
        paths: The kernels' paths.
    """

    text: str
    paths: tuple[str, ...]


@dataclass(frozen=True)
class View:
    """Turns a run into what is asked for of it.

    Attributes:
        kernels: The rows.
        relative: What norms are given relative to.
        baseline: The run to compare with, with the rows of the view; None
            unless `relative` says so.
        with_edges: Whether rows have all columns, or those of `SERIES_COLUMNS`,
            without which kernels are put together ten times as fast.
    """

    kernels: Sequence[KernelItem]
    relative: Relative = "none"
    baseline: RunFrames | None = None
    with_edges: bool = True

    def of(self, run: RunFrames, frames: slice = _ALL) -> RunFrames:
        """Returns the wanted rows of some frames of a run.

        Args:
            run: All of its frames.
            frames: Those to return.

        Returns:
            A row per item of `kernels`, NaN where the run lacks its kernels.
        """
        if self.relative == "start":
            return relative_to_start(self.rows(run)).take(frames)
        rows = self.rows(run.take(frames))
        if self.relative == "target":
            return target_distance(rows)
        if self.baseline is not None:
            return relative_to(rows, self.baseline)
        return rows

    @np.errstate(all="ignore")  # Any numbers may have been logged.
    def rows(self, run: RunFrames) -> RunFrames:
        """Returns the wanted rows of a run, as they were recorded."""
        if not self.with_edges:
            run = run.without_edges()
        sets = [item.paths for item in self.kernels]
        if sets == [(path,) for path in run.paths]:
            return run
        return merge_kernels(run, sets)


def after(run: RunFrames, step: int | None) -> slice:
    """Returns which frames have a greater step; all of them if that is None."""
    if step is None:
        return _ALL
    return slice(int(np.searchsorted(run.steps, step, side="right")), None)
