"""What decay is set on a kernel, and what it does alone."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_wdnorm.core.audit import audit
from tb_wdnorm.core.frames import Decay, RunFrames, column_index
from tests.core.judged_runs import STEPS, judged_run

LEVEL = np.ones(len(STEPS))


def with_column(run: RunFrames, name: str, given: npt.ArrayLike) -> RunFrames:
    values = run.values.copy()
    values[:, 0, column_index(name)] = given
    return replace(run, values=values)


@pytest.mark.parametrize(
    ("decay", "fraction", "mechanism", "label"),
    [
        (Decay(), 0.0, "none", "none"),
        (Decay(l2=1e-3), 2e-4, "L2 penalty", "L2 penalty (λ = 0.002)"),
        (Decay(weight_decay=0.004), 4e-4, "decoupled", "decoupled (d = 0.004)"),
        (Decay(l1=1e-5), math.nan, "L1 penalty", "L1 penalty (ℓ₁ = 1e-5)"),
        (
            Decay(l2=1e-3, weight_decay=0.004),
            6e-4,
            "L2 penalty and decoupled",
            "L2 penalty and decoupled (λ = 0.002, d = 0.004)",
        ),
        # A constraint or a penalty of the user's own.
        (Decay(), math.nan, "unknown", "unknown"),
    ],
)
def test_mechanism(decay: Decay, fraction: float, mechanism: str, label: str) -> None:
    facts = audit(judged_run("a", LEVEL, decay=decay, fraction=fraction), "a/kernel")
    assert (facts.mechanism, facts.label) == (mechanism, label)


@pytest.mark.parametrize(("strength", "mechanism"), [(0.0, "none"), (0.1, "unknown")])
def test_what_the_user_says_of_a_decay_that_is_not_seen(
    strength: float, mechanism: str
) -> None:
    run = judged_run("a", LEVEL, fraction=0.0)
    run = replace(run, info=replace(run.info, strength=strength))
    assert audit(run, "a/kernel").mechanism == mechanism


def test_coefficients_that_no_frame_has_are_those_written() -> None:
    run = judged_run("a", LEVEL, decay=Decay(l2=1e-3))
    run = with_column(with_column(run, "l2", np.nan), "weight_decay", np.nan)
    facts = audit(run, "a/kernel")
    assert (facts.mechanism, facts.l2, facts.weight_decay) == ("L2 penalty", 2e-3, 0)


@given(fraction=st.floats(1e-5, 0.01))
def test_momentum_is_seen_in_the_sum(fraction: float) -> None:
    run = judged_run("a", LEVEL, decay=Decay(l2=1e-3), fraction=fraction)
    assert audit(run, "a/kernel").fraction == pytest.approx(fraction, rel=1e-6)


def test_decoupled_fraction_is_rate_times_coefficient() -> None:
    run = judged_run("a", LEVEL, decay=Decay(weight_decay=0.004), fraction=4e-4)
    facts = audit(run, "a/kernel")
    assert facts.fraction == pytest.approx(4e-4, rel=1e-6)
    assert facts.half_life_steps == pytest.approx(math.log(2) / 4e-4, rel=1e-3)
    assert facts.half_life_epochs == pytest.approx(math.log(2) / 4e-2, rel=1e-3)
    assert facts.time_scale_steps == pytest.approx(2500, rel=1e-6)
    assert facts.time_scale_epochs == pytest.approx(25, rel=1e-5)
    assert facts.n_time_scales == pytest.approx(0.4, rel=1e-3)


def test_fraction_follows_the_learning_rate() -> None:
    run = judged_run("a", LEVEL, decay=Decay(l2=1e-3), fraction=2e-3)
    rates = np.full(len(STEPS), 0.1)
    rates[-1] = 0.05
    facts = audit(with_column(run, "learning_rate", rates), "a/kernel")
    assert facts.fraction == pytest.approx(1e-3, rel=1e-4)


def test_nothing_decays_at_learning_rate_0() -> None:
    run = judged_run("a", LEVEL, decay=Decay(l2=1e-3), fraction=2e-3)
    facts = audit(with_column(run, "learning_rate", 0.0), "a/kernel")
    assert facts.fraction == 0
    assert facts.half_life_steps == math.inf


def test_share_of_the_gradients() -> None:
    means = np.linspace(2, 1, len(STEPS))
    run = judged_run("a", means, decay=Decay(weight_decay=0.01), fraction=1e-3)
    facts = audit(run, "a/kernel")
    assert facts.retention == pytest.approx(0.5)
    assert facts.decay_alone == pytest.approx(0.999**1000, rel=1e-5)
    assert facts.gradient_share == pytest.approx(
        math.log(0.5) - 1000 * math.log(0.999), rel=1e-5
    )


def test_sum_counts_from_the_first_frame_of_the_kernel() -> None:
    run = judged_run("a", LEVEL, decay=Decay(weight_decay=0.01), fraction=1e-3)
    run.values[:50] = np.nan
    facts = audit(run, "a/kernel")
    assert facts.log_shrink == pytest.approx(500 * math.log(0.999), rel=1e-5)


def test_without_a_closed_form_nothing_is_made_up() -> None:
    facts = audit(judged_run("a", LEVEL, decay=Decay(l2=1e-3)), "a/kernel")
    assert not facts.has_closed_form
    made_of_it = [
        facts.fraction,
        facts.half_life_steps,
        facts.time_scale_steps,
        facts.decay_alone,
        facts.gradient_share,
    ]
    assert np.isnan(made_of_it).all()


def test_one_frame_has_no_rate_of_a_penalty() -> None:
    run = judged_run("a", [1.0], decay=Decay(l2=1e-3), fraction=2e-3)
    assert math.isnan(audit(run, "a/kernel").fraction)


@pytest.mark.parametrize("value", [-1.0, math.inf, math.nan])
def test_decay_that_cannot_be_is_unknown(value: float) -> None:
    run = judged_run("x", LEVEL, decay=Decay(l2=0.1), fraction=0.01)
    assert audit(run, "a/kernel").fraction == pytest.approx(0.01)
    assert math.isnan(audit(with_column(run, "l2", value), "a/kernel").fraction)


def test_sum_that_grows_is_unknown() -> None:
    run = judged_run("x", LEVEL, decay=Decay(l2=0.1), fraction=0.01)
    facts = audit(with_column(run, "log_shrink", STEPS - 1001), "a/kernel")
    assert math.isnan(facts.log_shrink)
    assert not facts.has_closed_form
