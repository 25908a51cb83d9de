"""What is read for an answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tensorboard.data import provider as tb

from tb_wdnorm.core.frames import OTHER_EDGES, SERIES_COLUMNS, RunInfo
from tb_wdnorm.serve.identifier import identifier
from tb_wdnorm.wire import encode_info
from tests.serve.memory_provider import MemoryProvider, MemoryTag
from tests.serve.wsgi_app import App

_XY = f"kernels={identifier('x')}.{identifier('y')}"


class ReadProvider(MemoryProvider):
    """Remembers the tags that were read."""

    read: set[str]

    def read_tensors(
        self, ctx: Any, *, run_tag_filter: tb.RunTagFilter, **_: Any
    ) -> Any:
        self.read |= set(run_tag_filter.tags)
        return super().read_tensors(ctx, run_tag_filter=run_tag_filter)


@pytest.fixture
def provider(make_info: Callable[..., RunInfo]) -> ReadProvider:
    """Runs `a` and `b` of kernels `x` and `y`, whose other edges are apart."""
    provider = ReadProvider(
        {
            run: {
                tag: MemoryTag(
                    encode_info(make_info("x", "y", l2=l2), columns),
                    [
                        tb.TensorDatum(
                            step, float(step), np.ones((2, len(columns)), np.float32)
                        )
                        for step in range(3)
                    ],
                )
                for tag, columns in (
                    ("frames", SERIES_COLUMNS),
                    ("edges", OTHER_EDGES),
                )
            }
            for run, l2 in (("a", 0.0), ("b", 2e-4))
        }
    )
    provider.read = set()
    return provider


@pytest.mark.parametrize(
    "asked",
    [
        "overview",
        "series",
        "series?columns=mean,q4,q16,q28",
        "series?columns=q4&relative=start",
        "series?columns=q4&relative=baseline",
        "series?columns=q4&relative=target",
        "series?columns=q28&seeds=merge",
        f"series?columns=mean,max&{_XY}",
        "snapshot?columns=q4,q28",
        f"snapshot?{_XY}",
        "distributions?over=batches",
        "export?format=csv",
    ],
)
def test_edges_are_not_read_for(provider: ReadProvider, asked: str) -> None:
    assert App(provider).get(asked).status_code == 200
    assert provider.read == {"frames"}


@pytest.mark.parametrize(
    "asked",
    [
        "series?columns=q5",
        f"series?columns=q4&{_XY}",
        "snapshot?columns=q0",
        f"snapshot?columns=q4&{_XY}",
        "distributions",
        "findings",
        "export?format=json",
    ],
)
def test_edges_are_read_for(provider: ReadProvider, asked: str) -> None:
    assert App(provider).get(asked).status_code == 200
    assert provider.read == {"frames", "edges"}
