"""Training the cases, and comparing verdicts with the truth."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from accuracy.cases import Case
from accuracy.training import Training, train
from tb_wdnorm.core.finding import KernelFinding
from tb_wdnorm.core.findings import find
from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.core.verdict import OUTWEIGHED, TOO_STRONG, TOO_WEAK, WORKING
from tb_wdnorm.serve.logdir import read_logdir


@dataclass(frozen=True)
class Outcome:
    """What came out of a case.

    Attributes:
        case: The case.
        truth: What is right; None where the measured truth is on a boundary.
        found: The verdict on the judged kernel.
        ratio: The norm over that without decay, in the trainings that the truth
            is measured in; NaN where it is known by construction.
    """

    case: Case
    truth: str | None
    found: KernelFinding
    ratio: float

    @property
    def is_right(self) -> bool:
        """Whether verdict and truth are the same."""
        return self.found.verdict.name == self.truth


def outcomes(cases: Iterator[Case]) -> Iterator[Outcome]:
    """Trains the cases one after the other and judges them."""
    for case in cases:
        run = logged("run", case.training)
        runs = [run]
        if case.baseline_seed is not None:
            seed = case.baseline_seed
            runs.append(logged("base", replace(case.training, decay=0.0, seed=seed)))
        path = judged_path(run)
        (found,) = (k for k in find(runs).runs[0].kernels if k.path == path)
        truth, ratio = case.truth, float("nan")
        if truth is None:
            truth, ratio = _measured(case.training)
        yield Outcome(case, truth, found, ratio)


@cache
def logged(name: str, training: Training) -> RunFrames:
    """Trains and returns the frames of the judged kernel."""
    print(f"{name}: {training}", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        train(training, os.path.join(folder, name))
        return read_logdir(folder)[name]


def last_norm(run: RunFrames) -> float:
    """Mean channel norm of the judged kernel in the last frame."""
    return float(run.column("mean")[-1, run.paths.index(judged_path(run))])


def judged_path(run: RunFrames) -> str:
    """Path of the kernel that is judged: the judged layer's first."""
    return next(path for path in run.paths if path.startswith("judged/"))


def _measured(training: Training) -> tuple[str | None, float]:
    """What longer trainings with another seed say."""
    longer = replace(training, seed=7, n_steps=training.n_steps * 3 // 2)
    run = logged("run", longer)
    without = logged("base", replace(longer, decay=0.0))
    ratio = last_norm(run) / last_norm(without)
    if ratio < 0.08:
        return TOO_STRONG, ratio
    if 0.12 < ratio < 0.93:
        return WORKING, ratio
    if 0.97 < ratio < 1.03:
        return TOO_WEAK, ratio
    return (OUTWEIGHED if ratio > 1.07 else None), ratio
