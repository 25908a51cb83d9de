"""The last frame of a training that does not end by itself."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.serve.logdir import read_logdir
from tb_wdnorm.write.keras_callback import KernelNormCallback

MakeModel = Callable[..., Any]

# Prints a line per batch; two frames are due only, the first and the last.
TRAIN = """
import signal, sys
import keras, numpy as np, tb_wdnorm

# A shell has what it runs in the background ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)

model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
model.compile("sgd", "mse")

class Report(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        if batch == 4 and sys.argv[2] == "raise":
            raise ZeroDivisionError
        print(int(model.optimizer.iterations), flush=True)

norms = tb_wdnorm.KernelNormCallback(sys.argv[1], update_freq=10**9)
x, y = np.ones((10**6, 3)), np.ones((10**6, 2))
model.fit(x, y, batch_size=1, verbose=0, shuffle=False, callbacks=[norms, Report()])
"""


def read_run(logdir: Path) -> RunFrames:
    return read_logdir(logdir)["."]


class RaiseAt(keras.layers.Layer):
    """Raises within the training step, at the n-th call."""

    def __init__(self, n_calls: int, error: type[BaseException]) -> None:
        super().__init__()
        self._calls_left = n_calls
        self._error = error

    def call(self, inputs: Any) -> Any:
        self._calls_left -= 1
        if self._calls_left == 0:
            raise self._error
        return inputs


def interrupted_fit(
    callback: KernelNormCallback, error: type[BaseException] = KeyboardInterrupt
) -> Any:
    """Trains until its fifth step raises; returns the model."""
    # One call builds the model.
    layers = [keras.Input((3,)), keras.layers.Dense(2, name="head"), RaiseAt(6, error)]
    model = keras.Sequential(layers)
    model.compile(optimizer="sgd", loss="mse", run_eagerly=True)
    x, y = np.ones((9, 3)), np.ones((9, 2))
    with pytest.raises(error):
        model.fit(x, y, batch_size=1, verbose=0, callbacks=[callback])
    return model


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError, SystemExit])
def test_step_that_raises_leaves_the_last_frame(
    tmp_path: Path, error: type[BaseException]
) -> None:
    model = interrupted_fit(KernelNormCallback(tmp_path, update_freq=1000), error)
    run = read_run(tmp_path)
    assert run.steps.tolist() == [0, 4]
    weights = keras.ops.convert_to_numpy(model.get_layer("head").kernel)
    expected = np.linalg.norm(weights.astype(np.float64), axis=0).mean()
    # Two norms of three weights each, in float32.
    assert run.column("mean")[-1, 0] == pytest.approx(expected, rel=1e-6)


def test_interrupted_training_has_the_last_frame_once(tmp_path: Path) -> None:
    interrupted_fit(KernelNormCallback(tmp_path, update_freq="batch"))
    assert read_run(tmp_path).steps.tolist() == [0, 1, 2, 3, 4]


def test_training_may_go_on_after_an_interrupt(tmp_path: Path) -> None:
    callback = KernelNormCallback(tmp_path, update_freq=1000)
    model = interrupted_fit(callback)
    x, y = np.ones((3, 3)), np.ones((3, 2))
    model.fit(x, y, batch_size=1, verbose=0, callbacks=[callback])
    assert read_run(tmp_path).steps.tolist() == [0, 4, 7]


def test_model_has_its_own_step_function_again(
    tmp_path: Path, make_model: MakeModel
) -> None:
    model = make_model()
    x, y = np.ones((3, 3)), np.ones((3, 2))
    model.fit(x, y, verbose=0)
    own = model.train_function
    model.fit(x, y, verbose=0, callbacks=[KernelNormCallback(tmp_path)])
    assert model.train_function is own


class Stop(keras.callbacks.Callback):
    """Raises from a hook of its own, in the fifth batch."""

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if batch == 4:
            raise KeyboardInterrupt


class Unvalidated(keras.Sequential):
    """A model whose validation is interrupted."""

    def test_step(self, data: Any) -> Any:
        raise KeyboardInterrupt


def fit(model: Any, *callbacks: Any, **options: Any) -> None:
    x, y = np.ones((9, 3)), np.ones((9, 2))
    model.fit(x, y, batch_size=1, verbose=0, callbacks=list(callbacks), **options)


def interrupted_by_callback(logdir: Path, model: Any, listed: str = "before") -> None:
    callbacks = [KernelNormCallback(logdir, update_freq=4), Stop()]
    with pytest.raises(KeyboardInterrupt):
        fit(model, *(callbacks if listed == "before" else callbacks[::-1]))


@pytest.mark.parametrize("listed", ["before", "after"])
def test_error_in_another_callback_leaves_the_last_frame(
    tmp_path: Path, make_model: MakeModel, listed: str
) -> None:
    interrupted_by_callback(tmp_path, make_model(), listed)
    assert read_run(tmp_path).steps.tolist()[-1] == 5


def test_interrupted_model_has_its_own_step_function_again(
    tmp_path: Path, make_model: MakeModel
) -> None:
    model = make_model()
    fit(model)
    own = model.train_function
    interrupted_by_callback(tmp_path, model)
    assert model.train_function is own


def test_two_callbacks_leave_the_models_own_step_function(
    tmp_path: Path, make_model: MakeModel
) -> None:
    model = make_model()
    fit(model)
    own = model.train_function
    fit(model, *(KernelNormCallback(tmp_path / name) for name in "ab"))
    assert model.train_function is own
    assert [run.steps[-1] for run in read_logdir(tmp_path).values()] == [18, 18]


def test_new_callback_after_an_interrupt_is_alone(
    tmp_path: Path, make_model: MakeModel, caplog: pytest.LogCaptureFixture
) -> None:
    model = make_model()
    interrupted_by_callback(tmp_path, model)
    fit(model, KernelNormCallback(tmp_path, update_freq=1000))
    assert caplog.record_tuples == []
    assert read_run(tmp_path).steps.tolist() == [0, 4, 5, 14]


def test_interrupted_validation_leaves_the_last_frame(tmp_path: Path) -> None:
    model = Unvalidated([keras.Input((3,)), keras.layers.Dense(2)])
    model.compile(optimizer="sgd", loss="mse", run_eagerly=True)
    data = np.ones((1, 3)), np.ones((1, 2))
    with pytest.raises(KeyboardInterrupt):
        fit(model, KernelNormCallback(tmp_path, update_freq=8), validation_data=data)
    assert read_run(tmp_path).steps.tolist() == [0, 8, 9]


def test_model_has_its_own_validation_function_again(
    tmp_path: Path, make_model: MakeModel
) -> None:
    model = make_model()
    data = np.ones((1, 3)), np.ones((1, 2))
    fit(model, validation_data=data)
    own = model.test_function
    fit(model, KernelNormCallback(tmp_path), validation_data=data)
    assert model.test_function is own


def interrupted_data() -> Iterator[Any]:
    """Data that are interrupted before there are any."""
    raise KeyboardInterrupt
    yield


def test_training_interrupted_unnoticed_is_ended_by_the_next(
    tmp_path: Path, make_model: MakeModel, caplog: pytest.LogCaptureFixture
) -> None:
    model = make_model()
    data = interrupted_data()
    with pytest.raises(KeyboardInterrupt):
        fit(model, KernelNormCallback(tmp_path, update_freq=8), validation_data=data)
    fit(model, KernelNormCallback(tmp_path, update_freq=1000))
    assert caplog.record_tuples == []
    assert read_run(tmp_path).steps.tolist() == [0, 8, 9, 18]


def test_error_in_another_callback_leaves_the_last_frame_at_exit(
    tmp_path: Path,
) -> None:
    child = subprocess.run(
        [sys.executable, "-c", TRAIN, str(tmp_path), "raise"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == 1
    assert "ZeroDivisionError" in child.stderr
    assert read_run(tmp_path).steps.tolist() == [0, 5]


def test_ctrl_c_leaves_the_last_frame(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", TRAIN, str(tmp_path), "wait"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert child.stdout is not None
    with child.stdout:
        for line in child.stdout:
            if int(line) == 20:
                child.send_signal(signal.SIGINT)
                break
        last = int([line, *child.stdout][-1])
    child.wait()
    assert child.returncode not in (0, -signal.SIGKILL)
    first, step = read_run(tmp_path).steps
    # The interrupt may come between an update and the line that tells of it.
    assert (first, step) in {(0, last), (0, last + 1)}
