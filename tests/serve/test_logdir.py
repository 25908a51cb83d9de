"""Reading a log directory, whatever is in it."""

from __future__ import annotations

import logging
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import fsspec
import numpy as np
import pytest
import tensorflow as tf
from tensorboard.backend.event_processing.event_file_loader import (
    RawEventFileLoader,
)
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, types_pb2
from tensorboard.summary.writer.record_writer import RecordWriter
from tensorboard.util import tensor_util

from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.serve.logdir import read_logdir

MakeRun = Callable[..., RunFrames]
WriteRun = Callable[[Path, RunFrames], Path]

GOLDEN = Path(__file__).parents[1] / "golden" / "frames_v1.tfevents"
GOLDEN_STEPS = [0, 1, 200]


def record_starts(content: bytes | bytearray) -> list[int]:
    """Where the records of a file begin, and where the last one ends."""
    starts = [0]
    while starts[-1] < len(content):
        (length,) = struct.unpack_from("<Q", content, starts[-1])
        starts.append(starts[-1] + 8 + 4 + length + 4)
    return starts


def write_events(path: Path, *events: event_pb2.Event) -> None:
    writer = RecordWriter(path.open("wb"))
    for event in events:
        writer.write(event.SerializeToString())
    writer.close()


@pytest.fixture
def golden() -> bytes:
    return GOLDEN.read_bytes()


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes], dict[str, RunFrames]]:
    """Reads a directory with one event file of the given content."""

    def read_content(content: bytes) -> dict[str, RunFrames]:
        (tmp_path / "events.out.tfevents.1").write_bytes(content)
        return read_logdir(tmp_path)

    return read_content


Read = Callable[[bytes], dict[str, RunFrames]]


def test_frames_are_read_as_written(
    tmp_path: Path, make_run: MakeRun, write_run: WriteRun
) -> None:
    written = make_run("wd=2e-4", [0, 1, 5], "a/kernel", "b/kernel", l2=2e-4)
    write_run(tmp_path, written)
    read = read_logdir(tmp_path)["wd=2e-4"]
    assert (read.name, read.info) == (written.name, written.info)
    np.testing.assert_array_equal(read.steps, written.steps)
    np.testing.assert_array_equal(read.wall_times_s, written.wall_times_s)
    np.testing.assert_array_equal(read.values, written.values, strict=True)


def test_runs_are_the_directories_below(
    tmp_path: Path, make_run: MakeRun, write_run: WriteRun
) -> None:
    for name in (".", "a", "a/b", "a/b/c"):
        write_run(tmp_path, make_run(name))
    assert list(read_logdir(tmp_path)) == [".", "a", "a/b", "a/b/c"]


def test_runs_come_weakest_decay_first(
    tmp_path: Path, make_run: MakeRun, write_run: WriteRun
) -> None:
    for name, l2 in (("b", 2e-3), ("c", 0.0), ("a", 2e-2), ("d", 2e-4)):
        write_run(tmp_path, make_run(name, l2=l2))
    assert list(read_logdir(tmp_path)) == ["c", "d", "b", "a"]


def test_files_of_one_run_are_joined(
    tmp_path: Path, make_run: MakeRun, write_run: WriteRun
) -> None:
    write_run(tmp_path, make_run("a", [0, 1]))
    write_run(tmp_path, make_run("a", [2, 3]))
    assert read_logdir(tmp_path)["a"].steps.tolist() == [0, 1, 2, 3]


def test_path_may_be_text(
    tmp_path: Path, make_run: MakeRun, write_run: WriteRun
) -> None:
    write_run(tmp_path, make_run("a"))
    assert list(read_logdir(str(tmp_path))) == ["a"]


