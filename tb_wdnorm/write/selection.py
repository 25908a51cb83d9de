"""Which kernels are tracked, how they are grouped and what they are measured by."""

from __future__ import annotations

import logging
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from tb_wdnorm.core.frames import KernelInfo
from tb_wdnorm.core.norm_kinds import NormFunction, as_norm
from tb_wdnorm.write.patterns import (
    DESCRIPTION,
    Names,
    Pattern,
    Patterns,
    is_name,
    is_pattern,
    matches,
    show,
)

_logger = logging.getLogger(__name__)

Axes = int | Sequence[int]
Target = float | tuple[float, float]

_Value = TypeVar("_Value")


class NoKernelError(ValueError):
    """A model has no kernel to track."""


@dataclass(frozen=True)
class Candidate:
    """A kernel that may be tracked.

    Attributes:
        info: What it is without any option.
        names: What it answers to.
    """

    info: KernelInfo
    names: Names


@dataclass(frozen=True)
class KernelOptions:
    """Which kernels are tracked, and how.

    A *pattern* is a kernel's path; the name of its layer, or of a layer or model
    around that; a glob over these, such as `"*/recurrent_kernel"`, in which `*`
    matches `/` too and case counts; a compiled regular expression, searched for
    in the path; or the index of a layer in `model.layers`. In mappings, the
    first pattern that matches a kernel counts. A pattern that matches no kernel
    is one logged warning.

    Attributes:
        include: Pattern or patterns of the kernels to track. Defaults to `None`:
            all trainable variables of rank 2 or more.
        exclude: Pattern or patterns of kernels not to track.
        groups: Pattern → name of the group that a kernel is shown with. The
            others, by default all, keep the automatic name, made of the layer's
            class and the kernel's role: `Dense`, `LSTM/recurrent_kernel`,
            `MultiHeadAttention/query`.
        targets: Group or pattern → wanted channel norm, or range (low, high) of
            channel norms.
        channel_axes: Pattern → axis or axes of a kernel along which its channels
            lie; negative ones count from the last. None at all, `()`, makes the
            whole kernel one channel. The other kernels keep the axes that their
            layer's class determines.
        split_gates: Whether the kernels of LSTM, ConvLSTM (gates i, f, c, o) and
            GRU layers (z, r, h) are tracked gate by gate, with the gate at the
            end of path, role and group. Defaults to `False`.
        norm: `"l2"` √Σw² (default), `"l1"` Σ|w|, `"linf"` max |w|, `"rms"`
            √(mean of w²), or a function with a name of its own, called as
            `f(kernel, axis)` with a NumPy array and the axes to reduce.

    Raises:
        ValueError: If an argument is none of what is said above.
    """

    include: Patterns | None = None
    exclude: Patterns | None = None
    groups: Mapping[Pattern, str] | None = None
    targets: Mapping[Pattern, Target] | None = None
    channel_axes: Mapping[Pattern, Axes] | None = None
    split_gates: bool = False
    norm: str | NormFunction = "l2"
    # Given by those who make the same options anew at each step.
    _warned: set[str] = field(default_factory=set, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in ("include", "exclude"):
            value = getattr(self, name)
            if value is not None and not all(map(is_pattern, _sequence(value))):
                raise ValueError(
                    f"`{name}` must be {DESCRIPTION}, or a sequence of these. "
                    f"Received: {value!r}"
                )
        for name, is_value, values in (
            ("groups", _is_group, "names of groups"),
            ("targets", _is_target, "norms or ranges (low, high), 0 ≤ low ≤ high < ∞"),
            ("channel_axes", _is_axes, "an axis or a sequence of axes"),
        ):
            value = getattr(self, name)
            if value is not None and not (
                isinstance(value, Mapping)
                and all(is_pattern(k) and is_value(v) for k, v in value.items())
            ):
                raise ValueError(
                    f"`{name}` must map patterns ({DESCRIPTION}) to {values}. "
                    f"Received: {value!r}"
                )
        if not isinstance(self.split_gates, bool):
            raise ValueError(
                f"`split_gates` must be True or False. Received: {self.split_gates!r}"
            )
        as_norm(self.norm)

    def choose(self, candidates: Sequence[Candidate]) -> list[tuple[int, KernelInfo]]:
        """Applies the options to the kernels of a model.

        Args:
            candidates: All its kernels.

        Returns:
            Position and description of each kernel to track, in their order.

        Raises:
            NoKernelError: If none is left.
            ValueError: If a kernel lacks an axis that it is to keep.
        """
        chosen = [
            (position, self._describe(candidate))
            for position, candidate in enumerate(candidates)
            if self._is_chosen(candidate.names)
        ]
        if not chosen:
            paths = ", ".join(candidate.info.path for candidate in candidates)
            raise NoKernelError(
                "`include` and `exclude` must leave a kernel to track. Received: "
                f"include={self.include!r}, exclude={self.exclude!r}; the kernels "
                f"are {paths}"
            )
        self._warn_of_unmatched(candidates)
        return chosen

    def _is_chosen(self, names: Names) -> bool:
        included = self.include is None or _any(self.include, names)
        return included and not (self.exclude is not None and _any(self.exclude, names))

    def _describe(self, candidate: Candidate) -> KernelInfo:
        info, names = candidate.info, candidate.names
        axes = _first(self.channel_axes, names)
        target = next(
            (
                target
                for pattern, target in (self.targets or {}).items()
                if _matches_target(pattern, names, self._group(candidate))
            ),
            None,
        )
        return replace(
            info,
            group=self._group(candidate),
            target=None if target is None else _as_range(target),
            channel_axes=(info.channel_axes if axes is None else _axes_of(info, axes)),
        )

    def _group(self, candidate: Candidate) -> str:
        return _first(self.groups, candidate.names) or candidate.info.group

    def _warn_of_unmatched(self, candidates: Sequence[Candidate]) -> None:
        for name in ("include", "exclude", "groups", "channel_axes", "targets"):
            for pattern in _sequence(getattr(self, name) or ()):
                warning = f"`{name}` matches no kernel with {show(pattern)}"
                if warning not in self._warned and not any(
                    _matches_target(pattern, candidate.names, self._group(candidate))
                    if name == "targets"
                    else matches(pattern, candidate.names)
                    for candidate in candidates
                ):
                    self._warned.add(warning)
                    _logger.warning("tb_wdnorm: %s", warning)


def _sequence(patterns: Any) -> Iterable[Any]:
    """The patterns of an argument, which may be one alone."""
    is_several = isinstance(patterns, Collection) and not isinstance(
        patterns, str | bytes
    )
    return patterns if is_several else (patterns,)


def _any(patterns: Patterns, names: Names) -> bool:
    return any(matches(pattern, names) for pattern in _sequence(patterns))


def _first(mapping: Mapping[Pattern, _Value] | None, names: Names) -> _Value | None:
    """The value of the first pattern that matches, or None."""
    found = (v for pattern, v in (mapping or {}).items() if matches(pattern, names))
    return next(found, None)


def _matches_target(pattern: Pattern, names: Names, group: str) -> bool:
    is_group = isinstance(pattern, str) and is_name(pattern, [group])
    return is_group or matches(pattern, names)


def _is_group(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_target(value: Any) -> bool:
    low_high = value if isinstance(value, tuple | list) else (value, value)
    return (
        len(low_high) == 2
        and all(
            isinstance(norm, int | float) and not isinstance(norm, bool)
            for norm in low_high
        )
        and 0 <= low_high[0] <= low_high[1] < math.inf
    )


def _as_range(target: Target) -> tuple[float, float]:
    low, high = (target, target) if isinstance(target, int | float) else target
    return float(low), float(high)


def _is_axes(value: Any) -> bool:
    axes = value if isinstance(value, tuple | list) else (value,)
    return all(isinstance(axis, int) and not isinstance(axis, bool) for axis in axes)


def _axes_of(info: KernelInfo, axes: Axes) -> tuple[int, ...]:
    """Checks axes against a kernel's shape; ascending, none negative."""
    wanted = [axes] if isinstance(axes, int) else list(axes)
    rank = len(info.shape)
    kept = {axis + rank if axis < 0 else axis for axis in wanted}
    if len(kept) != len(wanted) or not kept <= set(range(rank)):
        raise ValueError(
            f"`channel_axes` must be distinct axes of the kernel {info.path!r} of "
            f"shape {info.shape}. Received: {axes!r}"
        )
    return tuple(sorted(kept))
