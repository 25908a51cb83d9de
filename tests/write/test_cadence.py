"""When a frame is written."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest

from tb_wdnorm.write.cadence import N_FRAMES, Cadence, UpdateFreq, check_cadence


def make_cadence(
    update_freq: UpdateFreq,
    *,
    start: int = 0,
    n_steps: int | None = None,
    max_overhead: float = 0.01,
) -> Cadence:
    return Cadence(update_freq, start, n_steps=n_steps, max_overhead=max_overhead)


def is_due(cadence: Cadence, step: int, *, epoch_ended: bool = False) -> bool:
    """Whether a frame is due where frames cost nothing."""
    return cadence.is_due(step, epoch_ended=epoch_ended, elapsed_s=1.0, spent_s=0.0)


def due_steps(update_freq: UpdateFreq, *, start: int = 0) -> list[int]:
    """Steps with a frame in 9 batches after `start`, in epochs of 3."""
    cadence = make_cadence(update_freq, start=start)
    due = []
    for step in range(start + 1, start + 10):
        ended = (step - start) % 3 == 0
        if is_due(cadence, step):
            due.append(step)
        if ended and is_due(cadence, step, epoch_ended=True):
            due.append(step)
    return due


def auto_steps(n_batches: int, *, n_steps: int | None) -> list[int]:
    """Steps with a frame under `"auto"`, where frames cost nothing."""
    cadence = make_cadence("auto", n_steps=n_steps)
    return [step for step in range(1, n_batches + 1) if is_due(cadence, step)]


@pytest.mark.parametrize(
    ("update_freq", "steps"),
    [
        ("batch", [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        (1, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        (2, [2, 4, 6, 8]),
        (4, [4, 8]),
        (100, []),
        ("epoch", [3, 6, 9]),
    ],
)
def test_frames_are_due(update_freq: UpdateFreq, steps: list[int]) -> None:
    assert due_steps(update_freq) == steps


@pytest.mark.parametrize(
    ("update_freq", "steps"), [(4, [14, 18]), ("epoch", [13, 16, 19])]
)
def test_steps_count_from_the_first_frame(
    update_freq: UpdateFreq, steps: list[int]
) -> None:
    assert due_steps(update_freq, start=10) == steps


@pytest.mark.parametrize("update_freq", ["batch", "auto", 2, "epoch"])
def test_step_without_an_update_is_not_due(update_freq: UpdateFreq) -> None:
    assert not is_due(make_cadence(update_freq, start=5), 5, epoch_ended=True)


def test_several_updates_at_once_are_one_frame() -> None:
    cadence = make_cadence(2)
    assert [is_due(cadence, step) for step in (5, 6, 7)] == [True, False, True]


@pytest.mark.parametrize("n_steps", [1, 9, N_FRAMES])
def test_auto_takes_every_step_of_a_short_training(n_steps: int) -> None:
    steps = auto_steps(n_steps, n_steps=n_steps)
    assert steps == list(range(1, n_steps + 1))


@pytest.mark.parametrize("n_steps", [N_FRAMES + 1, 1000, 12_345, 100_000])
def test_auto_spreads_frames_evenly_over_a_known_length(n_steps: int) -> None:
    interval = -(-n_steps // N_FRAMES)
    steps = auto_steps(n_steps, n_steps=n_steps)
    assert steps == list(range(interval, n_steps + 1, interval))
    assert N_FRAMES // 2 <= len(steps) <= N_FRAMES


def test_auto_takes_every_early_step_of_an_unknown_length() -> None:
    # 2 % of 100 steps are two.
    assert auto_steps(100, n_steps=None) == list(range(1, 101))


def test_auto_takes_ever_fewer_steps_of_an_unknown_length() -> None:
    steps = auto_steps(100_000, n_steps=None)
    gaps = [later - step for step, later in itertools.pairwise(steps)]
    assert gaps == sorted(gaps)
    assert gaps[-1] == pytest.approx(0.02 * steps[-2], abs=1)


def test_auto_takes_some_500_steps_of_a_million() -> None:
    assert 500 <= len(auto_steps(1_000_000, n_steps=None)) <= 650


def test_growth_counts_from_the_first_frame() -> None:
    cadence = make_cadence("auto", start=1_000_000)
    assert is_due(cadence, 1_000_001)


@pytest.mark.parametrize(
    ("spent_s", "due"), [(0.0, True), (0.125, True), (0.126, False), (1.0, False)]
)
def test_auto_waits_while_frames_took_more_than_a_third_of_their_share(
    spent_s: float, due: bool
) -> None:
    cadence = make_cadence("auto", max_overhead=0.375)
    assert cadence.is_due(1, epoch_ended=False, elapsed_s=1, spent_s=spent_s) is due


@pytest.mark.parametrize("n_steps", [None, 10_000])
def test_auto_exceeds_max_overhead_by_one_frame_at_most(n_steps: int | None) -> None:
    """With made-up times: a step takes 1 ms, a frame 3 ms."""
    cadence = make_cadence("auto", n_steps=n_steps, max_overhead=0.01)
    elapsed_s = spent_s = 0.0
    for step in range(1, 10_001):
        elapsed_s += 0.001
        if cadence.is_due(
            step, epoch_ended=False, elapsed_s=elapsed_s, spent_s=spent_s
        ):
            spent_s += 0.003
            elapsed_s += 0.003
        assert spent_s <= 0.01 * elapsed_s + 0.003
    assert spent_s > 0


def test_frame_put_off_for_its_cost_is_due_once_it_is_affordable() -> None:
    cadence = make_cadence("auto", max_overhead=0.75)
    due = [
        cadence.is_due(step, epoch_ended=False, elapsed_s=step, spent_s=1)
        for step in (1, 2, 3, 4)
    ]
    assert due == [False, False, False, True]


def test_frame_put_off_for_its_cost_waits_for_its_next_turn() -> None:
    cadence = make_cadence("auto", n_steps=10 * N_FRAMES)
    spent_s = {10: 1.0, 19: 0.0, 20: 0.0}
    due = [
        cadence.is_due(step, epoch_ended=False, elapsed_s=1, spent_s=spent_s[step])
        for step in (10, 19, 20)
    ]
    assert due == [False, False, True]


@pytest.mark.parametrize(
    ("update_freq", "next_steps"),
    [
        ("batch", [6, 7]),
        (4, [9, 9]),
        ("epoch", [math.inf, math.inf]),
        ("auto", [15, 15]),
    ],
)
def test_next_step_is_the_first_that_may_be_due(
    update_freq: UpdateFreq, next_steps: list[float]
) -> None:
    cadence = make_cadence(update_freq, start=5, n_steps=10 * N_FRAMES)
    before = cadence.next_step
    is_due(cadence, 6)
    assert [before, cadence.next_step] == next_steps


@pytest.mark.parametrize("update_freq", ["batch", "epoch", 1])
def test_cost_does_not_matter_where_the_user_chose(update_freq: UpdateFreq) -> None:
    cadence = make_cadence(update_freq)
    assert cadence.is_due(1, epoch_ended=True, elapsed_s=1, spent_s=1)


def test_step_of_the_last_frame_is_not_missing() -> None:
    cadence = make_cadence(2)
    is_due(cadence, 2)
    assert not cadence.is_missing(2)


def test_step_after_the_last_frame_is_missing() -> None:
    cadence = make_cadence(2)
    is_due(cadence, 3)
    assert cadence.is_missing(4)


def test_missing_step_is_missing_once() -> None:
    cadence = make_cadence(2)
    assert [cadence.is_missing(1), cadence.is_missing(1)] == [True, False]


@pytest.mark.parametrize("update_freq", ["auto", "batch", "epoch", 1, 1000])
def test_valid_frequencies(update_freq: UpdateFreq) -> None:
    check_cadence(update_freq, 0.01)


@pytest.mark.parametrize("update_freq", [0, -1, True, 1.0, None, "step", "1", []])
def test_other_frequencies_are_an_error(update_freq: Any) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the message is below
        check_cadence(update_freq, 0.01)
    assert str(raised.value) == (
        "`update_freq` must be 'auto', 'batch', 'epoch' or a whole number of "
        f"batches, 1 or more. Received: {update_freq!r}"
    )


@pytest.mark.parametrize("max_overhead", [1e-6, 0.01, 1])
def test_valid_overheads(max_overhead: float) -> None:
    check_cadence("auto", max_overhead)


@pytest.mark.parametrize("max_overhead", [0, -0.01, 1.01, float("nan")])
def test_other_overheads_are_an_error(max_overhead: float) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the message is below
        check_cadence("auto", max_overhead)
    assert str(raised.value) == (
        "`max_overhead` must be a share of the training time, above 0 and up to 1. "
        f"Received: {max_overhead!r}"
    )
