"""Whether the decay of a kernel works: rules on facts and evidence."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tb_wdnorm.core.audit import NO_DECAY as NO_MECHANISM
from tb_wdnorm.core.audit import DecayFacts
from tb_wdnorm.core.evidence import Evidence
from tb_wdnorm.core.thresholds import threshold
from tb_wdnorm.core.wording import percent

NO_DECAY = "no decay"
TOO_EARLY = "too early to judge"
WORKING = "working"
TOO_WEAK = "too weak"
TOO_STRONG = "too strong"
OUTWEIGHED = "outweighed by gradients"
DIVERGED = "diverged"
NOT_ENOUGH_DATA = "not enough data"

VERDICTS = (
    DIVERGED,
    TOO_STRONG,
    OUTWEIGHED,
    TOO_WEAK,
    NOT_ENOUGH_DATA,
    TOO_EARLY,
    WORKING,
    NO_DECAY,
)
"""All verdicts, the most serious first: a group has the first of its kernels'."""

Target = tuple[float, float]


@dataclass(frozen=True)
class Verdict:
    """A judgement with its reason.

    Attributes:
        name: One of `VERDICTS`.
        is_certain: Whether it holds for all values within the errors. A verdict
            that is not is called uncertain.
        reason: Half a sentence that goes on after the numbers; may be empty.
    """

    name: str
    is_certain: bool
    reason: str = ""


def judge(
    facts: DecayFacts, evidence: Evidence | None, target: Target | None = None
) -> Verdict:
    """Judges the decay of a kernel in one run.

    The rules, of which the first that applies counts. Numbers are in
    `thresholds.THRESHOLDS`; a trend counts where it is beyond its errors, and
    "later" is when it has gone on for as long again as it was measured.

    1. *diverged*: channels are not finite, or the norm has grown a thousandfold.
    2. *no decay*: none is set, or no norm has changed in any frame.
    3. *not enough data*: too few frames.
    4. *too early to judge*: decay alone has not taken a tenth of a weight yet, or,
       where that is not known, the optimizer cannot have replaced the weights yet.
    5. With a target: *too strong* below it, unless the baseline is, too; *working*
       within, if there is no baseline or the norm differs from it; above it
       *outweighed by gradients* if the norm is larger than the baseline's, else
       *too weak*. *Too early* if it will be otherwise later, and above the target
       also for a run shorter than τ.
    6. Without: *too strong* if the norm is below a tenth of the baseline's or a
       tenth of the channels have died; *working* if it is below the baseline's;
       *outweighed by gradients* if it is above, or equal although the run is
       longer than τ and the norm has not fallen since the start; else *too weak*.
       *Too early* if it will be otherwise later, and without a difference also for
       a run shorter than τ.
    7. Without a baseline, where decay alone is known: *working* if the norm has
       fallen since the start; *outweighed by gradients* if not, in a run longer
       than τ; else *too early*. Where it is not known: *not enough data*.

    Args:
        facts: What decay does alone.
        evidence: What the norms say; None if no frame has the kernel.
        target: Wanted range (low, high) of the mean channel norm.
    """
    if evidence is None:
        return Verdict(NOT_ENOUGH_DATA, True, "no frame has it")
    return (
        _diverged(evidence)
        or _without_decay(facts, evidence)
        or _too_few(evidence)
        or _too_early(facts, evidence)
        or (_against_target(facts, evidence, target) if target else None)
        or _died(evidence)
        or (
            _against_baseline(facts, evidence)
            if evidence.against
            else _against_start(facts, evidence)
        )
    )


def _diverged(evidence: Evidence) -> Verdict | None:
    if evidence.n_nonfinite:
        share = f"{evidence.n_nonfinite} of {evidence.n_channels} channels"
        return Verdict(DIVERGED, True, f"{share} are not finite")
    if evidence.growth >= threshold("growth"):
        return Verdict(
            DIVERGED, False, f"{evidence.growth:.2g} times that of the start"
        )
    return None


def _without_decay(facts: DecayFacts, evidence: Evidence) -> Verdict | None:
    if facts.mechanism == NO_MECHANISM:
        return Verdict(NO_DECAY, True)
    if evidence.is_unchanged and evidence.n_steps > 0:
        cause = (
            "the learning rate is 0"
            if facts.learning_rate == 0
            else "nothing trains this kernel"
        )
        return Verdict(
            NO_DECAY,
            evidence.n_frames >= threshold("min_frames"),
            f"the same in all {evidence.n_frames} frames: {cause}",
        )
    return None


def _too_few(evidence: Evidence) -> Verdict | None:
    if evidence.n_frames >= threshold("min_frames"):
        return None
    plural = "" if evidence.n_frames == 1 else "s"
    return Verdict(NOT_ENOUGH_DATA, True, f"only {evidence.n_frames} frame{plural}")


def _too_early(facts: DecayFacts, evidence: Evidence) -> Verdict | None:
    if facts.has_closed_form:
        if facts.n_time_scales < threshold("early"):
            share = abs(math.expm1(facts.log_shrink))
            return Verdict(
                TOO_EARLY,
                True,
                f"so far decay alone takes {percent(share)} of a weight",
            )
    elif evidence.reach < threshold("reach"):
        return Verdict(
            TOO_EARLY, True, "learning rate and steps cannot have moved it far yet"
        )
    return None


