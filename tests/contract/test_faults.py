"""What goes wrong around a writer leaves readable logs and a training that ends.

More writers than by default are killed by

    python -m pytest tests/contract/test_faults.py -k killed --kills 200
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from tb_wdnorm.serve.logdir import read_logdir
from tb_wdnorm.write.writer import KernelNormWriter
from tests.tensorboard_server import StartServer

SEED = 20_260_101
SCRIPT = Path(__file__).with_name("writing_until_killed.py")


@pytest.fixture(scope="module")
def killed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, int]]:
    """Logs of writers that were killed, and the last step each had flushed."""
    n_writers = request.config.getoption("kills")
    logdir = tmp_path_factory.mktemp("killed")
    print(f"seed {SEED}")
    told = subprocess.run(
        [sys.executable, str(SCRIPT), str(logdir), str(n_writers), str(SEED)],
        # JAX has threads, which must not be forked.
        env=os.environ | {"KERAS_BACKEND": "torch"},
        check=True,
        capture_output=True,
        text=True,
        timeout=60 + n_writers,
    ).stdout
    lines = [line.split() for line in told.splitlines()]
    assert len(lines) == n_writers
    return logdir, {run: int(step) for run, step in lines}


def test_killed_writer_loses_no_frame_that_was_flushed(
    killed: tuple[Path, dict[str, int]],
) -> None:
    logdir, flushed = killed
    runs = read_logdir(logdir)
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
        accumulator = EventAccumulator(str(logdir / name), {"scalars": 0, "tensors": 0})
        accumulator.Reload()
        tags = accumulator.Tags()
        series = [accumulator.Scalars(tag) for tag in tags["scalars"]]
        assert len(series) == 4  # mean and maximum of two kernels
        # The first frame has tags of its own.
        parts: dict[bool, list[Any]] = {True: [], False: []}
        for tag in tags["tensors"]:
            parts[tag.endswith("/edges")] += accumulator.Tensors(tag)
        frames = [sorted(part, key=lambda e: e.step) for part in parts.values()]
        for events in [*series, *frames]:
            steps = [event.step for event in events]
            assert steps == list(range(len(steps)))
            assert steps[-1] >= last


def test_tensorboard_serves_the_logs_of_killed_writers(
    killed: tuple[Path, dict[str, int]], tensorboard: StartServer
) -> None:
    logdir, _ = killed
    runs = read_logdir(logdir)
    server = tensorboard(logdir, "--load_fast=true")
    server.wait_for_frames({name: int(run.steps[-1]) for name, run in runs.items()})


_FIT = """
import shutil, sys, resource
import keras, numpy as np
import tb_wdnorm

logdir, fault = sys.argv[1:]

class Fault(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1 and fault == "disk full":
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, -1))
        if epoch == 1 and fault == "removed":
            shutil.rmtree(logdir)

if fault == "disk full":
    import signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
layer = keras.layers.Dense(8)
model = keras.Sequential([keras.Input((4,)), layer])
model.compile("sgd", "mse")
x = np.ones((80, 4), "float32")
callback = tb_wdnorm.KernelNormCallback(logdir, update_freq="batch", flush_secs=0.01)
history = model.fit(
    x, x @ np.ones((4, 8)), batch_size=8, epochs=4, verbose=0,
    callbacks=[Fault(), callback],
)
records_by = "TensorFlow" if "tensorflow" in sys.modules else "TensorBoard"
print(len(history.history["loss"]), "epochs, written by", records_by)
"""

# TensorFlow writes the records where it is loaded, else TensorBoard.
_BACKENDS = {"TensorFlow": "tensorflow", "TensorBoard": "torch"}


@pytest.fixture(params=_BACKENDS)
def records_by(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _fit_with(fault: str, logdir: Path, records_by: str) -> tuple[str, list[str]]:
    """Returns what a training printed, and the warnings of this package."""
    done = subprocess.run(
        [sys.executable, "-c", _FIT, str(logdir), fault],
        env=os.environ | {"KERAS_BACKEND": _BACKENDS[records_by]},
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    lines = done.stderr.splitlines()
    return done.stdout, [line for line in lines if line.startswith("tb_wdnorm")]


def test_full_disk_is_one_warning_and_the_training_ends(
    tmp_path: Path, records_by: str
) -> None:
    printed, warnings = _fit_with("disk full", tmp_path, records_by)
    (file,) = tmp_path.iterdir()
    assert printed == f"4 epochs, written by {records_by}\n"
    (warning,) = warnings
    assert warning.startswith(
        f"tb_wdnorm: {file} cannot be written; no more channel norms are logged "
        "there, the training goes on. "
    )
    assert warning.lower().endswith("file too large")
    # What was flushed before is still there, first frame first.
    steps = read_logdir(tmp_path)["."].steps.tolist()
    assert steps == list(range(len(steps)))
    assert 5 <= len(steps) < 40


def test_removed_directory_is_one_warning_and_the_training_ends(
    tmp_path: Path, records_by: str
) -> None:
    printed, warnings = _fit_with("removed", tmp_path / "run", records_by)
    assert printed == f"4 epochs, written by {records_by}\n"
    (warning,) = warnings
    assert warning.startswith(f"tb_wdnorm: {tmp_path / 'run'}/events.out.tfevents.")
    assert warning.endswith(
        " cannot be written; no more channel norms are logged there, the training "
        "goes on. FileNotFoundError: the file has been removed"
    )


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_channel_that_is_not_finite_is_counted_and_left_out(
    bad: float, tmp_path: Path
) -> None:
    layer = keras.layers.Dense(3)
    model = keras.Sequential([keras.Input((2,)), layer])
    with KernelNormWriter(tmp_path, model) as norms:
        layer.kernel.assign([[3, bad, 6], [4, 1, 8]])
        norms.write(0)
        layer.kernel.assign([[bad, bad, bad], [4, 1, 8]])
        norms.write(1)
    run = read_logdir(tmp_path)["."]
    assert run.column("nonfinite")[:, 0].tolist() == [1, 3]
    assert run.column("mean")[0, 0] == 7.5
    assert run.column("max")[0, 0] == 10
    assert np.isnan(run.column("mean")[1, 0])
    assert np.isnan(run.edges[1, 0]).all()


@pytest.mark.parametrize("reader", ["--load_fast=true", "--load_fast=false"])
def test_resumed_training_has_each_step_once_and_the_newest(
    reader: str, tensorboard: StartServer, tmp_path: Path
) -> None:
    _log_means(tmp_path / "run", dict.fromkeys(range(0, 50, 10), 1.0))
    _log_means(tmp_path / "run", dict.fromkeys(range(25, 65, 10), 2.0))
    server = tensorboard(tmp_path, reader)
    server.wait_for_frames({"run": 55})
    header, arrays = server.plugin("series").arrays()
    (run,) = header["runs"]
    assert arrays[run["step"]].tolist() == [0, 10, 20, 25, 35, 45, 55]
    assert arrays[run["values"]][0, 0].tolist() == [1, 1, 1, 2, 2, 2, 2]


@pytest.mark.parametrize("reader", ["--load_fast=true", "--load_fast=false"])
def test_logs_of_two_writers_at_once_can_be_read(
    reader: str, tensorboard: StartServer, tmp_path: Path
) -> None:
    model = _constant_model(1.0)
    with (
        KernelNormWriter(tmp_path / "run", model) as one,
        KernelNormWriter(tmp_path / "run", model) as other,
    ):
        for step in range(5):
            one.write(step)
            other.write(step)
    server = tensorboard(tmp_path, reader, "--reload_multifile=true")
    overview = server.wait_for_frames({"run": 4})
    assert overview["runs"][0]["n_frames"] == 5


_WRITE_UNTIL_TOLD = """
import sys
import keras
import tb_wdnorm

