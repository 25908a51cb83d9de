"""How a norm answers to weight decay: the records, and the answer in words."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tb_wdnorm.core.decay import ADAM_L2_SLOPE, ADAMW_SLOPE, SGD_SLOPE
from tb_wdnorm.core.frames import format_coefficient
from tb_wdnorm.core.wording import number

FALLING = "falling"
RISING = "rising"
FLAT = "flat"
NOT_MONOTONE = "not monotone"
"""Shapes of a response."""

MORE = "more"
LESS = "less"
"""Directions of a suggestion without a number."""

_THEORY = {
    "l2": f"before a normalisation {SGD_SLOPE:.2g} under SGD, {ADAM_L2_SLOPE:.2g} "
    "under Adam",
    "weight_decay": f"before a normalisation {SGD_SLOPE:.2g} under SGD, "
    f"{ADAMW_SLOPE:.2g} under AdamW",
}
"""What to expect of the slope at equilibrium."""


@dataclass(frozen=True)
class Point:
    """A kernel or group in one run of a sweep.

    Attributes:
        run: The run's name.
        decay: Its coefficient as written, above 0.
        norm: Mean channel norm at the end.
        error: Standard error of the norm's logarithm.
        has_collapsed: Whether decay was too strong there.
    """

    run: str
    decay: float
    norm: float
    error: float
    has_collapsed: bool = False


@dataclass(frozen=True)
class Suggestion:
    """A decay to try next for a target.

    Attributes:
        target: Wanted range (low, high) of the norm.
        decay: The decay; None where the target lies outside of what was tried.
        low, high: Between them the norm is expected within the target, or within
            its errors of it; ends of the tried range at most. None without decay.
        direction: Without decay, `"more"` or `"less"` than `tried`, or None if
            no decay tried comes nearer by going on.
        tried: Least and greatest decay tried.
    """

    target: tuple[float, float]
    decay: float | None
    low: float | None
    high: float | None
    direction: str | None
    tried: tuple[float, float]


@dataclass(frozen=True)
class Response:
    """How the norm of a kernel or group answers to decay.

    Attributes:
        name: The kernel's or group's.
        coefficient: What decay it is: `"l2"`, `"weight_decay"`, `"l1"` or
            `"decay"`.
        points: The runs, in ascending order of decay.
        slope: d ln(norm) / d ln(decay) over the runs that did not collapse; NaN
            with fewer than two decays.
        slope_error: Its standard error.
        shape: One of the constants of this module.
        suggestion: For the target, if there is one.
    """

    name: str
    coefficient: str
    points: tuple[Point, ...]
    slope: float
    slope_error: float
    shape: str
    suggestion: Suggestion | None = None

    @property
    def sentence(self) -> str:
        """The response in words."""
        return f"{self.name}: {self._slope_in_words}{self._suggestion_in_words}"

    @property
    def _slope_in_words(self) -> str:
        decay = self.coefficient
        if self.shape == FLAT:
            return f"{decay} makes no clear difference to the norm."
        words = {
            FALLING: f"the norm falls with {decay}",
            RISING: f"the norm rises with {decay}",
            NOT_MONOTONE: f"the norm does not always fall with {decay}",
        }[self.shape]
        if not math.isnan(self.slope):
            words += (
                f", like {decay}^{self.slope:.2g} ± {self.slope_error:.1g} where it "
                "does not collapse"
            )
            if self.shape == FALLING and self.coefficient in _THEORY:
                words += f" ({_THEORY[self.coefficient]})"
        return f"{words}."

    @property
    def _suggestion_in_words(self) -> str:
        suggestion = self.suggestion
        if suggestion is None:
            return ""
        low, high = (number(bound) for bound in suggestion.target)
        wanted = low if low == high else f"{low} to {high}"
        decay = self.coefficient
        if suggestion.decay is not None:
            begin, end = _written(suggestion.low or 0), _written(suggestion.high or 0)
            return (
                f" For a norm of {wanted} try {decay}={_written(suggestion.decay)} "
                f"(expected from {begin} to {end})."
            )
        least, most = map(_written, suggestion.tried)
        if suggestion.direction is None:
            return f" No {decay} from {least} to {most} gave a norm of {wanted}."
        bound = most if suggestion.direction == MORE else least
        return f" A norm of {wanted} needs {suggestion.direction} than {decay}={bound}."


def _written(decay: float) -> str:
    """A coefficient with two digits, as people write it."""
    return format_coefficient(float(f"{decay:.2g}"))