def _against_target(
    facts: DecayFacts, evidence: Evidence, target: Target
) -> Verdict | None:
    position = _position(evidence.norm, target)
    later = _position(evidence.norm * np.exp(evidence.trend.significant_drift), target)
    is_certain = _has_many_frames(evidence) and later == position
    if position < 0:
        against = evidence.against
        if against and _position(against.norm, target) < 0:
            return None
        return _or_early(
            position, later, Verdict(TOO_STRONG, is_certain, "below its target")
        )
    if position > 0:
        if evidence.against and _zone(evidence.against.ratio) > 0:
            verdict = Verdict(
                OUTWEIGHED, is_certain and _beyond(evidence, 1), "above its target"
            )
        elif facts.has_closed_form and facts.n_time_scales < threshold("time_scale"):
            return Verdict(TOO_EARLY, True, "above its target, and the run is short")
        else:
            verdict = Verdict(TOO_WEAK, is_certain, "above its target")
        return _or_early(position, later, verdict)
    if evidence.against and _zone(evidence.against.ratio) == 0:
        return Verdict(
            TOO_WEAK, False, "within its target, as it is without this decay"
        )
    return _or_early(position, later, Verdict(WORKING, is_certain, "within its target"))


def _or_early(position: int, later: int, verdict: Verdict) -> Verdict:
    if position == later:
        return verdict
    where = {-1: "below its target", 0: "in its target", 1: "above its target"}
    return Verdict(
        TOO_EARLY, False, f"{verdict.reason}, and on its way to be {where[later]}"
    )


def _died(evidence: Evidence) -> Verdict | None:
    against = evidence.against
    theirs = against.collapsed_share if against else 0.0
    if evidence.collapsed_share >= theirs + threshold("collapsed_share"):
        share = f"{percent(evidence.collapsed_share)} of its channels"
        return Verdict(TOO_STRONG, against is not None, f"{share} are almost 0")
    if against is None and evidence.growth < threshold("strong_ratio"):
        return Verdict(TOO_STRONG, False)
    return None


def _against_baseline(facts: DecayFacts, evidence: Evidence) -> Verdict:
    against = evidence.against
    assert against is not None
    zone = _zone(against.ratio)
    drift = against.trend.significant_drift
    later = _zone(against.ratio * np.exp(drift))
    many = _has_many_frames(evidence)
    is_short = facts.has_closed_form and facts.n_time_scales < threshold("time_scale")
    if zone <= -2:
        return Verdict(TOO_STRONG, many and _beyond(evidence, zone))
    if zone == -1:
        if later >= 0:
            return Verdict(TOO_EARLY, False, "but the difference is closing")
        return Verdict(WORKING, many and _beyond(evidence, zone))
    if zone == 1:
        if later <= 0:
            return Verdict(TOO_EARLY, False, "and coming nearer to it")
        return Verdict(OUTWEIGHED, many and _beyond(evidence, zone))
    if later != 0:
        return Verdict(TOO_EARLY, False, "but a difference is opening")
    if is_short:
        return Verdict(
            TOO_EARLY,
            True,
            f"the run is only {facts.n_time_scales:.1g} time scales of the decay long",
        )
    is_within = many and _beyond(evidence, 0)
    if facts.has_closed_form and facts.retention >= 1:
        return Verdict(OUTWEIGHED, is_within)
    return Verdict(TOO_WEAK, is_within)


def _against_start(facts: DecayFacts, evidence: Evidence) -> Verdict:
    if not facts.has_closed_form or math.isnan(facts.retention):
        return Verdict(
            NOT_ENOUGH_DATA,
            True,
            "there is no run without this decay to compare with, and no formula for "
            "what decay alone does",
        )
    has_fallen = _zone(facts.retention) < 0
    later = facts.retention * np.exp(evidence.trend.significant_drift)
    if has_fallen:
        if _zone(later) >= 0:
            return Verdict(TOO_EARLY, False, "but growing")
        # Gradients alone may make a norm smaller, too.
        return Verdict(WORKING, facts.gradient_share >= 0)
    if _zone(later) < 0 or facts.n_time_scales < threshold("time_scale"):
        return Verdict(TOO_EARLY, False)
    return Verdict(OUTWEIGHED, _has_many_frames(evidence))


def _has_many_frames(evidence: Evidence) -> bool:
    curve = evidence.against.trend if evidence.against else evidence.trend
    return curve.n_frames >= threshold("certain_frames")


def _beyond(evidence: Evidence, zone: int) -> bool:
    """Whether the ratio is in a zone whatever its error may be."""
    against = evidence.against
    assert against is not None
    margin = np.exp(threshold("errors") * against.error)
    return _zone(against.ratio * margin) == _zone(against.ratio / margin) == zone


def _zone(ratio: float) -> int:
    """-2 almost nothing, -1 smaller, 0 alike, 1 larger."""
    if ratio < threshold("strong_ratio"):
        return -2
    if ratio < 1 - threshold("effect"):
        return -1
    return int(ratio > 1 + threshold("effect"))


def _position(norm: float, target: Target) -> int:
    """-1 below a target, 0 in it, 1 above it."""
    low, high = target
    margin = 1 + threshold("tolerance") if low == high else 1.0
    return int(norm > high * margin) - int(norm < low / margin)
