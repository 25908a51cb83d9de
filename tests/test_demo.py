"""The demonstration, truly trained."""

from __future__ import annotations

import re
from pathlib import Path

import keras
import numpy as np
import pytest

from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.demo import BATCH_SHAPE, build_autoencoder, train
from tb_wdnorm.serve.logdir import read_logdir

KERNELS = ("input/kernel", "bottleneck/kernel", "output/kernel")


@pytest.fixture(scope="module")
def short_sweep(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RunFrames]:
    """Two runs of three batches."""
    logdir = tmp_path_factory.mktemp("logs")
    train(logdir, ["0", "2e-2"], epochs=1, batches=3)
    return read_logdir(logdir)


@pytest.fixture(scope="module")
def sweep(demo_logs: Path) -> dict[str, RunFrames]:
    """What `tb-wdnorm demo` trains."""
    return read_logdir(demo_logs)


def last(run: RunFrames, statistic: str, kernel: str) -> float:
    """A statistic at the end of the training."""
    return float(run.column(statistic)[-1, run.paths.index(kernel)])


def test_batch_shape_is_that_of_the_original_example() -> None:
    assert BATCH_SHAPE == (32, 100, 64)


def test_model_is_the_original_autoencoder() -> None:
    model = build_autoencoder(2e-4)
    assert model.input_shape == (32, 100, 64)
    assert [
        (
            layer.name,
            layer.filters,
            layer.kernel_size,
            layer.activation.__name__,
            layer.padding,
        )
        for layer in model.layers
    ] == [
        ("input", 64, (8,), "relu", "same"),
        ("bottleneck", 32, (1,), "relu", "same"),
        ("output", 64, (8,), "linear", "same"),
    ]


def test_every_kernel_is_regularized() -> None:
    layers = build_autoencoder(2e-4).layers
    regularizers = [layer.kernel_regularizer for layer in layers]
    assert all(isinstance(r, keras.regularizers.L2) for r in regularizers)
    assert [float(r.l2) for r in regularizers] == [2e-4] * 3


def test_runs_are_named_as_the_user_wrote(short_sweep: dict[str, RunFrames]) -> None:
    assert list(short_sweep) == ["wd=0", "wd=2e-2"]


def test_labels_name_the_decay(short_sweep: dict[str, RunFrames]) -> None:
    labels = [run.info.label for run in short_sweep.values()]
    assert labels == ["none", "l2=0.02"]


def test_every_layer_is_logged(short_sweep: dict[str, RunFrames]) -> None:
    for run in short_sweep.values():
        assert run.paths == KERNELS
        assert [kernel.n_channels for kernel in run.info.kernels] == [64, 32, 64]


def test_time_of_each_training_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train(tmp_path, ["0", "2e-2"], epochs=1, batches=1)
    lines = capsys.readouterr().out.splitlines()
    told = [line for line in lines if " took " in line]
    assert [re.sub(r"\d+\.\d s$", "… s", line) for line in told] == [
        "wd=0 took … s",
        "wd=2e-2 took … s",
    ]


def test_every_batch_is_logged(short_sweep: dict[str, RunFrames]) -> None:
    for run in short_sweep.values():
        assert run.steps.tolist() == [0, 1, 2, 3]
        epochs = np.array([0, 1 / 3, 2 / 3, 1], np.float32)
        assert run.epochs.tolist() == epochs.tolist()


def test_runs_start_from_the_same_weights(short_sweep: dict[str, RunFrames]) -> None:
    start, other = (run.column("mean")[0] for run in short_sweep.values())
    np.testing.assert_array_equal(start, other)


def test_l2_in_force_is_twice_the_coefficient(
    short_sweep: dict[str, RunFrames],
) -> None:
    assert (short_sweep["wd=2e-2"].column("l2") == np.float32(4e-2)).all()


def test_output_layer_is_smaller_under_more_decay(sweep: dict[str, RunFrames]) -> None:
    weak, strong = (
        last(sweep[name], "mean", "output/kernel") for name in ("wd=2e-4", "wd=2e-3")
    )
    assert strong < weak


def test_input_layer_is_not_smaller_under_more_decay(
    sweep: dict[str, RunFrames],
) -> None:
    weak, strong = (
        last(sweep[name], "mean", "input/kernel") for name in ("wd=2e-4", "wd=2e-3")
    )
    assert strong >= weak


def test_input_layers_norms_are_closer_under_more_decay(
    sweep: dict[str, RunFrames],
) -> None:
    weak, strong = (
        last(sweep[name], "std", "input/kernel") for name in ("wd=2e-4", "wd=2e-3")
    )
    assert strong < weak
