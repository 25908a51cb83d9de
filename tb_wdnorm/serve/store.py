"""Runs as TensorBoard has them, read when they have changed."""

from __future__ import annotations

import itertools
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.serve.byte_cache import ByteCache
from tb_wdnorm.serve.run_summary import RunSummary
from tb_wdnorm.serve.source import TagState, TensorSource
from tb_wdnorm.serve.stored_run import StoredRun

# The name of an experiment is part of a URL, and so anything.
_MAX_EXPERIMENTS = 16
N_READERS = 2
"""How many runs are read at once: the data server has processors, too."""


@dataclass(frozen=True)
class ListedRun:
    """A run, as a request found it.

    Attributes:
        summary: What is known without its frames.
    """

    summary: RunSummary
    _stored: StoredRun
    _source: TensorSource

    def frames(self, *, with_edges: bool) -> RunFrames | None:
        """Returns the frames; None if they can no longer be read.

        Args:
            with_edges: Whether they must have all columns; else those of
                `SERIES_COLUMNS` are enough, which take less time to read.
        """
        return self._stored.frames(self._source, with_edges=with_edges)

    @property
    def has_changed(self) -> bool:
        """Whether other frames than those of the summary have become known."""
        return self._stored.version != self.summary.version


class Listing:
    """The runs of an experiment; only those are read that are asked for."""

    def __init__(
        self,
        source: TensorSource,
        tags: Mapping[str, Mapping[str, TagState]],
        stored: Mapping[str, StoredRun],
        number: int,
    ) -> None:
        self._source = source
        self._tags = tags
        self._names_by_id = {run.id: name for name, run in stored.items()}
        self._stored = stored
        self._number = number

    def find(self, run_ids: Sequence[str]) -> Sequence[ListedRun | None]:
        """Returns runs by id, None for those that are none or have no frame."""
        names = [self._names_by_id.get(run_id) for run_id in run_ids]
        self._refresh([name for name in names if name is not None])
        return [None if name is None else self._listed(name) for name in names]

    def runs(self) -> Sequence[ListedRun]:
        """Returns all runs that have frames, weakest decay first, then by name."""
        self._refresh(list(self._stored))
        found = [run for name in self._stored if (run := self._listed(name))]
        return sorted(found, key=lambda run: (run.summary.decay, run.summary.name))

    def _refresh(self, names: Sequence[str]) -> None:
        """Reads several runs at once."""
        stale = [
            n
            for n in names
            if not self._stored[n].is_current(self._tags[n], self._number)
        ]
        if len(stale) > 1:
            with ThreadPoolExecutor(N_READERS) as readers:
                list(readers.map(self._listed, stale))

    def _listed(self, name: str) -> ListedRun | None:
        stored = self._stored[name]
        summary = stored.refresh(self._source, self._tags[name], self._number)
        if summary is None:
            return None
        return ListedRun(summary, stored, self._source)


class FrameStore:
    """Knows the runs of a source, and reads only what is new.

    Safe to call from several threads. What cannot be read is left out, with
    one warning that names run and tag.

    Args:
        cache: Where frames are kept; summaries are kept beside it.
    """

    def __init__(self, cache: ByteCache) -> None:
        self.token = secrets.token_hex(4)
        self._cache = cache
        self._lock = threading.Lock()
        self._experiments: OrderedDict[str, dict[str, StoredRun]] = OrderedDict()
        self._listings = itertools.count()
        self._versions = itertools.count()

    def listing(self, source: TensorSource) -> Listing:
        """Returns the runs that there are now.

        Raises:
            PublicError: If the source cannot list them.
        """
        number = next(self._listings)
        tags = source.list_tags()
        with self._lock:
            runs = self._experiment(source.experiment_id)
            for name in [n for n in runs if n not in tags and runs[n].listed < number]:
                runs.pop(name).forget()
            for name in tags:
                if name not in runs:
                    runs[name] = StoredRun(name, self._cache, self._new_version)
            stored = {name: runs[name] for name in tags}
        return Listing(source, tags, stored, number)

    def _experiment(self, experiment_id: str) -> dict[str, StoredRun]:
        runs = self._experiments.setdefault(experiment_id, {})
        self._experiments.move_to_end(experiment_id)
        if len(self._experiments) > _MAX_EXPERIMENTS:
            _, dropped = self._experiments.popitem(last=False)
            for run in dropped.values():
                run.forget()
        return runs

    def _new_version(self) -> str:
        return f"{self.token}-{next(self._versions)}"
