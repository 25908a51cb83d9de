"""Patterns by which users name kernels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

Pattern = str | re.Pattern[str] | int
Patterns = Pattern | Sequence[Pattern]

DESCRIPTION = (
    "a layer's name, a kernel's path, a glob, a compiled regular expression or a "
    "layer's index"
)


@dataclass(frozen=True)
class Names:
    """What a kernel answers to.

    Attributes:
        paths: Its path; for one gate of a kernel, the whole kernel's path too.
        layers: Names of its layer, and of the layers and models around that.
        indices: Positions of those in `model.layers`, counted from the start and,
            negative, from the end.
    """

    paths: tuple[str, ...]
    layers: tuple[str, ...] = ()
    indices: frozenset[int] = frozenset()


def is_pattern(value: Any) -> bool:
    """Returns whether a value is a pattern."""
    if isinstance(value, re.Pattern):
        return isinstance(value.pattern, str)
    if isinstance(value, str):
        return value != ""
    return isinstance(value, int) and not isinstance(value, bool)


def matches(pattern: Pattern, names: Names) -> bool:
    """Returns whether a pattern names a kernel.

    Args:
        pattern: A path or a name of a layer; a glob over these, in which `*`
            matches `/` too and case counts; a compiled regular expression, which
            is searched for in the path; or the index of a layer.
        names: What the kernel answers to.
    """
    if isinstance(pattern, re.Pattern):
        return any(pattern.search(path) for path in names.paths)
    if isinstance(pattern, str):
        return is_name(pattern, (*names.paths, *names.layers))
    return pattern in names.indices


def is_name(pattern: str, names: Iterable[str]) -> bool:
    """Returns whether a text is one of some names, or a glob that matches one."""
    return any(name == pattern or fnmatchcase(name, pattern) for name in names)


def show(pattern: Pattern) -> str:
    """Writes a pattern as the user did."""
    return repr(pattern.pattern if isinstance(pattern, re.Pattern) else pattern)
