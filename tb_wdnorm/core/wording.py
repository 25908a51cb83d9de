"""Numbers and lists in words."""

from __future__ import annotations

import math
from collections.abc import Sequence

_LISTED = 4


def number(value: float, n_digits: int = 3) -> str:
    """Writes a number with so many digits at most: `0.75`, `1e-5`."""
    written = f"{value:.{n_digits}g}"
    mantissa, e, exponent = written.partition("e")
    return f"{mantissa}e{int(exponent)}" if e else written


def duration(value: float) -> str:
    """Writes a number of steps or epochs, three digits of it: `173,000`, `3.46`."""
    rounded = float(number(value))
    return f"{rounded:,.0f}" if rounded >= 1000 else number(value)


def percent(share: float) -> str:
    """Writes a share: `20 %`, `4.2 %`, `0.0001 %`."""
    value = 100 * share
    return f"{value:.0f} %" if abs(value) >= 9.95 else f"{number(value, 2)} %"


def listed(items: Sequence[str]) -> str:
    """Joins items as in a sentence: `a, b and c`."""
    shown = list(items[:_LISTED])
    if len(items) > _LISTED:
        n_others = len(items) - _LISTED
        shown.append(f"{n_others} other{'s' if n_others > 1 else ''}")
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + f" and {shown[-1]}"


def with_spread(norm: float, std: float) -> str:
    """Writes a norm to the digit that its spread makes sense of: `0.75 ± 0.02`.

    That is two digits of the norm at least.
    """
    if not (math.isfinite(norm) and math.isfinite(std)):
        return number(norm)
    spread = number(float(f"{std:.1g}"))
    if norm <= 0 or std <= 0:
        return f"{number(norm)} ± {spread}"
    magnitude = math.floor(math.log10(norm))
    digits = max(-math.floor(math.log10(std)), 1 - magnitude)
    if not 1e-3 <= norm < 1e4:
        n_digits = min(digits + magnitude + 1, 5)
        return f"{number(norm, n_digits)} ± {spread}"
    digits = min(max(digits, 0), 4)
    return f"{norm:.{digits}f} ± {std:.{digits}f}"


def relation(ratio: float, name: str) -> str:
    """Says how a norm compares with another: `20 % below wd=0`."""
    if abs(ratio - 1) < 0.0005:
        return f"the same as {name}"
    if ratio < 0.005:
        return f"more than 99 % below {name}"
    if ratio > 3:
        return f"{number(ratio)} times {name}"
    return f"{percent(abs(ratio - 1))} {'above' if ratio > 1 else 'below'} {name}"
