"""The decay of a kernel: what is set, what it does alone, what is measured."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.decay import decoupled_fraction, half_life, retention, time_scale
from tb_wdnorm.core.frames import (
    TRAINING_STATE,
    RunFrames,
    format_coefficient,
)

NO_DECAY = "none"
L1_PENALTY = "L1 penalty"
L2_PENALTY = "L2 penalty"
DECOUPLED = "decoupled"
BOTH = "L2 penalty and decoupled"
UNKNOWN = "unknown"
"""Mechanisms of decay."""

_Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class DecayFacts:
    """What is known about the decay of one kernel in one run.

    Numbers are NaN where they are unknown. Those of decay alone are NaN where no
    closed form holds: under an L1 penalty, a constraint, a penalty of the user's
    own, and an L2 penalty under another optimizer than SGD without clipping.

    Attributes:
        mechanism: One of the constants of this module.
        l1: Coefficient of Σ|w| in the loss.
        l2: λ, coefficient of w in the gradient: 2ℓ of Keras' `L2(ℓ)`.
        weight_decay: d, decoupled coefficient.
        learning_rate: η of the next update.
        fraction: δ, the fraction of a weight that a step removes now.
        steps_per_epoch: Updates in an epoch.
        log_shrink: Σ ln(1 − δ) from the kernel's first frame to its last.
        retention: ‖w_t‖ / ‖w_0‖ of the whole kernel between these frames.
    """

    mechanism: str
    l1: float
    l2: float
    weight_decay: float
    learning_rate: float
    fraction: float
    steps_per_epoch: float
    log_shrink: float
    retention: float

    @property
    def has_closed_form(self) -> bool:
        """Whether it is known what decay alone does."""
        return not math.isnan(self.log_shrink)

    @property
    def half_life_steps(self) -> float:
        """Steps in which decay alone halves a weight at the present rate."""
        return half_life(self.fraction) if self.fraction < 1 else math.nan

    @property
    def half_life_epochs(self) -> float:
        """The same in epochs."""
        return self.half_life_steps / self.steps_per_epoch

    @property
    def time_scale_steps(self) -> float:
        """τ = 1/δ in steps."""
        return time_scale(self.fraction)

    @property
    def time_scale_epochs(self) -> float:
        """τ in epochs."""
        return self.time_scale_steps / self.steps_per_epoch

    @property
    def n_time_scales(self) -> float:
        """Length of the run in τ: Σδ, to first order."""
        return -self.log_shrink

    @property
    def decay_alone(self) -> float:
        """‖w_t‖ / ‖w_0‖ that decay alone would have left by now."""
        return retention(self.log_shrink)

    @property
    def gradient_share(self) -> float:
        """What gradients did to the norm: ln(‖w_t‖/‖w_0‖) − Σ ln(1 − δ).

        Above 0 they made it larger.
        """
        if not self.retention > 0:
            return math.nan
        return math.log(self.retention) - self.log_shrink

    @property
    def label(self) -> str:
        """The decay in words: mechanism and coefficients."""
        terms = [
            f"{symbol} = {format_coefficient(float(f'{value:.6g}'))}"
            for symbol, value in (
                ("ℓ₁", self.l1),
                ("λ", self.l2),
                ("d", self.weight_decay),
            )
            if value > 0
        ]
        return f"{self.mechanism} ({', '.join(terms)})" if terms else self.mechanism


def audit(run: RunFrames, path: str) -> DecayFacts:
    """Returns what is known about the decay of a kernel.

    Args:
        run: A run of one frame or more.
        path: One of its kernels.

    Raises:
        KeyError: If the run has no such kernel.
    """
    row = run.info.rows[path]
    present = ~np.isnan(run.column("nonfinite")[:, row])
    steps = run.steps[present]
    columns = {
        name: _possible(name, run.column(name)[present, row].astype(np.float64))
        for name in ("total", *TRAINING_STATE)
    }
    l2, weight_decay = _last(columns["l2"]), _last(columns["weight_decay"])
    written = run.info.kernels[row].decay
    if math.isnan(l2) and written.strength > 0:
        l2, weight_decay = 2 * written.l2, written.weight_decay
    log_shrink = columns["log_shrink"]
    totals = columns["total"][np.isfinite(columns["total"])]
    return DecayFacts(
        mechanism=_mechanism(run, row, l2, weight_decay, columns),
        l1=written.l1,
        l2=l2,
        weight_decay=weight_decay,
        learning_rate=_last(columns["learning_rate"]),
        fraction=_fraction(steps, **columns),
        steps_per_epoch=_steps_per_epoch(steps, columns["epoch"]),
        log_shrink=_change(log_shrink),
        retention=_ratio(totals),
    )


def _possible(name: str, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Makes NaN of what a column of a damaged log cannot mean."""
    sign = -1 if name == "log_shrink" else 1
    return np.where((sign * values >= 0) & np.isfinite(values), values, np.nan)


