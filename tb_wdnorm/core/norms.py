"""Channel norms of a kernel and the statistics of a frame.

Every function takes the array namespace `xp` to compute with: NumPy,
`keras.ops`, `jax.numpy`, … The functions used are those that all of them have.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from string import ascii_lowercase
from typing import Any

from tb_wdnorm.core.frames import EDGE_PROBABILITIES

Array = Any
Namespace = Any


def channel_norms(xp: Namespace, kernel: Array, channel_axes: Sequence[int]) -> Array:
    """Returns the L2 norm of every channel of a kernel.

    Args:
        xp: Array namespace that `kernel` belongs to.
        kernel: Floating-point array of rank 1 or more; float32 or wider, since
            the squares are summed in its dtype. A norm beyond the dtype's range
            (about 1.8e19 in float32) comes out infinite.
        channel_axes: Axes to keep, ascending and not negative; the norm is
            taken over all others. With all axes kept these are the absolute
            values.

    Returns:
        `[channels]`, in the kernel's dtype: √Σw² over the axes not kept, the
        kept ones flattened in C order.
    """
    axes = ascii_lowercase[: len(kernel.shape)]
    kept = "".join(axes[axis] for axis in channel_axes)
    squares = xp.einsum(f"{axes},{axes}->{kept}", kernel, kernel)
    return xp.reshape(xp.sqrt(squares), (-1,))


def statistics(xp: Namespace, norms: Array) -> Array:
    """Returns the statistics of one kernel's channel norms.

    All but `nonfinite` are taken over the finite channels; where there are
    none they are NaN.

    Args:
        xp: Array namespace that `norms` belongs to.
        norms: `[channels]`, at least one.

    Returns:
        `[6 + 33]`, in the dtype of `norms`: mean, max, min, standard deviation
        (of the population), norm of the whole kernel (√Σ norm²), number of
        channels that are not finite, then the quantiles at i/32, interpolated
        linearly between order statistics (definition 7 of Hyndman & Fan 1996,
        which is NumPy's default).
    """
    finite = xp.isfinite(norms)
    zeros = xp.zeros_like(norms)
    count = xp.sum(xp.where(finite, xp.ones_like(norms), zeros))
    known = count / count  # 1, or NaN where no channel is finite
    values = xp.where(finite, norms, zeros)
    mean = xp.sum(values) / count
    std = xp.sqrt(xp.sum(xp.square(xp.where(finite, norms - mean, zeros))) / count)
    total = xp.sqrt(xp.sum(xp.square(values))) * known
    edges = _quantiles(xp, norms, finite, count) * known
    summary = xp.stack([mean, edges[-1], edges[0], std, total, norms.shape[0] - count])
    return xp.concatenate([summary, edges])


def _quantiles(xp: Namespace, norms: Array, finite: Array, count: Array) -> Array:
    """Quantiles at `EDGE_PROBABILITIES` of the finite values; `[33]`."""
    ordered = xp.sort(xp.where(finite, norms, xp.full_like(norms, math.inf)))
    last = xp.maximum(count - 1, xp.zeros_like(count))
    position = xp.array(EDGE_PROBABILITIES, dtype=norms.dtype) * last
    lower = xp.floor(position)
    upper = xp.minimum(lower + 1, last)
    below = xp.take(ordered, xp.array(lower, dtype="int32"), axis=0)
    above = xp.take(ordered, xp.array(upper, dtype="int32"), axis=0)
    return below + (position - lower) * (above - below)
