"""Whatever is in a log or a query, there is an answer, and never a 5xx."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2
from tensorboard.data import provider as tb
from tensorboard.summary.writer.record_writer import RecordWriter
from tensorboard.util import tensor_util

from tb_wdnorm.core.frames import COLUMNS, KernelInfo, RunInfo
from tb_wdnorm.serve.identifier import identifier
from tb_wdnorm.serve.routes import ROUTES
from tb_wdnorm.wire import encode_info
from tests.serve.hostile import ask
from tests.serve.memory_provider import MemoryProvider, MemoryTag
from tests.serve.strategies import HEADERS, QUERIES, Log, for_log, logs
from tests.serve.wsgi_app import App, LogdirApp

_SETTINGS = settings(
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
MakeInfo = Callable[..., RunInfo]

_XY = f"{identifier('x')}.{identifier('y')}"
VARIANTS = [
    *("overview", "series", "snapshot", "distributions", "findings", "export"),
    "series?relative=start",
    "series?relative=baseline&max_points=3",
    "series?relative=target&seeds=merge",
    "snapshot?relative=baseline",
    "distributions?over=batches",
    "export?format=json",
]


@_SETTINGS
@given(logs(), st.lists(st.tuples(QUERIES, HEADERS), min_size=1, max_size=5))
def test_any_query_on_any_log_has_an_answer(
    log: Log, asked: list[tuple[str, dict[str, str]]]
) -> None:
    app = App(MemoryProvider(log))
    for query, headers in asked:
        ask(app, for_log(query, log), headers)


@_SETTINGS
@given(logs())
def test_any_log_has_all_answers(log: Log) -> None:
    app = App(MemoryProvider(log))
    for query in VARIANTS:
        assert ask(app, query, {}) == 200


@_SETTINGS
@given(logs(), st.data())
def test_any_event_file_has_all_answers(log: Log, data: st.DataObject) -> None:
    events = [
        [
            _event(tag, stored.content, datum, data)
            for tag, stored in tags.items()
            for datum in stored.data
        ]
        for tags in log.values()
    ]
    with tempfile.TemporaryDirectory() as logdir:
        for number, of_run in enumerate(events):
            path = Path(logdir, f"run {number}", "events.out.tfevents.1")
            path.parent.mkdir()
            writer = RecordWriter(path.open("wb"))
            for event in of_run:
                writer.write(event.SerializeToString())
            writer.close()
        app = LogdirApp(Path(logdir))
        for query in VARIANTS:
            assert ask(app, query, {}) == 200


def _event(
    tag: str, content: bytes, datum: tb.TensorDatum, data: st.DataObject
) -> event_pb2.Event:
    value = summary_pb2.Summary.Value(tag=tag)
    value.metadata.data_class = summary_pb2.DATA_CLASS_TENSOR
    value.metadata.plugin_data.plugin_name = "wdnorm"
    value.metadata.plugin_data.content = content
    if datum.numpy.dtype != object:
        value.tensor.CopyFrom(tensor_util.make_tensor_proto(datum.numpy))
        _damage(value.tensor, data)
    return event_pb2.Event(
        step=datum.step,
        wall_time=datum.wall_time,
        summary=summary_pb2.Summary(value=[value]),
    )


def _damage(proto: tensor_pb2.TensorProto, data: st.DataObject) -> None:
    damage = data.draw(st.sampled_from([None] * 9 + ["dtype", "shape", "content"]))
    if damage == "dtype":
        proto.dtype = data.draw(st.integers(0, 30))
    elif damage == "shape":
        proto.tensor_shape.dim.add(size=data.draw(st.integers(-2, 9)))
    elif damage == "content":
        proto.tensor_content = data.draw(st.binary(max_size=9))


@pytest.mark.parametrize("norm", ["l2", "l1", "linf", "rms", "of a function"])
@pytest.mark.parametrize(
    ("shape", "axes"),
    [
        ((2**53,), (0,)),
        ((2**26, 2**27), (0, 1)),
        ((0, 3), (0,)),
        ((0, 3), (1,)),
        ((), ()),
    ],
)
def test_kernels_of_any_size_can_be_put_together(
    norm: str, shape: tuple[int, ...], axes: tuple[int, ...]
) -> None:
    largest = float(np.finfo(np.float64).max)
    kernels = tuple(
        KernelInfo(path, "", "", "", shape, axes, "", (largest, largest))
        for path in ("x", "y")
    )
    frames = [
        tb.TensorDatum(step, float(step), np.full((2, len(COLUMNS)), value, np.float32))
        for step, value in ((0, 1), (1, np.finfo(np.float32).max), (2**63 - 1, -1))
    ]
    content = encode_info(RunInfo(kernels, norm, "", largest), COLUMNS)
    app = App(
        MemoryProvider({run: {"tag": MemoryTag(content, frames)} for run in "ab"})
    )
    for query in VARIANTS:
        if "kernels" in ROUTES[query.partition("?")[0]].parameters:
            joined = f"{query}{'&' if '?' in query else '?'}kernels={_XY}"
            assert ask(app, joined, {}) == 200


@pytest.mark.parametrize(
    "name",
    [
        "<img src=x onerror=alert(1)>",
        "\u202egnp.exe",
        "a" * 10_000,
        "nul\0nul",
        "line\r\nline",
        "'\";,",
    ],
)
def test_names_are_answered_as_they_are(name: str, make_info: MakeInfo) -> None:
    info = make_info(name)
    (kernel,) = info.kernels
    info = replace(info, kernels=(replace(kernel, group=name),), label=name, norm=name)
    frame = tb.TensorDatum(0, 0.0, np.ones((1, len(COLUMNS)), np.float32))
    log = {name: {name: MemoryTag(encode_info(info, COLUMNS), [frame])}}
    app = App(MemoryProvider(log))
    for query in VARIANTS:
        assert ask(app, query, {}) == 200
    plain = {"Accept-Encoding": "identity"}
    overview = json.loads(app.get("overview", headers=plain).data)
    assert overview["runs"][0]["name"] == overview["runs"][0]["label"] == name
    assert overview["kernels"][0]["path"] == overview["groups"][0]["name"] == name
    (row,) = json.loads(app.get("export?format=json").data)
    assert row["run"] == row["kernel"] == row["group"] == name


def test_name_that_is_no_text_is_answered_as_text(make_info: MakeInfo) -> None:
    frame = tb.TensorDatum(0, 0.0, np.ones((1, len(COLUMNS)), np.float32))
    log = {"gr\udcfcn": {"tag": MemoryTag(encode_info(make_info(), COLUMNS), [frame])}}
    app = App(MemoryProvider(log))
    for query in VARIANTS:
        assert ask(app, query, {}) == 200
    assert app.get("export").text.splitlines()[1].startswith("gr�n,")
