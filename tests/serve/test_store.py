"""Frames, kept until they change."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pytest
from tensorboard.data import provider as tb

from tb_wdnorm.core.frames import COLUMNS, RunInfo
from tb_wdnorm.serve.source import TagState
from tb_wdnorm.serve.store import FrameStore
from tb_wdnorm.wire import encode_info

MakeInfo = Callable[..., RunInfo]
Tensor = npt.NDArray[np.generic]


class FakeTensors:
    """Tensors in memory, which remember what was read of them."""

    def __init__(self, experiment_id: str = "") -> None:
        self.experiment_id = experiment_id
        self.reads: list[tuple[str, str]] = []
        self._contents: dict[str, dict[str, bytes]] = {}
        self._data: dict[tuple[str, str], list[tb.TensorDatum]] = {}

    def add(
        self,
        run: str,
        content: RunInfo | bytes,
        steps: Sequence[int] = (0,),
        *,
        tag: str = "kernel_norms/1",
        start_s: float = 0.0,
        tensor: Tensor | None = None,
    ) -> None:
        """Adds frames of one kernel, written one a second."""
        if isinstance(content, RunInfo):
            content = encode_info(content)
        self._contents.setdefault(run, {})[tag] = content
        if tensor is None:
            tensor = np.zeros((1, len(COLUMNS)), np.float32)
        self._data.setdefault((run, tag), []).extend(
            tb.TensorDatum(step, start_s + t, tensor) for t, step in enumerate(steps)
        )

    def remove(self, run: str) -> None:
        del self._contents[run]

    def list_tags(self) -> Mapping[str, Mapping[str, TagState]]:
        return {
            run: {
                tag: TagState(
                    max(datum.step for datum in self._data[run, tag]),
                    max(datum.wall_time for datum in self._data[run, tag]),
                    content,
                )
                for tag, content in tags.items()
            }
            for run, tags in self._contents.items()
        }

    def read(self, run: str, tag: str) -> Sequence[tb.TensorDatum]:
        self.reads.append((run, tag))
        return self._data[run, tag]


class BrokenTensors(FakeTensors):
    """Tensors of which one run's cannot be read."""

    def read(self, run: str, tag: str) -> Sequence[tb.TensorDatum]:
        if run == "broken":
            raise ValueError("bytes are missing")
        return super().read(run, tag)


def names(store: FrameStore, source: FakeTensors) -> list[str]:
    return [run.name for run in store.runs(source)]


def test_no_tags_are_no_runs() -> None:
    assert FrameStore().runs(FakeTensors()) == []


def test_tags_of_a_run_are_joined(make_info: MakeInfo) -> None:
    source = FakeTensors()
    source.add("a", make_info("x/kernel"), [0], tag="kernel_norms/1/first")
    source.add("a", make_info("x/kernel"), [1, 2], tag="kernel_norms/1", start_s=1)
    (run,) = FrameStore().runs(source)
    assert run.steps.tolist() == [0, 1, 2]


def test_nothing_is_read_twice(make_info: MakeInfo) -> None:
    source, store = FakeTensors(), FrameStore()
    source.add("a", make_info(), [0, 1])
    first = store.runs(source)
    source.reads.clear()
    assert store.runs(source)[0] is first[0]
    assert source.reads == []


def test_only_the_run_that_grew_is_read_again(make_info: MakeInfo) -> None:
    source, store = FakeTensors(), FrameStore()
    source.add("a", make_info(), [0])
    source.add("b", make_info(), [0])
    store.runs(source)
    source.reads.clear()
    source.add("b", make_info(), [1], start_s=1)
    assert [run.steps.tolist() for run in store.runs(source)] == [[0], [0, 1]]
    assert source.reads == [("b", "kernel_norms/1")]


def test_run_that_was_restarted_is_read_again(make_info: MakeInfo) -> None:
    source, store = FakeTensors(), FrameStore()
    source.add("a", make_info(), [0, 1, 2])
    store.runs(source)
    source.add("a", make_info(), [1], start_s=100)
    assert store.runs(source)[0].steps.tolist() == [0, 1]


def test_new_tag_is_read(make_info: MakeInfo) -> None:
    source, store = FakeTensors(), FrameStore()
    source.add("a", make_info(), [0])
    store.runs(source)
    source.add("a", make_info(l2=2e-4), [1], tag="kernel_norms/2", start_s=1)
    (run,) = store.runs(source)
    assert run.steps.tolist() == [0, 1]
    assert run.info.label == "l2=2e-4"


def test_deleted_run_is_forgotten(make_info: MakeInfo) -> None:
    source, store = FakeTensors(), FrameStore()
    source.add("a", make_info())
    source.add("b", make_info())
    store.runs(source)
    source.remove("a")
    assert names(store, source) == ["b"]


