"""Tensors of a data provider."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard import errors
from tensorboard.backend.event_processing import (
    data_provider,
    plugin_event_multiplexer,
)
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.context import RequestContext
from tensorboard.data import provider as tb
from tensorboard.summary.writer.record_writer import RecordWriter

from tb_wdnorm.serve.source import (
    ProviderTensors,
    SourceError,
    TagState,
    UnavailableError,
)
from tests.serve.memory_provider import MemoryProvider, MemoryTag

TENSOR = np.zeros((1, 44), np.float32)


class Asked(MemoryProvider):
    """Remembers what it was asked for, and fails when it is told to."""

    asked: dict[str, Any]
    error: Exception | None = None

    def list_tensors(self, ctx: Any, **options: Any) -> Any:
        self.asked = options
        return super().list_tensors(ctx, **options)

    def read_tensors(self, ctx: Any, **options: Any) -> Any:
        self.asked = options
        if self.error is not None:
            raise self.error
        return super().read_tensors(ctx, **options)


@pytest.fixture
def provider() -> Asked:
    data = [tb.TensorDatum(0, 10.0, TENSOR), tb.TensorDatum(7, 12.5, TENSOR)]
    return Asked({"run": {"tag": MemoryTag(b"metadata", data)}})


def source_of(provider: tb.DataProvider) -> ProviderTensors:
    return ProviderTensors(provider, RequestContext(), "an experiment")


def test_tags_are_listed_with_how_far_they_are(provider: Asked) -> None:
    state = TagState(7, 12.5, b"metadata")
    assert source_of(provider).list_tags() == {"run": {"tag": state}}


def test_tags_of_this_plugin_and_experiment_are_listed(provider: Asked) -> None:
    source_of(provider).list_tags()
    assert provider.asked["plugin_name"] == "wdnorm"
    assert provider.asked["experiment_id"] == "an experiment"


def test_tag_without_tensors_is_listed() -> None:
    provider = MemoryProvider({"run": {"tag": MemoryTag(b"", [])}})
    state = TagState(None, None, b"")
    assert source_of(provider).list_tags() == {"run": {"tag": state}}


def test_tensors_are_read(provider: Asked) -> None:
    data = source_of(provider).read("run", "tag", 4 * 44)
    assert [datum.step for datum in data] == [0, 7]


@pytest.mark.parametrize("run_tag", [("deleted", "tag"), ("run", "deleted")])
def test_tensors_that_are_gone_are_none(run_tag: tuple[str, str]) -> None:
    class Empty(Asked):
        def read_tensors(self, ctx: Any, **_: Any) -> Any:
            return {"run": {}}

    assert list(source_of(Empty({})).read(*run_tag, 4)) == []


@pytest.mark.parametrize(
    ("tensor_bytes", "most"),
    [(4 * 44, 559_240), (4 * 44 * 500, 1524), (2**30, 1)],
)
def test_no_more_is_asked_for_than_an_answer_can_hold(
    provider: Asked, tensor_bytes: int, most: int
) -> None:
    source_of(provider).read("run", "tag", tensor_bytes)
    assert provider.asked["downsample"] == most


@pytest.mark.parametrize("error", [TypeError("damaged"), ValueError("damaged")])
def test_damaged_tensors_are_an_error_of_their_own(
    provider: Asked, error: Exception
) -> None:
    provider.error = error
    with pytest.raises(type(error), match="damaged"):
        source_of(provider).read("run", "tag", 4)


def test_tensor_of_no_known_type_is_damaged(tmp_path: Path) -> None:
    value = summary_pb2.Summary.Value(tag="tag")
    value.metadata.data_class = summary_pb2.DATA_CLASS_TENSOR
    value.metadata.plugin_data.plugin_name = "wdnorm"
    value.tensor.dtype = 21
    with (tmp_path / "events.out.tfevents.1").open("wb") as file:
        writer = RecordWriter(file)
        summary = summary_pb2.Summary(value=[value])
        writer.write(event_pb2.Event(step=0, summary=summary).SerializeToString())
    events = plugin_event_multiplexer.EventMultiplexer({".": str(tmp_path)})
    events.Reload()
    source = source_of(data_provider.MultiplexerDataProvider(events, str(tmp_path)))
    with pytest.raises(ValueError, match=r"^no tensor has the type 21$"):
        source.read(".", "tag", 4)


@pytest.mark.parametrize(
    "error", [errors.NotFoundError("gone"), KeyError("gone"), RuntimeError("gone")]
)
def test_other_failure_may_be_over_another_time(
    provider: Asked, error: Exception
) -> None:
    provider.error = error
    with pytest.raises(SourceError) as raised:
        source_of(provider).read("run", "tag", 4)
    assert str(raised.value) == repr(error)


def test_provider_that_lists_nothing_is_unavailable() -> None:
    class Dead(Asked):
        def list_tensors(self, ctx: Any, **_: Any) -> Any:
            raise RuntimeError("connection refused")

        list_runs = list_tensors

    with pytest.raises(UnavailableError) as raised:
        source_of(Dead({})).list_tags()
    assert str(raised.value) == (
        "TensorBoard cannot list its tensors: RuntimeError('connection refused')"
    )
    assert raised.value.http_code == 503
