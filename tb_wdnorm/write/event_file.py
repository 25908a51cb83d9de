"""One event file: records on a file system, with or without TensorFlow."""

from __future__ import annotations

import itertools
import logging
import os
import socket
import sys
import time
from typing import Any

from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.compat.tensorflow_stub.io import gfile as stub_gfile
from tensorboard.summary.writer.record_writer import RecordWriter

from tb_wdnorm.write.claim import claim, is_claimed

_logger = logging.getLogger(__name__)

_SUFFIX = ".wdnorm"
_serial_numbers = itertools.count()


class EventFile:
    """A new event file in a run's directory.

    Where the process has TensorFlow loaded, TensorFlow writes: it knows more
    file systems and computes checksums faster. Otherwise TensorBoard does.

    Args:
        logdir: The run's directory; created if need be.

    Raises:
        ValueError: If `logdir` is empty.
        OSError: If the file cannot be created there.
    """

    def __init__(self, logdir: str | os.PathLike[str]) -> None:
        directory = make_directory(logdir)
        now = time.time()
        # TensorBoard takes the files of a run in the order of their names.
        name = (
            f"events.out.tfevents.{int(now):010d}.{socket.gethostname()}"
            f".{os.getpid()}.{next(_serial_numbers)}{_SUFFIX}"
        )
        self.path = os.path.join(directory, name)
        self._claimed = None
        if _is_local(directory):
            _warn_if_claimed(directory)
        try:
            self._records = _open_records(self.path)
            self._write(event_pb2.Event(wall_time=now, file_version="brain.Event:2"))
            self.flush()
        except Exception as error:
            # Every file system has exceptions of its own.
            raise OSError(
                f"`logdir` must be a directory that a file can be written to. "
                f"Received: {directory!r} ({error})"
            ) from error
        if _is_local(directory):
            self._claimed = claim(self.path)

    def write(
        self, summary: summary_pb2.Summary, step: int, wall_time_s: float
    ) -> None:
        """Appends a summary; it reaches the disk with the next `flush`."""
        self._write(event_pb2.Event(wall_time=wall_time_s, step=step, summary=summary))

    def _write(self, event: event_pb2.Event) -> None:
        self._records.write(event.SerializeToString())

    def flush(self) -> None:
        """Hands everything written so far to the operating system.

        Raises:
            FileNotFoundError: If the file has been removed.
        """
        self._records.flush()
        # The system goes on writing to a file that nobody will ever read.
        if _is_local(self.path) and not os.path.exists(self.path):
            raise FileNotFoundError("the file has been removed")

    def close(self) -> None:
        """Flushes and closes the file."""
        try:
            self._records.close()
        finally:
            if self._claimed is not None:
                self._claimed.close()


def make_directory(logdir: str | os.PathLike[str]) -> str:
    """Creates a run's directory unless it exists.

    Returns:
        Its path.

    Raises:
        ValueError: If `logdir` is empty.
        OSError: If it cannot be created or, where it is local, not written to.
    """
    directory = os.fspath(logdir)
    if not directory:
        raise ValueError("`logdir` must be the path of a directory. Received: ''")
    try:
        _file_system().makedirs(directory)
    except Exception as error:
        # Every file system has exceptions of its own.
        if not os.path.isdir(directory):
            raise OSError(
                f"`logdir` must be a directory that can be created. "
                f"Received: {directory!r} ({error})"
            ) from error
    if _is_local(directory) and not os.access(directory, os.W_OK | os.X_OK):
        raise PermissionError(
            f"`logdir` must be a writable directory. Received: {directory!r}"
        )
    return directory


def _warn_if_claimed(directory: str) -> None:
    with os.scandir(directory) as entries:
        claimed = any(e.name.endswith(_SUFFIX) and is_claimed(e.path) for e in entries)
    if claimed:
        _logger.warning(
            "tb_wdnorm: another writer is writing to the run %s. Give each training "
            "a directory of its own, or the frames of one replace the other's.",
            directory,
        )


def _open_records(path: str) -> Any:
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is not None:
        return tensorflow.io.TFRecordWriter(path)
    if _is_local(path):
        return RecordWriter(open(path, "xb"))
    return RecordWriter(stub_gfile.GFile(path, "wb"))


def _file_system() -> Any:
    tensorflow = sys.modules.get("tensorflow")
    return stub_gfile if tensorflow is None else tensorflow.io.gfile


def _is_local(path: str) -> bool:
    return "://" not in path
