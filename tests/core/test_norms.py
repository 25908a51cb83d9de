"""Channel norms and their statistics, against straightforward NumPy."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import pytest
import tensorflow.experimental.numpy as tnp
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tb_wdnorm.core.frames import COLUMNS, EDGES, STATISTICS
from tb_wdnorm.core.norms import channel_norms, statistics

Float64s = npt.NDArray[np.float64]

NAMESPACES = [
    pytest.param(keras.ops, keras.ops.convert_to_tensor, id="keras.ops"),
    pytest.param(tnp, tnp.array, id="tensorflow.experimental.numpy"),
]


@pytest.fixture(autouse=True)
def expect_values_that_are_not_finite() -> Iterator[None]:
    """As the writer does, which counts them."""
    with np.errstate(all="ignore"):
        yield


def norms_one_by_one(kernel: npt.NDArray[Any], axes: Sequence[int]) -> Float64s:
    """The norm of each channel, cut out of the kernel by its indices."""
    norms = []
    for channel in itertools.product(*(range(kernel.shape[axis]) for axis in axes)):
        index: list[int | slice] = [slice(None)] * kernel.ndim
        for axis, position in zip(axes, channel, strict=True):
            index[axis] = position
        weights = np.ravel(kernel[tuple(index)])
        norms.append(math.sqrt(math.fsum(float(w) ** 2 for w in weights)))
    return np.array(norms)


def computed(norms: npt.ArrayLike) -> dict[str, Any]:
    """`statistics` of float64 norms by column, and all edges as `edges`."""
    row = statistics(np, np.array(norms, np.float64))
    return {**dict(zip(STATISTICS, row, strict=False)), "edges": row[len(STATISTICS) :]}


def random_norms(n_channels: int) -> Float64s:
    return np.random.default_rng(n_channels).lognormal(size=n_channels)


@pytest.mark.parametrize(
    ("shape", "axes"),
    [
        ((5,), (0,)),
        ((3, 4), (1,)),
        ((3, 4), (0,)),
        ((8, 64, 32), (2,)),
        ((3, 5, 2), (1,)),
        ((3, 3, 2, 4), (2, 3)),
        ((4, 2, 3), (0, 2)),
        ((2, 3, 2, 3, 5), (4,)),
        ((2, 1, 3, 1, 2, 3), (0, 5)),
    ],
)
def test_norms_of_every_rank(shape: tuple[int, ...], axes: tuple[int, ...]) -> None:
    kernel = np.random.default_rng(0).standard_normal(shape)
    norms = channel_norms(np, kernel, axes)
    # Sums of up to 512 float64 squares in another order.
    np.testing.assert_allclose(norms, norms_one_by_one(kernel, axes), rtol=1e-13)


def test_norms_of_a_matrix_are_those_of_its_columns() -> None:
    kernel = np.array([[3.0, 5.0], [4.0, 12.0]], np.float32)
    assert channel_norms(np, kernel, (1,)).tolist() == [5.0, 13.0]


def test_norms_agree_with_numpy_linalg() -> None:
    kernel = np.random.default_rng(1).standard_normal((6, 4, 7))
    expected = np.linalg.norm(kernel.reshape(-1, 7), axis=0)
    np.testing.assert_allclose(channel_norms(np, kernel, (2,)), expected, rtol=1e-14)


def test_two_kept_axes_are_flattened_in_c_order() -> None:
    kernel = np.arange(1.0, 7.0).reshape(1, 2, 3)
    assert channel_norms(np, kernel, (1, 2)).tolist() == [1, 2, 3, 4, 5, 6]


def test_all_axes_kept_gives_absolute_values() -> None:
    kernel = np.array([[-1.5, 2.0], [0.0, -3.0]])
    assert channel_norms(np, kernel, (0, 1)).tolist() == [1.5, 2.0, 0.0, 3.0]


def test_size_one_axes_change_nothing() -> None:
    kernel = np.random.default_rng(2).standard_normal((3, 4))
    padded = kernel.reshape(1, 3, 1, 4, 1)
    np.testing.assert_array_equal(
        channel_norms(np, padded, (3, 4)), channel_norms(np, kernel, (1,))
    )


@pytest.mark.parametrize(
    "view", [np.s_[::2, :, ::-1], np.s_[:, 1:3, :], np.s_[::-1, ::3, 1:]]
)
def test_norms_of_a_view(view: Any) -> None:
    kernel = np.random.default_rng(3).standard_normal((5, 6, 4))[view]
    np.testing.assert_allclose(
        channel_norms(np, kernel, (2,)), norms_one_by_one(kernel, (2,)), rtol=1e-14
    )


def test_norms_keep_the_kernels_dtype() -> None:
    assert channel_norms(np, np.ones((2, 3), np.float32), (1,)).dtype == np.float32


@st.composite
def kernels_and_axes(
    draw: st.DrawFn,
) -> tuple[npt.NDArray[np.float32], tuple[int, ...]]:
    shape = draw(hnp.array_shapes(min_dims=1, max_dims=6, max_side=4))
    # Squares of smaller numbers lose bits below the smallest normal float32.
    magnitudes = st.floats(2**-50, 2**50, width=32)
    weights = magnitudes | magnitudes.map(lambda w: -w) | st.just(0.0)
    kernel = draw(hnp.arrays(np.float32, shape, elements=weights))
    axes = draw(st.sets(st.integers(0, len(shape) - 1), min_size=1))
    return kernel, tuple(sorted(axes))


@given(kernels_and_axes())
def test_norms_of_any_kernel(
    kernel_and_axes: tuple[npt.NDArray[np.float32], tuple[int, ...]],
) -> None:
    kernel, axes = kernel_and_axes
    n_summed = kernel.size // math.prod(kernel.shape[axis] for axis in axes)
    np.testing.assert_allclose(
        channel_norms(np, kernel, axes),
        norms_one_by_one(kernel, axes),
        # The bound of a sum of n squares in float32, halved by the root.
        rtol=(n_summed + 2) * float(np.finfo(np.float32).eps) / 2,
    )


def test_norm_beyond_the_dtype_is_infinite() -> None:
    kernel = np.array([[1e30, 1.0]], np.float32)
    assert channel_norms(np, kernel, (1,)).tolist() == [math.inf, 1.0]


def test_norm_of_a_channel_with_nan_is_nan() -> None:
    kernel = np.array([[math.nan, 3.0], [1.0, 4.0]])
    np.testing.assert_array_equal(channel_norms(np, kernel, (1,)), [math.nan, 5.0])


@pytest.mark.parametrize("n_channels", [1, 2, 3, 31, 32, 33, 34, 64, 1000])
@pytest.mark.parametrize(
    ("name", "expected"),
    [("mean", np.mean), ("max", np.max), ("min", np.min), ("total", np.linalg.norm)],
)
def test_statistics(name: str, expected: Any, n_channels: int) -> None:
    norms = random_norms(n_channels)
    assert computed(norms)[name] == pytest.approx(expected(norms), rel=1e-14)


@pytest.mark.parametrize("n_channels", [2, 3, 33, 1000])
def test_std_is_that_of_the_population(n_channels: int) -> None:
    norms = random_norms(n_channels)
    assert computed(norms)["std"] == pytest.approx(np.std(norms), rel=1e-13)


@pytest.mark.parametrize("n_channels", [1, 2, 3, 31, 32, 33, 34, 64, 1000])
def test_edges_are_quantiles(n_channels: int) -> None:
    norms = random_norms(n_channels)
    expected = np.quantile(norms, np.arange(33) / 32, method="linear")
    np.testing.assert_allclose(computed(norms)["edges"], expected, rtol=1e-14)


def test_edges_of_33_channels_are_the_channels() -> None:
    norms = random_norms(33).astype(np.float32)
    np.testing.assert_array_equal(
        statistics(np, norms)[len(STATISTICS) :], np.sort(norms)
    )


def test_statistics_of_one_channel() -> None:
    row = computed([2.5])
    assert [row[name] for name in STATISTICS] == [2.5, 2.5, 2.5, 0.0, 2.5, 0.0]
    assert row["edges"].tolist() == [2.5] * 33


def test_statistics_are_all_computed_columns_in_order() -> None:
    assert len(statistics(np, np.ones(2))) == len(STATISTICS) + len(EDGES)
    assert COLUMNS[: len(STATISTICS)] == STATISTICS


def test_total_is_the_norm_of_the_whole_kernel() -> None:
    kernel = np.random.default_rng(4).standard_normal((3, 4, 5))
    total = computed(channel_norms(np, kernel, (2,)))["total"]
    assert total == pytest.approx(np.linalg.norm(kernel), rel=1e-14)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("position", [0, 3, 6])
def test_channel_that_is_not_finite_is_left_out(bad: float, position: int) -> None:
    finite = random_norms(6)
    row = computed(np.insert(finite, position, bad))
    expected = computed(finite) | {"nonfinite": 1.0}
    for name, value in expected.items():
        np.testing.assert_allclose(row[name], value, rtol=1e-14)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_no_finite_channel_leaves_only_the_count(bad: float) -> None:
    row = computed([bad, bad, bad])
    assert row["nonfinite"] == 3
    others = [row[name] for name in STATISTICS if name != "nonfinite"]
    assert np.isnan([*others, *row["edges"]]).all()


@given(
    hnp.arrays(
        np.float64,
        st.integers(1, 80),
        elements=st.floats(0, 1e30) | st.sampled_from([math.nan, math.inf]),
    )
)
def test_edges_ascend_from_min_to_max(norms: Float64s) -> None:
    finite = norms[np.isfinite(norms)]
    row = computed(norms)
    assert row["nonfinite"] == len(norms) - len(finite)
    if len(finite):
        assert row["edges"][0] == row["min"] == finite.min()
        assert row["edges"][-1] == row["max"] == finite.max()
        # Interpolating between two equal neighbours rounds.
        slack = 4 * np.finfo(np.float64).eps * finite.max()
        assert (np.diff(row["edges"]) >= -slack).all()


@pytest.mark.parametrize(("xp", "to_array"), NAMESPACES)
@pytest.mark.parametrize(
    ("shape", "axes"), [((7, 5), (1,)), ((3, 4, 50), (0, 2)), ((2, 3, 4, 5), (2,))]
)
def test_norms_agree_between_namespaces(
    xp: Any, to_array: Any, shape: tuple[int, ...], axes: tuple[int, ...]
) -> None:
    kernel = np.random.default_rng(5).standard_normal(shape).astype(np.float32)
    np.testing.assert_allclose(
        np.asarray(channel_norms(xp, to_array(kernel), axes)),
        channel_norms(np, kernel, axes),
        # Up to 60 float32 squares, summed in another order.
        rtol=60 * float(np.finfo(np.float32).eps) / 2,
    )


@pytest.mark.parametrize(("xp", "to_array"), NAMESPACES)
@pytest.mark.parametrize("n_bad", [0, 1, 40])
def test_statistics_agree_between_namespaces(
    xp: Any, to_array: Any, n_bad: int
) -> None:
    norms = random_norms(40).astype(np.float32)
    norms[:n_bad] = math.nan
    np.testing.assert_allclose(
        np.asarray(statistics(xp, to_array(norms))),
        statistics(np, norms),
        # Sums of 40 float32, in another order.
        rtol=40 * float(np.finfo(np.float32).eps) / 2,
    )
