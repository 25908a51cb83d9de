"""The answer as one HTML file with charts, to be mailed: no scripts, no links."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from tb_wdnorm.core.finding import Findings
from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.report.chart import Line, chart, decay_colours
from tb_wdnorm.report.curves import mean_curve
from tb_wdnorm.report.table import (
    COLUMNS,
    conclusions,
    heading,
    opening,
    rows,
    sentences,
)

_MAX_POINTS = 200

_STYLE = """
:root { color-scheme: light dark; --quiet: #666; --line: #ddd; }
@media (prefers-color-scheme: dark) { :root { --quiet: #aaa; --line: #444; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto;
  padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; }
h3 { font-size: 1rem; margin: 0 0 .25rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; vertical-align: top;
  border-bottom: 1px solid var(--line); }
th { font-weight: 500; color: var(--quiet); }
.chip { border: 1px solid currentcolor; border-radius: 1rem; padding: 0 .5rem;
  white-space: nowrap; }
.diverged, .too-strong { color: #c0392b; } .working { color: #1e8449; }
.too-weak { color: #b9770e; } .outweighed-by-gradients { color: #8e44ad; }
.too-early-to-judge { color: #2471a3; }
.no-decay, .not-enough-data, p.quiet { color: var(--quiet); }
.charts { display: grid; gap: 1.5rem;
  grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); }
svg { width: 100%; height: auto; }
svg text { font-size: 11px; fill: var(--quiet); }
.grid { stroke: var(--line); fill: none; }
.line { fill: none; stroke-width: 1.6; }
.band { fill: #009e73; opacity: .15; }
.key { display: inline-block; width: 1.2rem; height: .25rem; margin-right: .35rem;
  vertical-align: middle; }
.legend span.item { margin-right: 1.2rem; white-space: nowrap; }
"""


def html(findings: Findings, runs: Sequence[RunFrames]) -> str:
    """Returns the answer as an HTML document.

    Args:
        findings: The answer.
        runs: The frames of the same runs.
    """
    by_name = {run.name: run for run in runs}
    shown = [by_name[found.name] for found in findings.runs]
    colours = decay_colours({run.name: run.info.decay_strength for run in shown})
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Weight decay</title><style>{_STYLE}</style></head><body>",
        "<h1>Is weight decay working?</h1>",
    ]
    parts += [f"<p>{escape(sentence)}</p>" for sentence in opening(findings)]
    said = conclusions(findings)
    if said:
        parts += ["<h2>Runs side by side</h2>", _list(said)]
    parts += ["<h2>Mean channel norm over the steps</h2>", _legend(colours)]
    parts += ['<div class="charts">', *_charts(findings, shown, colours), "</div>"]
    for found in findings.runs:
        parts += [f"<h2>{escape(heading(found))}</h2>", '<div class="wide"><table><tr>']
        # The charts above show the trends.
        parts += [*(f"<th>{column}</th>" for column in COLUMNS[:-1]), "</tr>"]
        for row in rows(found, by_name[found.name], shown):
            cells = [escape(cell) for cell in row.cells[:-1]]
            kind = row.verdict.replace(" ", "-")
            cells[1] = f'<span class="chip {kind}">{cells[1]}</span>'
            parts.append(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
        parts += ["</table></div>", _list(sentences(found))]
    return "\n".join([*parts, "</body></html>", ""])


def _charts(
    findings: Findings, runs: Sequence[RunFrames], colours: dict[str, str]
) -> Iterable[str]:
    targets = {
        kernel.path: kernel.target
        for found in reversed(findings.runs)
        for kernel in found.kernels
    }
    for path in dict.fromkeys(path for run in runs for path in run.paths):
        lines = []
        for run in runs:
            if path in run.info.rows:
                steps, means = mean_curve(run, path, _MAX_POINTS)
                is_baseline = run.name == findings.baseline
                lines.append(
                    Line(
                        run.name,
                        colours[run.name],
                        steps.tolist(),
                        means.tolist(),
                        is_dashed=is_baseline,
                    )
                )
        drawing = chart(f"Mean channel norm of {path}", lines, targets[path])
        yield f"<div><h3>{escape(path)}</h3>{drawing}</div>"


def _legend(colours: dict[str, str]) -> str:
    items = (
        f'<span class="item"><span class="key" style="background:{colour}"></span>'
        f"{escape(name)}</span>"
        for name, colour in colours.items()
    )
    return f'<p class="legend">{"".join(items)}</p>'


def _list(items: Iterable[str]) -> str:
    found = "".join(f"<li>{escape(item)}</li>" for item in items)
    return f"<ul>{found}</ul>" if found else ""
