"""What is recorded, in words and by name."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from tb_wdnorm.core.frames import (
    COLUMNS,
    OTHER_EDGES,
    SERIES_COLUMNS,
    Decay,
    KernelInfo,
    RunFrames,
    RunInfo,
    column_index,
    distinct_decays,
    format_coefficient,
)


def kernel(decay: Decay) -> KernelInfo:
    return KernelInfo(
        "a/kernel", "a", "Dense", "kernel", (2, 3), (1,), "Dense", decay=decay
    )


def test_columns_are_those_of_the_format() -> None:
    edges = [f"q{i}" for i in range(33)]
    assert list(COLUMNS) == [
        *("mean", "max", "min", "std", "total", "nonfinite"),
        *("epoch", "learning_rate", "l2", "weight_decay", "log_shrink"),
        *edges,
    ]


def test_series_columns_are_those_that_are_followed() -> None:
    assert (*COLUMNS[:11], "q4", "q16", "q28") == SERIES_COLUMNS


def test_each_column_is_one_of_series_or_another_edge() -> None:
    assert sorted(SERIES_COLUMNS + OTHER_EDGES) == sorted(COLUMNS)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (2e-4, "2e-4"),
        (1.5e-5, "1.5e-5"),
        (1e-10, "1e-10"),
        (0.001, "0.001"),
        (0.004, "0.004"),
        (0.1, "0.1"),
        (1.0, "1"),
        (100.0, "100"),
        (float(np.float32(2e-4)), "2e-4"),
        (9.9999999e-4, "1e-3"),
    ],
)
def test_coefficients_are_written_as_people_do(value: float, text: str) -> None:
    assert format_coefficient(value) == text


@pytest.mark.parametrize(
    ("decay", "label"),
    [
        (Decay(), "none"),
        (Decay(l2=2e-4), "l2=2e-4"),
        (Decay(l1=0.01), "l1=0.01"),
        (Decay(weight_decay=0.004), "weight_decay=0.004"),
        (
            Decay(l1=1e-5, l2=2e-4, weight_decay=0.004),
            "l1=1e-5, l2=2e-4, weight_decay=0.004",
        ),
    ],
)
def test_decay_in_words(decay: Decay, label: str) -> None:
    assert decay.label == label


def test_strength_is_the_largest_coefficient() -> None:
    assert Decay(l1=1e-5, l2=2e-4, weight_decay=1e-4).strength == 2e-4


def test_strength_of_no_decay_is_zero() -> None:
    assert Decay().strength == 0


def test_n_channels_is_the_product_of_the_kept_axes() -> None:
    kept = KernelInfo("a", "a", "Conv2D", "kernel", (3, 3, 2, 5), (2, 3), "Conv2D")
    assert kept.n_channels == 10


def test_decay_strength_of_a_run_is_that_of_its_strongest_kernel() -> None:
    kernels = (kernel(Decay(l2=2e-4)), kernel(Decay(weight_decay=0.004)))
    assert RunInfo(kernels, norm="l2", label="").decay_strength == 0.004


def test_decay_strength_of_a_run_without_kernels_is_zero() -> None:
    assert RunInfo((), norm="l2", label="none").decay_strength == 0


def test_distinct_decays_are_each_once_strongest_first() -> None:
    weak, strong = Decay(l2=2e-4), Decay(l2=2e-3)
    kernels = [kernel(decay) for decay in (weak, Decay(), strong, weak)]
    assert distinct_decays(kernels) == (strong, weak, Decay())


def test_column_is_a_view_of_one_statistic(make_run: Callable[..., RunFrames]) -> None:
    run = make_run("run", [0, 1], "a/kernel", "b/kernel", max=[[1, 2], [3, 4]])
    assert run.column("max").tolist() == [[1, 2], [3, 4]]
    assert np.shares_memory(run.column("max"), run.values)


def test_unknown_column_is_an_error(make_run: Callable[..., RunFrames]) -> None:
    with pytest.raises(KeyError) as raised:
        make_run().column("median")
    assert raised.value.args == (
        f"column must be one of {', '.join(COLUMNS)}. Received: 'median'",
    )


def test_edges_are_the_last_33_columns(make_run: Callable[..., RunFrames]) -> None:
    run = make_run("run", [0, 1])
    assert run.edges.shape == (2, 1, 33)
    np.testing.assert_array_equal(run.edges[..., 0], run.column("q0"))
    np.testing.assert_array_equal(run.edges[..., 32], run.column("q32"))


def test_run_without_edges_has_the_columns_of_series(
    make_run: Callable[..., RunFrames],
) -> None:
    run = make_run("run", [0, 1], "a/kernel", "b/kernel")
    part = run.without_edges()
    assert (run.has_edges, part.has_edges) == (True, False)
    assert (run.columns, part.columns) == (COLUMNS, SERIES_COLUMNS)
    for name in SERIES_COLUMNS:
        np.testing.assert_array_equal(part.column(name), run.column(name))
    assert part.without_edges() is part


def test_edges_that_were_not_read_are_an_error(
    make_run: Callable[..., RunFrames],
) -> None:
    with pytest.raises(KeyError) as raised:
        _ = make_run().without_edges().edges
    assert raised.value.args == (
        f"column must be one of {', '.join(SERIES_COLUMNS)}. Received: 'q0'",
    )


def test_epochs_come_from_any_kernel_that_is_there(
    make_run: Callable[..., RunFrames],
) -> None:
    epochs = [[0.5, math.nan], [math.nan, 1.0], [math.nan, math.nan]]
    run = make_run("run", [0, 1, 2], "a/kernel", "b/kernel", epoch=epochs)
    np.testing.assert_array_equal(run.epochs, [0.5, 1.0, math.nan])


def test_epochs_of_a_run_without_kernels_are_unknown() -> None:
    run = RunFrames(
        name="run",
        info=RunInfo((), norm="l2", label="none"),
        steps=np.arange(2),
        wall_times_s=np.zeros(2),
        values=np.zeros((2, 0, len(COLUMNS)), np.float32),
    )
    np.testing.assert_array_equal(run.epochs, [math.nan, math.nan])


def test_column_index_is_the_stored_position() -> None:
    assert [column_index(name) for name in COLUMNS] == list(range(44))
