"""Kernels put together, against the statistics of their pooled channels."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tb_wdnorm.core.aggregate import merge_kernels
from tb_wdnorm.core.frames import (
    COLUMNS,
    EDGES,
    SERIES_COLUMNS,
    STATISTICS,
    TRAINING_STATE,
    Decay,
    KernelInfo,
    RunFrames,
    RunInfo,
    column_index,
)
from tb_wdnorm.core.norm_kinds import NORMS, as_norm
from tb_wdnorm.core.norms import channel_norms, statistics

MakeRun = Callable[..., RunFrames]
Kernel = npt.NDArray[np.float64]

NAN = math.nan


def kernel_info(path: str, shape: tuple[int, ...], **options: Any) -> KernelInfo:
    return KernelInfo(
        path=path,
        layer=path,
        layer_class="Dense",
        role="kernel",
        shape=shape,
        channel_axes=(len(shape) - 1,),
        group="Dense",
        **options,
    )


def measured(norm: str, kernels: Sequence[Kernel]) -> RunFrames:
    """A run of one frame with the statistics of these kernels."""
    info = RunInfo(
        tuple(kernel_info(f"k{i}", kernel.shape) for i, kernel in enumerate(kernels)),
        norm=norm,
        label="none",
    )
    values = np.zeros((1, len(kernels), len(COLUMNS)), np.float32)
    for row, kernel in zip(values[0], kernels, strict=True):
        kind = as_norm(norm)
        norms = channel_norms(np, kernel, (kernel.ndim - 1,), kind)
        with np.errstate(all="ignore"):
            summary = statistics(np, norms, kind, kernel)
        row[: len(STATISTICS)] = summary[: len(STATISTICS)]
        row[column_index(EDGES[0]) :] = summary[len(STATISTICS) :]
    return RunFrames("run", info, np.array([0]), np.array([0.0]), values)


def merged(run: RunFrames, column: str) -> list[float]:
    """One statistic of all kernels of a run together, by frame."""
    return merge_kernels(run, [run.paths]).column(column)[:, 0].tolist()


kernels_of_weights = st.lists(
    hnp.array_shapes(min_dims=2, max_dims=3, max_side=4).flatmap(
        lambda shape: hnp.arrays(
            np.float64, shape, elements=st.floats(-100, 100, width=16)
        )
    ),
    min_size=2,
    max_size=4,
)


@given(kernels=kernels_of_weights, norm=st.sampled_from(sorted(NORMS)))
def test_statistics_are_those_of_the_pooled_channels(
    kernels: list[Kernel], norm: str
) -> None:
    run = merge_kernels(
        measured(norm, kernels), [[f"k{i}" for i in range(len(kernels))]]
    )
    kind = as_norm(norm)
    pooled = np.concatenate(
        [channel_norms(np, kernel, (kernel.ndim - 1,), kind) for kernel in kernels]
    )
    tolerance = {"rtol": 1e-5, "atol": 1e-5 * pooled.max()}
    for column, expected in {
        "mean": pooled.mean(),
        "max": pooled.max(),
        "min": pooled.min(),
        "std": pooled.std(),
        "nonfinite": 0,
        "q0": pooled.min(),
        "q32": pooled.max(),
    }.items():
        np.testing.assert_allclose(run.column(column), [[expected]], **tolerance)


@given(kernels=kernels_of_weights, norm=st.sampled_from(sorted(NORMS)))
def test_total_is_the_norm_of_all_weights(kernels: list[Kernel], norm: str) -> None:
    weights = np.concatenate([kernel.ravel() for kernel in kernels])
    expected = {
        "l1": np.abs(weights).sum(),
        "l2": np.sqrt(np.square(weights).sum()),
        "linf": np.abs(weights).max(),
        "rms": np.sqrt(np.square(weights).mean()),
    }[norm]
    total = merged(measured(norm, kernels), "total")
    np.testing.assert_allclose(total, [expected], rtol=1e-5)


def test_total_of_a_function_of_the_users_is_unknown(make_run: MakeRun) -> None:
    run = make_run("run", [0], "a/kernel", "b/kernel", total=3)
    run = replace(run, info=replace(run.info, norm="median_norm"))
    assert math.isnan(merged(run, "total")[0])


def test_edges_are_those_of_all_channels(make_run: MakeRun) -> None:
    run = make_run("run", [0], "a/kernel", "b/kernel")
    run.edges[0] = [np.arange(33), 32 + np.arange(33)]
    merged_run = merge_kernels(run, [run.paths])
    np.testing.assert_allclose(merged_run.edges[0, 0], 2 * np.arange(33), rtol=1e-6)


def test_kernels_weigh_as_much_as_they_have_finite_channels(make_run: MakeRun) -> None:
    # Of 4 channels each, 3 and 1 are finite.
    run = make_run(
        "run", [0], "a/kernel", "b/kernel", mean=[1, 5], std=0, nonfinite=[1, 3]
    )
    assert merged(run, "mean") == [2]
    assert merged(run, "std") == [np.float32(math.sqrt(3))]
    assert merged(run, "nonfinite") == [4]


def test_kernel_without_finite_channels_counts_only_these(make_run: MakeRun) -> None:
    run = make_run("run", [0], "a/kernel", "b/kernel", nonfinite=[0, 4])
    for column in ("mean", "max", "min", "std", "total", *EDGES):
        run.column(column)[0, 1] = NAN
    together = merge_kernels(run, [run.paths])
    assert together.column("nonfinite").tolist() == [[4]]
    for column in ("mean", "max", "min", "std", "total", *EDGES):
        np.testing.assert_allclose(together.column(column), run.column(column)[:, :1])


def test_nothing_finite_is_nan_and_counted(make_run: MakeRun) -> None:
    run = make_run("run", [0], "a/kernel", "b/kernel", nonfinite=4)
    for column in ("mean", "max", "min", "std", "total", *EDGES):
        run.column(column)[:] = NAN
    assert merged(run, "nonfinite") == [8]
    for column in ("mean", "max", "min", "std", "total", *EDGES):
        assert np.isnan(merged(run, column)).all()


def test_members_that_a_frame_lacks_are_left_out(make_run: MakeRun) -> None:
    run = make_run("run", [0, 1, 2], "a/kernel", "b/kernel", mean=[2, 4], epoch=1)
    run.values[1, 0] = run.values[2] = NAN
    np.testing.assert_array_equal(merged(run, "mean"), [3, 4, NAN])
    np.testing.assert_array_equal(merged(run, "nonfinite"), [0, 0, NAN])
    np.testing.assert_array_equal(merged(run, "epoch"), [1, 1, NAN])


@pytest.mark.parametrize(
    "column", ["learning_rate", "l2", "weight_decay", "log_shrink"]
)
def test_training_state_is_kept_where_members_agree(
    make_run: MakeRun, column: str
) -> None:
    state = [[0.5, 0.5], [0.5, 0.25], [0.5, NAN], [NAN, NAN]]
    run = make_run("run", range(4), "a/kernel", "b/kernel")
    run.column(column)[:] = state
    np.testing.assert_array_equal(merged(run, column), [0.5, NAN, NAN, NAN])


def test_kernel_alone_stays_as_it_is(make_run: MakeRun) -> None:
    run = make_run("run", [0, 1], "a/kernel", "b/kernel", "c/kernel")
    chosen = merge_kernels(run, [["c/kernel"], ["a/kernel", "a/kernel"]])
    assert chosen.info.kernels == (run.info.kernels[2], run.info.kernels[0])
    np.testing.assert_array_equal(chosen.values, run.values[:, [2, 0]])


def test_sets_are_rows_in_their_order(make_run: MakeRun) -> None:
    run = make_run("run", [0], "a/kernel", "b/kernel", "c/kernel", mean=[1, 2, 6])
    rows = merge_kernels(
        run, [["b/kernel", "c/kernel"], ["a/kernel"], ["c/kernel", "a/kernel"]]
    )
    assert rows.paths == ("b/kernel + c/kernel", "a/kernel", "a/kernel + c/kernel")
    assert rows.column("mean").tolist() == [[4, 1, 3.5]]
    assert rows.values.dtype == np.float32


def test_kernels_that_the_run_does_not_have_are_left_out(make_run: MakeRun) -> None:
    run = make_run("run", [0], "a/kernel", mean=3)
    rows = merge_kernels(run, [["a/kernel", "z/kernel"], ["z/kernel"], ["y", "z"]])
    # Called the same as in a run that has them.
    assert rows.paths == ("a/kernel + z/kernel", "z/kernel", "y + z")
    np.testing.assert_array_equal(rows.column("mean"), [[3, NAN, NAN]])
    np.testing.assert_array_equal(rows.column("nonfinite"), [[0, NAN, NAN]])
    assert [kernel.n_channels for kernel in rows.info.kernels] == [4, 0, 0]


def test_set_has_what_its_members_share(make_run: MakeRun) -> None:
    first = kernel_info("a", (3, 4), target=(1.0, 2.0), decay=Decay(l2=2e-4))
    second = replace(first, path="b", shape=(5, 2), decay=Decay(l2=2e-3))
    third = replace(
        second, path="c", layer_class="Conv1D", role="bias", group="x", target=None
    )
    run = make_run("run", [0], "a", "b", "c")
    run = replace(run, info=replace(run.info, kernels=(first, second, third)))
    two, three = merge_kernels(run, [["a", "b"], ["c", "b", "a"]]).info.kernels
    assert two == KernelInfo(
        path="a + b",
        layer="a",
        layer_class="Dense",
        role="kernel",
        shape=(6,),
        channel_axes=(0,),
        group="Dense",
        target=(1.0, 2.0),
        decay=Decay(l2=2e-3),
    )
    assert three == KernelInfo(
        path="a + b + c",
        layer="a",
        layer_class="",
        role="",
        shape=(8,),
        channel_axes=(0,),
        group="",
        decay=Decay(l2=2e-3),
    )


def test_everything_else_of_the_run_stays(make_run: MakeRun) -> None:
    run = make_run("run", [3, 5], "a/kernel", "b/kernel", l2=2e-4)
    together = merge_kernels(run, [run.paths])
    assert (together.name, together.info.label) == ("run", "l2=2e-4")
    assert together.steps.tolist() == [3, 5]
    assert together.wall_times_s.tolist() == [1003, 1005]


@given(order=st.permutations(["a/kernel", "b/kernel", "c/kernel", "d/kernel"]))
def test_order_of_the_members_does_not_matter(
    make_run: MakeRun, order: list[str]
) -> None:
    run = make_run("run", [0, 1, 2], *sorted(order), learning_rate=0.1)
    one, other = merge_kernels(run, [sorted(order), order]).values.swapaxes(0, 1)
    np.testing.assert_allclose(one, other, rtol=1e-6)


def test_set_must_have_a_kernel(make_run: MakeRun) -> None:
    with pytest.raises(ValueError, match="must have") as error:
        merge_kernels(make_run("run", [0], "a/kernel"), [["a/kernel"], []])
    assert str(error.value) == (
        "Each of `sets` must have one kernel or more. Received: [['a/kernel'], []]"
    )


def test_run_without_edges_has_the_same_statistics(make_run: MakeRun) -> None:
    run = make_run("run", [0, 1], "x", "y")
    sets = [["x", "y"], ["y"]]
    part, whole = merge_kernels(run.without_edges(), sets), merge_kernels(run, sets)
    assert part.columns == SERIES_COLUMNS
    for name in (*STATISTICS, *TRAINING_STATE):
        np.testing.assert_array_equal(part.column(name), whole.column(name))
    for name in ("q4", "q16", "q28"):
        assert np.isnan(part.column(name)[:, 0]).all()
        np.testing.assert_array_equal(part.column(name)[:, 1], run.column(name)[:, 1])
