"""The kinds of norm: L1, L2, L∞, RMS, and functions of the user's own."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any

import numpy as np

Array = Any
Namespace = Any


@dataclass(frozen=True)
class Norm:
    """A kind of norm.

    Attributes:
        name: What it is called in logs.
        of_channels: Computes it over each channel of a kernel, from the array
            namespace, the kernel and the axes to keep (ascending, not negative):
            the norms, in the shape of the kept axes and the kernel's dtype.
        of_kernel: Computes it over whole kernels, from the array namespace, the
            kernel, channel norms `[…, channels]` with 0 for those that are not
            finite, and how many are finite, `[…]`.
    """

    name: str
    of_channels: Callable[[Namespace, Array, tuple[int, ...]], Array]
    of_kernel: Callable[[Namespace, Array, Array, Array], Array]


def _l2_of_channels(xp: Namespace, kernel: Array, kept: tuple[int, ...]) -> Array:
    return xp.sqrt(_squared_sum(xp, kernel, kept))


def _squared_sum(xp: Namespace, kernel: Array, kept: tuple[int, ...]) -> Array:
    if xp is np:
        # Needs no array of squares, hence less memory and time.
        axes = ascii_lowercase[: len(kernel.shape)]
        result = "".join(axes[axis] for axis in kept)
        return np.einsum(f"{axes},{axes}->{result}", kernel, kernel)
    # Elsewhere `einsum` multiplies matrices: slower on a CPU, and on a GPU in
    # less than float32's precision.
    others = _others(kernel, kept)
    squares = xp.square(kernel)
    # PyTorch takes no axes for all axes.
    return xp.sum(squares, axis=others) if others else squares


def _l2_of_kernel(xp: Namespace, _: Array, norms: Array, __: Array) -> Array:
    return xp.sqrt(xp.sum(xp.square(norms), axis=-1))


def _l1_of_channels(xp: Namespace, kernel: Array, kept: tuple[int, ...]) -> Array:
    others = _others(kernel, kept)
    # PyTorch takes no axes for all axes.
    return xp.sum(xp.abs(kernel), axis=others) if others else xp.abs(kernel)


def _l1_of_kernel(xp: Namespace, _: Array, norms: Array, __: Array) -> Array:
    return xp.sum(norms, axis=-1)


def _linf_of_channels(xp: Namespace, kernel: Array, kept: tuple[int, ...]) -> Array:
    others = _others(kernel, kept)
    return xp.max(xp.abs(kernel), axis=others) if others else xp.abs(kernel)


def _linf_of_kernel(xp: Namespace, _: Array, norms: Array, __: Array) -> Array:
    return xp.max(norms, axis=-1)


def _rms_of_channels(xp: Namespace, kernel: Array, kept: tuple[int, ...]) -> Array:
    n_weights = math.prod(kernel.shape[axis] for axis in _others(kernel, kept))
    return _l2_of_channels(xp, kernel, kept) / math.sqrt(n_weights)


def _rms_of_kernel(xp: Namespace, _: Array, norms: Array, n_finite: Array) -> Array:
    # Channels are equally large: the mean of their means is that of all weights.
    return xp.sqrt(xp.sum(xp.square(norms), axis=-1) / n_finite)


def _others(kernel: Array, kept: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(axis for axis in range(len(kernel.shape)) if axis not in kept)


L1 = Norm("l1", _l1_of_channels, _l1_of_kernel)
"""Σ|w|; of a whole kernel, the sum of its channels' norms."""

L2 = Norm("l2", _l2_of_channels, _l2_of_kernel)
"""√Σw²; of a whole kernel, the root of the sum of its channels' squared norms."""

LINF = Norm("linf", _linf_of_channels, _linf_of_kernel)
"""max |w|; of a whole kernel, the largest of its channels' norms."""

RMS = Norm("rms", _rms_of_channels, _rms_of_kernel)
"""√(mean of w²), which does not grow with the number of weights; of a whole
kernel, the root of the mean of its channels' squared norms."""

NORMS = {norm.name: norm for norm in (L1, L2, LINF, RMS)}

NormFunction = Callable[..., Any]
"""`f(kernel, axis)`: NumPy array and the axes to reduce → an array of the others."""


def as_norm(norm: str | NormFunction) -> Norm:
    """Returns the norm that a user asked for.

    Args:
        norm: `"l1"`, `"l2"`, `"linf"`, `"rms"`, or a function with a name of its
            own. It is called as `f(kernel, axis)` with a NumPy array, float32 or
            wider, and the tuple of axes to reduce, which may be empty, and
            returns the norms in the shape of the other axes.

    Raises:
        ValueError: If it is none of these, if the function has no name of its
            own, or if it does not return one norm per channel.
    """
    if isinstance(norm, str) and norm in NORMS:
        return NORMS[norm]
    if not callable(norm):
        raise ValueError(
            f"`norm` must be one of {', '.join(map(repr, NORMS))}, or a function. "
            f"Received: {norm!r}"
        )
    name = getattr(norm, "__name__", "<lambda>")
    if name == "<lambda>" or name in NORMS:
        raise ValueError(
            "`norm` must be a function with a name of its own, by which runs are "
            f"told apart. Received: {norm!r}"
        )
    made = _from_function(name, norm)
    # Any kernel will do to find out, before a training, what comes back.
    made.of_channels(np, np.ones((2, 3), np.float32), (1,))
    return made


def _from_function(name: str, function: NormFunction) -> Norm:
    def of_channels(_: Namespace, kernel: Array, kept: tuple[int, ...]) -> Array:
        axis = _others(kernel, kept)
        norms = np.asarray(function(kernel, axis), kernel.dtype)
        shape = tuple(kernel.shape[axis] for axis in kept)
        if norms.shape != shape:
            raise ValueError(
                f"`norm` must return an array of shape {shape} for a kernel of "
                f"shape {kernel.shape} and axis={axis}. Received: {name}, which "
                f"returned shape {norms.shape}"
            )
        return norms

    def of_kernel(xp: Namespace, kernel: Array, _: Array, __: Array) -> Array:
        return of_channels(xp, kernel, ())

    return Norm(name, of_channels, of_kernel)
