"""Joining the pieces of a run along the step axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_wdnorm.core.frames import (
    COLUMNS,
    OTHER_EDGES,
    SERIES_COLUMNS,
    RunInfo,
    column_index,
)
from tb_wdnorm.core.join import Piece, join, join_edges

MakePiece = Callable[..., Piece]


@pytest.fixture(scope="session")
def make_piece(
    make_info: Callable[..., RunInfo],
    make_values: Callable[..., npt.NDArray[np.float32]],
) -> MakePiece:
    """Makes a piece whose frames were written one a second, in order of `steps`."""

    def make(
        steps: Sequence[int],
        *paths: str,
        start_s: float = 0.0,
        mean: float = 0.0,
        l2: float = 0.0,
    ) -> Piece:
        info = make_info(*paths, l2=l2)
        values = make_values(len(steps), len(info.kernels))
        values[..., 0] = mean
        return Piece(
            info=info,
            steps=np.array(steps, np.int64),
            wall_times_s=start_s + np.arange(len(steps), dtype=np.float64),
            values=values,
        )

    return make


def test_one_piece_stays_what_it_is(make_piece: MakePiece) -> None:
    piece = make_piece([0, 1, 2], "a/kernel", "b/kernel")
    run = join("run", [piece])
    assert (run.name, run.info) == ("run", piece.info)
    np.testing.assert_array_equal(run.steps, piece.steps)
    np.testing.assert_array_equal(run.wall_times_s, piece.wall_times_s)
    np.testing.assert_array_equal(run.values, piece.values)


def test_pieces_follow_each_other(make_piece: MakePiece) -> None:
    older = make_piece([0, 1], mean=1)
    newer = make_piece([2, 3], mean=2, start_s=100)
    run = join("run", [newer, older])
    assert run.steps.tolist() == [0, 1, 2, 3]
    assert run.wall_times_s.tolist() == [0, 1, 100, 101]
    assert run.column("mean")[:, 0].tolist() == [1, 1, 2, 2]


def test_training_resumed_at_an_older_step_supersedes(make_piece: MakePiece) -> None:
    abandoned = make_piece([0, 10, 20, 30], mean=1)
    resumed = make_piece([15, 25], mean=2, start_s=100)
    run = join("run", [abandoned, resumed])
    assert run.steps.tolist() == [0, 10, 15, 25]
    assert run.column("mean")[:, 0].tolist() == [1, 1, 2, 2]


def test_step_written_twice_is_there_once_as_written_last(
    make_piece: MakePiece,
) -> None:
    run = join("run", [make_piece([0, 1], mean=1), make_piece([1], mean=2, start_s=9)])
    assert run.steps.tolist() == [0, 1]
    assert run.column("mean")[:, 0].tolist() == [1, 2]


def test_restart_within_one_piece_supersedes(make_piece: MakePiece) -> None:
    run = join("run", [make_piece([0, 1, 2, 3, 1, 2])])
    assert run.steps.tolist() == [0, 1, 2]
    assert run.wall_times_s.tolist() == [0, 4, 5]


def test_frames_in_any_order_are_sorted(make_piece: MakePiece) -> None:
    piece = make_piece([0, 1, 2])
    shuffled = Piece(
        piece.info,
        piece.steps[[2, 0, 1]],
        piece.wall_times_s[[2, 0, 1]],
        piece.values[[2, 0, 1]],
    )
    run = join("run", [shuffled])
    assert run.steps.tolist() == [0, 1, 2]
    np.testing.assert_array_equal(run.values, piece.values)


def test_changed_kernels_are_united_newest_first(make_piece: MakePiece) -> None:
    older = make_piece([0], "a/kernel", "b/kernel")
    newer = make_piece([1], "c/kernel", "b/kernel", start_s=100)
    assert join("run", [older, newer]).paths == ("c/kernel", "b/kernel", "a/kernel")


def test_kernel_that_a_frame_lacks_is_nan(make_piece: MakePiece) -> None:
    older = make_piece([0], "a/kernel", "b/kernel", mean=1)
    newer = make_piece([1], "b/kernel", "c/kernel", mean=2, start_s=100)
    run = join("run", [older, newer])
    np.testing.assert_array_equal(run.column("mean"), [[1, np.nan, 1], [2, 2, np.nan]])


def test_piece_written_last_describes_the_run(make_piece: MakePiece) -> None:
    older = make_piece([0], "a/kernel", l2=2e-4)
    newer = make_piece([1], "a/kernel", l2=2e-3, start_s=100)
    run = join("run", [newer, older])
    assert run.info == newer.info


def test_written_last_is_by_wall_time_not_by_step(make_piece: MakePiece) -> None:
    older = make_piece([5, 6], "a/kernel", l2=2e-4)
    newer = make_piece([0], "a/kernel", l2=2e-3, start_s=100)
    run = join("run", [newer, older])
    assert run.steps.tolist() == [0]
    assert run.info.label == "l2=0.002"


@given(steps=st.lists(st.integers(0, 9), min_size=1))
def test_each_step_is_kept_unless_an_equal_or_older_one_follows(
    make_piece: MakePiece, steps: list[int]
) -> None:
    kept = [
        (step, float(written))
        for written, step in enumerate(steps)
        if all(later > step for later in steps[written + 1 :])
    ]
    run = join("run", [make_piece(steps)])
    assert list(zip(run.steps, run.wall_times_s, strict=True)) == kept


def test_log_shrink_goes_on_after_a_resume(make_info: Callable[..., RunInfo]) -> None:
    def piece(steps: list[int], sums: list[float], began_s: float) -> Piece:
        values = np.zeros((len(steps), 1, len(COLUMNS)), np.float32)
        values[:, 0, column_index("log_shrink")] = sums
        wall_times_s = began_s + np.arange(len(steps), dtype=np.float64)
        return Piece(make_info(), np.array(steps), wall_times_s, values)

    joined = join(
        "run",
        [
            piece([0, 10, 20, 30], [0, -0.25, -0.5, -0.75], began_s=0),
            piece([20, 30, 40], [0, -0.25, -0.5], began_s=100),
        ],
    )
    assert joined.steps.tolist() == [0, 10, 20, 30, 40]
    assert joined.column("log_shrink")[:, 0].tolist() == [0, -0.25, -0.5, -0.75, -1]


def test_log_shrink_goes_on_from_the_frame_before_a_resume(
    make_info: Callable[..., RunInfo],
) -> None:
    values = np.zeros((6, 1, len(COLUMNS)), np.float32)
    values[:, 0, column_index("log_shrink")] = [0, -0.25, -0.5, 0, -1, -2]
    steps = np.array([0, 10, 20, 15, 25, 35])
    joined = join("run", [Piece(make_info(), steps, np.arange(6.0), values)])
    assert joined.steps.tolist() == [0, 10, 15, 25, 35]
    assert joined.column("log_shrink")[:, 0].tolist() == [
        *(0, -0.25),
        *(-0.25, -1.25, -2.25),
    ]


def columns_of(piece: Piece, columns: Sequence[str]) -> Piece:
    """A piece of some of its columns."""
    positions = [column_index(name) for name in columns]
    return replace(piece, values=piece.values[:, :, positions])


def parts_of(piece: Piece) -> tuple[Piece, Piece]:
    """What is stored apart: the columns of series, and the other edges."""
    return columns_of(piece, SERIES_COLUMNS), columns_of(piece, OTHER_EDGES)


def test_parts_are_joined_to_what_they_were(make_piece: MakePiece) -> None:
    piece = make_piece([0, 10, 20], "a/kernel", "b/kernel")
    series, edges = parts_of(piece)
    (joined,) = join_edges([series], [edges])
    assert joined.info == piece.info
    np.testing.assert_array_equal(joined.steps, piece.steps)
    np.testing.assert_array_equal(joined.wall_times_s, piece.wall_times_s)
    np.testing.assert_array_equal(joined.values, piece.values, strict=True)


def test_edges_may_be_in_another_order_and_in_several_pieces(
    make_piece: MakePiece,
) -> None:
    piece = make_piece([0, 10, 20, 30])
    series, edges = parts_of(piece)
    pieces = [
        Piece(edges.info, edges.steps[at], edges.wall_times_s[at], edges.values[at])
        for at in ([3, 0], [2, 1])
    ]
    (joined,) = join_edges([series], pieces)
    np.testing.assert_array_equal(joined.values, piece.values)


def test_several_pieces_are_joined_each(make_piece: MakePiece) -> None:
    pieces = [make_piece([0]), make_piece([1], l2=2e-4), make_piece([2, 3])]
    parts = [parts_of(piece) for piece in pieces]
    joined = join_edges([series for series, _ in parts], [edges for _, edges in parts])
    for got, piece in zip(joined, pieces, strict=True):
        np.testing.assert_array_equal(got.values, piece.values)


def test_of_edges_of_one_step_those_of_the_nearest_time_count(
    make_piece: MakePiece,
) -> None:
    abandoned = make_piece([0, 10, 20])
    resumed = make_piece([10, 20], start_s=100)
    resumed = replace(resumed, values=resumed.values + 1000)
    series, edges = (
        [parts_of(piece)[index] for piece in (abandoned, resumed)] for index in (0, 1)
    )
    # Each part of a frame has a time of its own.
    edges = [replace(part, wall_times_s=part.wall_times_s - 0.25) for part in edges]
    for got, piece in zip(join_edges(series, edges), (abandoned, resumed), strict=True):
        np.testing.assert_array_equal(got.values, piece.values)


def test_edges_of_another_step_do_not_count(make_piece: MakePiece) -> None:
    piece = make_piece([0, 10])
    series, edges = parts_of(piece)
    (joined,) = join_edges([series], [replace(edges, steps=np.array([0, 9]))])
    got, missing = parts_of(joined)
    np.testing.assert_array_equal(got.values, series.values)
    np.testing.assert_array_equal(missing.values[0], edges.values[0])
    assert np.isnan(missing.values[1]).all()


def test_edges_of_other_kernels_or_another_norm_do_not_count(
    make_piece: MakePiece,
) -> None:
    series, edges = parts_of(make_piece([0], "a/kernel"))
    _, of_another_kernel = parts_of(make_piece([0], "b/kernel"))
    of_another_norm = replace(edges, info=replace(edges.info, norm="l1"))
    (joined,) = join_edges([series], [of_another_kernel, of_another_norm])
    got, missing = parts_of(joined)
    np.testing.assert_array_equal(got.values, series.values)
    assert np.isnan(missing.values).all()


def test_piece_that_has_all_columns_stays_what_it_is(make_piece: MakePiece) -> None:
    piece = make_piece([0, 1])
    _, edges = parts_of(make_piece([0, 1], start_s=9))
    assert join_edges([piece], [edges]) == [piece]


def test_piece_without_edges_has_the_columns_of_series(make_piece: MakePiece) -> None:
    piece = make_piece([0, 1])
    series, _ = parts_of(piece)
    np.testing.assert_array_equal(piece.without_edges().values, series.values)
    assert series.without_edges() is series


def test_pieces_without_edges_are_joined(make_piece: MakePiece) -> None:
    older = make_piece([0], "a/kernel", "b/kernel")
    newer = make_piece([1], "b/kernel", start_s=100)
    whole = join("run", [older, newer])
    part = join("run", [older.without_edges(), newer.without_edges()])
    assert part.columns == SERIES_COLUMNS
    np.testing.assert_array_equal(part.values, whole.without_edges().values)


@given(data=st.data())
def test_nearest_edges_are_those_that_all_are_compared_with(
    make_piece: MakePiece, data: st.DataObject
) -> None:
    moments = st.lists(
        st.tuples(st.integers(0, 3), st.integers(-9, 9)), min_size=1, max_size=9
    )
    frames, stored = data.draw(moments), data.draw(moments)
    series, edges = (
        replace(
            part,
            steps=np.array([step for step, _ in at]),
            wall_times_s=np.array([float(time_s) for _, time_s in at]),
        )
        for part, at in (
            (parts_of(make_piece(range(len(frames))))[0], frames),
            (parts_of(make_piece(range(len(stored))))[1], stored),
        )
    )
    (joined,) = join_edges([series], [edges])
    for values, (step, time_s) in zip(joined.values[:, 0], frames, strict=True):
        found = np.flatnonzero(edges.values[:, 0, 0] == values[column_index("q0")])
        distances = [abs(t - time_s) for s, t in stored if s == step]
        if not distances:
            assert np.isnan(values[column_index("q0")])
            continue
        (at,) = found
        assert stored[at][0] == step
        assert abs(stored[at][1] - time_s) == min(distances)
