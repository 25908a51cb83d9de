"""Channel norms of a kernel and the statistics of a frame.

Every function takes the array namespace `xp` to compute with: NumPy,
`keras.ops`, `jax.numpy`, … The functions used are those that all of them have.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tb_wdnorm.core.frames import EDGE_PROBABILITIES
from tb_wdnorm.core.norm_kinds import L2, Norm

Array = Any
Namespace = Any


def channel_norms(
    xp: Namespace, kernel: Array, channel_axes: Sequence[int], norm: Norm = L2
) -> Array:
    """Returns the norm of every channel of a kernel.

    Args:
        xp: Array namespace that `kernel` belongs to.
        kernel: Floating-point array of rank 1 or more; float32 or wider, since
            it is summed in its dtype. A norm beyond the dtype's range comes out
            infinite: with squares, from about 1.8e19 in float32.
        channel_axes: Axes to keep, ascending and not negative; the norm is
            taken over all others. With all axes kept these are the absolute
            values, with none it is the norm of the whole kernel.
        norm: Defaults to `L2`.

    Returns:
        `[channels]`, in the kernel's dtype; the kept axes flattened in C order.
    """
    norms = norm.of_channels(xp, kernel, tuple(channel_axes))
    return xp.reshape(norms, (-1,))


def statistics(
    xp: Namespace, norms: Array, norm: Norm = L2, kernel: Array = None
) -> Array:
    """Returns the statistics of kernels' channel norms.

    All but `nonfinite` are taken over the finite channels; where there are
    none they are NaN.

    Args:
        xp: Array namespace that `norms` belongs to.
        norms: `[…, channels]`, at least one channel: one kernel, or several
            with as many channels.
        norm: What kind they are. Defaults to `L2`.
        kernel: What they are the norms of, for one kernel; only a norm that the
            user gave as a function reads it, which sees channels that are not
            finite too.

    Returns:
        `[…, 6 + 33]`, in the dtype of `norms`: mean, max, min, standard
        deviation (of the population), norm of the whole kernel, number of
        channels that are not finite, then the quantiles at i/32, interpolated
        linearly between order statistics (definition 7 of Hyndman & Fan 1996,
        which is NumPy's default).
    """
    finite = xp.isfinite(norms)
    zeros = xp.zeros_like(norms)
    count = xp.sum(xp.where(finite, xp.ones_like(norms), zeros), axis=-1)
    known = count / count  # 1, or NaN where no channel is finite
    values = xp.where(finite, norms, zeros)
    mean = xp.sum(values, axis=-1) / count
    deviations = xp.where(finite, norms - mean[..., None], zeros)
    std = xp.sqrt(xp.sum(xp.square(deviations), axis=-1) / count)
    total = norm.of_kernel(xp, kernel, values, count) * known
    edges = _quantiles(xp, norms, finite, count) * known[..., None]
    nonfinite = norms.shape[-1] - count
    summary = [mean, edges[..., -1], edges[..., 0], std, total, nonfinite]
    return xp.concatenate([xp.stack(summary, axis=-1), edges], axis=-1)


def _quantiles(xp: Namespace, norms: Array, finite: Array, count: Array) -> Array:
    """Quantiles at `EDGE_PROBABILITIES` of the finite values; `[…, 33]`."""
    ordered = xp.sort(xp.where(finite, norms, xp.full_like(norms, math.inf)), axis=-1)
    last = xp.maximum(count - 1, xp.zeros_like(count))[..., None]
    position = xp.array(EDGE_PROBABILITIES, dtype=norms.dtype) * last
    lower = xp.floor(position)
    upper = xp.minimum(lower + 1, last)
    below = xp.take_along_axis(ordered, xp.array(lower, dtype="int32"), axis=-1)
    above = xp.take_along_axis(ordered, xp.array(upper, dtype="int32"), axis=-1)
    return below + (position - lower) * (above - below)
