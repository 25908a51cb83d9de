"""The answer as text, Markdown, JSON and HTML."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from tb_wdnorm.core.findings import find
from tb_wdnorm.core.frames import Decay, RunFrames
from tb_wdnorm.report.html import html
from tb_wdnorm.report.json_text import json_text
from tb_wdnorm.report.markdown import markdown
from tb_wdnorm.report.table import conclusions
from tb_wdnorm.report.text import Report
from tests.core.judged_runs import STEPS, judged_run, side_by_side


def run(name: str, l2: float, norm: float, path: str = "a/kernel") -> RunFrames:
    return judged_run(
        name,
        np.interp(STEPS, [0, 500], [1, norm]),
        decay=Decay(l2=l2),
        fraction=0.0 if not l2 else float("nan"),
        spread=0.03,
        path=path,
    )


RUNS = [run("no", 0, 1.1), run("weak", 1e-3, 1.09), run("strong", 1e-2, 0.75)]


def text(runs: Sequence[RunFrames], *, width: int = 100, **options: Any) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False, **options)
    console.print(Report(find(runs), runs))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def lines_of(printed: str) -> list[str]:
    return [line.rstrip() for line in printed.splitlines()]


def test_text_begins_with_baseline_and_counts() -> None:
    assert lines_of(text(RUNS))[:4] == [
        "Baseline: no.",
        "Of 2 kernels with decay, in all runs: 1 too weak, 1 working.",
        "",
        "Runs side by side",
    ]


def test_text_ends_with_the_runs_one_by_one() -> None:
    lines = lines_of(text(RUNS))
    assert lines[lines.index("no, no decay, step 1000, epoch 10") :][:5] == [
        "no, no decay, step 1000, epoch 10",
        "  kernel    verdict   norm         vs baseline  decay  trend",
        "  a/kernel  no decay  1.10 ± 0.03               none   ▆▆▆▇▇▇██████████",
        "",
        "  a/kernel: no decay. Norm 1.10 ± 0.03.",
    ]


@pytest.mark.parametrize(
    ("width", "columns"),
    [
        (110, "kernel verdict norm vs baseline decay half-life trend"),
        (96, "kernel verdict norm vs baseline decay trend"),
        (80, "kernel verdict norm vs baseline trend"),
        (60, "kernel verdict norm vs baseline"),
    ],
)
def test_narrow_text_does_without_columns(width: int, columns: str) -> None:
    headings = [
        line.split() for line in lines_of(text(RUNS, width=width)) if "vs base" in line
    ]
    assert headings == [columns.split()] * 3


def test_verdicts_are_coloured_on_a_terminal() -> None:
    coloured = text(RUNS, force_terminal=True, color_system="standard")
    assert "\x1b[32mworking\x1b[0m" in coloured
    assert "\x1b[33mtoo weak\x1b[0m" in coloured
    assert "\x1b" not in text(RUNS)


@pytest.mark.parametrize("width", [20, 60, 200])
def test_text_keeps_to_the_width(width: int) -> None:
    assert max(map(len, text(RUNS, width=width).splitlines())) <= width


def test_names_are_no_markup() -> None:
    assert "[red]run, no decay" in text([run("[red]run", 0, 1.1)])


def test_many_kernels_are_told_by_group() -> None:
    many = side_by_side(*(run("no", 0, 1.1, f"layer{i}/kernel") for i in range(21)))
    said = text([many])
    assert "Dense: no decay, all 21 kernels." in said
    assert "Dense (21 kernels)  no decay" in said
    assert "layer3/kernel" not in said


def test_of_many_comparisons_some_are_told() -> None:
    runs = [run("no", 0, 1.1)]
    runs += [run(f"wd{i}", 1e-3 * 2**i, 1 - i / 12) for i in range(11)]
    findings = find(runs)
    left = len(findings.comparisons) - 8
    said = conclusions(findings)
    assert said[:8] == findings.comparisons[:8]
    assert said[8] == f"{left} comparisons more: --format json has them."
    assert said[9:] == tuple(response.sentence for response in findings.responses)


def test_markdown() -> None:
    lines = markdown(find(RUNS), RUNS).splitlines()
    start = lines.index("### strong, l2=0.01, step 1000, epoch 10")
    assert lines[start : start + 7] == [
        "### strong, l2=0.01, step 1000, epoch 10",
        "",
        "| kernel | verdict | norm | vs baseline | decay | half-life | trend |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        (
            "| a/kernel | working | 0.75 ± 0.02 | 0.682 × | L2 penalty (λ = 0.02) | no "
            "formula | ▆▆▅▄▃▃▂▁▁▁▁▁▁▁▁▁ |"
        ),
        "",
        (
            "- a/kernel: working. Norm 0.75 ± 0.02, 32 % below the run without decay "
            "and level for the last 530 steps."
        ),
    ]


def test_marks_of_markdown_in_names_are_escaped() -> None:
    runs = [run("a|b_c*", 0, 1.1)]
    assert r"### a\|b\_c\*, no decay" in markdown(find(runs), runs)


def test_json_is_what_analyze_returns() -> None:
    assert json.loads(json_text(find(RUNS), RUNS)) == find(RUNS).as_dict()


class Page(HTMLParser):
    """What an HTML page has in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_html_has_a_chart_per_kernel_and_a_table_per_run() -> None:
    runs = [side_by_side(each, run("x", 0, 1, "b/kernel")) for each in RUNS]
    page = Page(html(find(runs), runs))
    assert page.tags.count("svg") == 2
    assert page.tags.count("table") == 3


def test_html_needs_nothing_else() -> None:
    page = Page(html(find(RUNS), RUNS))
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert not {"src", "href", "onload"} & set(page.attributes)
    assert not re.search(r"url\(|@import", html(find(RUNS), RUNS))


def test_html_says_what_the_text_says() -> None:
    page = Page(html(find(RUNS), RUNS))
    for each in find(RUNS).runs:
        assert each.kernels[0].sentence in page.words


def test_names_are_escaped_in_html() -> None:
    runs = [run("<script>alert(1)</script>", 0, 1.1)]
    page = Page(html(find(runs), runs))
    assert "script" not in page.tags
    assert "<script>alert(1)</script>" in page.words


def test_same_runs_same_report() -> None:
    assert html(find(RUNS), RUNS) == html(find(RUNS), RUNS)
    assert text(RUNS) == text(RUNS)
