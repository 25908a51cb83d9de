"""Distributions given by their quantiles, against straightforward NumPy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tb_wdnorm.core.frames import EDGE_PROBABILITIES
from tb_wdnorm.core.histogram import bin_shares, merge_edges, quantile_edges

Floats = npt.NDArray[Any]

UNIFORM = np.array(EDGE_PROBABILITIES)
"""Edges of the uniform distribution on 0 … 1."""

norms = st.one_of(
    st.floats(0, 2**100, width=32), st.integers(0, 3).map(float), st.floats(0.9, 1.1)
)
channels = st.lists(norms, min_size=1, max_size=33)


def edges_of(*values: float) -> Floats:
    return np.quantile(np.array(values, np.float64), EDGE_PROBABILITIES)


def merged(*parts: list[float], dtype: Any = np.float64) -> Floats:
    edges = np.array([edges_of(*part) for part in parts], dtype)
    return merge_edges(edges, [len(part) for part in parts])


def test_neighbouring_parts_are_strung_together() -> None:
    edges = merge_edges(np.stack([UNIFORM, 1 + UNIFORM]), [5, 5])
    np.testing.assert_allclose(edges, 2 * UNIFORM, rtol=1e-12)


def test_parts_weigh_as_much_as_they_have_channels() -> None:
    edges = merge_edges(np.stack([UNIFORM, 1 + UNIFORM]), [1, 3])
    # A quarter of the mass is below 1, spread evenly.
    np.testing.assert_allclose(edges[:9], UNIFORM[::4], rtol=1e-12)
    np.testing.assert_allclose(edges[8:], 1 + UNIFORM[8:] * 4 / 3 - 1 / 3, rtol=1e-12)


def test_overlapping_parts_add_up() -> None:
    edges = merge_edges(np.stack([UNIFORM, 2 * UNIFORM]), [1, 1])
    # Density 3/4 up to 1, then 1/4 up to 2.
    expected = np.where(UNIFORM <= 0.75, UNIFORM / 0.75, 1 + (UNIFORM - 0.75) * 4)
    np.testing.assert_allclose(edges, expected, rtol=1e-12)


def test_equal_channels_are_a_point() -> None:
    edges = merged([3.0] * 8, [1.0] * 8, [2.0] * 16)
    assert edges.tolist() == [1] * 8 + [1.5] + [2] * 15 + [2.5] + [3] * 8


def test_median_between_two_parts_is_their_middle() -> None:
    assert merge_edges(np.stack([5 + UNIFORM, UNIFORM]), [1, 1])[16] == 3


def test_point_within_a_spread_part_takes_its_share() -> None:
    edges = merge_edges(np.stack([UNIFORM, np.full(33, 0.5)]), [1, 1])
    assert edges[8:25].tolist() == [0.5] * 17
    np.testing.assert_allclose(edges[:9], 2 * UNIFORM[:9], rtol=1e-12)


def test_smallest_and_largest_are_kept_of_a_part_that_weighs_little() -> None:
    edges = merge_edges(np.stack([UNIFORM, np.full(33, 9.0), UNIFORM - 1]), [1e9, 1, 1])
    assert (edges[0], edges[-1]) == (-1, 9)


@pytest.mark.parametrize("weight", [0.0, math.nan])
def test_part_without_channels_is_left_out(weight: float) -> None:
    edges = merge_edges(np.stack([UNIFORM - 9, UNIFORM, UNIFORM + 9]), [weight, 1, 0])
    np.testing.assert_array_equal(edges, UNIFORM)


def test_part_that_is_nan_is_left_out() -> None:
    edges = merge_edges(np.stack([np.full(33, np.nan), UNIFORM]), [5, 5])
    np.testing.assert_array_equal(edges, UNIFORM)


@pytest.mark.parametrize("n_parts", [0, 2])
def test_no_part_left_is_nan(n_parts: int) -> None:
    edges = merge_edges(np.full((3, n_parts, 33), np.nan, np.float32), np.ones(n_parts))
    np.testing.assert_array_equal(edges, np.full((3, 33), np.nan, np.float32))


def test_rows_are_merged_each_for_itself() -> None:
    parts = np.random.default_rng(0).lognormal(size=(300, 2, 4, 33))
    parts.sort(axis=-1)
    parts[7] = np.nan
    weights = np.random.default_rng(1).integers(1, 9, (300, 2, 4))
    one_by_one = np.stack(
        [
            np.stack([merge_edges(e, w) for e, w in zip(*row, strict=True)])
            for row in zip(parts, weights, strict=True)
        ]
    )
    np.testing.assert_allclose(merge_edges(parts, weights), one_by_one, rtol=1e-12)


def test_merged_edges_keep_their_dtype() -> None:
    assert merge_edges(UNIFORM[np.newaxis].astype(np.float32), [1]).dtype == np.float32


@given(values=channels, n_parts=st.integers(1, 40), dtype=st.sampled_from("fd"))
def test_equal_parts_merge_to_themselves(
    values: list[float], n_parts: int, dtype: str
) -> None:
    edges = edges_of(*values).astype(dtype)
    again = merge_edges(np.stack([edges] * n_parts), [7] * n_parts)
    np.testing.assert_allclose(again, edges, rtol=1e-9)


@given(values=channels)
def test_part_among_others_without_channels_stays_exactly(values: list[float]) -> None:
    edges = np.stack([edges_of(*values), UNIFORM]).astype(np.float32)
    np.testing.assert_array_equal(merge_edges(edges, [3, 0]), edges[0])


@given(parts=st.lists(channels, min_size=1, max_size=5), data=st.data())
def test_order_of_the_parts_does_not_matter(
    parts: list[list[float]], data: st.DataObject
) -> None:
    there = merged(*parts)
    back = merged(*data.draw(st.permutations(parts)))
    np.testing.assert_allclose(there, back, rtol=1e-6, atol=1e-9 * there[-1])


@given(parts=st.lists(channels, min_size=1, max_size=5), exponent=st.integers(-30, 30))
def test_merged_edges_scale_with_the_norms(
    parts: list[list[float]], exponent: int
) -> None:
    edges = np.array([edges_of(*part) for part in parts])
    weights = [len(part) for part in parts]
    scale = 2.0**exponent
    np.testing.assert_array_equal(
        merge_edges(scale * edges, weights), scale * merge_edges(edges, weights)
    )


@given(parts=st.lists(channels, min_size=1, max_size=6))
def test_merged_edges_ascend_from_the_smallest_to_the_largest(
    parts: list[list[float]],
) -> None:
    edges = merged(*parts)
    pooled = np.concatenate(parts)
    assert (np.diff(edges) >= 0).all()
    assert (edges[0], edges[-1]) == (pooled.min(), pooled.max())


@given(values=channels)
def test_parts_of_one_channel_merge_to_quantiles_of_the_channels(
    values: list[float],
) -> None:
    edges = merged(*([value] for value in values))
    expected = np.quantile(values, EDGE_PROBABILITIES, method="averaged_inverted_cdf")
    np.testing.assert_allclose(edges, expected, rtol=1e-15)


@given(parts=st.lists(channels, min_size=1, max_size=5))
def test_merged_quantiles_are_near_those_of_the_pooled_channels(
    parts: list[list[float]],
) -> None:
    edges = merged(*parts)
    pooled = np.sort(np.concatenate(parts))
    # Interpolation moves a part's n · F(x) by at most one channel, and by what
    # a bin holds.
    doubt = sum(1 + len(part) / 32 for part in parts) + 1e-3
    rank = np.array(EDGE_PROBABILITIES) * len(pooled)
    low = np.clip(np.floor(rank - doubt) - 1, 0, len(pooled) - 1).astype(int)
    high = np.clip(np.ceil(rank + doubt), 0, len(pooled) - 1).astype(int)
    slack = 1e-6 * pooled[-1]
    assert (edges >= pooled[low] - slack).all()
    assert (edges <= pooled[high] + slack).all()


def test_many_channels_merge_to_nearly_their_quantiles() -> None:
    rng = np.random.default_rng(0)
    parts = [rng.lognormal(mean, 0.5, 2000) for mean in (-1, 0, 0.2, 1)]
    edges = merge_edges(
        np.array([edges_of(*part) for part in parts], np.float32), [2000] * 4
    )
    expected = edges_of(*np.concatenate(parts))
    np.testing.assert_allclose(edges[5:-5], expected[5:-5], rtol=0.01)
    # Within a part's last bins its density falls.
    np.testing.assert_allclose(edges, expected, rtol=0.05)


def test_narrow_bins_far_below_the_others_keep_their_size() -> None:
    dead = 1e-20 * np.exp(UNIFORM)
    edges = merge_edges(np.stack([dead, 1 + UNIFORM] * 20), [1] * 40)
    np.testing.assert_allclose(edges[1:16], dead[2:32:2], rtol=1e-9)
    np.testing.assert_allclose(edges[17:], 1 + 2 * UNIFORM[1:17], rtol=1e-9)


def test_shares_of_a_uniform_distribution_are_the_widths() -> None:
    shares = bin_shares(UNIFORM, 0, 2, 4)
    np.testing.assert_allclose(shares, [0.5, 0.5, 0, 0], atol=1e-15)


def test_channels_outside_are_in_no_bin() -> None:
    np.testing.assert_allclose(bin_shares(UNIFORM, 0.25, 0.5, 2), [0.125, 0.125])


def test_channel_on_a_boundary_is_in_the_upper_bin() -> None:
    shares = bin_shares(np.full(33, 2.0), 0, 4, 4)
    assert shares.tolist() == [0, 0, 1, 0]


def test_channel_at_the_end_is_in_the_last_bin() -> None:
    shares = bin_shares(np.full(33, 4.0), 0, 4, 4)
    assert shares.tolist() == [0, 0, 0, 1]


def test_shares_of_what_is_nan_are_nan() -> None:
    edges = np.stack([np.full(33, np.nan), UNIFORM]).astype(np.float32)
    shares = bin_shares(edges, 0, 1, 2)
    np.testing.assert_array_equal(shares, [[np.nan, np.nan], [0.5, 0.5]])
    assert shares.dtype == np.float32


@given(values=channels, n_bins=st.integers(1, 40))
def test_shares_of_the_whole_range_sum_to_one(values: list[float], n_bins: int) -> None:
    edges = edges_of(*values)
    shares = bin_shares(edges, edges[0], 2 * edges[-1] + 1, n_bins)
    assert (shares >= 0).all()
    assert shares.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("low", "high", "n_bins"), [(1, 1, 3), (2, 1, 3), (0, 1, 0), (math.nan, 1, 3)]
)
def test_bins_must_be_a_range(low: float, high: float, n_bins: int) -> None:
    with pytest.raises(ValueError, match="must be") as error:
        bin_shares(UNIFORM, low, high, n_bins)
    assert str(error.value) == (
        "`low` must be below `high`, and `n_bins` 1 or more. "
        f"Received: low={low}, high={high}, n_bins={n_bins}"
    )


@given(
    values=hnp.arrays(
        np.float64,
        hnp.array_shapes(min_dims=2, max_dims=3, max_side=5),
        elements=st.floats(0, 100, width=32) | st.sampled_from([math.nan, math.inf]),
    )
)
def test_quantiles_are_those_of_the_finite_values(values: Floats) -> None:
    edges = quantile_edges(values)
    assert edges.shape == (33, *values.shape[1:])
    for index in np.ndindex(values.shape[1:]):
        series = values[(slice(None), *index)]
        finite = series[np.isfinite(series)]
        expected = edges_of(*finite) if len(finite) else np.full(33, np.nan)
        np.testing.assert_allclose(edges[(slice(None), *index)], expected, rtol=1e-9)


def test_quantiles_of_nothing_are_nan() -> None:
    edges = quantile_edges(np.empty((0, 2), np.float32))
    np.testing.assert_array_equal(edges, np.full((33, 2), np.nan, np.float32))
    assert edges.dtype == np.float32
