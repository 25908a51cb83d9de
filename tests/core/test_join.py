"""Joining the pieces of a run along the step axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_wdnorm.core.frames import COLUMNS, RunInfo, column_index
from tb_wdnorm.core.join import Piece, join

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
