"""The kinds of norm, against straightforward NumPy."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import pytest
import tensorflow.experimental.numpy as tnp

from tb_wdnorm.core.frames import STATISTICS
from tb_wdnorm.core.norm_kinds import NORMS, as_norm
from tb_wdnorm.core.norms import channel_norms, statistics

Float64s = npt.NDArray[np.float64]

OF_ONE_CHANNEL: dict[str, Callable[[Float64s], float]] = {
    "l1": lambda w: float(np.linalg.norm(w, 1)),
    "l2": lambda w: float(np.linalg.norm(w, 2)),
    "linf": lambda w: float(np.linalg.norm(w, np.inf)),
    "rms": lambda w: math.sqrt(np.mean(np.square(w))),
}

SHAPES_AND_AXES = [
    ((5,), (0,)),
    ((5,), ()),
    ((3, 4), (1,)),
    ((3, 4), (0, 1)),
    ((7, 1), (1,)),
    ((3, 5, 2), (1,)),
    ((3, 3, 2, 4), (2, 3)),
    ((2, 1, 3, 1, 2, 3), (0, 5)),
]


@pytest.fixture(autouse=True)
def expect_values_that_are_not_finite() -> Iterator[None]:
    """As the writer does, which counts them."""
    with np.errstate(all="ignore"):
        yield


def sum_of_squares(kernel: Any, axis: tuple[int, ...]) -> Any:
    return np.sum(np.square(kernel), axis=axis)


def random_kernel(*shape: int) -> Float64s:
    return np.random.default_rng(0).standard_normal(shape)


def one_by_one(
    of_channel: Callable[[Float64s], float], kernel: Float64s, axes: tuple[int, ...]
) -> list[float]:
    norms = []
    for channel in itertools.product(*(range(kernel.shape[axis]) for axis in axes)):
        index: list[int | slice] = [slice(None)] * kernel.ndim
        for axis, position in zip(axes, channel, strict=True):
            index[axis] = position
        norms.append(of_channel(np.ravel(kernel[tuple(index)])))
    return norms


def total(kernel: Float64s, axes: tuple[int, ...], norm: Any) -> float:
    kind = as_norm(norm)
    row = statistics(np, channel_norms(np, kernel, axes, kind), kind, kernel)
    return float(row[STATISTICS.index("total")])


def message_of(norm: Any) -> str:
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the caller looks
        as_norm(norm)
    return str(raised.value)


def test_all_kinds_are_tested() -> None:
    assert set(OF_ONE_CHANNEL) == set(NORMS)


@pytest.mark.parametrize("kind", OF_ONE_CHANNEL)
@pytest.mark.parametrize(("shape", "axes"), SHAPES_AND_AXES)
def test_norms_of_channels(
    kind: str, shape: tuple[int, ...], axes: tuple[int, ...]
) -> None:
    kernel = random_kernel(*shape)
    np.testing.assert_allclose(
        channel_norms(np, kernel, axes, NORMS[kind]),
        one_by_one(OF_ONE_CHANNEL[kind], kernel, axes),
        rtol=1e-14,
    )


@pytest.mark.parametrize("kind", OF_ONE_CHANNEL)
@pytest.mark.parametrize(("shape", "axes"), SHAPES_AND_AXES)
def test_total_is_the_same_norm_of_the_whole_kernel(
    kind: str, shape: tuple[int, ...], axes: tuple[int, ...]
) -> None:
    kernel = random_kernel(*shape)
    expected = OF_ONE_CHANNEL[kind](np.ravel(kernel))
    assert total(kernel, axes, kind) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("kind", OF_ONE_CHANNEL)
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_total_is_that_of_the_finite_channels(kind: str, bad: float) -> None:
    kernel = random_kernel(3, 4)
    expected = OF_ONE_CHANNEL[kind](np.ravel(kernel[:, :3]))
    kernel[1, 3] = bad
    assert total(kernel, (1,), kind) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("kind", OF_ONE_CHANNEL)
def test_total_without_a_finite_channel_is_nan(kind: str) -> None:
    assert np.isnan(total(np.full((3, 4), np.inf), (1,), kind))


@pytest.mark.parametrize("kind", OF_ONE_CHANNEL)
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_channel_with_a_weight_that_is_not_finite_is_not(kind: str, bad: float) -> None:
    kernel = random_kernel(3, 4)
    kernel[1, 3] = bad
    finite = np.isfinite(channel_norms(np, kernel, (1,), NORMS[kind]))
    assert finite.tolist() == [True, True, True, False]


@pytest.mark.parametrize("kind", OF_ONE_CHANNEL)
def test_norms_keep_the_kernels_dtype(kind: str) -> None:
    kernel = np.ones((2, 3), np.float32)
    assert channel_norms(np, kernel, (1,), NORMS[kind]).dtype == np.float32


@pytest.mark.parametrize("kind", OF_ONE_CHANNEL)
@pytest.mark.parametrize(
    ("xp", "to_array"),
    [
        pytest.param(keras.ops, keras.ops.convert_to_tensor, id="keras.ops"),
        pytest.param(tnp, tnp.array, id="tensorflow.experimental.numpy"),
    ],
)
@pytest.mark.parametrize(("shape", "axes"), SHAPES_AND_AXES)
def test_norms_agree_between_namespaces(
    xp: Any, to_array: Any, kind: str, shape: tuple[int, ...], axes: tuple[int, ...]
) -> None:
    kernel = random_kernel(*shape).astype(np.float32)
    norm = NORMS[kind]
    tensor = to_array(kernel)
    norms = channel_norms(xp, tensor, axes, norm)
    # Sums of up to 60 float32, in another order.
    rtol = 60 * float(np.finfo(np.float32).eps) / 2
    expected = channel_norms(np, kernel, axes, norm)
    np.testing.assert_allclose(np.asarray(norms), expected, rtol=rtol)
    np.testing.assert_allclose(
        np.asarray(statistics(xp, norms, norm, tensor)),
        statistics(np, expected, norm, kernel),
        rtol=rtol,
        atol=rtol,
    )


def test_function_is_given_numpy_and_the_axes_to_reduce() -> None:
    seen = []

    def recorded(kernel: Any, axis: tuple[int, ...]) -> Any:
        seen.append((type(kernel), kernel.shape, axis))
        return np.sum(kernel, axis=axis)

    norm = as_norm(recorded)
    seen.clear()
    kernel = random_kernel(2, 3, 4)
    statistics(np, channel_norms(np, kernel, (1,), norm), norm, kernel)
    assert seen == [(np.ndarray, (2, 3, 4), (0, 2)), (np.ndarray, (2, 3, 4), (0, 1, 2))]


def test_function_is_the_norm() -> None:
    kernel = random_kernel(3, 4, 2)
    norm = as_norm(sum_of_squares)
    assert norm.name == "sum_of_squares"
    np.testing.assert_allclose(
        channel_norms(np, kernel, (1, 2), norm),
        np.ravel(np.square(kernel).sum(axis=0)),
        rtol=1e-14,
    )


def test_function_of_all_axes_is_the_total() -> None:
    kernel = random_kernel(3, 4)
    expected = np.square(kernel).sum()
    assert total(kernel, (1,), sum_of_squares) == pytest.approx(expected, rel=1e-14)


def test_function_may_return_another_dtype() -> None:
    def counted(kernel: Any, axis: tuple[int, ...]) -> Any:
        return np.count_nonzero(kernel, axis=axis)

    norms = channel_norms(np, np.ones((2, 3), np.float32), (1,), as_norm(counted))
    assert norms.dtype == np.float32
    assert norms.tolist() == [2, 2, 2]


@pytest.mark.parametrize("norm", ["L2", "l3", "", None, 2])
def test_unknown_norm_is_an_error(norm: Any) -> None:
    assert message_of(norm) == (
        "`norm` must be one of 'l1', 'l2', 'linf', 'rms', or a function. "
        f"Received: {norm!r}"
    )


def l2(kernel: Any, axis: tuple[int, ...]) -> Any:
    return np.linalg.norm(kernel, axis=axis)


@pytest.mark.parametrize(
    "norm", [lambda kernel, axis: 0, functools.partial(sum_of_squares), l2]
)
def test_function_without_a_name_of_its_own_is_an_error(norm: Any) -> None:
    assert message_of(norm) == (
        "`norm` must be a function with a name of its own, by which runs are told "
        f"apart. Received: {norm!r}"
    )


def test_function_that_returns_another_shape_is_an_error() -> None:
    def flattened(kernel: Any, axis: tuple[int, ...]) -> Any:
        return np.linalg.norm(kernel)

    assert message_of(flattened) == (
        "`norm` must return an array of shape (3,) for a kernel of shape (2, 3) and "
        "axis=(0,). Received: flattened, which returned shape ()"
    )
