"""When a frame is written."""

from __future__ import annotations

from typing import Any

import pytest

from tb_wdnorm.write.cadence import Cadence, UpdateFreq, check_update_freq


def due_steps(update_freq: UpdateFreq, *, start: int = 0) -> list[int]:
    """Steps with a frame in 9 batches after `start`, in epochs of 3."""
    cadence = Cadence(update_freq, start)
    due = []
    for step in range(start + 1, start + 10):
        ended = (step - start) % 3 == 0
        if cadence.is_due(step, epoch_ended=False):
            due.append(step)
        if ended and cadence.is_due(step, epoch_ended=True):
            due.append(step)
    return due


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


@pytest.mark.parametrize("update_freq", ["batch", 2, "epoch"])
def test_step_without_an_update_is_not_due(update_freq: UpdateFreq) -> None:
    assert not Cadence(update_freq, 5).is_due(5, epoch_ended=True)


def test_several_updates_at_once_are_one_frame() -> None:
    cadence = Cadence(2, 0)
    assert [cadence.is_due(step, epoch_ended=False) for step in (5, 6, 7)] == [
        True,
        False,
        True,
    ]


def test_step_of_the_last_frame_is_not_missing() -> None:
    cadence = Cadence(2, 0)
    cadence.is_due(2, epoch_ended=False)
    assert not cadence.is_missing(2)


def test_step_after_the_last_frame_is_missing() -> None:
    cadence = Cadence(2, 0)
    cadence.is_due(3, epoch_ended=False)
    assert cadence.is_missing(4)


@pytest.mark.parametrize("update_freq", ["batch", "epoch", 1, 1000])
def test_valid_frequencies(update_freq: UpdateFreq) -> None:
    check_update_freq(update_freq)


@pytest.mark.parametrize("update_freq", [0, -1, True, 1.0, None, "step", "1", []])
def test_other_frequencies_are_an_error(update_freq: Any) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the message is below
        check_update_freq(update_freq)
    assert str(raised.value) == (
        "`update_freq` must be 'batch', 'epoch' or a whole number of batches, 1 or "
        f"more. Received: {update_freq!r}"
    )
