"""What of a run is asked for."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tb_wdnorm.core.frames import (
    SERIES_COLUMNS,
    STATISTICS,
    TRAINING_STATE,
    RunFrames,
)
from tb_wdnorm.serve.view import KernelItem, View, after

MakeRun = Callable[..., RunFrames]


def view_of(*sets: str, **options: object) -> View:
    """A view of sets of kernels, each a text like `x y`."""
    items = [KernelItem(paths, tuple(paths.split())) for paths in sets]
    return View(items, **options)  # type: ignore[arg-type]


def test_kernels_come_in_the_order_asked_for(make_run: MakeRun) -> None:
    run = make_run("a", [0], "x", "y", "z", mean=[[1, 2, 3]])
    assert view_of("z", "x").of(run).column("mean").tolist() == [[3, 1]]


def test_all_kernels_are_the_run_itself(make_run: MakeRun) -> None:
    run = make_run("a", [0], "x", "y")
    assert view_of("x", "y").rows(run) is run


def test_kernel_that_the_run_lacks_is_nan(make_run: MakeRun) -> None:
    viewed = view_of("x", "y").of(make_run("a", [0], "x", mean=1))
    np.testing.assert_array_equal(viewed.column("mean"), [[1, math.nan]])


def test_kernels_are_put_together(make_run: MakeRun) -> None:
    run = make_run("a", [0], "x", "y", mean=[[1, 3]], max=[[2, 5]])
    viewed = view_of("x y", "x").of(run)
    assert viewed.column("mean").tolist() == [[2, 1]]
    assert viewed.column("max").tolist() == [[5, 2]]
    assert np.isfinite(viewed.edges).all()


def test_without_edges_all_else_is_the_same(make_run: MakeRun) -> None:
    run = make_run("a", [0, 1], "x", "y")
    whole, part = (view_of("x y", with_edges=with_).of(run) for with_ in (True, False))
    assert part.columns == SERIES_COLUMNS
    for name in (*STATISTICS, *TRAINING_STATE):
        np.testing.assert_array_equal(part.column(name), whole.column(name))
    for name in ("q4", "q16", "q28"):
        assert np.isnan(part.column(name)).all()
        assert np.isfinite(whole.column(name)).all()


def test_relative_to_the_start_also_of_later_frames(make_run: MakeRun) -> None:
    run = make_run("a", [0, 5, 10], "x", mean=[[4], [2], [1]])
    viewed = view_of("x", relative="start").of(run, after(run, 0))
    assert viewed.steps.tolist() == [5, 10]
    assert viewed.column("mean").tolist() == [[0.5], [0.25]]


def test_relative_to_the_baseline(make_run: MakeRun) -> None:
    baseline = make_run("none", [0, 10], "x", "y", mean=[[4, 8], [8, 8]])
    run = make_run("a", [5, 10, 20], "x", mean=[[3], [4], [5]])
    view = view_of("x")
    view = replace(view, relative="baseline", baseline=view.rows(baseline))
    np.testing.assert_array_equal(
        view.of(run).column("mean"), [[0.5], [0.5], [math.nan]]
    )


def test_relative_to_the_target(make_run: MakeRun) -> None:
    run = make_run("a", [0, 1], "x", mean=[[3], [0.5]])
    kernels = tuple(replace(k, target=(1.0, 2.0)) for k in run.info.kernels)
    run = replace(run, info=replace(run.info, kernels=kernels))
    viewed = view_of("x", relative="target").of(run)
    assert viewed.column("mean").tolist() == [[0.5], [-0.5]]


def test_group_is_put_together_before_it_is_compared(make_run: MakeRun) -> None:
    run = make_run("a", [0, 1], "x", "y", mean=[[1, 3], [3, 3]])
    viewed = view_of("x y", relative="start").of(run)
    assert viewed.column("mean").tolist() == [[1], [1.5]]


@pytest.mark.parametrize(
    ("step", "steps"),
    [(None, [0, 5, 9]), (0, [5, 9]), (4, [5, 9]), (5, [9]), (9, []), (99, [])],
)
def test_frames_after_a_step(
    make_run: MakeRun, step: int | None, steps: list[int]
) -> None:
    run = make_run("a", [0, 5, 9])
    part = run.take(after(run, step))
    assert part.steps.tolist() == steps
    assert len(part.values) == len(part.wall_times_s) == len(steps)


def test_numbers_of_any_size_are_no_warning(make_run: MakeRun) -> None:
    largest = float(np.finfo(np.float32).max)
    run = make_run("a", [0], "x", "y", mean=largest, std=largest, nonfinite=math.inf)
    view_of("x y").of(run)
