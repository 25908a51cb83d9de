"""Tensors in memory, in place of a data provider."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from tensorboard.data import provider as tb

from tb_wdnorm.core.frames import COLUMNS, OTHER_EDGES, SERIES_COLUMNS, RunInfo
from tb_wdnorm.serve.source import SourceError, TagState
from tb_wdnorm.wire import encode_info

TAG = "kernel_norms/1"
EDGES_TAG = f"{TAG}/edges"


class FakeTensors:
    """Tensors in memory, which remember what was read of them.

    Attributes:
        reads: Runs and tags that were read.
        failing: Runs and tags that cannot be read, by the error that says so.
        gate: Reading waits until it is set.
    """

    def __init__(self, experiment_id: str = "") -> None:
        self.experiment_id = experiment_id
        self.reads: list[tuple[str, str]] = []
        self.failing: dict[str, Exception] = {}
        self.gate = threading.Event()
        self.gate.set()
        self._contents: dict[str, dict[str, bytes]] = {}
        self._data: dict[tuple[str, str], list[tb.TensorDatum]] = {}

    def add(
        self,
        run: str,
        content: RunInfo | bytes,
        steps: Sequence[int] = (0,),
        *,
        tag: str = TAG,
        start_s: float = 0.0,
        columns: Sequence[str] = COLUMNS,
        tensor: npt.NDArray[np.generic] | None = None,
    ) -> None:
        """Adds frames, written one a second; of one kernel unless `content` says."""
        n_kernels = 1
        if isinstance(content, RunInfo):
            n_kernels = len(content.kernels)
            content = encode_info(content, columns)
        self._contents.setdefault(run, {})[tag] = content
        if tensor is None:
            tensor = np.zeros((n_kernels, len(columns)), np.float32)
        self._data.setdefault((run, tag), []).extend(
            tb.TensorDatum(step, start_s + t, tensor) for t, step in enumerate(steps)
        )

    def add_parts(
        self,
        run: str,
        info: RunInfo,
        steps: Sequence[int] = (0,),
        *,
        start_s: float = 0.0,
    ) -> None:
        """Adds frames whose other edges have a tag of their own."""
        for tag, columns in ((EDGES_TAG, OTHER_EDGES), (TAG, SERIES_COLUMNS)):
            self.add(run, info, steps, tag=tag, start_s=start_s, columns=columns)

    def sample(self, run: str, steps: Sequence[int]) -> None:
        """Keeps some steps only, as TensorBoard's sampling does."""
        data = self._data[run, TAG]
        self._data[run, TAG] = [datum for datum in data if datum.step in steps]

    def remove(self, run: str) -> None:
        del self._contents[run]

    def content(self, run: str) -> bytes:
        return self._contents[run][TAG]

    def list_tags(self) -> Mapping[str, Mapping[str, TagState]]:
        return {
            run: {
                tag: TagState(
                    max((datum.step for datum in self._data[run, tag]), default=None),
                    max((d.wall_time for d in self._data[run, tag]), default=None),
                    content,
                )
                for tag, content in tags.items()
            }
            for run, tags in self._contents.items()
        }

    def read_together(self, run: str, _: Mapping[str, int]) -> None:
        return None

    def read(self, run: str, tag: str, _: int) -> Sequence[tb.TensorDatum]:
        self.reads.append((run, tag))
        if not self.gate.wait(timeout=30):
            raise SourceError("nobody opened the gate")
        for name in (run, tag):
            if name in self.failing:
                raise self.failing[name]
        return list(self._data[run, tag])
