"""The batches of an epoch, as a distribution."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_wdnorm.core.epochs import batches_of_epochs
from tb_wdnorm.core.frames import EDGE_PROBABILITIES, RunFrames

MakeRun = Callable[..., RunFrames]

NAN, INF = math.nan, math.inf


def test_frames_belong_to_the_epoch_that_ends_next(make_run: MakeRun) -> None:
    epoch = [[0], [0.25], [0.5], [1], [1.5], [3]]
    epochs, of_mean, of_max, n_frames = batches_of_epochs(
        make_run(
            "run", range(6), epoch=epoch, mean=[[9], [1], [3], [2], [4], [5]], max=7
        )
    )
    assert epochs.tolist() == [0, 1, 2, 3]
    assert n_frames.tolist() == [1, 3, 1, 1]
    assert of_mean[:, 0, [0, 16, 32]].tolist() == [
        [9, 9, 9],
        [1, 2, 3],
        [4, 4, 4],
        [5, 5, 5],
    ]
    assert (of_max == 7).all()


def test_arrays_are_of_the_promised_shape_and_kind(make_run: MakeRun) -> None:
    run = make_run("run", range(3), "a/kernel", "b/kernel", epoch=[[1], [2], [2]])
    epochs, of_mean, of_max, n_frames = batches_of_epochs(run)
    assert of_mean.shape == of_max.shape == (2, 2, 33)
    assert of_mean.dtype == of_max.dtype == np.float32
    assert epochs.dtype == n_frames.dtype == np.int64


@pytest.mark.parametrize("unknown", [NAN, INF])
def test_frame_of_an_unknown_epoch_belongs_to_none(
    make_run: MakeRun, unknown: float
) -> None:
    run = make_run("run", [0, 1], epoch=[[unknown], [1]], mean=[[5], [6]])
    epochs, of_mean, _, n_frames = batches_of_epochs(run)
    assert (epochs.tolist(), n_frames.tolist()) == ([1], [1])
    assert (of_mean == 6).all()


def test_run_without_epochs_has_no_distributions(make_run: MakeRun) -> None:
    epochs, of_mean, of_max, n_frames = batches_of_epochs(
        make_run("run", [0, 1], "a/kernel", "b/kernel", epoch=NAN)
    )
    assert len(epochs) == len(n_frames) == 0
    assert of_mean.shape == of_max.shape == (0, 2, 33)


def test_what_is_not_finite_is_left_out(make_run: MakeRun) -> None:
    mean = [[1, NAN], [NAN, INF], [3, NAN]]
    run = make_run("run", range(3), "a/kernel", "b/kernel", epoch=1, mean=mean)
    _, of_mean, _, n_frames = batches_of_epochs(run)
    np.testing.assert_array_equal(
        of_mean[0, :, [0, 16, 32]], [[1, NAN], [2, NAN], [3, NAN]]
    )
    assert n_frames.tolist() == [3]


@given(
    frames=st.lists(
        st.tuples(
            st.floats(0, 4, width=32),
            st.floats(0, 100, width=32),
            st.floats(0, 100, width=32),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_edges_are_the_quantiles_over_the_frames_of_the_epoch(
    make_run: MakeRun, frames: list[tuple[float, float, float]]
) -> None:
    epoch, mean, largest = np.array(frames).T[..., np.newaxis]
    run = make_run("run", range(len(frames)), epoch=epoch, mean=mean, max=largest)
    epochs, of_mean, of_max, n_frames = batches_of_epochs(run)
    assert n_frames.sum() == len(frames)
    assert (np.diff(epochs) > 0).all()
    for index, number in enumerate(epochs):
        members = (epoch > number - 1) & (epoch <= number)
        assert members.sum() == n_frames[index]
        for edges, values in ((of_mean, mean), (of_max, largest)):
            expected = np.quantile(values[members], EDGE_PROBABILITIES)
            np.testing.assert_allclose(edges[index, 0], expected, rtol=1e-4, atol=1e-4)
