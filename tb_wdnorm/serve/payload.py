"""Arrays as compact bytes for the page; see `http_api.md`, Framing."""

from __future__ import annotations

import gzip
import io
import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

_ALIGNMENT = 8
_KEPT_MANTISSA_BITS = 12
_DROPPED_BITS = 23 - _KEPT_MANTISSA_BITS
# Level 1: on shuffled bytes higher ones take several times longer for a few %.
_GZIP_LEVEL = 1


def pack(
    header: Mapping[str, Any],
    arrays: Sequence[npt.NDArray[np.floating[Any]]],
    *,
    rounded: bool = True,
) -> bytes:
    """Frames and compresses an answer.

    Args:
        header: What JSON can express; `arrays` is added to it.
        arrays: float32 or float64, of any shape.
        rounded: Whether float32 is rounded to 12 bits of mantissa.

    Returns:
        gzip'ed bytes, the same for the same content.
    """
    described = [{"dtype": str(a.dtype), "shape": list(a.shape)} for a in arrays]
    text = json.dumps({**header, "arrays": described}, allow_nan=False).encode()
    text += b" " * (-(struct.calcsize("<I") + len(text)) % _ALIGNMENT)
    packed = io.BytesIO()
    # Array by array: together they may be large.
    with gzip.GzipFile(
        fileobj=packed, mode="wb", compresslevel=_GZIP_LEVEL, mtime=0
    ) as file:
        file.write(struct.pack("<I", len(text)) + text)
        for array in arrays:
            rounds = rounded and array.itemsize == 4
            body = _shuffle(round_mantissa(array) if rounds else array)
            file.write(body + b"\0" * (-len(body) % _ALIGNMENT))
    return packed.getvalue()


def round_mantissa(values: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Rounds float32 values to 12 bits of mantissa, to nearest.

    NaN and infinities stay what they are; so does a finite value that would
    round up to infinity. The relative error is at most 2⁻¹³ for normal numbers.
    """
    bits = np.ascontiguousarray(values, "<f4").view("<u4")
    half = np.uint32(1 << (_DROPPED_BITS - 1))
    mask = np.uint32(0xFFFFFFFF << _DROPPED_BITS & 0xFFFFFFFF)
    rounded = ((bits + half) & mask).view("<f4")
    return np.where(np.isfinite(values) & np.isfinite(rounded), rounded, values)


def _shuffle(array: npt.NDArray[Any]) -> bytes:
    little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    return little.reshape(-1).view(np.uint8).reshape(-1, array.itemsize).T.tobytes()
