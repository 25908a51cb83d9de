"""Stored tensors to frames, and what is left out of them."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable

import numpy as np
import pytest
from tensorboard.data import provider as tb

from tb_wdnorm.core.frames import (
    COLUMNS,
    EDGES,
    OTHER_EDGES,
    SERIES_COLUMNS,
    RunFrames,
    RunInfo,
    column_index,
)
from tb_wdnorm.serve import run_reader
from tb_wdnorm.serve.run_reader import RunReader
from tb_wdnorm.serve.source import SourceError
from tb_wdnorm.wire import FrameFormat, decode_format
from tests.serve.fake_tensors import EDGES_TAG, TAG, FakeTensors

MakeInfo = Callable[..., RunInfo]


def read(source: FakeTensors, reader: RunReader | None = None) -> list[int] | None:
    """Steps of run `a`; None if there are no frames."""
    reader = reader or RunReader("a")
    frames, _ = reader.read(source, source.list_tags()["a"], with_edges=False)
    return None if frames is None else frames.steps.tolist()


def frames_of(source: FakeTensors, *, with_edges: bool) -> RunFrames:
    """The frames of run `a`."""
    tags = source.list_tags()["a"]
    frames, is_complete = RunReader("a").read(source, tags, with_edges=with_edges)
    assert frames is not None
    assert is_complete
    return frames


def test_tags_of_a_run_are_joined(make_info: MakeInfo) -> None:
    source = FakeTensors()
    source.add("a", make_info("x/kernel"), [0], tag="kernel_norms/1/first")
    source.add("a", make_info("x/kernel"), [1, 2], tag="kernel_norms/1", start_s=1)
    assert read(source) == [0, 1, 2]


def test_newest_norm_wins(make_info: MakeInfo) -> None:
    source = FakeTensors()
    source.add("a", make_info(norm="l2"), [5, 6], tag="new", start_s=100)
    source.add("a", make_info(norm="l1"), [0, 1], tag="old")
    frames = frames_of(source, with_edges=False)
    assert frames.info.norm == "l2"
    assert frames.steps.tolist() == [5, 6]


def test_metadata_is_decoded_once(
    make_info: MakeInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[bytes] = []

    def decode(content: bytes) -> FrameFormat:
        decoded.append(content)
        return decode_format(content)

    monkeypatch.setattr(run_reader, "decode_format", decode)
    source, reader = FakeTensors(), RunReader("a")
    source.add("a", make_info(), [0], tag="first")
    source.add("a", make_info(), [1], tag="second", start_s=1)
    for _ in range(3):
        read(source, reader)
    assert len(decoded) == 1


def test_bad_tag_leaves_the_others(make_info: MakeInfo) -> None:
    source = FakeTensors()
    source.add("a", b"\xff", tag="bad")
    source.add("a", make_info(), [3], tag="good")
    assert read(source) == [3]


def test_bad_tag_is_one_warning_however_often_it_is_seen(
    caplog: pytest.LogCaptureFixture,
) -> None:
    source, reader = FakeTensors(), RunReader("a")
    for step in range(3):
        source.add("a", b"", [step])
        assert read(source, reader) is None
    message = (
        "tb_wdnorm: left out of run 'a', tag 'kernel_norms/1': format version must be "
        "1 to 2. Received: 0. A newer tb-wdnorm may read it."
    )
    assert caplog.record_tuples == [
        ("tb_wdnorm.serve.run_reader", logging.WARNING, message)
    ]


def test_each_bad_tag_has_its_warning(caplog: pytest.LogCaptureFixture) -> None:
    source = FakeTensors()
    source.add("a", b"", tag="1")
    source.add("a", b"", tag="2")
    read(source)
    tags = [message.split(": ")[1] for message in caplog.messages]
    assert tags == ["left out of run 'a', tag '1'", "left out of run 'a', tag '2'"]


def test_bad_frames_of_a_tag_are_one_warning(
    make_info: MakeInfo, caplog: pytest.LogCaptureFixture
) -> None:
    source = FakeTensors()
    for step in range(5):
        tensor = np.zeros((2, step), np.float32)
        source.add("a", make_info(), [step], start_s=step, tensor=tensor)
    assert read(source) is None
    assert len(caplog.messages) == 1


def test_long_names_and_reasons_are_cut(caplog: pytest.LogCaptureFixture) -> None:
    source = FakeTensors()
    source.add("a" * 10_000, b"", tag="t" * 10_000)
    source.failing["a" * 10_000] = SourceError("e" * 10_000)
    (tags,) = source.list_tags().values()
    RunReader("a" * 10_000).read(source, tags, with_edges=False)
    assert len(caplog.messages[0]) < 1000


def test_frame_of_the_wrong_shape_leaves_the_others(
    make_info: MakeInfo, caplog: pytest.LogCaptureFixture
) -> None:
    source = FakeTensors()
    source.add("a", make_info(), [0])
    source.add("a", make_info(), [1], start_s=1, tensor=np.zeros((2, 3), np.float32))
    source.add("a", make_info(), [2], start_s=2)
    assert read(source) == [0, 2]
    message = (
        "tb_wdnorm: left out of run 'a', tag 'kernel_norms/1': frame must be float32 "
        "[1, 44]. Received: float32 [2, 3]."
    )
    assert caplog.messages == [message]


@pytest.mark.parametrize("wall_time_s", [math.nan, math.inf, -math.inf])
def test_frame_of_no_time_leaves_the_others(
    make_info: MakeInfo, caplog: pytest.LogCaptureFixture, wall_time_s: float
) -> None:
    source = FakeTensors()
    source.add("a", make_info(), [0, 1])
    source.add("a", make_info(), [2], start_s=wall_time_s)
    assert read(source) == [0, 1]
    message = (
        "tb_wdnorm: left out of run 'a', tag 'kernel_norms/1': wall time must be "
        f"finite. Received: {wall_time_s}."
    )
    assert caplog.messages == [message]


@pytest.mark.parametrize(
    ("error", "is_complete"),
    [
        (ValueError("bytes are missing"), True),
        (TypeError("bytes are missing"), True),
        (SourceError("bytes are missing"), False),
    ],
)
def test_tag_that_cannot_be_read_is_left_out(
    make_info: MakeInfo,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    is_complete: bool,
) -> None:
    source = FakeTensors()
    source.add("a", make_info())
    source.failing["a"] = error
    reading = RunReader("a").read(source, source.list_tags()["a"], with_edges=False)
    assert reading == (None, is_complete)
    assert caplog.messages == [
        "tb_wdnorm: left out of run 'a', tag 'kernel_norms/1': bytes are missing."
    ]


def test_tags_too_large_together_are_the_newest(
    make_info: MakeInfo,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Two frames of two kernels.
    monkeypatch.setattr(run_reader, "_MAX_RUN_BYTES", 4 * len(COLUMNS) * 4)
    source = FakeTensors()
    for number, path in enumerate("xyz"):
        source.add("a", make_info(path), [number], tag=path, start_s=number)
    assert read(source) == [1, 2]
    message = (
        "tb_wdnorm: left out of run 'a', tag 'x': too large beside the run's other "
        "tags."
    )
    assert caplog.messages == [message]


def test_source_knows_the_size_of_a_tensor(make_info: MakeInfo) -> None:
    sizes = []

    class Sizes(FakeTensors):
        def read(self, run: str, tag: str, tensor_bytes: int) -> list[tb.TensorDatum]:
            sizes.append(tensor_bytes)
            return []

    source = Sizes()
    source.add("a", make_info("x", "y", "z"))
    assert read(source) is None
    assert sizes == [3 * len(COLUMNS) * 4]


def test_tag_that_comes_back_has_its_warning_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    source, reader = FakeTensors(), RunReader("a")
    source.add("a", b"")
    for tags in (source.list_tags()["a"], {}, source.list_tags()["a"]):
        reader.read(source, tags, with_edges=False)
    assert len(caplog.messages) == 2


def test_tags_that_are_read_one_by_one_are_sampled_alike(make_info: MakeInfo) -> None:
    sizes = []

    class Sizes(FakeTensors):
        def read(self, run: str, tag: str, tensor_bytes: int) -> list[tb.TensorDatum]:
            sizes.append(tensor_bytes)
            return []

    source = Sizes()
    source.add_parts("a", make_info())
    RunReader("a").read(source, source.list_tags()["a"], with_edges=True)
    assert sizes == [len(OTHER_EDGES) * 4] * 2


def with_numbers(source: FakeTensors, info: RunInfo, steps: list[int]) -> FakeTensors:
    """Adds frames whose edges are apart: numbers of the columns, less the step."""
    for step in steps:
        # Less, since a sum that rises would be taken for one that begins anew.
        numbers = np.arange(len(COLUMNS), dtype=np.float32)[np.newaxis] - step
        for tag, columns in ((EDGES_TAG, OTHER_EDGES), (TAG, SERIES_COLUMNS)):
            tensor = numbers[:, [column_index(name) for name in columns]]
            source.add(
                *("a", info, [step]),
                tag=tag,
                columns=columns,
                start_s=step,
                tensor=tensor,
            )
    return source


def test_other_edges_are_not_read_unless_they_are_wanted(make_info: MakeInfo) -> None:
    source = with_numbers(FakeTensors(), make_info(), [0, 1])
    frames = frames_of(source, with_edges=False)
    assert source.reads == [("a", TAG)]
    assert not frames.has_edges
    series = [column_index(name) for name in SERIES_COLUMNS]
    assert frames.values.tolist() == [
        [series],
        [[position - 1 for position in series]],
    ]


def test_all_columns_are_read_where_they_are_wanted(make_info: MakeInfo) -> None:
    source = with_numbers(FakeTensors(), make_info(), [0, 1])
    frames = frames_of(source, with_edges=True)
    assert sorted(source.reads) == [("a", TAG), ("a", EDGES_TAG)]
    assert frames.values.tolist() == [[list(range(44))], [list(range(-1, 43))]]


@pytest.mark.parametrize("with_edges", [False, True])
def test_frames_of_both_formats_are_joined(
    make_info: MakeInfo, with_edges: bool
) -> None:
    source = FakeTensors()
    numbers = np.arange(len(COLUMNS), dtype=np.float32)[np.newaxis]
    source.add("a", make_info(), [0], tag="of version 1", tensor=numbers)
    with_numbers(source, make_info(), [1, 2])
    frames = frames_of(source, with_edges=with_edges)
    assert frames.columns == (COLUMNS if with_edges else SERIES_COLUMNS)
    at = [column_index(name) for name in frames.columns]
    assert frames.steps.tolist() == [0, 1, 2]
    assert frames.values[:, 0].tolist() == [
        at,
        [position - 1 for position in at],
        [position - 2 for position in at],
    ]


def test_columns_that_are_read_anyway_are_kept(make_info: MakeInfo) -> None:
    source = FakeTensors()
    source.add("a", make_info(), [0, 1])
    assert frames_of(source, with_edges=False).has_edges


def test_edges_without_frames_are_none(make_info: MakeInfo) -> None:
    source = FakeTensors()
    source.add("a", make_info(), tag=EDGES_TAG, columns=OTHER_EDGES)
    tags = source.list_tags()["a"]
    assert RunReader("a").read(source, tags, with_edges=True) == (None, True)


def test_frames_without_edges_have_nan(make_info: MakeInfo) -> None:
    source = FakeTensors()
    source.add("a", make_info(), [0], columns=SERIES_COLUMNS)
    frames = frames_of(source, with_edges=True)
    missing = [name for name in EDGES if np.isnan(frames.column(name)).all()]
    assert missing == list(OTHER_EDGES)
    assert frames.column("mean").tolist() == [[0]]


def test_edges_that_cannot_be_read_leave_the_rest(make_info: MakeInfo) -> None:
    source = FakeTensors()
    source.add_parts("a", make_info(), [0, 1])
    source.failing[EDGES_TAG] = SourceError("deadline exceeded")
    tags = source.list_tags()["a"]
    frames, is_complete = RunReader("a").read(source, tags, with_edges=True)
    assert frames is not None
    assert frames.steps.tolist() == [0, 1]
    assert not is_complete


def test_run_too_large_has_the_same_frames_without_edges(
    make_info: MakeInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Two frames of two kernels.
    monkeypatch.setattr(run_reader, "_MAX_RUN_BYTES", 4 * len(COLUMNS) * 4)
    source = FakeTensors()
    for number, path in enumerate("xyz"):
        for tag, columns in ((path, SERIES_COLUMNS), (f"{path}/edges", OTHER_EDGES)):
            source.add(
                *("a", make_info(path), [number]),
                tag=tag,
                start_s=number,
                columns=columns,
            )
    for with_edges in (False, True):
        assert frames_of(source, with_edges=with_edges).steps.tolist() == [1, 2]
