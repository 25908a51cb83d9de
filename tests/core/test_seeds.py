"""Runs that differ in their seed only."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.core.seeds import over_seeds, replicates

MakeRun = Callable[..., RunFrames]

NAN = math.nan


def test_runs_of_the_same_model_and_decay_are_replicates(make_run: MakeRun) -> None:
    plain = [make_run("seed 1", [0, 1]), make_run("seed 2", [5])]
    decayed = [make_run("l2 1", [0], l2=2e-4), make_run("l2 2", [0], l2=2e-4)]
    alone = make_run("l2 3", [0], l2=2e-3)
    together = replicates([decayed[0], plain[0], alone, decayed[1], plain[1]])
    assert [[run.name for run in same] for same in together] == [
        ["l2 1", "l2 2"],
        ["seed 1", "seed 2"],
        ["l2 3"],
    ]
    assert together[0][0] is decayed[0]


@pytest.mark.parametrize(
    "difference",
    [
        {"norm": "l1"},
        {"label": "AdamW"},
        {"strength": 0.1},
        {"kernels": ()},
    ],
)
def test_runs_that_differ_otherwise_are_no_replicates(
    make_run: MakeRun, difference: dict[str, Any]
) -> None:
    run = make_run("a", [0])
    other = replace(run, info=replace(run.info, **difference))
    assert replicates([run, other]) == [(run,), (other,)]


def test_runs_with_other_targets_are_no_replicates(make_run: MakeRun) -> None:
    run = make_run("a", [0])
    wanted = replace(run.info.kernels[0], target=(1.0, 2.0))
    other = replace(run, info=replace(run.info, kernels=(wanted,)))
    assert len(replicates([run, other])) == 2


def test_no_runs_have_no_replicates() -> None:
    assert replicates([]) == []


def test_band_is_mean_least_and_greatest(make_run: MakeRun) -> None:
    runs = [
        make_run("a", [0, 10], mean=[[1], [2]]),
        make_run("b", [0, 10], mean=[[3], [4]]),
        make_run("c", [0, 10], mean=[[5], [0]]),
    ]
    band = over_seeds(runs)
    assert band.mean.name == "a"
    assert band.mean.info == runs[0].info
    assert band.mean.steps.tolist() == [0, 10]
    assert band.mean.column("mean").tolist() == [[3], [2]]
    assert band.low[:, 0, 0].tolist() == [1, 0]
    assert band.high[:, 0, 0].tolist() == [5, 4]
    assert band.n_runs.tolist() == [3, 3]


def test_runs_are_interpolated_and_never_extrapolated(make_run: MakeRun) -> None:
    band = over_seeds(
        [
            make_run("a", [0, 10, 20], mean=[[0], [10], [20]]),
            make_run("b", [5, 15], mean=[[9], [13]]),
        ]
    )
    assert band.mean.steps.tolist() == [0, 5, 10, 15, 20]
    assert band.n_runs.tolist() == [1, 2, 2, 2, 1]
    assert band.mean.column("mean")[:, 0].tolist() == [0, 7, 10.5, 14, 20]
    assert band.low[:, 0, 0].tolist() == [0, 5, 10, 13, 20]
    assert band.high[:, 0, 0].tolist() == [0, 9, 11, 15, 20]


def test_every_kernel_and_column_has_its_band(make_run: MakeRun) -> None:
    runs = [
        make_run("a", [0, 1], "a/kernel", "b/kernel", mean=[1, 2]),
        make_run("b", [0, 1], "a/kernel", "b/kernel", mean=[3, 8], q32=7),
    ]
    band = over_seeds(runs)
    values = np.stack([run.values for run in runs])
    np.testing.assert_allclose(band.mean.values, values.mean(axis=0), rtol=1e-6)
    np.testing.assert_array_equal(band.low, values.min(axis=0))
    np.testing.assert_array_equal(band.high, values.max(axis=0))


def test_what_one_run_lacks_is_left_out(make_run: MakeRun) -> None:
    band = over_seeds(
        [
            make_run("a", [0, 1], "a/kernel", "b/kernel", mean=[[1, NAN], [2, NAN]]),
            make_run("b", [0, 1], "a/kernel", "b/kernel", mean=[[3, NAN], [NAN, 4]]),
        ]
    )
    for values in (band.mean.values, band.low, band.high):
        np.testing.assert_array_equal(np.isnan(values[..., 0]), [[0, 1], [0, 0]])
    np.testing.assert_array_equal(band.mean.column("mean"), [[2, NAN], [2, 4]])
    assert band.n_runs.tolist() == [2, 2]


def test_wall_time_is_the_mean_time_since_each_runs_start(make_run: MakeRun) -> None:
    first = replace(make_run("a", [0, 10]), wall_times_s=np.array([1000.0, 1010.0]))
    later = replace(make_run("b", [0, 10]), wall_times_s=np.array([9000.0, 9030.0]))
    assert over_seeds([first, later]).mean.wall_times_s.tolist() == [1000, 1020]


@given(
    steps=st.lists(
        st.lists(st.integers(0, 20), min_size=1, unique=True).map(sorted),
        min_size=1,
        max_size=4,
    ),
    seed=st.integers(0, 99),
)
def test_band_contains_each_run(
    make_run: MakeRun, steps: list[list[int]], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    runs = [
        make_run(f"{i}", at, mean=rng.lognormal(size=(len(at), 1)))
        for i, at in enumerate(steps)
    ]
    band = over_seeds(runs)
    assert (band.low <= band.mean.values).all()
    assert (band.mean.values <= band.high).all()
    assert ((band.n_runs >= 1) & (band.n_runs <= len(runs))).all()
    for run in runs:
        at_own_steps = np.searchsorted(band.mean.steps, run.steps)
        assert (band.low[at_own_steps] <= run.values).all()
        assert (run.values <= band.high[at_own_steps]).all()


@given(n_runs=st.integers(1, 7))
def test_band_of_equal_runs_is_that_run(make_run: MakeRun, n_runs: int) -> None:
    run = make_run("a", [0, 3, 9], "a/kernel", "b/kernel", mean=[0.1, 0.3])
    band = over_seeds([run] * n_runs)
    for values in (band.mean.values, band.low, band.high):
        np.testing.assert_array_equal(values, run.values)
        assert values.dtype == np.float32
    assert band.n_runs.tolist() == [n_runs] * 3


def test_runs_must_be_replicates(make_run: MakeRun) -> None:
    with pytest.raises(ValueError, match="must be") as error:
        over_seeds([make_run("a", [0]), make_run("b", [0], l2=2e-4)])
    assert str(error.value) == (
        "`runs` must be one run or more that differ in their seed only. "
        "Received: [('a', 'none'), ('b', 'l2=2e-4')]"
    )


def test_there_must_be_a_run() -> None:
    with pytest.raises(ValueError, match=r"one run or more .* Received: \[\]$"):
        over_seeds([])
