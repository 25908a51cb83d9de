"""Distributed trainings: one process writes, and none waits for another."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_file_loader import (
    RawEventFileLoader,
)

from tb_wdnorm import read_logdir
from tb_wdnorm.core.frames import RunFrames

SCRIPT = Path(__file__).with_name("distributed_training.py")

DEADLOCK_S = 120
"""Far beyond the 10 s that the slowest of these trainings takes."""


def train(training: str, *logdirs: Path) -> list[str]:
    """Runs a training, one process per directory; returns what they printed."""
    ports = free_ports(len(logdirs))
    processes = [
        subprocess.Popen(
            [sys.executable, str(SCRIPT), training, str(logdir)],
            env=os.environ | (tf_config(ports, index) if len(ports) > 1 else {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for index, logdir in enumerate(logdirs)
    ]
    try:
        printed = [process.communicate(timeout=DEADLOCK_S) for process in processes]
    except subprocess.TimeoutExpired:
        pytest.fail(f"{training} is deadlocked: not done after {DEADLOCK_S} s")
    finally:
        for process in processes:
            process.kill()
    for process, (_, errors) in zip(processes, printed, strict=True):
        assert process.returncode == 0, errors
    return [output for output, _ in printed]


def tf_config(ports: list[int], index: int) -> dict[str, str]:
    config = {
        "cluster": {"worker": [f"127.0.0.1:{port}" for port in ports]},
        "task": {"type": "worker", "index": index},
    }
    return {"TF_CONFIG": json.dumps(config)}


def free_ports(n: int) -> list[int]:
    sockets = [socket.socket() for _ in range(n)]
    for opened in sockets:
        opened.bind(("127.0.0.1", 0))
    ports = [opened.getsockname()[1] for opened in sockets]
    for opened in sockets:
        opened.close()
    return ports


def train_in_workers(training: str, tmp_path: Path) -> tuple[Path, Path, list[str]]:
    chief, other = tmp_path / "chief", tmp_path / "other"
    return chief, other, train(training, chief, other)


def event_files(logdir: Path) -> list[Path]:
    return sorted(logdir.rglob("*tfevents*"))


def n_records(file: Path) -> int:
    return len(list(RawEventFileLoader(str(file)).Load()))


def assert_doubled_each_step(run: RunFrames, norms: list[float]) -> None:
    assert run.steps.tolist() == [0, 1, 2, 3]
    assert run.column("mean")[:, 0].tolist() == norms


@pytest.mark.parametrize("training", ["op_across_replicas", "op_in_replicas"])
def test_one_of_two_replicas_writes(training: str, tmp_path: Path) -> None:
    train(training, tmp_path)
    # Two replicas that write would make another tag, or each step twice.
    (run,) = read_logdir(tmp_path).values()
    assert_doubled_each_step(run, [2, 4, 8, 16])
    (file,) = event_files(tmp_path)
    # A file version, then a frame of two parts per step.
    assert n_records(file) == 9


@pytest.mark.parametrize("training", ["op_across_workers", "op_in_workers"])
def test_chief_alone_writes_with_the_op(training: str, tmp_path: Path) -> None:
    chief, other, _ = train_in_workers(training, tmp_path)
    assert_doubled_each_step(read_logdir(chief)["."], [2, 4, 8, 16])
    # That the file exists is `create_file_writer`'s doing.
    assert [n_records(file) for file in event_files(other)] == [1]


def test_op_says_where_it_wrote(tmp_path: Path) -> None:
    _, _, printed = train_in_workers("op_across_workers", tmp_path)
    assert [output.split() for output in printed] == [["True"] * 4, ["False"] * 4]


def test_fit_in_replicas_is_written(tmp_path: Path) -> None:
    train("callback", tmp_path)
    run = read_logdir(tmp_path)["."]
    assert run.steps.tolist() == [0, 1, 2, 3, 4]
    assert run.epochs.tolist() == [0, 0.5, 1, 1.5, 2]
    assert run.column("mean")[0, 0] == np.float32(np.sqrt(3))
    assert (np.diff(run.column("mean")[:, 0]) < 0).all()


def test_chief_alone_writes_with_the_callback(tmp_path: Path) -> None:
    chief, other, _ = train_in_workers("callback_in_workers", tmp_path)
    run = read_logdir(chief)["."]
    assert run.steps.tolist() == [0, 1, 2, 3, 4]
    assert run.epochs.tolist() == [0, 0.5, 1, 1.5, 2]
    assert run.column("mean")[0, 0] == np.float32(np.sqrt(3))
    assert (np.diff(run.column("mean")[:, 0]) < 0).all()
    assert event_files(other) == []


def test_chief_alone_writes_with_the_writer(tmp_path: Path) -> None:
    chief, other, _ = train_in_workers("writer_in_workers", tmp_path)
    norms = np.sqrt(np.float32(3)) * np.array([1, 2, 4, 8], np.float32)
    assert_doubled_each_step(read_logdir(chief)["."], norms.tolist())
    assert event_files(other) == []


def test_layers_on_two_devices_are_written_together(tmp_path: Path) -> None:
    train("writer_on_two_devices", tmp_path)
    run = read_logdir(tmp_path)["."]
    assert run.steps.tolist() == [0, 1, 2, 3]
    norms = np.sqrt(np.array([3, 2], np.float32)) * [[1], [2], [4], [8]]
    assert run.column("mean").tolist() == norms.tolist()
