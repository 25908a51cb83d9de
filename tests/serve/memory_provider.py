"""A data provider of tensors in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tensorboard import errors
from tensorboard.data import provider as tb


class MemoryTag(NamedTuple):
    """A tag.

    Attributes:
        content: Its metadata.
        data: Its tensors.
    """

    content: bytes
    data: Sequence[tb.TensorDatum]


class MemoryProvider(tb.DataProvider):
    """Provides tensors, and nothing else.

    Args:
        log: Tags by run and tag.
    """

    def __init__(self, log: Mapping[str, Mapping[str, MemoryTag]]) -> None:
        self.log = log

    def list_tensors(self, ctx: Any, **_: Any) -> Any:
        return {
            run: {tag: _series(stored) for tag, stored in tags.items()}
            for run, tags in self.log.items()
        }

    def read_tensors(
        self, ctx: Any, *, run_tag_filter: tb.RunTagFilter, **_: Any
    ) -> Any:
        return {
            run: {tag: self.log[run][tag].data for tag in run_tag_filter.tags}
            for run in run_tag_filter.runs
        }

    def list_plugins(self, ctx: Any, *, experiment_id: str) -> list[str]:
        return ["wdnorm"]

    def list_runs(self, ctx: Any, **_: Any) -> Any:
        return [tb.Run(run_id=run, run_name=run, start_time=None) for run in self.log]

    def experiment_metadata(self, ctx: Any, **_: Any) -> Any:
        return tb.ExperimentMetadata()

    def list_scalars(self, ctx: Any, **_: Any) -> Any:
        return {}

    def read_blob(self, ctx: Any, *, blob_key: str) -> bytes:
        raise errors.NotFoundError(f"no blob {blob_key!r}")

    read_scalars = read_last_scalars = list_scalars
    list_blob_sequences = read_blob_sequences = list_scalars


def _series(stored: MemoryTag) -> tb.TensorTimeSeries:
    return tb.TensorTimeSeries(
        max_step=max((datum.step for datum in stored.data), default=None),
        max_wall_time=max((datum.wall_time for datum in stored.data), default=None),
        plugin_content=stored.content,
        description="",
        display_name="",
    )
