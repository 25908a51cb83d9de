"""Answers of the binary routes, decoded."""

from __future__ import annotations

import gzip
from typing import Any

import numpy.typing as npt

from tests.tensorboard_server import Answer


class FramedAnswer:
    """A binary answer; its framing has tests of its own.

    Attributes:
        header: The JSON in front of the arrays.
        arrays: The arrays.
    """

    def __init__(self, payload: bytes) -> None:
        self.header, self.arrays = Answer(200, {}, gzip.decompress(payload)).arrays()

    def array(self, name: str, *, run: int | None = 0) -> npt.NDArray[Any]:
        """The array that a run's description names; the header, if that is None."""
        described = self.header if run is None else self.header["runs"][run]
        return self.arrays[described[name]]
