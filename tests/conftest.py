"""Runs, models and log directories that several modules test with."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import settings

from tb_wdnorm.core.frames import (
    COLUMNS,
    Decay,
    Frame,
    KernelInfo,
    RunFrames,
    RunInfo,
    column_index,
)
from tb_wdnorm.wire import FrameEncoder
from tb_wdnorm.write.event_file import EventFile

# Before TensorFlow is imported, which says at length what it found.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

# No test measures time, which depends on what else the machine does.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

pytest_plugins = ["tests.demo_logs", "tests.tensorboard_server"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--kills",
        type=int,
        default=50,
        help="number of writers that contract/test_faults.py kills (default: 50)",
    )


@pytest.fixture(scope="session")
def make_info() -> Callable[..., RunInfo]:
    """Makes a run's info from kernel paths: `make_info("a/kernel", l2=2e-4)`."""

    def make(*paths: str, l2: float = 0.0, norm: str = "l2") -> RunInfo:
        decay = Decay(l2=l2)
        kernels = tuple(_kernel(path, decay) for path in paths or ("dense/kernel",))
        return RunInfo(kernels, norm=norm, label=decay.label)

    return make


def _kernel(path: str, decay: Decay) -> KernelInfo:
    layer, _, role = path.rpartition("/")
    return KernelInfo(
        path=path,
        layer=layer,
        layer_class="Dense",
        role=role,
        shape=(3, 4),
        channel_axes=(1,),
        group="Dense",
        decay=decay,
    )


@pytest.fixture(scope="session")
def make_values() -> Callable[..., npt.NDArray[np.float32]]:
    """Makes the values of frames, of which no two are equal.

    `make_values(5, 2)` is float32 `[frames, kernels, columns]`.
    """

    def make(n_frames: int, n_kernels: int) -> npt.NDArray[np.float32]:
        shape = (n_frames, n_kernels, len(COLUMNS))
        values = (np.arange(np.prod(shape)) / 8).astype(np.float32).reshape(shape)
        values[..., column_index("nonfinite")] = 0
        # A sum that rises would be taken for one that begins anew.
        values[..., column_index("log_shrink")] = 0
        return values

    return make


@pytest.fixture(scope="session")
def make_run(
    make_info: Callable[..., RunInfo],
    make_values: Callable[..., npt.NDArray[np.float32]],
) -> Callable[..., RunFrames]:
    """Makes a run: `make_run("a", [0, 1], "dense/kernel", l2=2e-4, mean=…)`.

    Columns that are named take the given values, broadcast to
    `[frames, kernels]`; wall times are 1000 s plus the step.
    """

    def make(
        name: str = "run",
        steps: Sequence[int] = (0, 1, 2),
        *paths: str,
        l2: float = 0.0,
        **columns: npt.ArrayLike,
    ) -> RunFrames:
        info = make_info(*paths, l2=l2)
        values = make_values(len(steps), len(info.kernels))
        values[..., column_index("l2")] = 2 * l2
        for column, given in columns.items():
            values[..., column_index(column)] = given
        return RunFrames(
            name=name,
            info=info,
            steps=np.array(steps, np.int64),
            wall_times_s=1000.0 + np.array(steps, np.float64),
            values=values,
        )

    return make


@pytest.fixture(scope="session")
def write_run() -> Callable[[Path, RunFrames], Path]:
    """Writes a run as an event file below a directory; returns the file."""

    def write(logdir: Path, run: RunFrames) -> Path:
        encoder = FrameEncoder(run.info)
        file = EventFile(logdir / run.name)
        for n_before, (step, wall_time_s, values) in enumerate(
            zip(run.steps, run.wall_times_s, run.values, strict=True)
        ):
            frame = Frame(int(step), float(wall_time_s), values)
            summary = encoder.summary(frame, n_before=n_before)
            file.write(summary, frame.step, frame.wall_time_s)
        file.close()
        return Path(file.path)

    return write


@pytest.fixture
def make_model() -> Callable[..., Any]:
    """Makes a small compiled model of two Dense layers, from the same seed.

    Arguments are those of `compile`; its optimizer is SGD by default.
    """
    import keras

    def make(**options: Any) -> Any:
        keras.utils.set_random_seed(0)
        model = keras.Sequential(
            [
                keras.Input((3,)),
                keras.layers.Dense(4, name="hidden"),
                keras.layers.Dense(2, name="head"),
            ]
        )
        model.compile(**{"optimizer": "sgd", "loss": "mse"} | options)
        return model

    return make