def _mechanism(
    run: RunFrames,
    row: int,
    l2: float,
    weight_decay: float,
    columns: dict[str, npt.NDArray[np.float64]],
) -> str:
    if l2 > 0 or weight_decay > 0:
        if weight_decay > 0:
            return BOTH if l2 > 0 else DECOUPLED
        return L2_PENALTY
    if run.info.kernels[row].decay.l1 > 0:
        return L1_PENALTY
    strength = run.info.strength
    if strength is not None:
        # The user's own word, about a decay that is not seen here.
        return UNKNOWN if strength > 0 else NO_DECAY
    # A penalty of the user's own, or a constraint, has no sum.
    has_no_sum = not math.isnan(_last(columns["learning_rate"])) and math.isnan(
        _last(columns["log_shrink"])
    )
    return UNKNOWN if math.isnan(l2) or has_no_sum else NO_DECAY


def _fraction(
    steps: npt.NDArray[np.int64],
    *,
    learning_rate: npt.NDArray[np.float64],
    l2: npt.NDArray[np.float64],
    weight_decay: npt.NDArray[np.float64],
    log_shrink: npt.NDArray[np.float64],
    **_: npt.NDArray[np.float64],
) -> float:
    """δ of the next update."""
    if not len(steps) or math.isnan(log_shrink[-1]):
        return math.nan
    if learning_rate[-1] == 0:
        return 0.0
    if l2[-1] == 0:
        return decoupled_fraction(float(learning_rate[-1]), float(weight_decay[-1]))
    # Momentum is not recorded, but its effect is: in the sum, over the longest
    # time in which nothing changed.
    state = np.stack([learning_rate, l2, weight_decay])
    if np.isnan(state[:, -1]).any():
        return math.nan
    changed = np.flatnonzero((state != state[:, -1:]).any(axis=0))
    since = changed[-1] + 1 if len(changed) else 0
    scale = 1.0
    if since == len(steps) - 1:
        if since == 0:
            return math.nan
        since -= 1
        scale = float(learning_rate[-1] / learning_rate[since])
    elapsed = steps[-1] - steps[since]
    return scale * -math.expm1(_change(log_shrink[since:]) / elapsed)


def _steps_per_epoch(
    steps: npt.NDArray[np.int64], epochs: npt.NDArray[np.float64]
) -> float:
    known = np.flatnonzero(np.isfinite(epochs))
    if len(known) < 2 or epochs[known[-1]] <= epochs[known[0]]:
        return math.nan
    elapsed = steps[known[-1]] - steps[known[0]]
    return float(elapsed / (epochs[known[-1]] - epochs[known[0]]))


def _change(log_shrink: npt.NDArray[np.float64]) -> float:
    """The last value minus the first; NaN without, or if it has become larger."""
    change = float(log_shrink[-1] - log_shrink[0]) if len(log_shrink) else math.nan
    return change if change <= 0 else math.nan


def _ratio(values: _Floats) -> float:
    """The last value over the first; NaN without, or if that is 0."""
    if not len(values) or values[0] == 0:
        return math.nan
    return float(values[-1] / values[0])


def _last(values: _Floats) -> float:
    return float(values[-1]) if len(values) else math.nan
