"""What the tables of all reports have in common: rows of text."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tb_wdnorm.core.audit import DecayFacts
from tb_wdnorm.core.finding import Findings, GroupFinding, KernelFinding, RunFindings
from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.core.sentences import NO_FORMULA, title
from tb_wdnorm.core.verdict import DIVERGED, NO_DECAY
from tb_wdnorm.core.wording import duration, number, with_spread
from tb_wdnorm.report.curves import extent, mean_curve, sparkline

COLUMNS = ("kernel", "verdict", "norm", "vs baseline", "decay", "half-life", "trend")
"""Headings of the columns."""

_TREND_WIDTH = 16
_FEW_KERNELS = 20
_MANY_COMPARISONS = 8


@dataclass(frozen=True)
class Row:
    """A kernel, or a group of kernels, in one run.

    Attributes:
        verdict: Name of its verdict, to be coloured by.
        cells: Text, as in `COLUMNS`.
    """

    verdict: str
    cells: tuple[str, ...]


def rows(
    found: RunFindings, run: RunFrames, runs: Sequence[RunFrames]
) -> tuple[Row, ...]:
    """Returns the rows of a run's table.

    Args:
        found: What was found.
        run: The same run's frames.
        runs: All runs, which share the scale of the trends.

    Returns:
        A row for each kernel if they are few, else for each group.
    """
    if not _has_few_kernels(found):
        return tuple(map(_group_row, found.groups))
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
                    extent(runs, kernel.path),
                ),
            ),
        )
        for kernel in found.kernels
    )


def opening(findings: Findings) -> tuple[str, ...]:
    """Returns what comes first: the baseline, and how often there is which verdict."""
    if findings.baseline is None:
        return ()
    counts = Counter(
        kernel.verdict.name
        for run in findings.runs
        for kernel in run.kernels
        if kernel.verdict.name != NO_DECAY
    )
    said = [f"Baseline: {findings.baseline}."]
    if counts:
        each = ", ".join(f"{n} {name}" for name, n in counts.most_common())
        said.append(f"Of {counts.total()} kernels with decay, in all runs: {each}.")
    return tuple(said)


def conclusions(findings: Findings) -> tuple[str, ...]:
    """Returns what the runs show together; of much, a part."""
    groups = {group.name for run in findings.runs for group in run.groups}
    few = all(map(_has_few_kernels, findings.runs))
    responses = [
        response.sentence
        for response in findings.responses
        if few or response.name in groups
    ]
    compared = findings.comparisons
    left = len(compared) - _MANY_COMPARISONS
    if left > 0:
        more = f"{left} comparisons more: --format json has them."
        compared = (*compared[:_MANY_COMPARISONS], more)
    return (*compared, *responses)


def heading(found: RunFindings) -> str:
    """Returns the title of a run: name, decay and step."""
    epoch = "" if math.isnan(found.epoch) else f", epoch {found.epoch:.4g}"
    decay = "no decay" if found.label == "none" else found.label
    label = "" if decay in found.name else f", {decay}"
    return f"{found.name}{label}, step {found.step}{epoch}"


def sentences(found: RunFindings) -> tuple[str, ...]:
    """Returns what is to be said of a run in words.

    That is every kernel's sentences if they are few, else only the groups'; then
    what is unusual about its decay.
    """
    if _has_few_kernels(found):
        said = [_told(kernel) for kernel in found.kernels]
        if any(kernel.audit == NO_FORMULA for kernel in found.kernels):
            said.append(NO_FORMULA)
    else:
        said = [group.sentence for group in found.groups]
    notices = [
        f"{kernel.path}: {notice}"
        for kernel in found.kernels
        for notice in kernel.notices
    ]
    return (*said, *found.notices, *notices)


def _has_few_kernels(found: RunFindings) -> bool:
    return len(found.kernels) <= _FEW_KERNELS


def _group_row(group: GroupFinding) -> Row:
    norm = with_spread(group.norm, group.std) if math.isfinite(group.norm) else ""
    name = f"{group.name} ({len(group.kernels)} kernels)"
    cells = (name, title(group.verdict), norm, _ratio(group.ratio), "", "", "")
    return Row(group.verdict.name, cells)


def _told(kernel: KernelFinding) -> str:
    audit = "" if kernel.audit == NO_FORMULA else kernel.audit
    return f"{kernel.sentence} {audit}".rstrip()


def _norms(kernel: KernelFinding) -> tuple[str, str]:
    evidence = kernel.evidence
    if evidence is None or kernel.verdict.name == DIVERGED:
        return "", ""
    against = evidence.against
    ratio = _ratio(None if against is None else against.ratio)
    return with_spread(evidence.norm, evidence.std), ratio


def _ratio(ratio: float | None) -> str:
    return "" if ratio is None or math.isnan(ratio) else f"{number(ratio)} ×"


def _half_life(facts: DecayFacts) -> str:
    if not facts.has_closed_form:
        return "no formula"
    if not facts.half_life_steps < math.inf:
        return ""
    return f"{duration(facts.half_life_steps)} steps"
