"""The answer about a log directory, without a server."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from tb_wdnorm.core.compare import default_baseline
from tb_wdnorm.core.finding import Findings
from tb_wdnorm.core.findings import find
from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.serve.logdir import read_logdir


def analyze(
    logdir: str | os.PathLike[str],
    *,
    runs: str | None = None,
    baseline: str | None = None,
    targets: Mapping[str, float | tuple[float, float]] | None = None,
) -> Findings:
    """Says whether weight decay works, per run, group and kernel.

    Example:

        findings = tb_wdnorm.analyze("logs", targets={"Conv1D": (0.7, 0.9)})
        for run in findings.runs:
            for kernel in run.kernels:
                print(run.name, kernel.verdict.name, kernel.sentence)

    Args:
        logdir: What `read_logdir` takes.
        runs: Regular expression, searched for in the names of the runs to judge.
            Defaults to all.
        baseline: Name of the run that others are compared with, which is judged
            too, whether or not `runs` matches it. Defaults to the one without
            decay, else with the least.
        targets: Group → wanted channel norm, or range (low, high), instead of the
            one that was logged.

    Returns:
        The findings; `as_dict` makes JSON of them.

    Raises:
        FileNotFoundError: If there is no such directory.
        ValueError: If `runs` is no regular expression, or if there is no such
            baseline or group.
    """
    return find(
        select(read_logdir(logdir), runs, baseline),
        baseline=baseline,
        targets={
            group: target if isinstance(target, tuple) else (target, target)
            for group, target in (targets or {}).items()
        },
    )


def select(
    found: Mapping[str, RunFrames], pattern: str | None, baseline: str | None
) -> list[RunFrames]:
    """Returns the runs that a pattern is found in, and the baseline.

    Args:
        found: Runs by name.
        pattern: Regular expression; None for all runs.
        baseline: Name of the baseline; None for the default one.

    Raises:
        ValueError: If `pattern` is no regular expression.
    """
    try:
        wanted = re.compile(pattern or "")
    except re.error as error:
        raise ValueError(
            f"`runs` must be a regular expression. Received: {pattern!r} ({error})"
        ) from error
    matching = [name for name in found if wanted.search(name)]
    against = default_baseline(found.values())
    if matching and against is not None:
        matching.append(against.name if baseline is None else baseline)
    return [run for name, run in found.items() if name in matching]
