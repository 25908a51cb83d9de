"""One event file, with and without TensorFlow."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import tensorflow as tf
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.compat.proto import summary_pb2

from tb_wdnorm.write.event_file import EventFile, make_directory

SUMMARY = summary_pb2.Summary(
    value=[summary_pb2.Summary.Value(tag="loss", simple_value=0.5)]
)

# Reads nothing and imports no framework: what it writes, TensorBoard writes.
WRITE_WITHOUT_TENSORFLOW = """
import sys
from tensorboard.compat.proto import summary_pb2
from tb_wdnorm.write.event_file import EventFile

file = EventFile(sys.argv[1])
value = summary_pb2.Summary.Value(tag="loss", simple_value=0.5)
file.write(summary_pb2.Summary(value=[value]), 7, 1.5)
file.close()
assert "tensorflow" not in sys.modules
"""

MAKE_DIRECTORY_AS_NOBODY = """
import os, sys
from tb_wdnorm.write.event_file import make_directory

if os.geteuid() == 0:  # who may write everywhere
    os.setuid(65534)
try:
    make_directory(sys.argv[1])
except PermissionError as error:
    print(error)
"""


def events(path: Path) -> list[tuple[int, float, float]]:
    """Step, wall time and value of the scalars in a file, by TensorBoard."""
    return [
        (event.step, event.wall_time, event.summary.value[0].tensor.float_val[0])
        for event in EventFileLoader(str(path)).Load()
        if event.summary.value
    ]


@pytest.fixture
def read_only_directory() -> Iterator[str]:
    # Not below `tmp_path`, which nobody but its owner can enter.
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o555)
        yield directory
        Path(directory).chmod(0o755)


def test_tensorboard_reads_what_tensorflow_writes(tmp_path: Path) -> None:
    file = EventFile(tmp_path)
    file.write(SUMMARY, 7, 1.5)
    file.close()
    assert events(Path(file.path)) == [(7, 1.5, 0.5)]


def test_tensorboard_reads_what_is_written_without_tensorflow(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-c", WRITE_WITHOUT_TENSORFLOW, tmp_path], check=True
    )
    (path,) = tmp_path.iterdir()
    assert events(path) == [(7, 1.5, 0.5)]


def test_tensorflow_writes_to_its_own_file_systems() -> None:
    file = EventFile("ram://logs/run")
    file.write(SUMMARY, 7, 1.5)
    file.close()
    assert len(list(tf.data.TFRecordDataset(file.path))) == 2


def test_first_record_is_the_version(tmp_path: Path) -> None:
    file = EventFile(tmp_path)
    file.close()
    (event,) = EventFileLoader(file.path).Load()
    assert event.file_version == "brain.Event:2"


def test_flush_brings_events_to_the_disk(tmp_path: Path) -> None:
    file = EventFile(tmp_path)
    file.write(SUMMARY, 7, 1.5)
    file.flush()
    assert events(Path(file.path)) == [(7, 1.5, 0.5)]
    file.close()


def test_directories_are_created(tmp_path: Path) -> None:
    file = EventFile(tmp_path / "a" / "b")
    file.close()
    assert Path(file.path).parent == tmp_path / "a" / "b"


def test_files_of_one_process_have_different_names(tmp_path: Path) -> None:
    paths = set()
    for _ in range(3):
        file = EventFile(tmp_path)
        file.close()
        paths.add(file.path)
    assert len(paths) == 3


def test_make_directory_returns_its_path(tmp_path: Path) -> None:
    assert make_directory(tmp_path / "run") == str(tmp_path / "run")


def test_existing_directory_stays(tmp_path: Path) -> None:
    assert make_directory(tmp_path) == str(tmp_path)


def test_empty_path_is_an_error() -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the message is below
        EventFile("")
    assert str(raised.value) == (
        "`logdir` must be the path of a directory. Received: ''"
    )


@pytest.mark.parametrize("below", ["", "run"])
def test_path_at_or_below_a_file_is_an_error(tmp_path: Path, below: str) -> None:
    path = tmp_path / "file"
    path.touch()
    with pytest.raises(OSError) as raised:  # noqa: PT011 - the message is below
        EventFile(path / below)
    # The end is the file system's own explanation.
    assert str(raised.value) == (
        "`logdir` must be a directory that can be created. "
        f"Received: {str(path / below)!r} ({raised.value.__cause__})"
    )


def test_directory_that_is_not_writable_is_an_error(read_only_directory: str) -> None:
    child = subprocess.run(
        [sys.executable, "-c", MAKE_DIRECTORY_AS_NOBODY, read_only_directory],
        check=True,
        capture_output=True,
        text=True,
    )
    assert child.stdout == (
        f"`logdir` must be a writable directory. Received: {read_only_directory!r}\n"
    )
