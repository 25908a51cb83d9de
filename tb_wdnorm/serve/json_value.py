"""What JSON can express, of what it cannot."""

from __future__ import annotations

import math


def number_or_null(value: float) -> float | None:
    """Returns a finite number as it is, None for others."""
    return value if math.isfinite(value) else None


def well_formed(text: str) -> str:
    """Replaces what is no character, as in names of files that are no UTF-8."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
