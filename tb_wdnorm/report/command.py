"""The command `tb-wdnorm report`."""

from __future__ import annotations

import argparse
import math
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rich.console import Console

from tb_wdnorm.analysis import select
from tb_wdnorm.core.finding import Findings
from tb_wdnorm.core.findings import find
from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.core.verdict import VERDICTS
from tb_wdnorm.output import open_output
from tb_wdnorm.report.html import html
from tb_wdnorm.report.json_text import json_text
from tb_wdnorm.report.markdown import markdown
from tb_wdnorm.report.text import Report
from tb_wdnorm.serve.logdir import read_logdir

_FORMATS: dict[str, Callable[[Findings, Sequence[RunFrames]], str]] = {
    "markdown": markdown,
    "json": json_text,
    "html": html,
}
_VERDICTS = {verdict.replace(" ", "-"): verdict for verdict in VERDICTS}
_WIDTH_OF_FILES = 120


def add_to(commands: Any) -> None:
    """Adds the command to the subparsers of an `argparse.ArgumentParser`."""
    parser = commands.add_parser(
        "report", help="say whether weight decay works, per run and kernel"
    )
    parser.add_argument("logdir", metavar="LOGDIR")
    parser.add_argument(
        "--runs", metavar="REGEX", help="runs in whose names it is found (default: all)"
    )
    parser.add_argument(
        "--baseline",
        metavar="RUN",
        help="run to compare with (default: without decay, else with the least)",
    )
    parser.add_argument(
        "--target",
        action="append",
        type=_target,
        default=[],
        metavar="GROUP=VALUE",
        help="wanted channel norm of a group: a number, or a range LOW,HIGH; may be "
        "given again for other groups",
    )
    parser.add_argument(
        "--format", choices=("text", *_FORMATS), default="text", help="(default: text)"
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="(default: standard output)"
    )
    parser.add_argument(
        "--watch",
        type=_seconds,
        metavar="SECONDS",
        help="report again and again, until a verdict of --fail-on",
    )
    parser.add_argument(
        "--fail-on",
        type=_verdicts,
        default=frozenset(),
        metavar="VERDICT,…",
        help="exit with status 1 if a kernel has one of these verdicts, certain or "
        f"not: {', '.join(_VERDICTS)}",
    )
    parser.set_defaults(run=_report)


def _report(arguments: argparse.Namespace) -> int:
    for runs in _readings(arguments):
        if not runs and arguments.watch is None:
            raise ValueError(
                "LOGDIR must have a run that KernelNormCallback or KernelNormWriter "
                f"wrote{' and --runs matches' if arguments.runs else ''}. Received: "
                f"{arguments.logdir!r}, which has none"
            )
        findings = find(
            runs, baseline=arguments.baseline, targets=dict(arguments.target)
        )
        _write(findings, runs, arguments)
        if _fails(findings, arguments.fail_on):
            return 1
    return 0


def _readings(arguments: argparse.Namespace) -> Iterator[list[RunFrames]]:
    """Yields the runs, again and again if they are watched."""
    has_read = False
    while True:
        try:
            read = read_logdir(arguments.logdir)
        except OSError as error:
            if not has_read:
                raise
            # A long job is watched through failures of the network.
            print(f"tb-wdnorm: {error}; trying again", file=sys.stderr)
        else:
            has_read = True
            yield select(read, arguments.runs, arguments.baseline)
        if arguments.watch is None:
            return
        time.sleep(arguments.watch)


def _write(
    findings: Findings, runs: Sequence[RunFrames], arguments: argparse.Namespace
) -> None:
    with open_output(arguments.output) as file:
        if arguments.format != "text":
            file.write(_FORMATS[arguments.format](findings, runs))
        else:
            console = Console(file=file, highlight=False)
            if not console.is_terminal and "COLUMNS" not in os.environ:
                console.width = _WIDTH_OF_FILES
            if console.is_terminal and arguments.watch is not None:
                console.clear()
            console.print(Report(findings, runs))
            if not runs:
                console.print(
                    f"No run in {arguments.logdir} yet.", markup=False, soft_wrap=True
                )
        file.flush()


def _fails(findings: Findings, verdicts: frozenset[str]) -> bool:
    failed = [
        f"{run.name}: {kernel.sentence}"
        for run in findings.runs
        for kernel in run.kernels
        if kernel.verdict.name in verdicts
    ]
    for sentence in failed:
        print(f"tb-wdnorm: {sentence}", file=sys.stderr)
    return bool(failed)


def _target(text: str) -> tuple[str, tuple[float, float]]:
    group, _, value = text.rpartition("=")
    bounds = value.split(",")
    try:
        low, high = float(bounds[0]), float(bounds[-1])
    except ValueError:
        low, high = math.nan, math.nan
    if not (group and len(bounds) <= 2 and 0 <= low <= high < math.inf):
        raise argparse.ArgumentTypeError(
            "must be GROUP=NORM or GROUP=LOW,HIGH with 0 ≤ LOW ≤ HIGH. "
            f"Received: {text!r}"
        )
    return group, (low, high)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(
            f"must be a number of seconds above 0. Received: {text!r}"
        )
    return seconds


def _verdicts(text: str) -> frozenset[str]:
    names = text.split(",")
    for name in names:
        if name not in _VERDICTS:
            raise argparse.ArgumentTypeError(
                f"must be verdicts joined by commas: {', '.join(_VERDICTS)}. "
                f"Received: {name!r} in {text!r}"
            )
    return frozenset(_VERDICTS[name] for name in names)
