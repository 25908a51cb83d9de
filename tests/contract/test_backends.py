"""The callback under each of Keras' back ends."""

from __future__ import annotations

import functools
import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tb_wdnorm.core.frames import (
    EDGE_PROBABILITIES,
    EDGES,
    STATISTICS,
    Decay,
    RunFrames,
)
from tb_wdnorm.serve.logdir import read_logdir

BACKENDS = ["tensorflow", "jax", "torch"]
POLICIES = ["float32", "mixed_bfloat16", "bfloat16"]
SCRIPT = Path(__file__).with_name("train_on_backend.py")
DEFAULT, TWICE, REST = "default", "fit-twice", "three-per-execution"
NORMS = "norms"
WAYS = [DEFAULT, TWICE, "compiled", "not-compiled"]
SEVERAL_PER_EXECUTION = ["two-per-execution", REST]

# Norms of five weights or fewer are summed in float32, then stored as float32.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Training:
    """What was logged, and what the weights were.

    Attributes:
        way: How it was trained; see the script.
        run: The frames.
        steps: The steps after which the weights could be seen, int64 `[frames]`.
        means: Means of the channels' norms, float64 `[frames, kernels]`.
        maxima: Their maxima, float64 `[frames, kernels]`.
        stderr: What the process said.
    """

    way: str
    run: RunFrames
    steps: npt.NDArray[np.int64]
    means: npt.NDArray[np.float64]
    maxima: npt.NDArray[np.float64]
    stderr: str


def ways_of(backend: str, policy: str) -> list[str]:
    if policy != "float32":
        return [DEFAULT]
    return WAYS + (SEVERAL_PER_EXECUTION if backend != "torch" else [])


TRAININGS = [
    (backend, policy, way)
    for backend, policy in itertools.product(BACKENDS, POLICIES)
    for way in ways_of(backend, policy)
]


