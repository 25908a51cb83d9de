"""What goes wrong around a writer leaves readable logs and a training that ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from tb_wdnorm.serve.logdir import read_logdir
from tests.tensorboard_server import StartServer

N_WRITERS = 50
SEED = 20_260_101
SCRIPT = Path(__file__).with_name("writing_until_killed.py")


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """Logs of writers that were killed, and the last step each had flushed."""
    logdir = tmp_path_factory.mktemp("killed")
    print(f"seed {SEED}")
    told = subprocess.run(
        [sys.executable, str(SCRIPT), str(logdir), str(N_WRITERS), str(SEED)],
        # JAX has threads, which must not be forked.
        env=os.environ | {"KERAS_BACKEND": "torch"},
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    ).stdout
    lines = [line.split() for line in told.splitlines()]
    return logdir, {run: int(step) for run, step in lines}


def test_killed_writer_loses_no_frame_that_was_flushed(
    killed: tuple[Path, dict[str, int]],
) -> None:
    logdir, flushed = killed
    runs = read_logdir(logdir)
    assert len(flushed) == N_WRITERS
    assert set(runs) == set(flushed)
    for name, last in flushed.items():
        steps = runs[name].steps.tolist()
        assert steps == list(range(len(steps)))
        assert steps[-1] >= last


def test_tensorboards_own_reader_has_all_that_a_killed_writer_flushed(
    killed: tuple[Path, dict[str, int]],
) -> None:
    logdir, flushed = killed
    for name, last in flushed.items():
        accumulator = EventAccumulator(str(logdir / name), {"scalars": 0})
        accumulator.Reload()
        for tag in accumulator.Tags()["scalars"]:
            steps = [event.step for event in accumulator.Scalars(tag)]
            assert steps == list(range(len(steps)))
            assert steps[-1] >= last


def test_tensorboard_serves_the_logs_of_killed_writers(
    killed: tuple[Path, dict[str, int]], tensorboard: StartServer
) -> None:
    logdir, _ = killed
    runs = read_logdir(logdir)
    server = tensorboard(logdir, "--load_fast=true")
    server.wait_for_frames({name: int(run.steps[-1]) for name, run in runs.items()})
