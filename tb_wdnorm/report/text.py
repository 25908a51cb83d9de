"""The answer for people at a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tb_wdnorm.core.finding import Findings
from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.core.verdict import (
    DIVERGED,
    NO_DECAY,
    NOT_ENOUGH_DATA,
    OUTWEIGHED,
    TOO_EARLY,
    TOO_STRONG,
    TOO_WEAK,
    WORKING,
)
from tb_wdnorm.report.table import COLUMNS, heading, rows, sentences

_STYLES = {
    DIVERGED: "bold red",
    TOO_STRONG: "red",
    OUTWEIGHED: "magenta",
    TOO_WEAK: "yellow",
    NOT_ENOUGH_DATA: "dim",
    TOO_EARLY: "cyan",
    WORKING: "green",
    NO_DECAY: "dim",
}


class Report:
    """The answer, to be printed by a `rich.console.Console`.

    Args:
        findings: The answer.
        runs: The frames of the same runs.
    """

    def __init__(self, findings: Findings, runs: Sequence[RunFrames]) -> None:
        self._findings = findings
        self._runs = {run.name: run for run in runs}

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        runs = list(self._runs.values())
        for found in self._findings.runs:
            yield Text(heading(found), style="bold")
            # For a narrow terminal the columns that can best be missed are last.
            table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
            for column in COLUMNS:
                table.add_column(column, overflow="fold", no_wrap=column == "trend")
            for row in rows(found, self._runs[found.name], runs):
                cells = [Text(cell) for cell in row.cells]
                cells[1].stylize(_STYLES[row.verdict])
                table.add_row(*cells)
            yield _indented(table)
            yield Text()
            for sentence in sentences(found):
                yield _indented(Text(sentence))
            yield Text()
        said = [
            *self._findings.comparisons,
            *(response.sentence for response in self._findings.responses),
        ]
        if said:
            yield Text("Runs side by side", style="bold")
            for sentence in said:
                yield _indented(Text(sentence))


def _indented(content: RenderableType) -> Padding:
    return Padding(content, (0, 0, 0, 2), expand=False)
