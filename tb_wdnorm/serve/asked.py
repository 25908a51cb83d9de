"""What several routes are asked for: kernels of runs, relative to something."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from tensorboard.errors import NotFoundError

from tb_wdnorm.core.frames import SERIES_COLUMNS, STATISTICS, TRAINING_STATE, RunFrames
from tb_wdnorm.serve import query
from tb_wdnorm.serve.overview import baseline_id
from tb_wdnorm.serve.store import N_READERS, ListedRun, Listing
from tb_wdnorm.serve.view import KernelItem, Relative, View

_NO_EDGES = (*STATISTICS, *TRAINING_STATE)


@dataclass(frozen=True)
class Asked:
    """Which kernels are asked for, relative to what.

    Attributes:
        kernels: The kernels.
        relative: What norms are given relative to.
        baseline: The run to compare with, if that is what they are relative to.
    """

    kernels: Sequence[KernelItem]
    relative: Relative
    baseline: ListedRun | None

    @classmethod
    def of(
        cls, args: Mapping[str, str], listing: Listing, runs: Sequence[ListedRun]
    ) -> Asked:
        """Reads `kernels`, `relative` and `baseline`.

        Args:
            args: The parameters.
            listing: All runs.
            runs: The runs that are asked for.

        Raises:
            InvalidArgumentError: If a parameter is not as it must be.
        """
        kernels = query.kernels(args, runs)
        relative = query.relative(args)
        if relative == "baseline":
            return cls(kernels, relative, asked_baseline(args, listing))
        # It must be right where it is not used, too.
        query.baseline(args, listing)
        return cls(kernels, relative, None)

    @property
    def texts(self) -> Sequence[str]:
        """The kernels as they were asked for."""
        return [kernel.text for kernel in self.kernels]

    def and_baseline(self, runs: Sequence[ListedRun]) -> Sequence[ListedRun]:
        """Returns all runs that an answer about some runs is made of."""
        return runs if self.baseline is None else [*runs, self.baseline]

    def view(self, columns: Collection[str]) -> View:
        """Reads the baseline, if there is to be one.

        Args:
            columns: Names of the columns that are asked for.

        Raises:
            NotFoundError: If it can no longer be read.
        """
        merges = any(len(kernel.paths) > 1 for kernel in self.kernels)
        # Of kernels put together, each quantile depends on all of theirs.
        at_hand = SERIES_COLUMNS if not merges else _NO_EDGES
        with_edges = not set(columns) <= set(at_hand)
        view = View(self.kernels, self.relative, with_edges=with_edges)
        if self.baseline is None:
            return view
        frames = baseline_frames(self.baseline, with_edges=with_edges)
        return replace(view, baseline=view.rows(frames))


def asked_baseline(args: Mapping[str, str], listing: Listing) -> ListedRun | None:
    """Reads `baseline`; the overview's by default, None if there is no run.

    Raises:
        InvalidArgumentError: If it is not as it must be.
    """
    asked = query.baseline(args, listing)
    if asked is not None:
        return asked
    runs = listing.runs()
    wanted = baseline_id([run.summary for run in runs])
    return next((run for run in runs if run.summary.id == wanted), None)


def baseline_frames(baseline: ListedRun, *, with_edges: bool) -> RunFrames:
    """Reads the run that others are compared with; see `ListedRun.frames`.

    Raises:
        NotFoundError: If it can no longer be read.
    """
    frames = baseline.frames(with_edges=with_edges)
    if frames is None:
        raise NotFoundError(
            "the frames of the baseline, run "
            f"{baseline.summary.name!r:.300}, can no longer be read"
        )
    return frames


def frames_of(runs: Iterable[ListedRun], *, with_edges: bool) -> Iterator[RunFrames]:
    """Reads runs, the next ones while one is worked on.

    Those that have been deleted are left out.
    """
    ahead: deque[Future[RunFrames | None]] = deque()
    with ThreadPoolExecutor(N_READERS) as readers:
        for run in itertools.chain(runs, [None] * N_READERS):
            if run is not None:
                ahead.append(readers.submit(run.frames, with_edges=with_edges))
            if ahead and (run is None or len(ahead) > N_READERS):
                frames = ahead.popleft().result()
                if frames is not None:
                    yield frames
