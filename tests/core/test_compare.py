"""Runs in relation: to their start, to another run, to the norms wanted."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_wdnorm.core.compare import (
    default_baseline,
    relative_to,
    relative_to_start,
    target_distance,
)
from tb_wdnorm.core.frames import COLUMNS, EDGES, TRAINING_STATE, RunFrames

MakeRun = Callable[..., RunFrames]

NAN, INF = math.nan, math.inf
STATISTICS = ("mean", "max", "min", "std", "total")

norms = st.floats(2.0**-20, 2.0**20, width=32)


def series(run: RunFrames, column: str, kernel: int = 0) -> list[float]:
    return run.column(column)[:, kernel].tolist()


def assert_others_unchanged(changed: RunFrames, run: RunFrames) -> None:
    for column in ("nonfinite", *TRAINING_STATE):
        np.testing.assert_array_equal(changed.column(column), run.column(column))
    np.testing.assert_array_equal(changed.steps, run.steps)
    np.testing.assert_array_equal(changed.wall_times_s, run.wall_times_s)
    assert (changed.name, changed.info) == (run.name, run.info)
    assert changed.values.dtype == np.float32


@pytest.fixture
def run(make_run: MakeRun) -> RunFrames:
    """One kernel at steps 0, 10, 20, whose norms decay."""
    return make_run(
        "run",
        [0, 10, 20],
        mean=[[4], [2], [1]],
        max=[[8], [6], [2]],
        min=[[2], [1], [1]],
        std=[[1], [0.5], [0.25]],
        total=[[10], [5], [4]],
        q0=[[2], [1], [1]],
        q32=[[8], [6], [2]],
    )


def test_each_statistic_is_relative_to_its_own_start(run: RunFrames) -> None:
    relative = relative_to_start(run)
    assert series(relative, "mean") == [1, 0.5, 0.25]
    assert series(relative, "max") == [1, 0.75, 0.25]
    assert series(relative, "min") == [1, 0.5, 0.5]
    assert series(relative, "std") == [1, 0.5, 0.25]
    np.testing.assert_allclose(series(relative, "total"), [1, 0.5, 0.4], rtol=1e-6)
    assert_others_unchanged(relative, run)


def test_edges_are_relative_to_the_mean_at_the_start(run: RunFrames) -> None:
    relative = relative_to_start(run)
    assert series(relative, "q0") == [0.5, 0.25, 0.25]
    assert series(relative, "q32") == [2, 1.5, 0.5]


def test_start_is_the_kernels_first_frame_with_a_finite_mean(
    make_run: MakeRun,
) -> None:
    mean = [[1, NAN], [2, INF], [3, 4], [4, 2]]
    run = make_run("run", range(4), "a/kernel", "b/kernel", mean=mean, max=mean)
    for column in ("mean", "max"):
        relative = relative_to_start(run).column(column)
        expected = [[1, NAN], [2, INF], [3, 1], [4, 0.5]]
        np.testing.assert_array_equal(relative, expected)


@pytest.mark.parametrize("start", [0, NAN, INF])
def test_without_a_start_nothing_is_known(make_run: MakeRun, start: float) -> None:
    run = make_run("run", [0], mean=start, max=start)
    relative = relative_to_start(run)
    for column in ("mean", "max", *EDGES):
        assert np.isnan(relative.column(column)).all()


def test_statistic_that_starts_at_zero_is_unknown(make_run: MakeRun) -> None:
    run = make_run("run", [0, 1], mean=2, std=[[0], [1]])
    relative = relative_to_start(run)
    np.testing.assert_array_equal(series(relative, "std"), [NAN, NAN])
    assert series(relative, "mean") == [1, 1]


def test_run_without_frames_has_no_start(make_run: MakeRun) -> None:
    assert len(relative_to_start(make_run("run", [])).steps) == 0


@given(means=st.lists(norms, min_size=1, max_size=6), exponent=st.integers(-9, 9))
def test_retention_does_not_depend_on_the_scale_of_the_norms(
    make_run: MakeRun, means: list[float], exponent: int
) -> None:
    run = make_run("run", range(len(means)), mean=[[m] for m in means])
    scaled = run.values.copy()
    scaled[..., : COLUMNS.index("nonfinite")] *= 2.0**exponent
    scaled[..., COLUMNS.index(EDGES[0]) :] *= 2.0**exponent
    np.testing.assert_array_equal(
        relative_to_start(replace(run, values=scaled)).values,
        relative_to_start(run).values,
    )


def test_baseline_is_interpolated_in_step(make_run: MakeRun, run: RunFrames) -> None:
    baseline = make_run(
        "baseline", [0, 20], mean=[[4], [8]], max=[[8], [16]], total=[[5], [20]]
    )
    relative = relative_to(run, baseline)
    np.testing.assert_allclose(series(relative, "mean"), [1, 2 / 6, 1 / 8], rtol=1e-6)
    np.testing.assert_allclose(series(relative, "max"), [1, 6 / 12, 2 / 16], rtol=1e-6)
    np.testing.assert_allclose(series(relative, "total"), [2, 0.4, 0.2], rtol=1e-6)
    assert_others_unchanged(relative, run)


def test_edges_are_relative_to_the_baselines_mean(
    make_run: MakeRun, run: RunFrames
) -> None:
    baseline = make_run("baseline", [0, 20], mean=[[4], [8]], max=1, q0=1, q32=1)
    relative = relative_to(run, baseline)
    np.testing.assert_allclose(series(relative, "q32"), [2, 1, 0.25], rtol=1e-6)


def test_outside_of_the_baselines_steps_nothing_is_known(
    make_run: MakeRun, run: RunFrames
) -> None:
    relative = relative_to(run, make_run("baseline", [5, 15], mean=4))
    for column in (*STATISTICS, *EDGES):
        assert np.isnan(relative.column(column)[[0, 2]]).all()
    assert series(relative, "mean")[1] == 0.5


def test_kernels_are_matched_by_path(make_run: MakeRun) -> None:
    run = make_run("run", [0], "a/kernel", "b/kernel", "c/kernel", mean=6)
    baseline = make_run("baseline", [0], "c/kernel", "a/kernel", mean=[2, 3])
    relative = relative_to(run, baseline).column("mean")
    np.testing.assert_array_equal(relative, [[2, NAN, 3]])


@pytest.mark.parametrize("value", [0, NAN, INF])
def test_baseline_without_a_norm_gives_none(
    make_run: MakeRun, run: RunFrames, value: float
) -> None:
    relative = relative_to(run, make_run("baseline", [0, 20], mean=value))
    np.testing.assert_array_equal(series(relative, "mean"), [NAN] * 3)


def test_runs_of_two_norms_have_nothing_to_compare(run: RunFrames) -> None:
    other = replace(run, info=replace(run.info, norm="l1"))
    relative = relative_to(run, other)
    for column in (*STATISTICS, *EDGES):
        assert np.isnan(relative.column(column)).all()
    assert_others_unchanged(relative, run)


@given(means=st.lists(norms, min_size=1, max_size=6))
def test_run_relative_to_itself_is_one(make_run: MakeRun, means: list[float]) -> None:
    run = make_run("run", range(0, 3 * len(means), 3), mean=[[m] for m in means])
    relative = relative_to(run, run)
    for column in STATISTICS:
        known = run.column(column) > 0
        assert (relative.column(column)[known] == 1).all()
    assert known.any()


def distances(
    make_run: MakeRun,
    target: tuple[float, float] | None,
    values: Sequence[float],
) -> RunFrames:
    column: npt.NDArray[np.float32] = np.array(values, np.float32)[:, np.newaxis]
    run = make_run("run", range(len(values)), mean=column, max=column, q16=column)
    kernel = replace(run.info.kernels[0], target=target)
    run = replace(run, info=replace(run.info, kernels=(kernel,)))
    distant = target_distance(run)
    assert_others_unchanged(distant, run)
    return distant


def test_distance_to_a_target_is_signed_and_relative_to_its_nearer_end(
    make_run: MakeRun,
) -> None:
    run = distances(make_run, (2, 4), [0, 1, 2, 3, 4, 5, 8, INF, NAN])
    for column in ("mean", "max", "q16"):
        expected = [-1, -0.5, 0, 0, 0, 0.25, 1, INF, NAN]
        np.testing.assert_array_equal(series(run, column), expected)


def test_target_may_be_one_norm(make_run: MakeRun) -> None:
    assert series(distances(make_run, (2, 2), [1, 2, 3]), "mean") == [-0.5, 0, 0.5]


def test_above_a_target_of_zero_the_distance_is_unknown(make_run: MakeRun) -> None:
    run = distances(make_run, (0, 0), [0, 1])
    np.testing.assert_array_equal(series(run, "mean"), [0, NAN])


@pytest.mark.parametrize("column", ["std", "total"])
def test_what_is_no_channel_norm_has_no_distance(
    make_run: MakeRun, column: str
) -> None:
    assert math.isnan(series(distances(make_run, (2, 4), [3]), column)[0])


def test_kernel_without_a_target_has_no_distance(make_run: MakeRun) -> None:
    run = distances(make_run, None, [3])
    for column in (*STATISTICS, *EDGES):
        assert math.isnan(series(run, column)[0])


@given(
    value=norms,
    low=norms,
    width=st.floats(0, 100, width=32),
    exponent=st.integers(-9, 9),
)
def test_distance_does_not_depend_on_the_unit(
    make_run: MakeRun, value: float, low: float, width: float, exponent: int
) -> None:
    scale = 2.0**exponent
    one = distances(make_run, (low, low + width), [value])
    other = distances(make_run, (scale * low, scale * (low + width)), [scale * value])
    assert series(one, "mean") == series(other, "mean")


def test_baseline_is_the_run_without_decay(make_run: MakeRun) -> None:
    runs = [make_run("a", [0], l2=2e-4), make_run("b", [0]), make_run("c", [0], l2=1)]
    baseline = default_baseline(runs)
    assert baseline is runs[1]


def test_baseline_is_else_the_run_with_the_least_decay(make_run: MakeRun) -> None:
    runs = [make_run("a", [0], l2=2e-3), make_run("b", [0], l2=2e-4)]
    assert default_baseline(runs) is runs[1]


def test_of_equal_decays_the_first_by_name_is_the_baseline(make_run: MakeRun) -> None:
    runs = [make_run("b", [0]), make_run("a", [0]), make_run("c", [0])]
    assert default_baseline(runs) is runs[1]


def test_no_runs_have_no_baseline() -> None:
    assert default_baseline([]) is None


@pytest.mark.parametrize("in_relation", [relative_to_start, target_distance])
def test_run_without_edges_is_in_the_same_relation(
    make_run: MakeRun, in_relation: Callable[[RunFrames], RunFrames]
) -> None:
    run = make_run("run", [0, 10], "a/kernel", mean=[[4], [2]], q4=[[3], [1]])
    kernels = tuple(replace(kernel, target=(1, 2)) for kernel in run.info.kernels)
    run = replace(run, info=replace(run.info, kernels=kernels))
    np.testing.assert_array_equal(
        in_relation(run.without_edges()).values,
        in_relation(run).without_edges().values,
        strict=True,
    )


@pytest.mark.parametrize("run_has_edges", [False, True])
@pytest.mark.parametrize("baseline_has_edges", [False, True])
def test_baseline_may_have_edges_or_not(
    make_run: MakeRun, run: RunFrames, run_has_edges: bool, baseline_has_edges: bool
) -> None:
    baseline = make_run("baseline", [0, 20], mean=[[4], [8]], max=[[8], [16]])
    expected = relative_to(run, baseline)
    relative = relative_to(
        run if run_has_edges else run.without_edges(),
        baseline if baseline_has_edges else baseline.without_edges(),
    )
    np.testing.assert_array_equal(
        relative.values,
        (expected if run_has_edges else expected.without_edges()).values,
        strict=True,
    )