def test_path_may_begin_at_home(
    tmp_path: Path,
    make_run: MakeRun,
    write_run: WriteRun,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    write_run(tmp_path / "logs", make_run("a"))
    assert list(read_logdir("~/logs")) == ["a"]


def test_directory_without_frames_is_empty(tmp_path: Path) -> None:
    assert read_logdir(tmp_path) == {}


@pytest.fixture(params=["memory", "ram"], ids=["fsspec", "tensorflow"])
def address(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    make_run: MakeRun,
    write_run: WriteRun,
) -> str:
    """A log directory of two runs that is on no disk."""
    for name in ("a", "b/c"):
        write_run(tmp_path, make_run(name, [0, 5], "x/kernel"))
    top = f"{request.param}://{tmp_path.name}"
    for path in tmp_path.rglob("*tfevents*"):
        copy = f"{top}/{path.relative_to(tmp_path)}"
        if request.param == "memory":
            with fsspec.open(copy, "wb") as file:
                file.write(path.read_bytes())
        else:
            tf.io.gfile.makedirs(copy.rpartition("/")[0])
            with tf.io.gfile.GFile(copy, "wb") as file:
                file.write(path.read_bytes())
    return top


def test_remote_directory_is_read(address: str) -> None:
    runs = read_logdir(address)
    assert list(runs) == ["a", "b/c"]
    assert [run.steps.tolist() for run in runs.values()] == [[0, 5], [0, 5]]


@pytest.mark.parametrize("scheme", ["memory", "ram"])
def test_missing_remote_directory_is_an_error(scheme: str) -> None:
    with pytest.raises(FileNotFoundError) as raised:
        read_logdir(f"{scheme}://nowhere")
    assert str(raised.value) == (
        f"`logdir` must be a directory. Received: '{scheme}://nowhere'"
    )


def test_file_that_cannot_be_read_leaves_the_others(
    tmp_path: Path,
    make_run: MakeRun,
    write_run: WriteRun,
    caplog: pytest.LogCaptureFixture,
) -> None:
    write_run(tmp_path, make_run("a", [0, 5], "x/kernel"))
    gone = tmp_path / "a" / "events.out.tfevents.gone"
    gone.symlink_to(tmp_path / "nowhere")
    assert read_logdir(tmp_path)["a"].steps.tolist() == [0, 5]
    (record,) = caplog.records
    assert record.getMessage().startswith(f"tb_wdnorm: {gone} cannot be read: ")


def test_missing_directory_is_an_error(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing")
    with pytest.raises(FileNotFoundError) as raised:
        read_logdir(missing)
    assert str(raised.value) == f"`logdir` must be a directory. Received: {missing!r}"


def test_file_instead_of_a_directory_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "events.out.tfevents.1"
    path.touch()
    with pytest.raises(FileNotFoundError) as raised:
        read_logdir(path)
    assert str(raised.value) == (
        f"`logdir` must be a directory. Received: {str(path)!r}"
    )


def test_other_plugins_events_are_no_runs(tmp_path: Path) -> None:
    value = summary_pb2.Summary.Value(tag="loss", simple_value=0.5)
    summary = summary_pb2.Summary(value=[value])
    write_events(
        tmp_path / "events.out.tfevents.1", event_pb2.Event(step=1, summary=summary)
    )
    assert read_logdir(tmp_path) == {}


def test_other_plugins_events_leave_the_frames(
    tmp_path: Path, make_run: MakeRun, write_run: WriteRun
) -> None:
    write_run(tmp_path, make_run("a"))
    value = summary_pb2.Summary.Value(tag="loss", simple_value=0.5)
    value.metadata.plugin_data.plugin_name = "scalars"
    event = event_pb2.Event(step=9, summary=summary_pb2.Summary(value=[value]))
    write_events(tmp_path / "a" / "events.out.tfevents.9.other", event)
    assert read_logdir(tmp_path)["a"].steps.tolist() == [0, 1, 2]


def test_files_with_other_names_are_not_read(tmp_path: Path) -> None:
    shutil.copy(GOLDEN, tmp_path / "frames.bin")
    assert read_logdir(tmp_path) == {}


def test_empty_file_has_no_frames(read: Read, caplog: pytest.LogCaptureFixture) -> None:
    assert read(b"") == {}
    assert caplog.records == []


def test_last_record_cut_anywhere_is_left_out(
    read: Read, golden: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    *_, last, end = record_starts(golden)
    steps = [read(golden[:cut])["."].steps.tolist() for cut in range(last, end)]
    assert steps == [GOLDEN_STEPS[:-1]] * (end - last)
    # It may still be being written.
    assert caplog.records == []


@pytest.mark.parametrize("n_records", [0, 1])
def test_file_cut_before_the_first_frame_has_none(
    read: Read, golden: bytes, n_records: int
) -> None:
    assert read(golden[: record_starts(golden)[n_records]]) == {}


def test_flipped_bit_in_a_record_leaves_the_rest(
    tmp_path: Path,
    make_run: MakeRun,
    write_run: WriteRun,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = write_run(tmp_path, make_run("a", [0, 1, 2, 3, 4]))
    damaged = bytearray(path.read_bytes())
    # After the version and three frames.
    start, end = record_starts(damaged)[4:6]
    damaged[start + 12 + 40] ^= 4
    path.write_bytes(damaged)
    assert read_logdir(tmp_path)["a"].steps.tolist() == [0, 1, 2, 4]
    what = f"record of {end - start - 16} bytes at byte {start + 12}"
    assert caplog.messages == [f"tb_wdnorm: left out of {path}, damaged: {what}."]


def test_flipped_bit_in_a_length_leaves_what_is_before(
    read: Read, golden: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    third = record_starts(golden)[3]
    damaged = bytearray(golden)
    damaged[third] ^= 1
    assert read(bytes(damaged))["."].steps.tolist() == [0, 1]
    path = tmp_path / "events.out.tfevents.1"
    assert caplog.messages == [
        f"tb_wdnorm: left out of {path}, damaged: all from byte {third} on."
    ]


def test_damaged_first_frame_leaves_the_others(read: Read, golden: bytes) -> None:
    damaged = bytearray(golden)
    damaged[record_starts(golden)[1] + 12 + 40] ^= 4
    assert read(bytes(damaged))["."].steps.tolist() == [1, 200]


def test_damaged_file_leaves_the_others(
    tmp_path: Path, make_run: MakeRun, write_run: WriteRun
) -> None:
    write_run(tmp_path, make_run("a"))
    (tmp_path / "a" / "events.out.tfevents.0").write_bytes(bytes(range(256)) * 8)
    assert read_logdir(tmp_path)["a"].steps.tolist() == [0, 1, 2]


def test_garbage_is_one_warning(
    read: Read, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert read(bytes(range(256)) * 8) == {}
    path = tmp_path / "events.out.tfevents.1"
    message = f"tb_wdnorm: left out of {path}, damaged: all from byte 0 on."
    assert caplog.record_tuples == [
        ("tb_wdnorm.serve.logdir", logging.WARNING, message)
    ]


def test_record_that_is_no_event_is_left_out(
    read: Read, golden: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    record = tmp_path / "record"
    writer = RecordWriter(record.open("wb"))
    writer.write(b"\xff\xff\xff")
    writer.close()
    runs = read(golden + record.read_bytes())
    assert runs["."].steps.tolist() == GOLDEN_STEPS
    path = tmp_path / "events.out.tfevents.1"
    what = f"record of 3 bytes at byte {len(golden) + 12}"
    assert caplog.messages == [f"tb_wdnorm: left out of {path}, damaged: {what}."]


@pytest.mark.parametrize(
    "tensor",
    [
        tensor_pb2.TensorProto(dtype=types_pb2.DT_INVALID),
        tensor_pb2.TensorProto(dtype=types_pb2.DT_FLOAT, tensor_content=b"\0" * 7),
        tensor_pb2.TensorProto(
            dtype=types_pb2.DT_FLOAT,
            tensor_shape={"dim": [{"size": 3}]},
            tensor_content=b"\0" * 8,
        ),
    ],
    ids=["no type", "half a number", "two numbers of three"],
)
def test_frame_that_is_no_tensor_is_left_out(
    tmp_path: Path, tensor: tensor_pb2.TensorProto, caplog: pytest.LogCaptureFixture
) -> None:
    records = RawEventFileLoader(str(GOLDEN)).Load()
    events = [event_pb2.Event.FromString(record) for record in records]
    events[2].summary.value[0].tensor.CopyFrom(tensor)
    path = tmp_path / "events.out.tfevents.1"
    write_events(path, *events)
    assert read_logdir(tmp_path)["."].steps.tolist() == [0, 200]
    with pytest.raises((TypeError, ValueError)) as raised:
        tensor_util.make_ndarray(tensor)
    assert caplog.messages == [
        f"tb_wdnorm: left out of {path}, damaged: frame at step 1: {raised.value}."
    ]