def test_run_that_comes_back_is_read_again(make_info: MakeInfo) -> None:
    source, store = FakeTensors(), FrameStore()
    source.add("a", make_info(), [0])
    before = store.runs(source)[0]
    content = source.list_tags()["a"]["kernel_norms/1"].content
    source.remove("a")
    store.runs(source)
    source.add("a", content, [])
    assert store.runs(source)[0] is not before


def test_experiments_are_kept_apart(make_info: MakeInfo) -> None:
    store = FrameStore()
    one, other = FakeTensors("one"), FakeTensors("other")
    one.add("a", make_info(), [0])
    other.add("a", make_info(), [7])
    assert store.runs(one)[0].steps.tolist() == [0]
    assert store.runs(other)[0].steps.tolist() == [7]


def test_run_of_another_experiment_is_not_forgotten(make_info: MakeInfo) -> None:
    store = FrameStore()
    one, other = FakeTensors("one"), FakeTensors("other")
    one.add("a", make_info())
    store.runs(one)
    store.runs(other)
    one.reads.clear()
    store.runs(one)
    assert one.reads == []


def test_runs_come_by_decay_then_by_name(make_info: MakeInfo) -> None:
    source = FakeTensors()
    for name, l2 in (("d", 2e-4), ("c", 0.0), ("a", 2e-3), ("b", 2e-4)):
        source.add(name, make_info(l2=l2))
    assert names(FrameStore(), source) == ["c", "b", "d", "a"]


def test_bad_tag_leaves_the_others(make_info: MakeInfo) -> None:
    source = FakeTensors()
    source.add("a", b"\xff", tag="bad")
    source.add("a", make_info(), [3], tag="good")
    (run,) = FrameStore().runs(source)
    assert run.steps.tolist() == [3]


def test_run_with_nothing_but_bad_tags_is_left_out(make_info: MakeInfo) -> None:
    source = FakeTensors()
    source.add("a", b"")
    source.add("b", make_info())
    assert names(FrameStore(), source) == ["b"]


def test_bad_tag_is_one_warning_however_often_it_is_seen(
    caplog: pytest.LogCaptureFixture,
) -> None:
    source, store = FakeTensors(), FrameStore()
    for step in range(3):
        source.add("a", b"", [step])
        store.runs(source)
    message = (
        "tb_wdnorm: left out of run 'a', tag 'kernel_norms/1': format version must be "
        "1 to 1. Received: 0. A newer tb-wdnorm may read it."
    )
    assert caplog.record_tuples == [("tb_wdnorm.serve.store", logging.WARNING, message)]


def test_each_bad_tag_has_its_warning(caplog: pytest.LogCaptureFixture) -> None:
    source = FakeTensors()
    source.add("a", b"", tag="1")
    source.add("a", b"", tag="2")
    source.add("b", b"", tag="1")
    FrameStore().runs(source)
    tags = [message.split(": ")[1] for message in caplog.messages]
    assert tags == [
        f"left out of run {r}" for r in ("'a', tag '1'", "'a', tag '2'", "'b', tag '1'")
    ]


def test_frame_of_the_wrong_shape_leaves_the_others(
    make_info: MakeInfo, caplog: pytest.LogCaptureFixture
) -> None:
    source = FakeTensors()
    source.add("a", make_info(), [0])
    source.add("a", make_info(), [1], start_s=1, tensor=np.zeros((2, 3), np.float32))
    source.add("a", make_info(), [2], start_s=2)
    (run,) = FrameStore().runs(source)
    assert run.steps.tolist() == [0, 2]
    message = (
        "tb_wdnorm: left out of run 'a', tag 'kernel_norms/1': frame must be float32 "
        "[1, 44]. Received: float32 [2, 3]."
    )
    assert caplog.messages == [message]


def test_tag_that_cannot_be_read_leaves_the_other_runs(
    make_info: MakeInfo, caplog: pytest.LogCaptureFixture
) -> None:
    source = BrokenTensors()
    source.add("broken", make_info())
    source.add("whole", make_info())
    assert names(FrameStore(), source) == ["whole"]
    assert caplog.messages == [
        "tb_wdnorm: left out of run 'broken', tag 'kernel_norms/1': bytes are missing."
    ]


def test_newest_norm_wins(make_info: MakeInfo) -> None:
    source = FakeTensors()
    source.add("a", make_info(norm="l2"), [5, 6], tag="new", start_s=100)
    source.add("a", make_info(norm="l1"), [0, 1], tag="old")
    (run,) = FrameStore().runs(source)
    assert run.info.norm == "l2"
    assert run.steps.tolist() == [5, 6]
