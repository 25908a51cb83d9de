"""Distributions at chosen moments."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.serve.distributions import (
    Over,
    distributions,
    over_batches,
    over_channels,
)
from tb_wdnorm.serve.identifier import identifier
from tb_wdnorm.serve.view import KernelItem, View
from tests.serve.framed_answer import FramedAnswer

MakeRun = Callable[..., RunFrames]


def answer(
    runs: Sequence[RunFrames],
    *paths: str,
    steps: Sequence[int] = (),
    over: Over = over_channels,
) -> FramedAnswer:
    view = View([KernelItem(path, (path,)) for path in paths])
    return FramedAnswer(distributions(runs, view, steps, over))


def test_header(make_run: MakeRun) -> None:
    run = make_run("a", [0, 1], "x", "y")
    assert answer([run], "x", "y", steps=[0, 1, 7]).header == {
        "kernels": ["x", "y"],
        "steps": [0, 1, 7],
        "runs": [
            {
                "id": identifier("a"),
                "step": 0,
                "epoch": 1,
                "edges": 2,
                "mean": 3,
                "max": 4,
            }
        ],
        "arrays": [
            {"dtype": "float64", "shape": [3]},
            {"dtype": "float32", "shape": [3]},
            {"dtype": "float32", "shape": [2, 3, 33]},
            {"dtype": "float32", "shape": [2, 3]},
            {"dtype": "float32", "shape": [2, 3]},
        ],
    }


def test_edges_are_by_kernel_step_and_edge(make_run: MakeRun) -> None:
    run = make_run("a", [0, 5], "x", "y")
    # Of as few bits as the answer keeps.
    run.edges[:] = np.arange(2 * 2 * 33).reshape(2, 2, 33)
    edges = answer([run], "y", "x", steps=[0, 5]).array("edges")
    np.testing.assert_array_equal(edges, run.edges.transpose(1, 0, 2)[::-1])


def test_mean_and_max_are_beside(make_run: MakeRun) -> None:
    run = make_run("a", [0, 5], "x", mean=[[1], [2]], max=[[3], [4]])
    got = answer([run], "x", steps=[5, 0])
    assert got.array("mean").tolist() == [[2, 1]]
    assert got.array("max").tolist() == [[4, 3]]


@pytest.mark.parametrize(
    ("wanted", "found"), [(0, 0), (4, 0), (5, 0), (6, 10), (14, 10), (99, 20)]
)
def test_nearest_frame_is_found_the_earlier_of_two(
    make_run: MakeRun, wanted: int, found: int
) -> None:
    got = answer([make_run("a", [0, 10, 20], "x")], "x", steps=[wanted])
    assert got.array("step").tolist() == [found]


def test_distribution_is_the_last_by_default(make_run: MakeRun) -> None:
    runs = [make_run("a", [0, 10], "x"), make_run("b", [0, 7, 9], "x")]
    got = answer(runs, "x")
    assert got.array("step", run=0).tolist() == [10]
    assert got.array("step", run=1).tolist() == [9]


def test_distribution_of_a_kernel_that_a_run_lacks_is_nan(make_run: MakeRun) -> None:
    got = answer([make_run("a", [0], "x")], "y")
    assert np.isnan(got.array("edges")).all()


@pytest.fixture
def two_epochs(make_run: MakeRun) -> RunFrames:
    """Frames before training and at two epochs' batches, of steps 0, 10, …"""
    epochs = [[0.0], [0.5], [1.0], [1.25], [1.5], [2.0]]
    means = [[8], [1], [3], [2], [4], [6]]
    maxes = [[9], [5], [7], [1], [2], [3]]
    return make_run("a", range(0, 60, 10), "x", epoch=epochs, mean=means, max=maxes)


def test_batches_of_an_epoch(two_epochs: RunFrames) -> None:
    got = answer([two_epochs], "x", steps=[10, 50], over=over_batches)
    assert got.array("step").tolist() == [10, 50]
    assert got.array("epoch").tolist() == [1, 2]
    assert got.array("n_frames").tolist() == [2, 3]
    of_mean, of_max = got.array("edges_of_mean"), got.array("edges_of_max")
    assert of_mean.shape == of_max.shape == (1, 2, 33)
    assert of_mean[0, :, [0, 16, 32]].T.tolist() == [[1, 2, 3], [2, 4, 6]]
    assert of_max[0, :, [0, 16, 32]].T.tolist() == [[5, 6, 7], [1, 2, 3]]


def test_epoch_0_is_before_training(two_epochs: RunFrames) -> None:
    got = answer([two_epochs], "x", steps=[0], over=over_batches)
    assert got.array("epoch").tolist() == [0]
    assert got.array("edges_of_mean")[0, 0].tolist() == [8] * 33


def test_epoch_is_the_last_by_default(two_epochs: RunFrames) -> None:
    got = answer([two_epochs], "x", over=over_batches)
    assert got.array("epoch").tolist() == [2]


def test_batches_of_one_epoch_asked_for_twice(two_epochs: RunFrames) -> None:
    got = answer([two_epochs], "x", steps=[30, 10, 40], over=over_batches)
    assert got.array("epoch").tolist() == [2, 1, 2]
    edges = got.array("edges_of_mean")[0]
    assert edges[0].tolist() == edges[2].tolist() != edges[1].tolist()


@pytest.mark.parametrize("epoch", [math.nan, math.inf, -math.inf, 1e30])
def test_batches_of_an_epoch_that_is_unknown_are_nan(
    make_run: MakeRun, epoch: float
) -> None:
    run = make_run("a", [0, 1], "x", epoch=[[1], [epoch]])
    got = answer([run], "x", steps=[0, 1], over=over_batches)
    np.testing.assert_array_equal(got.array("epoch"), [1, math.nan])
    assert got.array("n_frames").tolist() == [1, 0]
    assert np.isnan(got.array("edges_of_mean")[0]).tolist() == [
        [False] * 33,
        [True] * 33,
    ]