layer = keras.layers.Dense(2, name="dense")
model = keras.Sequential([keras.Input((1,)), layer])
layer.kernel.assign([[2.0, 2.0]])
with tb_wdnorm.KernelNormWriter(sys.argv[1], model) as norms:
    for step in range(3, 8):
        norms.write(step)
    norms.flush()
    print("written", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def written_by_two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A log of two processes at once, and what the second was told."""
    logdir = tmp_path_factory.mktemp("two")
    with KernelNormWriter(logdir / "run", _constant_model(1.0)) as norms:
        for step in range(5):
            norms.write(step)
        norms.flush()
        with subprocess.Popen(
            [sys.executable, "-c", _WRITE_UNTIL_TOLD, str(logdir / "run")],
            env=os.environ | {"KERAS_BACKEND": "torch"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == "written\n"
            for step in (8, 9):
                norms.write(step)
            norms.flush()
            _, stderr = other.communicate("")
    assert other.returncode == 0, stderr
    lines = stderr.splitlines()
    return logdir, [line for line in lines if line.startswith("tb_wdnorm")]


def test_second_process_that_writes_to_a_run_is_told_once(
    written_by_two: tuple[Path, list[str]],
) -> None:
    logdir, warnings = written_by_two
    (warning,) = warnings
    assert warning == (
        f"tb_wdnorm: another writer is writing to the run {logdir / 'run'}. Give each "
        "training a directory of its own, or the frames of one replace the other's."
    )


def test_frames_of_two_processes_replace_each_other(
    written_by_two: tuple[Path, list[str]],
) -> None:
    run = read_logdir(written_by_two[0])["run"]
    assert run.steps.tolist() == list(range(10))
    assert run.column("mean")[:, 0].tolist() == [1, 1, 1, 2, 2, 2, 2, 2, 1, 1]


# The data server reads one file to its end, then the other, whose frames replace the
# later ones of the first.
@pytest.mark.parametrize(
    ("reader", "n_steps"), [("--load_fast=true", 8), ("--load_fast=false", 10)]
)
def test_tensorboard_has_frames_of_both_processes(
    reader: str,
    n_steps: int,
    written_by_two: tuple[Path, list[str]],
    tensorboard: StartServer,
) -> None:
    server = tensorboard(written_by_two[0], reader, "--reload_multifile=true")
    server.wait_for_frames({"run": n_steps - 1})
    header, arrays = server.plugin("series").arrays()
    (run,) = header["runs"]
    means = [1, 1, 1, 2, 2, 2, 2, 2, 1, 1]
    assert arrays[run["step"]].tolist() == list(range(n_steps))
    assert arrays[run["values"]][0, 0].tolist() == means[:n_steps]


def _log_means(logdir: Path, means: dict[int, float]) -> None:
    for mean in set(means.values()):
        with KernelNormWriter(logdir, _constant_model(mean)) as norms:
            for step in means:
                norms.write(step)


def _constant_model(mean: float) -> keras.Model:
    """A model whose kernel has two channels of a norm."""
    layer = keras.layers.Dense(2, name="dense")
    model = keras.Sequential([keras.Input((1,)), layer])
    layer.kernel.assign([[mean, mean]])
    return model
