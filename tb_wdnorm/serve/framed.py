"""Building framed answers: a header that points at arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.serve.payload import pack


class Arrays:
    """Arrays of an answer, in the order in which they are added."""

    def __init__(self) -> None:
        self._arrays: list[npt.NDArray[np.floating[Any]]] = []

    def add(self, **named: npt.NDArray[np.floating[Any]]) -> dict[str, int]:
        """Adds arrays; returns where each of them went, by name."""
        start = len(self._arrays)
        self._arrays += named.values()
        return {name: start + index for index, name in enumerate(named)}

    def pack(self, header: Mapping[str, Any], *, rounded: bool = True) -> bytes:
        """Returns the answer; see `payload.pack`."""
        return pack(header, self._arrays, rounded=rounded)


def columns_of(run: RunFrames, columns: Sequence[str]) -> npt.NDArray[np.float32]:
    """Returns some statistics, `[frames, kernels, columns]`."""
    return np.stack([run.column(column) for column in columns], axis=-1)
