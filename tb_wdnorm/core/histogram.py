"""Distributions of channel norms, given by their quantiles at i/32.

Between two edges the distribution function is linear; edges that are equal hold
the mass between them in one point.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.frames import EDGE_PROBABILITIES, EDGES, N_BINS, STATISTICS
from tb_wdnorm.core.norms import statistics

_Floats = npt.NDArray[np.floating[Any]]
_Float64s = npt.NDArray[np.float64]

# Slopes are summed up: steeper ones would drown the others in rounding errors.
_NARROW = 2.0**-24
_MASS_ERROR = 2.0**-22
_EDGES_AT_ONCE = 1 << 16


def merge_edges(edges: _Floats, weights: npt.ArrayLike) -> _Floats:
    """Returns the quantiles of distributions put together.

    Args:
        edges: `[…, parts, 33]`, ascending: the quantiles at i/32 of each part. A
            part with NaN among them is left out.
        weights: `[…, parts]`: the number of channels of each part. A part with
            0 or NaN is left out.

    Returns:
        `[…, 33]`, in the dtype of `edges`: the quantiles at i/32 of the mixture;
        NaN where no part is left. A quantile that may lie anywhere between two
        values is their middle (definition 2 of Hyndman & Fan 1996). A bin
        narrower than 2⁻²⁴ of the mixture's range has half its mass at each of
        its two edges.
    """
    *shape, n_parts, _ = edges.shape
    parts = edges.reshape(math.prod(shape), n_parts, len(EDGES))
    masses = np.broadcast_to(np.asarray(weights, np.float64), edges.shape[:-1])
    masses = masses.reshape(math.prod(shape), n_parts)
    used = (masses > 0) & ~np.isnan(parts).any(axis=-1)
    merged = np.full((len(parts), len(EDGES)), np.nan, edges.dtype)
    rows = np.flatnonzero(used.any(axis=-1))
    # A few at a time, so that their arrays stay in the processor's cache.
    n_rows = max(1, _EDGES_AT_ONCE // max(1, n_parts * len(EDGES)))
    for start in range(0, len(rows), n_rows):
        block = rows[start : start + n_rows]
        merged[block] = _merge_rows(
            parts[block].astype(np.float64), np.where(used[block], masses[block], 0)
        )
    return merged.reshape(*shape, len(EDGES))


def bin_shares(edges: _Floats, low: float, high: float, n_bins: int) -> _Floats:
    """Returns the share of channels in each of equally wide bins.

    Args:
        edges: `[…, 33]`, ascending: quantiles at i/32.
        low: Where the first bin begins.
        high: Where the last bin ends.
        n_bins: 1 or more.

    Returns:
        `[…, n_bins]`, in the dtype of `edges`; NaN where an edge is. A value
        between two bins is in the upper one, `high` itself in the last; those
        outside are in none, so that the sum may be below 1.

    Raises:
        ValueError: If the bins are no range of positive width.
    """
    if not (low < high and n_bins >= 1):
        raise ValueError(
            "`low` must be below `high`, and `n_bins` 1 or more. "
            f"Received: low={low}, high={high}, n_bins={n_bins}"
        )
    boundaries = np.linspace(low, high, n_bins + 1)
    boundaries[-1] = np.nextafter(high, np.inf)
    below = np.zeros((*edges.shape[:-1], n_bins + 1))
    for i in range(N_BINS):
        left = edges[..., i, np.newaxis].astype(np.float64)
        width = edges[..., i + 1, np.newaxis] - left
        share = (boundaries - left) / np.where(width > 0, width, 1)
        below += np.where(width > 0, np.clip(share, 0, 1), boundaries > left)
    below[np.isnan(edges).any(axis=-1)] = np.nan
    return (np.diff(below) / N_BINS).astype(edges.dtype)


def quantile_edges(values: _Floats) -> _Floats:
    """Returns the quantiles at i/32 along the first axis.

    Args:
        values: `[n, …]`; what is not finite is left out.

    Returns:
        `[33, …]`, in the dtype of `values`, interpolated linearly as those of a
        frame are; NaN where nothing is finite.
    """
    if len(values) == 0:
        return np.full((len(EDGES), *values.shape[1:]), np.nan, values.dtype)
    with np.errstate(all="ignore"):
        summary = statistics(np, np.moveaxis(values, 0, -1))
    return np.moveaxis(summary[..., len(STATISTICS) :], -1, 0)


def _merge_rows(edges: _Float64s, weights: _Float64s) -> _Float64s:
    """Merges `[rows, parts, 33]` by `[rows, parts]`, not all 0 in any row."""
    present = weights > 0
    smallest = np.where(present, edges[..., 0], np.inf).min(axis=-1)
    largest = np.where(present, edges[..., -1], -np.inf).max(axis=-1)
    # What is left out goes where it changes nothing.
    edges = np.where(
        present[..., np.newaxis], edges, largest[:, np.newaxis, np.newaxis]
    )
    masses = weights / (N_BINS * weights.sum(axis=-1, keepdims=True))
    merged = np.empty((len(edges), len(EDGES)))
    merged[:, 0] = smallest
    merged[:, 1:-1] = _inner_quantiles(*_distribution(edges, masses))
    merged[:, -1] = largest
    return merged


def _distribution(
    edges: _Float64s, masses: _Float64s
) -> tuple[_Float64s, _Float64s, _Float64s]:
    """The distribution function of each row's mixture.

    Args:
        edges: `[rows, parts, 33]`.
        masses: `[rows, parts]`: of each bin.

    Returns:
        All edges in ascending order, the mass at or below each, and the mass in
        that very point; each `[rows, parts · 33]`.
    """
    widths = np.diff(edges)
    range_ = np.ptp(edges, axis=(1, 2), keepdims=True)
    is_wide = widths > _NARROW * range_
    bin_masses = np.broadcast_to(masses[..., np.newaxis], widths.shape)
    slopes = np.divide(bin_masses, widths, out=np.zeros_like(widths), where=is_wide)
    halves = np.where(is_wide, 0, bin_masses / 2)
    points = np.zeros_like(edges)
    points[..., :-1] = halves
    points[..., 1:] += halves
    bends = np.diff(slopes, prepend=0, append=0)

    values = edges.reshape(len(edges), -1)
    order = np.argsort(values)
    values, points, bends = (
        np.take_along_axis(array.reshape(values.shape), order, axis=-1)
        for array in (values, points, bends)
    )
    slope = np.cumsum(bends, axis=-1)[:, :-1]
    rises = np.maximum(slope, 0) * np.diff(values)
    at_or_below = points.copy()
    at_or_below[:, 1:] += rises
    return values, np.cumsum(at_or_below, axis=-1, out=at_or_below), points


def _inner_quantiles(
    values: _Float64s, at_or_below: _Float64s, points: _Float64s
) -> _Float64s:
    """Inverts distribution functions at 1/32 … 31/32; `[rows, 31]`."""
    wanted = np.array(EDGE_PROBABILITIES[1:-1])
    n_rows, n_values = values.shape
    # Masses are 0 to 1: two apart, all rows together are in ascending order.
    apart = 2.0 * np.arange(n_rows)[:, np.newaxis]
    together = (at_or_below + apart).ravel()
    reaches = np.searchsorted(together, wanted - _MASS_ERROR + apart)
    exceeds = np.searchsorted(together, wanted + _MASS_ERROR + apart, side="right")

    values, at_or_below, points = values.ravel(), at_or_below.ravel(), points.ravel()
    below = at_or_below - points
    before = np.maximum(exceeds - 1, n_values * np.arange(n_rows)[:, np.newaxis])
    is_at_value = below[exceeds] <= wanted + _MASS_ERROR
    rise = np.where(is_at_value, 1, below[exceeds] - at_or_below[before])
    is_hit = reaches < exceeds
    share = np.where(is_hit, 0, (wanted - at_or_below[before]) / rise)
    inside = values[before] + share * (values[exceeds] - values[before])
    upper = np.where(is_at_value, values[exceeds], inside)
    return np.where(is_hit, (values[reaches] + upper) / 2, upper)
