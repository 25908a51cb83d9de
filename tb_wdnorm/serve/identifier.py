"""Short names for runs and kernels."""

from __future__ import annotations

import hashlib


def identifier(name: str) -> str:
    """Returns the id of a run or kernel: short, URL-safe, stable.

    Args:
        name: The run's name or the kernel's path; any text.
    """
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
