"""Timing alternatives against each other, and the rows of the report."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Row:
    """A line of the report.

    Attributes:
        what: What was measured.
        measured: The result, with its unit.
        target: What it should be; empty if there is no target.
        met: Whether it is; None if there is no target.
    """

    what: str
    measured: str
    target: str = ""
    met: bool | None = None


def seconds(action: Callable[[], object]) -> float:
    """Returns how long an action takes."""
    began_s = time.perf_counter()
    action()
    return time.perf_counter() - began_s


def interleaved(
    variants: Mapping[str, Callable[[], float]], n_rounds: int
) -> dict[str, list[float]]:
    """Measures variants in rounds, each of them once per round, in random order.

    A first round is discarded.

    Args:
        variants: Functions that return the seconds that count, by name.
        n_rounds: How many rounds to keep.

    Returns:
        Seconds by name, one per round.
    """
    order = list(variants)
    generator = random.Random(0)
    results: dict[str, list[float]] = {name: [] for name in variants}
    for round_index in range(n_rounds + 1):
        generator.shuffle(order)
        for name in order:
            result = variants[name]()
            if round_index:
                results[name].append(result)
    return results


def milliseconds_row(what: str, times_s: Sequence[float], limit_ms: float = 0) -> Row:
    """Returns the row of a duration; a limit of 0 is none."""
    quantiles_ms = np.quantile(times_s, [0.25, 0.5, 0.75]) * 1e3
    low, middle, high = map(_three_digits, quantiles_ms)
    measured = f"{middle} ms ({low} to {high})"
    if not limit_ms:
        return Row(what, measured)
    return Row(what, measured, f"≤ {limit_ms:g} ms", bool(quantiles_ms[1] <= limit_ms))


def ratio_row(
    what: str, times_s: Sequence[float], against_s: Sequence[float], limit: float = 0
) -> Row:
    """Returns the row of a ratio, taken round by round; a limit of 0 is none."""
    ratios = np.divide(times_s, against_s)
    low, middle, high = np.quantile(ratios, [0.25, 0.5, 0.75])
    measured = f"{middle:.3f} × ({low:.3f} to {high:.3f})"
    if not limit:
        return Row(what, measured)
    return Row(what, measured, f"≤ {limit:g} ×", bool(middle <= limit))


def interval_row(
    what: str, ratios: npt.ArrayLike, limit: float, *, added_reach: float = 0
) -> Row:
    """Returns the row of a median ratio and the interval it is in at 95 %.

    The interval is between two order statistics, whatever the distribution, and
    `added_reach` wider on both sides.
    """
    ordered = np.sort(ratios)
    # A binomial number of them, of deviation √n / 2, is below the true median.
    middle, reach = len(ordered) / 2, 1.96 * math.sqrt(len(ordered)) / 2
    low = ordered[max(0, math.floor(middle - reach))] - added_reach
    high = ordered[min(len(ordered) - 1, math.ceil(middle + reach))] + added_reach
    median = np.median(ordered)
    measured = f"{median:.3f} × (95 % sure: {low:.3f} to {high:.3f})"
    return Row(what, measured, f"≤ {limit:g} ×", bool(median <= limit))


def speedup_row(
    what: str, times_s: Sequence[float], against_s: Sequence[float], at_least: float
) -> Row:
    """Returns the row of how many times faster something is, round by round."""
    ratios = np.divide(against_s, times_s)
    low, middle, high = np.quantile(ratios, [0.25, 0.5, 0.75])
    measured = f"{middle:.1f} × faster ({low:.1f} to {high:.1f})"
    return Row(what, measured, f"≥ {at_least:g} ×", bool(middle >= at_least))


def kilobytes_row(what: str, n_bytes: float, limit_kb: float = 0) -> Row:
    """Returns the row of a size; a limit of 0 is none."""
    n_kb = n_bytes / 1000
    if not limit_kb:
        return Row(what, f"{n_kb:.1f} KB")
    return Row(what, f"{n_kb:.1f} KB", f"≤ {limit_kb:g} KB", n_kb <= limit_kb)


def _three_digits(number: float) -> str:
    return f"{number:.0f}" if number >= 1000 else f"{number:.3g}"