@pytest.fixture(scope="module")
def train(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str, str], tuple[Path, str]]:
    """Trains in all ways, in one process; returns the directory and stderr."""

    @functools.cache
    def train(backend: str, policy: str) -> tuple[Path, str]:
        directory = tmp_path_factory.mktemp(backend)
        ways = ways_of(backend, policy)
        if policy == "float32":
            ways.append(NORMS)
        child = subprocess.run(
            [sys.executable, str(SCRIPT), str(directory), policy, *ways],
            env=os.environ | {"KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert child.returncode == 0, child.stderr
        return directory, child.stderr

    return train


@pytest.fixture(scope="module", params=TRAININGS, ids="-".join)
def training(request: Any, train: Callable[[str, str], tuple[Path, str]]) -> Training:
    backend, policy, way = request.param
    directory, stderr = train(backend, policy)
    with np.load(directory / way / "expected.npz") as expected:
        run = read_logdir(directory / way)["run"]
        return Training(way, run, **expected, stderr=stderr)


def test_nothing_goes_wrong(training: Training) -> None:
    assert "tb_wdnorm" not in training.stderr


def test_steps_are_all_there(training: Training) -> None:
    steps = {"two-per-execution": [0, 2, 4, 6, 8], REST: [0, 3, 4, 7, 8]}
    assert training.run.steps.tolist() == steps.get(training.way, list(range(9)))
    assert training.run.steps.tolist() == training.steps.tolist()


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
    # The frame at the end of an epoch comes before the scheduler, but the first
    # frame of another `fit` after it.
    n_fast = 4 if training.way == TWICE else 5
    expected = np.array([0.5] * n_fast + [0.25] * (9 - n_fast))
    rates = training.run.column("learning_rate")
    assert rates[:, 0].tolist() == expected[training.steps].tolist()
    assert rates[:, 1].tolist() == rates[:, 0].tolist()


def test_log_shrink_is_the_sum_over_the_updates(training: Training) -> None:
    per_step = [np.log1p(-0.5 * 0.25)] * 4 + [np.log1p(-0.25 * 0.25)] * 4
    expected = np.concatenate([[0], np.cumsum(per_step)])
    # Stored as float32.
    np.testing.assert_allclose(
        training.run.column("log_shrink")[:, 0],
        expected[training.steps],
        rtol=2**-23,
    )


def test_epochs_are_fractional(training: Training) -> None:
    assert training.run.epochs.tolist() == (training.steps / 4).tolist()


# The norms of an array over an axis, by which runs are called.
EXPECTED_NORMS: dict[str, Callable[[Any, Any], Any]] = {
    "l1": lambda array, axis: np.sum(np.abs(array), axis),
    "l2": lambda array, axis: np.sqrt(np.sum(np.square(array), axis)),
    "linf": lambda array, axis: np.max(np.abs(array), axis, initial=0),
    "rms": lambda array, axis: np.sqrt(np.mean(np.square(array), axis)),
    "reach": lambda array, axis: np.max(array, axis) - np.min(array, axis),
}


@dataclass(frozen=True)
class Normed:
    """What was logged with a norm, and the weights of that training.

    Attributes:
        run: The frames.
        kernels: Kernels and gates by path, float64 `[frames, in, channels]`.
    """

    run: RunFrames
    kernels: dict[str, npt.NDArray[np.float64]]


@pytest.fixture(
    scope="module", params=itertools.product(BACKENDS, EXPECTED_NORMS), ids="-".join
)
def normed(request: Any, train: Callable[[str, str], tuple[Path, str]]) -> Normed:
    backend, norm = request.param
    directory, _ = train(backend, "float32")
    run = read_logdir(directory / NORMS)[norm]
    with np.load(directory / NORMS / "kernels.npz") as saved:
        kernels = {
            f"{path}/{gate}": part
            for path in ("lstm/lstm_cell/kernel", "lstm/lstm_cell/recurrent_kernel")
            for gate, part in zip("ifco", np.split(saved[path], 4, axis=2), strict=True)
        }
        return Normed(run, kernels | {"head/kernel": saved["head/kernel"]})


def expected_row(norm: str, kernel: npt.NDArray[np.float64]) -> list[Any]:
    """The statistics and edges of a kernel `[in, channels]`, by NumPy."""
    function = EXPECTED_NORMS[norm]
    channels = function(kernel, 0)
    finite = np.isfinite(channels)
    n_broken = len(channels) - np.count_nonzero(finite)
    if not finite.any():
        return [np.nan] * 5 + [n_broken] + [np.nan] * 33
    known = channels[finite]
    # A function of the user's own is given all weights.
    total = function(kernel if norm == "reach" else kernel[:, finite], None)
    summary = [known.mean(), known.max(), known.min(), known.std(), total, n_broken]
    return [*summary, *np.quantile(known, EDGE_PROBABILITIES)]


def test_gates_are_kernels_of_their_own(normed: Normed) -> None:
    assert normed.run.paths == tuple(normed.kernels)
    assert normed.run.steps.tolist() == list(range(9))


def test_statistics_of_every_norm_are_numpys(normed: Normed) -> None:
    run = normed.run
    logged = np.stack([run.column(name) for name in STATISTICS + EDGES], axis=-1)
    expected = [
        [expected_row(run.info.norm, kernel) for kernel in kernels]
        for kernels in zip(*normed.kernels.values(), strict=True)
    ]
    np.testing.assert_allclose(logged, expected, rtol=TOLERANCE, atol=TOLERANCE)


def test_channel_that_breaks_is_counted_from_then_on(normed: Normed) -> None:
    nonfinite = normed.run.column("nonfinite")
    assert nonfinite[:5].tolist() == [[0] * 9] * 5
    # With its first update all before it breaks, and with the second all beside it.
    assert nonfinite[5].tolist() == [5] * 8 + [1]
    assert nonfinite[6:].tolist() == [[5] * 8 + [3]] * 3
