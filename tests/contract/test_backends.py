"""The callback under each of Keras' back ends."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tb_wdnorm.core.frames import Decay, RunFrames
from tb_wdnorm.serve.logdir import read_logdir

BACKENDS = ["tensorflow", "jax", "torch"]
POLICIES = ["float32", "mixed_bfloat16", "bfloat16"]
SCRIPT = Path(__file__).with_name("train_on_backend.py")

# Norms of five weights or fewer are summed in float32, then stored as float32.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Training:
    """What was logged, and what the weights were.

    Attributes:
        run: The frames.
        means: Means of the channels' norms, float64 `[frames, kernels]`.
        maxima: Their maxima, float64 `[frames, kernels]`.
        stderr: What the process said.
    """

    run: RunFrames
    means: npt.NDArray[np.float64]
    maxima: npt.NDArray[np.float64]
    stderr: str


@pytest.fixture(
    scope="module", params=itertools.product(BACKENDS, POLICIES), ids="-".join
)
def training(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Training:
    backend, policy = request.param
    directory = tmp_path_factory.mktemp(backend)
    child = subprocess.run(
        [sys.executable, str(SCRIPT), str(directory), policy],
        env=os.environ | {"KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == 0, child.stderr
    with np.load(directory / "expected.npz") as expected:
        means, maxima = expected["means"], expected["maxima"]
    return Training(read_logdir(directory)["run"], means, maxima, child.stderr)


def test_nothing_goes_wrong(training: Training) -> None:
    assert "tb_wdnorm" not in training.stderr


def test_steps_are_all_there(training: Training) -> None:
    assert training.run.steps.tolist() == list(range(9))


def test_norms_are_of_the_weights_at_their_step(training: Training) -> None:
    run = training.run
    np.testing.assert_allclose(run.column("mean"), training.means, rtol=TOLERANCE)
    np.testing.assert_allclose(run.column("max"), training.maxima, rtol=TOLERANCE)


def test_norms_change_with_each_step(training: Training) -> None:
    assert (np.diff(training.means, axis=0) != 0).all()


def test_kernels_and_their_decay_are_named(training: Training) -> None:
    info = training.run.info
    assert training.run.paths == ("hidden/kernel", "head/kernel")
    assert {kernel.decay for kernel in info.kernels} == {Decay(weight_decay=0.25)}
    assert info.label == "weight_decay=0.25"


def test_learning_rate_is_that_of_the_next_update(training: Training) -> None:
    rates = training.run.column("learning_rate")
    # The frame at the end of an epoch comes before the scheduler.
    assert rates[:, 0].tolist() == [0.5] * 5 + [0.25] * 4
    assert rates[:, 1].tolist() == rates[:, 0].tolist()


def test_log_shrink_is_the_sum_over_the_updates(training: Training) -> None:
    per_step = [np.log1p(-0.5 * 0.25)] * 4 + [np.log1p(-0.25 * 0.25)] * 4
    expected = np.concatenate([[0], np.cumsum(per_step)])
    # Stored as float32.
    np.testing.assert_allclose(
        training.run.column("log_shrink")[:, 0], expected, rtol=2**-23
    )


def test_epochs_are_fractional(training: Training) -> None:
    assert training.run.epochs.tolist() == [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2]
