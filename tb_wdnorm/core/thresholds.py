"""The numbers that verdicts depend on, each with its reason."""

from __future__ import annotations

from typing import NamedTuple


class Threshold(NamedTuple):
    """A number that verdicts depend on.

    Attributes:
        value: The number.
        meaning: What it is compared with.
        reason: Why it is this one.
    """

    value: float
    meaning: str
    reason: str


THRESHOLDS = {
    "min_frames": Threshold(
        5,
        "least number of frames to say anything but *diverged* or *no decay*",
        "a line through fewer has no error worth the name",
    ),
    "window": Threshold(
        0.3,
        "part of the run, its last, in which trends are measured",
        "long enough to average over batches, too short to reach into the start",
    ),
    "certain_frames": Threshold(
        10,
        "least number of frames in the window for a certain verdict",
        "with fewer, one unusual batch tilts the trend",
    ),
    "errors": Threshold(
        2,
        "standard errors by which a difference or a trend must exceed its bound",
        "95 % of normally distributed errors are smaller",
    ),
    "effect": Threshold(
        0.05,
        "least relative difference from the baseline that counts",
        "trainings that differ in their seed only differ by a few per cent",
    ),
    "strong_ratio": Threshold(
        0.1,
        "norm over the baseline's, or over that of the start, below which decay is "
        "too strong if there is no target",
        "no useful kernel was seen to be this small; a tenth is on the way to zero",
    ),
    "collapsed_norm": Threshold(
        0.01,
        "norm of a channel over the mean norm at the start, below which it is dead",
        "its output is a hundredth of what it was: what follows hardly sees it",
    ),
    "collapsed_share": Threshold(
        0.1,
        "share of dead channels, beyond the baseline's, from which decay is too strong",
        "a few channels die without decay, too",
    ),
    "growth": Threshold(
        1000,
        "norm over that of the start from which a kernel has diverged",
        "trainings that go well change norms by a factor of tens at most",
    ),
    "early": Threshold(
        0.1,
        "length of the run in τ, Σδ, below which it is always too early",
        "decay alone has taken a tenth of a weight: about the least effect that counts",
    ),
    "time_scale": Threshold(
        1.0,
        "length of the run in τ below which an effect not yet seen may still come",
        "decay alone has then left 1/e",
    ),
    "reach": Threshold(
        1.0,
        "Σ learning rate over a weight's typical size, below which it is too early "
        "where there is no τ",
        "an adaptive optimizer moves a weight by the learning rate at most in a step: "
        "weights cannot have been replaced yet",
    ),
    "tolerance": Threshold(
        0.1,
        "relative distance at which a target of one number counts as met",
        "norms differ by as much between channels",
    ),
    "level": Threshold(
        0.025,
        "relative difference from the last norm up to which a curve is level",
        "half of the least effect that counts",
    ),
}
"""By name. The documentation's table is made of these."""


def threshold(name: str) -> float:
    """Returns the value of a threshold.

    Raises:
        KeyError: If there is none of this name.
    """
    return THRESHOLDS[name].value
