"""How norms answer to weight decay, over the runs of a sweep."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.response import (
    FALLING,
    FLAT,
    LESS,
    MORE,
    NOT_MONOTONE,
    RISING,
    Point,
    Response,
    Suggestion,
)
from tb_wdnorm.core.sweep import decay_for_target
from tb_wdnorm.core.thresholds import threshold

_Float64s = npt.NDArray[np.float64]


def respond(
    name: str,
    coefficient: str,
    points: Sequence[Point],
    target: tuple[float, float] | None = None,
    without_decay: float | None = None,
) -> Response | None:
    """Returns how a norm answers to decay.

    Args:
        name: The kernel's or group's.
        coefficient: What decay it is.
        points: One for each run with decay; those whose norm is not finite and
            positive are left out.
        target: Wanted range of the norm.
        without_decay: Norm without decay, if there is such a run.

    Returns:
        The response; None with fewer than two different decays.
    """
    used = sorted(
        (p for p in points if 0 < p.decay < math.inf and 0 < p.norm < math.inf),
        key=lambda point: (point.decay, point.run),
    )
    if len({point.decay for point in used}) < 2:
        return None
    slope, slope_error = _slope([p for p in used if not p.has_collapsed])
    return Response(
        name=name,
        coefficient=coefficient,
        points=tuple(used),
        slope=slope,
        slope_error=slope_error,
        shape=_shape(used),
        suggestion=None if target is None else suggest(used, target, without_decay),
    )


def suggest(
    points: Sequence[Point],
    target: tuple[float, float],
    without_decay: float | None = None,
) -> Suggestion:
    """Returns the decay to try next for a target.

    Args:
        points: Runs of two different decays or more, norms above 0.
        target: Wanted range (low, high) of the norm. One that begins at 0 is
            aimed at from a quarter of `high` on.
        without_decay: Norm without decay, if there is such a run: where that is
            below the target, less decay does not help.
    """
    decays, logs, errors = _means(points)
    tried = (float(decays[0]), float(decays[-1]))
    low, high = target
    # A range that begins at 0 has no middle on a logarithmic scale.
    low = low or high / 4
    if high == 0:
        return Suggestion(target, None, None, None, None, tried)
    decay = decay_for_target(decays, np.exp(logs), (low, high))
    if math.isnan(decay):
        direction = _direction(logs, (low, high))
        if direction == LESS and without_decay is not None and without_decay < low:
            direction = None
        return Suggestion(target, None, None, None, direction, tried)
    wanted = math.log(math.sqrt(low * high))
    noise = float(np.interp(math.log(decay), np.log(decays), errors))
    half_width = max(math.log(high / low) / 2, threshold("errors") * noise)
    begin, end = _near(np.log(decays), logs - wanted, math.log(decay), half_width)
    return Suggestion(target, decay, math.exp(begin), math.exp(end), None, tried)


def _near(
    x: _Float64s, heights: _Float64s, at: float, half_width: float
) -> tuple[float, float]:
    """The part of a broken line around `at` that is within ± half_width of 0."""
    ends = []
    for order in (-1, 1):
        ahead = x[x > at] if order > 0 else x[x < at][::-1]
        position, height = at, 0.0
        for corner in ahead:
            there = float(heights[x == corner][0])
            if abs(there) > half_width:
                bound = math.copysign(half_width, there)
                share = (bound - height) / (there - height)
                position += share * (corner - position)
                break
            position, height = float(corner), there
        ends.append(position)
    return ends[0], ends[1]


def _direction(logs: _Float64s, target: tuple[float, float]) -> str | None:
    """Where a curve that meets the target nowhere comes nearer to it."""
    is_above = bool(logs[0] > math.log(math.sqrt(target[0] * target[1])))
    # As decay makes norms smaller; where it does not, going on is a guess.
    if is_above:
        return MORE if logs[-1] < logs[-2] else None
    return LESS if logs[0] > logs[1] else None


def _slope(points: Sequence[Point]) -> tuple[float, float]:
    """Least squares in logarithms; the larger of two errors of the slope."""
    x = np.log([point.decay for point in points])
    if len(points) < 2 or np.ptp(x) == 0:
        return math.nan, math.nan
    y = np.log([point.norm for point in points])
    x = x - x.mean()
    squares = float(x @ x)
    slope = float(x @ y / squares)
    # What the norms' own errors make, and what the points' distances show.
    errors = np.array([point.error for point in points])
    own = math.sqrt(float((x * errors) @ (x * errors))) / squares
    if len(points) == 2:
        return slope, own
    residuals = y - y.mean() - slope * x
    seen = math.sqrt(float(residuals @ residuals) / (len(points) - 2) / squares)
    return slope, max(own, seen)


def _shape(points: Sequence[Point]) -> str:
    _, logs, errors = _means(points)
    noise = threshold("errors") * np.hypot(errors[1:], errors[:-1])
    steps = np.diff(logs)
    has_fallen, has_risen = bool((steps < -noise).any()), bool((steps > noise).any())
    if has_fallen and has_risen:
        return NOT_MONOTONE
    if has_fallen or has_risen:
        return FALLING if has_fallen else RISING
    return FLAT


def _means(points: Sequence[Point]) -> tuple[_Float64s, _Float64s, _Float64s]:
    """Decays, ascending, with the mean log norm of each and its error."""
    tried: npt.NDArray[Any]
    tried, which = np.unique([point.decay for point in points], return_inverse=True)
    counts = np.bincount(which)
    logs = np.bincount(which, np.log([point.norm for point in points])) / counts
    variances = np.bincount(which, np.square([point.error for point in points]))
    return tried, logs, np.sqrt(variances) / counts
