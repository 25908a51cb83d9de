"""The answer as Markdown, for a pull request."""

from __future__ import annotations

from collections.abc import Sequence

from tb_wdnorm.core.finding import Findings
from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.report.table import (
    COLUMNS,
    conclusions,
    heading,
    opening,
    rows,
    sentences,
)


def markdown(findings: Findings, runs: Sequence[RunFrames]) -> str:
    """Returns the answer as Markdown.

    Args:
        findings: The answer.
        runs: The frames of the same runs.
    """
    lines = ["## Weight decay", ""]
    for sentence in opening(findings):
        lines += [_escaped(sentence), ""]
    said = conclusions(findings)
    if said:
        lines += ["### Runs side by side", ""]
        lines += [*(f"- {_escaped(sentence)}" for sentence in said), ""]
    by_name = {run.name: run for run in runs}
    for found in findings.runs:
        lines += [f"### {_escaped(heading(found))}", ""]
        lines += [_row(COLUMNS), _row(["---"] * len(COLUMNS))]
        for row in rows(found, by_name[found.name], runs):
            lines.append(_row([_escaped(cell) for cell in row.cells]))
        lines += ["", *(f"- {_escaped(said)}" for said in sentences(found)), ""]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    """Keeps Markdown from reading names as marks."""
    for mark in "\\`*_[]<>|":
        text = text.replace(mark, f"\\{mark}")
    return text
