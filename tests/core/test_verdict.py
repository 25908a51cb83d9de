"""Verdicts on curves of which it is known what they mean."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_wdnorm.core.audit import audit
from tb_wdnorm.core.evidence import gather
from tb_wdnorm.core.frames import EDGES, Decay, RunFrames, column_index
from tb_wdnorm.core.verdict import VERDICTS, Verdict, judge
from tests.core.judged_runs import STEPS, judged_run

ADAM_L2 = Decay(l2=1e-3)
ADAMW = Decay(weight_decay=0.01)
LEVEL = np.ones(len(STEPS))
PATH = "a/kernel"


def verdict(run: RunFrames, baseline: RunFrames | None = None) -> Verdict:
    evidence = gather(run, PATH, baseline)
    return judge(audit(run, PATH), evidence, run.info.kernels[0].target)


def named(run: RunFrames, baseline: RunFrames | None = None) -> tuple[str, bool]:
    found = verdict(run, baseline)
    return found.name, found.is_certain


def level_at(norm: float) -> npt.NDArray[np.float64]:
    """A curve that begins at 1 and is level from the middle on."""
    return np.interp(STEPS, [0, 500], [1, norm])


def long_run(means: Any, **options: Any) -> RunFrames:
    """A run of two time scales of its decay."""
    return judged_run("a", means, decay=ADAMW, fraction=2e-3, **options)


BASELINE = judged_run("base", LEVEL, fraction=0.0)


@pytest.mark.parametrize(
    ("norm", "expected"),
    [
        (0.75, ("working", True)),
        (0.949, ("working", False)),  # less than two errors below
        (1.001, ("too weak", True)),
        (0.97, ("too weak", True)),
        (1.3, ("outweighed by gradients", True)),
        (0.05, ("too strong", True)),
    ],
)
def test_norm_against_the_baseline(norm: float, expected: tuple[str, bool]) -> None:
    run = judged_run("a", level_at(norm), decay=ADAM_L2)
    assert named(run, BASELINE) == expected


def test_run_without_decay() -> None:
    assert named(BASELINE) == ("no decay", True)


def test_run_against_itself_shows_no_difference() -> None:
    run = judged_run("a", level_at(0.5), decay=ADAM_L2)
    assert gather(run, PATH, run) == gather(run, PATH)
    assert verdict(run, run) == verdict(run)
    assert verdict(run, run).name == "not enough data"


def test_run_with_the_same_frames_as_the_baseline_is_too_weak() -> None:
    run = judged_run("a", level_at(0.5), decay=ADAM_L2)
    same = judged_run("base", level_at(0.5), fraction=0.0)
    assert named(run, same) == ("too weak", True)


def test_baseline_with_as_much_decay_tells_nothing() -> None:
    run = judged_run("a", level_at(0.5), decay=ADAM_L2)
    same = judged_run("base", LEVEL, decay=ADAM_L2)
    assert gather(run, PATH, same) == gather(run, PATH)


@pytest.mark.parametrize(
    ("kind", "is_compared"),
    [
        (Decay(), True),
        (Decay(l2=5e-4), True),
        (Decay(l2=2e-3), False),
        (Decay(weight_decay=1e-5), False),
    ],
)
def test_baseline_has_less_decay_of_the_same_kind(
    kind: Decay, is_compared: bool
) -> None:
    run = judged_run("a", LEVEL, decay=ADAM_L2)
    evidence = gather(run, PATH, judged_run("base", LEVEL, decay=kind))
    assert evidence is not None
    assert (evidence.against is not None) == is_compared


@pytest.mark.parametrize(
    ("n_frames", "name"), [(4, "not enough data"), (5, "too weak")]
)
def test_number_of_frames(n_frames: int, name: str) -> None:
    run = judged_run("a", level_at(0.9)[:n_frames], decay=ADAM_L2)
    assert named(run, BASELINE) == (name, name == "not enough data")


def test_kernel_in_no_frame() -> None:
    run = judged_run("a", LEVEL, decay=ADAM_L2)
    run.values[:] = np.nan
    assert verdict(run) == Verdict("not enough data", True, "no frame has it")


def test_channels_that_are_not_finite() -> None:
    run = judged_run("a", [*np.geomspace(1, 1e30, 20), np.nan], decay=ADAM_L2)
    assert verdict(run, BASELINE) == Verdict(
        "diverged", True, "64 of 64 channels are not finite"
    )


def test_growth_without_end() -> None:
    run = judged_run("a", np.geomspace(1, 2000, len(STEPS)), decay=ADAM_L2)
    assert verdict(run, BASELINE) == Verdict(
        "diverged", False, "2e+03 times that of the start"
    )


@pytest.mark.parametrize("learning_rate", [0.0, 0.1])
def test_kernel_that_never_changes_does_not_decay(learning_rate: float) -> None:
    run = judged_run("a", LEVEL, decay=ADAMW, fraction=0, learning_rate=learning_rate)
    cause = "nothing trains this kernel" if learning_rate else "the learning rate is 0"
    assert verdict(run) == Verdict(
        "no decay", True, f"the same in all 101 frames: {cause}"
    )


def test_keras_defaults_of_adamw_are_too_early_after_1000_steps() -> None:
    run = judged_run("a", level_at(0.5), decay=ADAMW, fraction=4e-6)
    assert verdict(run, BASELINE) == Verdict(
        "too early to judge", True, "so far decay alone takes 0.4 % of a weight"
    )


def test_weights_that_an_optimizer_cannot_have_moved() -> None:
    run = judged_run("a", level_at(0.5), decay=ADAM_L2, learning_rate=1e-5)
    assert named(run, BASELINE) == ("too early to judge", True)


@pytest.mark.parametrize(
    ("begin", "end", "reason"),
    [
        (0.7, 0.94, "but the difference is closing"),
        (1.0, 0.955, "but a difference is opening"),
        (1.3, 1.07, "and coming nearer to it"),
    ],
)
def test_trend_that_would_change_the_verdict(
    begin: float, end: float, reason: str
) -> None:
    means = np.interp(STEPS, [0, 500, 1000], [1, begin, end])
    found = verdict(judged_run("a", means, decay=ADAM_L2), BASELINE)
    assert found == Verdict("too early to judge", False, reason)


def test_no_difference_within_a_time_scale_may_still_come() -> None:
    run = judged_run("a", level_at(0.999), decay=ADAMW, fraction=5e-4)
    assert verdict(run, BASELINE) == Verdict(
        "too early to judge",
        True,
        "the run is only 0.5 time scales of the decay long",
    )


def test_no_difference_after_it_is_the_gradients_doing() -> None:
    assert verdict(long_run(level_at(1.01)), BASELINE) == Verdict(
        "outweighed by gradients", True
    )


@pytest.mark.parametrize(
    ("norm", "fraction", "expected"),
    [
        (0.5, 2e-3, ("working", True)),
        (0.1, 1e-3, ("working", False)),  # less than decay alone leaves
        (1.2, 2e-3, ("outweighed by gradients", True)),
        (1.2, 5e-4, ("too early to judge", False)),
        (0.05, 2e-3, ("too strong", False)),
    ],
)
def test_norm_against_its_start(
    norm: float, fraction: float, expected: tuple[str, bool]
) -> None:
    run = judged_run("a", level_at(norm), decay=ADAMW, fraction=fraction)
    assert named(run) == expected


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ((0.7, 0.8), ("working", True)),
        ((0.75, 0.75), ("working", True)),
        ((0.7, 0.7), ("working", True)),  # 10 % are near enough
        ((0.6, 0.6), ("too weak", True)),
        ((0.2, 0.7), ("too weak", True)),
        ((0.8, 0.9), ("too strong", True)),
        ((1.5, 2.0), ("working", True)),  # below without decay, too
    ],
)
def test_target(target: tuple[float, float], expected: tuple[str, bool]) -> None:
    run = long_run(level_at(0.75), target=target)
    assert named(run, BASELINE) == expected


def test_target_met_without_decay() -> None:
    assert verdict(long_run(level_at(1.001), target=(0.9, 1.1)), BASELINE) == Verdict(
        "too weak", False, "within its target, as it is without this decay"
    )


def test_above_the_target_and_the_baseline() -> None:
    run = long_run(level_at(1.2), target=(0.5, 0.6))
    assert named(run, BASELINE) == ("outweighed by gradients", True)


def test_on_the_way_to_the_target() -> None:
    run = long_run(np.geomspace(1, 0.5, len(STEPS)), target=(0.4, 0.45))
    assert verdict(run, BASELINE) == Verdict(
        "too early to judge",
        False,
        "above its target, and on its way to be in its target",
    )


def test_channels_that_died() -> None:
    run = judged_run("a", level_at(0.7), decay=ADAM_L2)
    edge = column_index(EDGES[0])
    run.values[-1, 0, edge : edge + 6] = 1e-3
    assert verdict(run, BASELINE) == Verdict(
        "too strong", True, "18 % of its channels are almost 0"
    )
    dead_without = judged_run("base", LEVEL, fraction=0.0)
    dead_without.values[-1, 0, edge : edge + 5] = 1e-3
    assert verdict(run, dead_without).name == "working"


def test_few_channels_are_no_certainty() -> None:
    run = judged_run("a", level_at(0.8), decay=ADAM_L2, spread=0.3, n_channels=4)
    assert named(run, BASELINE) == ("working", False)


@given(
    means=st.lists(
        st.floats(0, 1e6, width=32) | st.just(math.nan), min_size=1, max_size=30
    ),
    others=st.lists(st.floats(0, 1e6, width=32), min_size=1, max_size=30),
    fraction=st.sampled_from([0.0, 1e-5, 1e-2, math.nan]),
    target=st.sampled_from([None, (0.0, 0.0), (0.5, 2.0), (1.0, 1.0)]),
)
def test_every_curve_has_one_verdict_and_always_the_same(
    means: list[float],
    others: list[float],
    fraction: float,
    target: tuple[float, float] | None,
) -> None:
    run = judged_run("a", means, decay=ADAMW, fraction=fraction, target=target)
    baseline = judged_run("base", others, fraction=0.0)
    first, second = (verdict(run, baseline) for _ in range(2))
    assert first == second
    assert first.name in VERDICTS


def test_verdicts_are_distinct() -> None:
    assert all(a != b for a, b in itertools.combinations(VERDICTS, 2))
    assert len(VERDICTS) == 8
