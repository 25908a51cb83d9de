"""Verdicts in words, for people."""

from __future__ import annotations

import math
from collections.abc import Iterable

from tb_wdnorm.core import audit
from tb_wdnorm.core.audit import BOTH, DecayFacts
from tb_wdnorm.core.evidence import Against, Evidence
from tb_wdnorm.core.thresholds import threshold
from tb_wdnorm.core.verdict import (
    DIVERGED,
    NO_DECAY,
    NOT_ENOUGH_DATA,
    TOO_EARLY,
    Verdict,
)
from tb_wdnorm.core.wording import duration, number, percent, relation, with_spread

NO_FORMULA = "No formula says what this decay does alone."

_LARGEST_EXPONENT = 700
"""Up to it `exp` is finite."""


def sentence(name: str, verdict: Verdict, evidence: Evidence | None) -> str:
    """Says what is the matter with a kernel.

    Args:
        name: The kernel's, or its group's.
        verdict: The judgement.
        evidence: What the norms say.

    Returns:
        For example: "output/kernel: working. Norm 0.75 ± 0.02, 20 % below wd=0 and
        level for the last 300 steps." The ± is the standard deviation across
        channels.
    """
    if evidence is None:
        return f"{name}: {title(verdict)}, {verdict.reason}."
    if evidence.nonfinite_since is not None:
        return f"{name}: {_lost(verdict, evidence)}."
    clauses = []
    of = "Norm"
    if verdict.name not in (DIVERGED, NO_DECAY, NOT_ENOUGH_DATA):
        if evidence.against is None and evidence.start:
            of = "Mean norm"
        clauses = [_comparison(evidence), _direction(verdict, evidence)]
    described = f"{of} {with_spread(evidence.norm, evidence.std)}{_joined(clauses)}"
    ending = f"; {verdict.reason}" if verdict.reason else ""
    return f"{name}: {title(verdict)}. {described}{ending}."


def title(verdict: Verdict) -> str:
    """The verdict's name, with "(uncertain)" where it might be otherwise."""
    return verdict.name if verdict.is_certain else f"{verdict.name} (uncertain)"


def compared_with(against: Against) -> str:
    """The baseline in words."""
    if against.decay == "none":
        return "the run without decay"
    return f"“{against.name}”"


def kernel_notices(facts: DecayFacts, evidence: Evidence | None) -> tuple[str, ...]:
    """Returns what is unusual about a kernel's decay, a sentence each."""
    found = []
    if facts.mechanism == BOTH:
        found.append(
            f"An L2 penalty (λ = {number(facts.l2)}) and decoupled decay "
            f"(d = {number(facts.weight_decay)}) are both active."
        )
    if facts.learning_rate == 0:
        found.append("The learning rate is 0: decay does nothing now.")
    if facts.fraction >= 1:
        found.append(
            f"A step takes {number(facts.fraction)} of a weight, more than there is."
        )
    if evidence is not None and evidence.bound is not None:
        found.append(
            f"A quarter of the channels or more have the very same norm, "
            f"{number(evidence.bound)}, the largest: a constraint binds."
        )
    return tuple(found)


def audit_sentence(facts: DecayFacts) -> str:
    """Says what decay does in a step, what it does alone, and what gradients did.

    Returns:
        For example: "δ = 1e-5 per step, half-life 69,300 steps (69.3 epochs), τ =
        100,000 steps (100 epochs); decay alone would have left 90 % of the total
        norm; gradients changed it by +6 %." What is not known is left out. Empty
        without decay.
    """
    if facts.mechanism == audit.NO_DECAY:
        return ""
    if not facts.has_closed_form:
        return NO_FORMULA
    rate = []
    if facts.fraction >= 0:
        rate.append(f"δ = {number(abs(facts.fraction))} per step")
    if facts.half_life_steps < math.inf:
        half_life = _duration(facts.half_life_steps, facts.half_life_epochs)
        time_scale = _duration(facts.time_scale_steps, facts.time_scale_epochs)
        rate += [f"half-life {half_life}", f"τ = {time_scale}"]
    alone = (
        f"{'decay' if rate else 'Decay'} alone would have left "
        f"{percent(facts.decay_alone)} of the total norm"
    )
    clauses = (", ".join(rate), alone, _by_gradients(facts.gradient_share))
    return "; ".join(clause for clause in clauses if clause) + "."


def _by_gradients(share: float) -> str:
    if not abs(share) < _LARGEST_EXPONENT:
        return ""
    factor = math.exp(share)
    if factor > 3:
        return f"gradients multiplied it by {number(factor)}"
    sign = "+" if factor >= 1 else "-"
    return f"gradients changed it by {sign}{percent(abs(factor - 1))}"


def _duration(steps: float, epochs: float) -> str:
    said = f"{duration(steps)} steps"
    return f"{said} ({duration(epochs)} epochs)" if math.isfinite(epochs) else said


def _lost(verdict: Verdict, evidence: Evidence) -> str:
    said = f"{title(verdict)} at step {evidence.nonfinite_since:,}: {verdict.reason}"
    if not math.isfinite(evidence.norm):
        return said
    if evidence.n_nonfinite < evidence.n_channels:
        return f"{said}; the mean norm of the others is {number(evidence.norm)}"
    return f"{said}; the last finite norm was {number(evidence.norm)}"


def _comparison(evidence: Evidence) -> str:
    against = evidence.against
    if against is None:
        return relation(evidence.growth, "its start") if evidence.start else ""
    when = f" at step {against.step:,}" if against.step < evidence.step else ""
    return relation(against.ratio, compared_with(against)) + when


def _direction(verdict: Verdict, evidence: Evidence) -> str:
    if evidence.growth < threshold("collapsed_norm"):
        return ""
    curve = evidence.trend
    if curve.is_moving:
        verb = "rising" if curve.drift > 0 else "falling"
        share = percent(abs(math.expm1(curve.drift)))
        return f"still {verb} (by {share} over the last {curve.n_steps:,} steps)"
    if verdict.name == TOO_EARLY and not verdict.is_certain:
        return ""  # The reason tells of a trend.
    if evidence.level_steps >= threshold("window") / 2 * evidence.n_steps > 0:
        return f"level for the last {evidence.level_steps:,} steps"
    return ""


def _joined(clauses: Iterable[str]) -> str:
    found = [clause for clause in clauses if clause]
    return f", {' and '.join(found)}" if found else ""
