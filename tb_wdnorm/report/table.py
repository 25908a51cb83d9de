"""What the tables of all reports have in common: rows of text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tb_wdnorm.core.audit import DecayFacts
from tb_wdnorm.core.finding import KernelFinding, RunFindings
from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.core.sentences import title
from tb_wdnorm.core.wording import number, with_spread
from tb_wdnorm.report.curves import highest, mean_curve, sparkline

COLUMNS = ("kernel", "verdict", "norm", "against", "decay", "half-life", "trend")
"""Headings of the columns."""

_TREND_WIDTH = 16
_FEW_KERNELS = 20


@dataclass(frozen=True)
class Row:
    """A kernel in one run.

    Attributes:
        verdict: Name of its verdict, to be coloured by.
        cells: Text, as in `COLUMNS`.
    """

    verdict: str
    cells: tuple[str, ...]


def rows(
    found: RunFindings, run: RunFrames, runs: Sequence[RunFrames]
) -> tuple[Row, ...]:
    """Returns a row for each kernel of a run.

    Args:
        found: What was found.
        run: The same run's frames.
        runs: All runs, which share the scale of the trends.
    """
    return tuple(
        Row(
            verdict=kernel.verdict.name,
            cells=(
                kernel.path,
                title(kernel.verdict),
                *_norms(kernel),
                kernel.facts.label,
                _half_life(kernel.facts),
                sparkline(
                    mean_curve(run, kernel.path, _TREND_WIDTH)[1],
                    highest(runs, kernel.path),
                ),
            ),
        )
        for kernel in found.kernels
    )


def heading(found: RunFindings) -> str:
    """Returns the title of a run: name, decay and step."""
    epoch = "" if math.isnan(found.epoch) else f", epoch {found.epoch:.4g}"
    decay = "no decay" if found.label == "none" else found.label
    label = "" if decay in found.name else f", {decay}"
    return f"{found.name}{label}, step {found.step}{epoch}"


def sentences(found: RunFindings) -> tuple[str, ...]:
    """Returns what is to be said of a run in words.

    That is every kernel's sentence if they are few, else only the groups'; then
    what is unusual about its decay.
    """
    if len(found.kernels) <= _FEW_KERNELS:
        said = [kernel.sentence for kernel in found.kernels]
    else:
        said = [group.sentence for group in found.groups]
    notices = [
        f"{kernel.path}: {notice}"
        for kernel in found.kernels
        for notice in kernel.notices
    ]
    return (*said, *found.notices, *notices)


def _norms(kernel: KernelFinding) -> tuple[str, str]:
    evidence = kernel.evidence
    if evidence is None:
        return "", ""
    ratio = ""
    if evidence.against is not None:
        ratio = f"{number(evidence.against.ratio)} ×"
    return with_spread(evidence.norm, evidence.std), ratio


def _half_life(facts: DecayFacts) -> str:
    if not facts.half_life_steps < math.inf:
        return ""
    return f"{number(facts.half_life_steps)} steps"
