"""Arrays as compact bytes for the page."""

from __future__ import annotations

import gzip
import json
import math
import struct
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tb_wdnorm.serve.payload import pack, round_mantissa

SMALLEST_NORMAL = float(np.finfo(np.float32).smallest_normal)

shapes = hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=7)


def unpack(payload: bytes) -> tuple[dict[str, Any], list[npt.NDArray[Any]]]:
    """Reads a payload as `http_api.md`, Framing, says."""
    content = gzip.decompress(payload)
    (length,) = struct.unpack_from("<I", content)
    header = json.loads(content[4 : 4 + length])
    start = 4 + length
    assert start % 8 == 0
    arrays = []
    for described in header["arrays"]:
        dtype = np.dtype(described["dtype"]).newbyteorder("<")
        size = math.prod(described["shape"])
        shuffled = np.frombuffer(content, np.uint8, size * dtype.itemsize, start)
        values = shuffled.reshape(dtype.itemsize, size).T.copy().view(dtype)
        arrays.append(values.reshape(described["shape"]))
        start += -(-size * dtype.itemsize // 8) * 8
    assert start == len(content)
    return header, arrays


def packed(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    (unpacked,) = unpack(pack({}, [array]))[1]
    return unpacked


@given(hnp.arrays(np.float32, shapes, elements=st.floats(width=32)))
def test_float32_keeps_12_bits_of_mantissa(array: npt.NDArray[np.float32]) -> None:
    unpacked = packed(array)
    assert (unpacked.dtype, unpacked.shape) == (array.dtype, array.shape)
    finite = np.isfinite(array)
    np.testing.assert_array_equal(unpacked[~finite], array[~finite])
    np.testing.assert_allclose(
        unpacked[finite].astype(np.float64),
        array[finite].astype(np.float64),
        rtol=2**-13,
        # Below the normal numbers a float32 has fewer bits.
        atol=SMALLEST_NORMAL * 2**-13,
    )


@given(hnp.arrays(np.float64, shapes, elements=st.floats()))
def test_float64_is_exact(array: npt.NDArray[np.float64]) -> None:
    np.testing.assert_array_equal(packed(array), array, strict=True)


@given(
    st.lists(
        hnp.arrays(np.float32, shapes, elements=st.just(1.5))
        | hnp.arrays(np.float64, shapes, elements=st.just(2.5)),
        max_size=4,
    )
)
def test_arrays_keep_their_order_and_shape(arrays: list[npt.NDArray[Any]]) -> None:
    unpacked = unpack(pack({}, arrays))[1]
    assert len(unpacked) == len(arrays)
    for got, wanted in zip(unpacked, arrays, strict=True):
        np.testing.assert_array_equal(got, wanted, strict=True)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 0.0, -0.0])
def test_special_value_stays(value: float) -> None:
    (unpacked,) = packed(np.array([value], np.float32))
    assert struct.pack("<f", unpacked) == struct.pack("<f", value)


@pytest.mark.parametrize("sign", [1, -1])
def test_largest_float32_does_not_become_infinite(sign: int) -> None:
    largest = sign * np.finfo(np.float32).max
    assert packed(np.array([largest], np.float32)).tolist() == [largest]


def test_float32_can_be_exact() -> None:
    values = np.array([1 + 2**-23, np.pi], np.float32)
    (unpacked,) = unpack(pack({}, [values], rounded=False))[1]
    np.testing.assert_array_equal(unpacked, values, strict=True)


def test_rounding_is_to_nearest() -> None:
    ulp = 2.0**-12
    values = np.array([1 + 0.49 * ulp, 1 + 0.51 * ulp, 1 + 1.49 * ulp], np.float32)
    assert round_mantissa(values).tolist() == [1, 1 + ulp, 1 + ulp]


def test_transposed_array_keeps_its_elements() -> None:
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    assert packed(array.T).tolist() == [[0, 3], [1, 4], [2, 5]]


def test_big_endian_array_keeps_its_values() -> None:
    assert packed(np.array([1.5, 2.5], ">f8")).tolist() == [1.5, 2.5]


def test_header_is_kept_beside_the_arrays() -> None:
    header, _ = unpack(pack({"name": "Größe", "steps": [1]}, [np.zeros((2, 3))]))
    assert header == {
        "name": "Größe",
        "steps": [1],
        "arrays": [{"dtype": "float64", "shape": [2, 3]}],
    }


@pytest.mark.parametrize("n_letters", range(8))
def test_body_starts_at_a_multiple_of_8(n_letters: int) -> None:
    payload = pack({"name": "a" * n_letters}, [np.ones(3)])
    # `unpack` checks the padding.
    assert unpack(payload)[1][0].tolist() == [1, 1, 1]


def test_same_content_gives_the_same_bytes() -> None:
    content = [np.linspace(0, 1, 100, dtype=np.float32)]
    assert pack({"a": 1}, content) == pack({"a": 1}, content)


def test_bytes_do_not_tell_the_time() -> None:
    # Bytes 4 to 8 of gzip: when it was compressed.
    assert pack({}, [])[4:8] == b"\0\0\0\0"


def test_header_with_nan_is_an_error() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        pack({"epoch": math.nan}, [])
