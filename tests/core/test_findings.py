"""The answer for all runs."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from tb_wdnorm.core.findings import find
from tb_wdnorm.core.frames import Decay, RunFrames, column_index
from tests.core.judged_runs import STEPS, judged_run, side_by_side

LEVEL = np.interp(STEPS, [0, 500], [1, 1.001])


def run(l2: float, *norms: float, spread: float = 0.01) -> RunFrames:
    """A run of kernels a, b, … that go from norm 1 to these."""
    return side_by_side(
        *(
            judged_run(
                f"l2={l2:g}",
                np.interp(STEPS, [0, 500], [1, norm]),
                decay=Decay(l2=l2),
                fraction=math.nan if l2 else 0.0,
                path=f"{letter}/kernel",
                spread=spread,
            )
            for letter, norm in zip("abcdef", norms, strict=False)
        )
    )


BASELINE = run(0, 1.1, 1.1)


def test_baseline_is_the_run_without_decay_unless_named() -> None:
    runs = [run(0.1, 0.5, 0.5), BASELINE]
    assert find(runs).baseline == "l2=0"
    assert find(runs, baseline="l2=0.1").baseline == "l2=0.1"


def test_unknown_baseline() -> None:
    with pytest.raises(ValueError, match="baseline") as error:
        find([BASELINE], baseline="x")
    assert str(error.value) == (
        "`baseline` must be one of the runs: l2=0. Received: 'x'"
    )


def test_unknown_group() -> None:
    with pytest.raises(ValueError, match="targets") as error:
        find([BASELINE], targets={"Conv1D": (1, 2)})
    assert str(error.value) == "`targets` must name groups: Dense. Received: 'Conv1D'"


def test_no_runs() -> None:
    found = find([])
    assert found.as_dict() == {
        "baseline": None,
        "runs": [],
        "responses": [],
        "comparisons": [],
    }


def test_run_without_frames_is_left_out() -> None:
    empty = judged_run("empty", [])
    assert [each.name for each in find([empty, BASELINE]).runs] == ["l2=0"]


def test_kernel_in_words() -> None:
    found = find([BASELINE, run(0.1, 0.75, 1.001, spread=0.03)])
    assert [kernel.sentence for kernel in found.runs[1].kernels] == [
        (
            "a/kernel: working. Norm 0.75 ± 0.02, 32 % below the run without decay and "
            "level for the last 530 steps."
        ),
        (
            "b/kernel: working. Norm 1.00 ± 0.03, 9 % below the run without decay and "
            "level for the last 1,000 steps."
        ),
    ]


def test_kernel_without_a_baseline_in_words() -> None:
    alone = judged_run(
        "a",
        np.interp(STEPS, [0, 500], [1, 0.5]),
        decay=Decay(weight_decay=0.02),
        fraction=2e-3,
    )
    assert find([alone]).runs[0].kernels[0].sentence == (
        "a/kernel: working. Mean norm 0.500 ± 0.005, 50 % below its start and level "
        "for the last 510 steps."
    )


def test_audit_in_words() -> None:
    alone = judged_run(
        "a",
        np.interp(STEPS, [0, 500], [1, 0.5]),
        decay=Decay(weight_decay=0.02),
        fraction=2e-3,
    )
    assert find([alone]).runs[0].kernels[0].audit == (
        "δ = 0.002 per step, half-life 346 steps (3.46 epochs), τ = 500 steps (5 "
        "epochs); decay alone would have left 14 % of the total norm; gradients "
        "multiplied it by 3.7."
    )


def test_audit_of_what_gradients_hardly_change() -> None:
    alone = judged_run(
        "a", np.exp(-1e-4 * STEPS), decay=Decay(weight_decay=2e-3), fraction=2e-4
    )
    assert find([alone]).runs[0].kernels[0].audit == (
        "δ = 0.0002 per step, half-life 3,470 steps (34.7 epochs), τ = 5,000 steps (50 "
        "epochs); decay alone would have left 82 % of the total norm; gradients "
        "changed it by +11 %."
    )


def test_audit_leaves_out_what_is_not_known() -> None:
    alone = judged_run(
        "a", np.exp(-1e-4 * STEPS), decay=Decay(weight_decay=2e-3), fraction=2e-4
    )
    for name in ("total", "epoch", "learning_rate"):
        alone.values[:, 0, column_index(name)] = math.nan
    assert find([alone]).runs[0].kernels[0].audit == (
        "Decay alone would have left 82 % of the total norm."
    )


def test_audit_without_a_formula_or_decay() -> None:
    found = find([BASELINE, run(0.1, 0.5)])
    audits = [each.kernels[0].audit for each in found.runs]
    assert audits == ["", "No formula says what this decay does alone."]


def test_curve_that_is_still_moving_is_not_level() -> None:
    slow = np.interp(STEPS, [0, 500, 1000], [1, 0.8, 0.76])
    moving = judged_run("a", slow, decay=Decay(l2=0.1), fraction=math.nan)
    assert find([run(0, 1.1), moving]).runs[1].kernels[0].sentence == (
        "a/kernel: working. Norm 0.760 ± 0.008, 31 % below the run without decay and "
        "still falling (by 3.1 % over the last 300 steps)."
    )


def test_curve_whose_difference_is_closing_is_not_called_level() -> None:
    baseline = judged_run("l2=0", np.interp(STEPS, [0, 700, 1000], [1, 1, 0.85]))
    level = judged_run("a", LEVEL * 0.8, decay=Decay(l2=0.1), fraction=math.nan)
    assert find([baseline, level]).runs[1].kernels[0].sentence == (
        "a/kernel: too early to judge (uncertain). Norm 0.801 ± 0.008, 5.8 % below the "
        "run without decay; but the difference is closing."
    )


def test_baseline_that_ended_earlier_is_compared_with_at_its_end() -> None:
    short = judged_run("l2=0", np.full(51, 1.1))
    assert find([short, run(0.1, 0.75)]).runs[1].kernels[0].sentence == (
        "a/kernel: working. Norm 0.750 ± 0.007, 32 % below the run without decay at "
        "step 500 and level for the last 530 steps."
    )


def test_name_of_a_baseline_with_decay_is_quoted() -> None:
    weaker = judged_run("none", LEVEL, decay=Decay(l2=0.01), fraction=math.nan)
    assert find([weaker, run(0.1, 0.75)]).runs[1].kernels[0].sentence == (
        "a/kernel: working. Norm 0.750 ± 0.007, 25 % below “none” and level for the "
        "last 530 steps."
    )


def test_baseline_of_a_decay_that_is_not_seen_is_not_said_to_have_none() -> None:
    def told(name: str, norm: float, strength: float) -> RunFrames:
        seen = judged_run(name, np.interp(STEPS, [0, 500], [1, norm]))
        info = replace(seen.info, label=f"wd={strength:g}", strength=strength)
        return replace(seen, info=info)

    found = find([told("weak", 1.1, 0.01), told("strong", 0.75, 0.1)])
    assert found.runs[1].kernels[0].sentence == (
        "a/kernel: working. Norm 0.750 ± 0.007, 32 % below “weak” and level for the "
        "last 530 steps."
    )


def diverging(l2: float) -> RunFrames:
    """A run whose only kernel has no finite channel from half of the steps on."""
    means = np.where(STEPS < 500, 0.5, np.nan)
    return judged_run(f"l2={l2:g}", means, decay=Decay(l2=l2), fraction=math.nan)


def test_diverged_kernel_has_no_norm_but_the_last_finite_one() -> None:
    (_, found) = find([run(0, 1.1), diverging(0.1)]).runs
    assert found.kernels[0].sentence == (
        "a/kernel: diverged at step 500: 64 of 64 channels are not finite; the last "
        "finite norm was 0.5."
    )


def test_diverged_kernel_has_no_ratio() -> None:
    (_, found) = find([run(0, 1.1), diverging(0.1)]).runs
    assert found.groups[0].ratio is None
    assert found.kernels[0].evidence is not None
    assert found.kernels[0].evidence.against is None


def test_kernel_of_which_some_channels_diverged() -> None:
    partly = run(0.1, 0.5)
    partly.values[90:, 0, column_index("nonfinite")] = 2
    assert find([run(0, 1.1), partly]).runs[1].kernels[0].sentence == (
        "a/kernel: diverged at step 900: 2 of 64 channels are not finite; the mean "
        "norm of the others is 0.5."
    )


def test_kernel_that_was_never_finite() -> None:
    never = judged_run("a", np.full(101, np.nan), decay=Decay(l2=0.1))
    assert find([never]).runs[0].kernels[0].sentence == (
        "a/kernel: diverged at step 0: 64 of 64 channels are not finite."
    )


def test_group_without_a_finite_norm_says_so() -> None:
    both = side_by_side(
        diverging(0.1),
        judged_run(
            "x",
            np.where(STEPS < 500, 0.5, np.nan),
            decay=Decay(l2=0.1),
            fraction=math.nan,
            path="b/kernel",
        ),
    )
    (group,) = find([BASELINE, both]).runs[1].groups
    assert group.sentence == (
        "Dense: diverged, all 2 kernels. The last frame has no finite norm."
    )


def test_runs_that_diverged_are_not_compared() -> None:
    found = find([run(0, 1.1), run(0.01, 0.9), diverging(0.1)])
    assert list(found.comparisons) == [
        "With l2=0.1, a/kernel diverged and is not compared."
    ]


def test_starts_that_differ_are_no_difference_of_decay() -> None:
    def scaled(l2: float, scale: float) -> RunFrames:
        means = scale * np.interp(STEPS, [0, 500], [1, 0.8])
        return judged_run(f"{l2}", means, decay=Decay(l2=l2), fraction=math.nan)

    found = find([run(0, 1.1), scaled(0.01, 1), scaled(0.1, 3)])
    assert found.comparisons[0] == (
        "l2=0.1 shrinks no kernel more than l2=0.01 does; there is no clear difference "
        "in a/kernel."
    )


def test_norms_that_have_forgotten_their_starts_are_no_difference() -> None:
    def from_start(l2: float, start: float) -> RunFrames:
        means = np.interp(STEPS, [0, 500], [start, 0.8])
        return judged_run(f"{l2}", means, decay=Decay(l2=l2), fraction=math.nan)

    found = find([run(0, 1.1), from_start(0.01, 1), from_start(0.1, 3)])
    assert found.comparisons[0] == (
        "l2=0.1 shrinks no kernel more than l2=0.01 does; there is no clear difference "
        "in a/kernel."
    )


def test_curves_that_still_move_are_not_compared_at_other_steps() -> None:
    falling = np.interp(STEPS, [0, 1000], [1, 0.5])
    runs = [
        judged_run(f"{l2}", falling[:end], decay=Decay(l2=l2), fraction=math.nan)
        for l2, end in ((0.01, 101), (0.1, 92))
    ]
    assert not find([run(0, 1.1), *runs]).comparisons


def test_kernels_that_are_too_early_to_judge_are_not_compared() -> None:
    runs = [
        judged_run(f"{d}", LEVEL * norm, decay=Decay(weight_decay=d), fraction=1e-3 * d)
        for d, norm in ((0.01, 1.0), (0.1, 0.7))
    ]
    assert not find([run(0, 1.1), *runs]).comparisons


def test_runs_beside_one_that_diverged_are_compared() -> None:
    found = find([run(0, 1.1), run(0.01, 0.9), diverging(0.1), run(0.2, 0.6)])
    assert found.comparisons[0] == (
        "l2=0.2 shrinks a/kernel (by 33 %) more than l2=0.01 does."
    )


def test_kernel_without_decay_is_not_compared() -> None:
    def with_free(l2: float, norm: float) -> RunFrames:
        means = np.interp(STEPS, [0, 500], [1, 2 * norm])
        free = judged_run("", means, path="b/x", fraction=0)
        return side_by_side(run(l2, norm), free)

    found = find([with_free(0, 1.1), with_free(0.01, 0.9), with_free(0.1, 0.7)])
    assert list(found.comparisons) == [
        "l2=0.1 shrinks a/kernel (by 22 %) more than l2=0.01 does."
    ]


def test_norm_that_grows_less_is_not_said_to_shrink() -> None:
    found = find([run(0, 2.0), run(0.01, 1.8), run(0.1, 1.3)])
    assert found.comparisons[0] == (
        "l2=0.1 leaves a/kernel (by 28 %) smaller than l2=0.01 does."
    )


def test_group_has_its_most_serious_verdict() -> None:
    (group,) = find([BASELINE, run(0.1, 0.75, 1.3)]).runs[1].groups
    assert (group.verdict.name, group.verdict.is_certain) == (
        "outweighed by gradients",
        True,
    )
    assert group.sentence == (
        "Dense: outweighed by gradients in b/kernel; working in a/kernel. Norm 1.0 ± "
        "0.3, 6.8 % below the run without decay."
    )
    assert group.ratio == pytest.approx((0.75 + 1.3) / 2.2)


def test_group_of_kernels_that_agree() -> None:
    (group,) = find([BASELINE, run(0.1, 0.75, 0.75)]).runs[1].groups
    assert group.sentence == (
        "Dense: working, all 2 kernels. Norm 0.750 ± 0.007, 32 % below the run without "
        "decay."
    )


def test_group_of_one_kernel_is_told_as_that() -> None:
    only = find([run(0, 1.1), run(0.1, 0.75)]).runs[1]
    assert only.groups[0].sentence == only.kernels[0].sentence.replace(
        "a/kernel", "Dense"
    )


def test_targets_of_groups_replace_those_logged() -> None:
    runs = [BASELINE, run(0.1, 0.75, 0.75)]
    found = find(runs, targets={"Dense": (0.4, 0.5)})
    assert found.runs[1].groups[0].verdict.name == "too weak"
    assert found.runs[1].kernels[0].target == (0.4, 0.5)


def test_notices() -> None:
    both = judged_run(
        "a", LEVEL, decay=Decay(l2=0.1, weight_decay=0.2), learning_rate=0.0
    )
    other = judged_run("a", LEVEL, decay=Decay(l2=0.1), path="b/kernel")
    (found,) = find([side_by_side(both, other)]).runs
    assert found.kernels[0].notices == (
        "An L2 penalty (λ = 0.2) and decoupled decay (d = 0.2) are both active.",
        "The learning rate is 0: decay does nothing now.",
    )
    assert found.notices == (
        "Decay differs within the group Dense: l2=0.1, weight_decay=0.2 and l2=0.1.",
    )


def test_constraint_that_binds_is_seen_in_the_norms() -> None:
    bound = judged_run("a", LEVEL, decay=Decay(l2=0.1), spread=0.1)
    edges = bound.edges
    edges[:, 0, 20:] = edges[:, 0, 20:21]
    assert find([bound]).runs[0].kernels[0].notices == (
        (
            "A quarter of the channels or more have the very same norm, 1.04, the "
            "largest: a constraint binds."
        ),
    )


def test_fraction_above_1_is_noticed() -> None:
    much = judged_run("a", LEVEL, decay=Decay(weight_decay=12), fraction=0.1)
    assert find([much]).runs[0].kernels[0].notices == (
        "A step takes 1.2 of a weight, more than there is.",
    )


def test_runs_of_neighbouring_decays_in_words() -> None:
    runs = [
        BASELINE,
        run(1e-3, 1.2, 1.001, spread=0.1),
        run(1e-2, 0.6, 1.3, spread=0.02),
        run(0.1, 1e-5, 1e-5),
    ]
    assert list(find(runs).comparisons) == [
        (
            "l2=0.01 shrinks a/kernel (by 50 %) more than l2=0.001 does, but not "
            "b/kernel (30 % larger)."
        ),
        (
            "Relative to the mean, the spread across channels with l2=0.01 is, "
            "compared with l2=0.001, smaller in a/kernel (2 % instead of 10 %) and "
            "b/kernel (2 % instead of 10 %)."
        ),
        "In spite of l2=0.001, the norm of a/kernel (1 → 1.2) grows.",
        "In spite of l2=0.01, the norm of b/kernel (1 → 1.3) grows.",
        "l2=0.1 takes the norm of all kernels to almost 0.",
    ]


def test_run_that_ended_early_has_no_part_in_the_sweep() -> None:
    short = judged_run("l2=0.5", [1.0, 0.9, 0.8], decay=Decay(l2=0.5))
    found = find([BASELINE, run(1e-3, 1.0), run(1e-2, 0.9), short])
    assert [p.run for p in found.responses[0].points] == ["l2=0.001", "l2=0.01"]


def test_responses_of_groups_and_kernels() -> None:
    found = find([BASELINE, run(1e-3, 1.0, 1.0), run(1e-2, 0.5, 0.5)])
    assert [response.name for response in found.responses] == [
        "Dense",
        "a/kernel",
        "b/kernel",
    ]
    slope = math.log(0.5) / math.log(10)
    assert [r.slope for r in found.responses] == pytest.approx([slope] * 3, rel=1e-5)


def test_two_kinds_of_decay_are_two_sweeps() -> None:
    decoupled = [
        judged_run(f"wd={d}", LEVEL, decay=Decay(weight_decay=d)) for d in (1e-3, 1e-2)
    ]
    penalties = [run(1e-3, 1.0), run(1e-2, 0.5)]
    found = find([*decoupled, *penalties])
    assert [response.coefficient for response in found.responses] == [
        "weight_decay",
        "l2",
    ]


def test_json_has_no_number_that_json_lacks() -> None:
    diverged = judged_run("d", [1, 2, math.nan], decay=Decay(l2=1e-3))
    found = find([BASELINE, run(0.1, 0.75, 0.75), diverged])
    again = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    kernel = again["runs"][1]["kernels"][0]
    assert kernel["verdict"] == {"name": "working", "is_certain": True, "reason": ""}
    assert kernel["facts"]["half_life_steps"] is None
    assert kernel["facts"]["label"] == "L2 penalty (λ = 0.2)"


def test_same_runs_same_words() -> None:
    runs = [BASELINE, run(1e-3, 1.2, 1.0), run(1e-2, 0.6, 1.3)]
    assert find(runs).as_dict() == find(runs).as_dict()
