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
from tb_wdnorm.report.table import (
    COLUMNS,
    Row,
    conclusions,
    heading,
    opening,
    rows,
    sentences,
)

_INDENT = 2
_GAP = 2
# What a narrow terminal can do without, first what is missed least.
_DISPENSABLE = ("half-life", "decay", "trend", "vs baseline")

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
        for sentence in opening(self._findings):
            yield Text(sentence)
        said = conclusions(self._findings)
        if said:
            yield Text("\nRuns side by side", style="bold")
            yield from map(_indented, map(Text, said))
        tables = [
            (found, rows(found, self._runs[found.name], runs))
            for found in self._findings.runs
        ]
        everything = [row for _, shown in tables for row in shown]
        columns = _columns(everything, options.max_width - _INDENT)
        for found, shown in tables:
            yield Text(f"\n{heading(found)}", style="bold")
            yield _indented(_table(shown, columns))
            yield Text()
            yield from map(_indented, map(Text, sentences(found)))


def _columns(shown: Sequence[Row], width: int) -> list[str]:
    """Leaves out columns that are empty, or for which there is no room."""
    widths = {
        column: max(len(column), *(len(row.cells[i]) for row in shown)) + _GAP
        for i, column in enumerate(COLUMNS)
        if any(row.cells[i] for row in shown)
    }
    for column in _DISPENSABLE:
        if sum(widths.values()) > width:
            widths.pop(column, None)
    return list(widths)


def _table(shown: Sequence[Row], columns: Sequence[str]) -> Table:
    table = Table(box=None, padding=(0, _GAP, 0, 0), header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column == "trend")
    for row in shown:
        cells = dict(zip(COLUMNS, map(Text, row.cells), strict=True))
        cells["verdict"].stylize(_STYLES[row.verdict])
        table.add_row(*(cells[column] for column in columns))
    return table


def _indented(content: RenderableType) -> Padding:
    return Padding(content, (0, 0, 0, _INDENT), expand=False)
