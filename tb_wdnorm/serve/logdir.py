"""Reading a log directory without a server and without TensorFlow."""

from __future__ import annotations

import logging
import os
import struct
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from google.protobuf.message import DecodeError
from tensorboard.compat import tf
from tensorboard.compat.proto import event_pb2
from tensorboard.compat.tensorflow_stub.io import gfile
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c
from tensorboard.data import provider as tb
from tensorboard.util import tensor_util

from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.serve.run_reader import RunReader
from tb_wdnorm.serve.source import TagState
from tb_wdnorm.wire import PLUGIN_NAME

_logger = logging.getLogger(__name__)

_HEADER = struct.Struct("<QI")
_CHECKSUM = struct.Struct("<I")


def read_logdir(logdir: str | os.PathLike[str]) -> dict[str, RunFrames]:
    """Reads every frame below a log directory.

    Example:

        runs = tb_wdnorm.read_logdir("logs")
        run = runs["wd=2e-4"]
        run.steps             # int64 [frames]
        run.paths             # ("input/kernel", …)
        run.column("mean")    # float32 [frames, kernels]
        run.edges             # float32 [frames, kernels, 33], quantiles at i/32

    Args:
        logdir: What `tensorboard --logdir` takes: a local directory, or an
            address such as `gs://bucket/logs`. It is read with fsspec or, if that
            does not know it, with TensorFlow.

    Returns:
        Runs by name, weakest decay first. What is damaged is left out with a
        warning; a record at the end that is not complete is taken for one that
        is still being written.

    Raises:
        FileNotFoundError: If there is no such directory.
        OSError: If it cannot be read.
        ImportError: If what reads such an address is not installed.
        ValueError: If nothing knows such an address.
    """
    source = LogdirTensors(logdir)
    readings = [
        RunReader(run).read(source, tags, with_edges=True)
        for run, tags in source.list_tags().items()
    ]
    runs = [reading.frames for reading in readings if reading.frames is not None]
    runs.sort(key=lambda run: (run.info.decay_strength, run.name))
    return {run.name: run for run in runs}


class LogdirTensors:
    """This plugin's tensors in the event files below a log directory.

    Args:
        logdir: See `read_logdir`. It is read once, here.

    Raises:
        OSError, ImportError, ValueError: See `read_logdir`.
    """

    experiment_id = ""

    def __init__(self, logdir: str | os.PathLike[str]) -> None:
        top = os.path.expanduser(os.fspath(logdir))
        try:
            self._file_system = _file_system(top)
            is_directory = self._file_system.isdir(top)
        except (ImportError, ValueError):
            raise
        except Exception as error:
            # Every file system has exceptions of its own.
            raise OSError(
                "`logdir` must be a directory that can be read. "
                f"Received: {os.fspath(logdir)!r} ({error})"
            ) from error
        if not is_directory:
            raise FileNotFoundError(
                f"`logdir` must be a directory. Received: {os.fspath(logdir)!r}"
            )
        self._contents: dict[str, dict[str, bytes]] = defaultdict(dict)
        self._data: dict[tuple[str, str], list[tb.TensorDatum]] = defaultdict(list)
        for directory, _, names in self._file_system.walk(top):
            for name in sorted(names):
                if "tfevents" in name:
                    run = os.path.relpath(directory, top)
                    self._read_file(run, os.path.join(directory, name))

    def list_tags(self) -> dict[str, dict[str, TagState]]:
        """Returns the state of each tag, by run and tag."""
        return {
            run: {
                tag: TagState(
                    max((datum.step for datum in self._data[run, tag]), default=0),
                    max((d.wall_time for d in self._data[run, tag]), default=0.0),
                    content,
                )
                for tag, content in tags.items()
            }
            for run, tags in self._contents.items()
        }

    def read(self, run: str, tag: str, _: int) -> list[tb.TensorDatum]:
        """Returns all tensors of a tag, however many bytes they have."""
        return self._data[run, tag]

    def read_together(
        self, run: str, tensor_bytes: Mapping[str, int]
    ) -> Mapping[str, Sequence[tb.TensorDatum]]:
        """Returns all tensors of several tags."""
        return {tag: self._data[run, tag] for tag in tensor_bytes}

    def _read_file(self, run: str, path: str) -> None:
        contents = self._contents[run]
        try:
            with self._file_system.GFile(path, "rb") as file:
                content = file.read()
        except Exception as error:
            # It may have been removed since it was listed.
            _logger.warning("tb_wdnorm: %s cannot be read: %s", path, error)
            return
        for event in _events(path, content):
            for value in event.summary.value:
                plugin_data = value.metadata.plugin_data
                if plugin_data.plugin_name == PLUGIN_NAME:
                    contents.setdefault(value.tag, plugin_data.content)
                if value.tag not in contents:
                    continue
                try:
                    tensor = tensor_util.make_ndarray(value.tensor)
                except (TypeError, ValueError) as error:
                    _warn_damaged(path, f"frame at step {event.step}: {error}")
                    continue
                datum = tb.TensorDatum(event.step, event.wall_time, tensor)
                self._data[run, value.tag].append(datum)


def _file_system(address: str) -> Any:
    """TensorBoard's own file systems, or TensorFlow's if it takes that."""
    try:
        gfile.exists(address)
    except (ImportError, ValueError):
        # Loads TensorFlow, where it is installed.
        return tf.io.gfile
    return gfile


def _events(path: str, content: bytes) -> Iterator[event_pb2.Event]:
    """Yields the intact events of a file; the last may still be being written."""
    start = 0
    while start + _HEADER.size <= len(content):
        length, length_checksum = _HEADER.unpack_from(content, start)
        if masked_crc32c(content[start : start + 8]) != length_checksum:
            _warn_damaged(path, f"all from byte {start} on")
            return
        begin = start + _HEADER.size
        end = begin + length
        if end + _CHECKSUM.size > len(content):
            return
        record = content[begin:end]
        (checksum,) = _CHECKSUM.unpack_from(content, end)
        start = end + _CHECKSUM.size
        if masked_crc32c(record) != checksum:
            _warn_damaged(path, f"record of {length} bytes at byte {begin}")
            continue
        try:
            yield event_pb2.Event.FromString(record)
        except DecodeError:
            _warn_damaged(path, f"record of {length} bytes at byte {begin}")


def _warn_damaged(path: str, what: str) -> None:
    _logger.warning("tb_wdnorm: left out of %s, damaged: %s.", path, what)
