"""What is said whatever has been logged."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest

from tb_wdnorm.core.finding import Findings
from tb_wdnorm.core.findings import find
from tb_wdnorm.core.frames import COLUMNS, Decay, RunFrames
from tests.core.judged_runs import judged_run, side_by_side

HOSTILE = np.array(
    [0, -0.0, 1, -1, 1e38, -1e38, 1e-45, np.nan, np.inf, -np.inf], np.float32
)
DECAYS = [Decay(), Decay(l2=0.1), Decay(weight_decay=0.01), Decay(l1=0.1, l2=1e-3)]


def hostile_run(name: str, rng: np.random.Generator) -> RunFrames:
    """A run of two kernels, a few columns of which have anything in some frames."""
    kernels = []
    for path in ("a/kernel", "b/kernel"):
        kernel = judged_run(
            name,
            np.exp(rng.normal(0, 0.1, 12)) * np.linspace(1, rng.uniform(0, 3), 12),
            decay=DECAYS[rng.integers(len(DECAYS))],
            fraction=rng.choice([0.0, 1e-3, 0.1, np.nan]),
            path=path,
            target=(0.2, 0.9) if rng.random() < 0.3 else None,
        )
        for column in rng.integers(len(COLUMNS), size=rng.integers(5)):
            frames = rng.random(12) < rng.choice([0.1, 0.9])
            kernel.values[frames, 0, column] = rng.choice(HOSTILE, frames.sum())
        kernels.append(kernel)
    return side_by_side(*kernels)


def sentences(found: Findings) -> Iterator[str]:
    yield from found.comparisons
    yield from (response.sentence for response in found.responses)
    for run in found.runs:
        yield from run.notices
        yield from (group.sentence for group in run.groups)
        for kernel in run.kernels:
            yield from (kernel.sentence, kernel.audit, *kernel.notices)


@pytest.mark.parametrize("seed", range(200))
def test_no_sentence_tells_of_a_number_that_is_none(seed: int) -> None:
    rng = np.random.default_rng(seed)
    found = find([hostile_run(name, rng) for name in "xyz"])
    told = [said for said in sentences(found) if re.search(r"\b(nan|inf)\b", said)]
    assert not told
