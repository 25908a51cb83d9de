"""What a sweep shows: runs that differ in decay, side by side, in words."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from tb_wdnorm.core.aggregate import merge_kernels
from tb_wdnorm.core.evidence import Evidence
from tb_wdnorm.core.finding import KernelFinding, RunFindings
from tb_wdnorm.core.frames import KernelInfo, RunFrames
from tb_wdnorm.core.response import Point, Response
from tb_wdnorm.core.sweep import swept_decay
from tb_wdnorm.core.sweep_response import respond
from tb_wdnorm.core.thresholds import threshold
from tb_wdnorm.core.verdict import DIVERGED, NO_DECAY, TOO_EARLY
from tb_wdnorm.core.wording import listed, number, percent

_COMPLETE = 0.9
"""Part of the longest run that a run must have to be compared with it."""


def responses(
    runs: Sequence[RunFrames], found: Sequence[RunFindings]
) -> Iterator[Response]:
    """Yields how each group, and each kernel, answers to each kind of decay.

    Runs that have ended long before the others are left out.

    Args:
        runs: The last frame of each run.
        found: What was found in each of them.
    """
    members: dict[str, dict[str, KernelInfo]] = {}
    for run in runs:
        for kernel in run.info.kernels:
            members.setdefault(kernel.group, {}).setdefault(kernel.path, kernel)
    complete = _complete(runs, found)
    for group, kernels in members.items():
        sets = [(group, tuple(kernels))]
        if len(kernels) > 1:
            sets += [(path, (path,)) for path in kernels]
        for name, paths in sets:
            targets = {kernels[path].target for path in paths}
            target = targets.pop() if len(targets) == 1 else None
            points = defaultdict(list)
            without: list[float] = []
            for run, findings in complete:
                rows = [run.info.rows[path] for path in paths if path in run.info.rows]
                if not rows:
                    continue
                coefficient, point = _point(run, findings, rows)
                if point.decay > 0:
                    points[coefficient].append(point)
                elif not coefficient:
                    without.append(point.norm)
            for coefficient, same in points.items():
                response = respond(
                    name, coefficient, same, target, max(without, default=None)
                )
                if response is not None:
                    yield response


def comparisons(
    runs: Sequence[RunFrames], found: Sequence[RunFindings]
) -> Iterator[str]:
    """Yields sentences about runs of neighbouring decays beside each other.

    Of several runs of the same decay the first one counts.

    Args:
        runs: The last frame of each run.
        found: What was found in each of them.
    """
    sweeps: dict[tuple[str, str], dict[float, RunFindings]] = defaultdict(dict)
    for run, findings in _complete(runs, found):
        coefficient, strength = _decay(run, run.info.kernels)
        if strength > 0:
            same = sweeps[coefficient, run.info.norm]
            same.setdefault(strength, findings)
    for sweep in sweeps.values():
        ordered = [sweep[strength] for strength in sorted(sweep)]
        for weaker, stronger in pairwise(filter(_comparable, ordered)):
            yield from _compared(weaker, stronger)
        for findings in ordered:
            yield from _diverged(findings)
            yield from _grown(findings)
            yield from _collapsed(findings)


def _complete(
    runs: Sequence[RunFrames], found: Sequence[RunFindings]
) -> list[tuple[RunFrames, RunFindings]]:
    last = max((findings.step for findings in found), default=0)
    pairs = zip(runs, found, strict=True)
    return [(run, each) for run, each in pairs if each.step >= _COMPLETE * last]


def _decay(run: RunFrames, kernels: Sequence[KernelInfo]) -> tuple[str, float]:
    """Kind and coefficient of kernels' decay; 0 without, or if it is of two kinds.

    The kind is empty without decay.
    """
    kind, strength = swept_decay(replace(run.info, kernels=tuple(kernels)))
    return kind, 0.0 if " and " in kind else strength


def _point(
    run: RunFrames, findings: RunFindings, rows: Sequence[int]
) -> tuple[str, Point]:
    """The kind of the decay, and the norm at the end; NaN if there is none."""
    kernels = [run.info.kernels[row] for row in rows]
    judged = [findings.kernels[row] for row in rows]
    coefficient, strength = _decay(run, kernels)
    merged = merge_kernels(run, [[kernel.path for kernel in kernels]])
    has_diverged = any(kernel.verdict.name == DIVERGED for kernel in judged)
    norm = math.nan if has_diverged else float(merged.column("mean")[0, 0])
    std = float(merged.column("std")[0, 0])
    n_channels = sum(kernel.n_channels for kernel in kernels)
    has_collapsed = any(_is_dead(kernel.evidence) for kernel in judged)
    error = std / norm / math.sqrt(max(1, n_channels)) if norm > 0 else math.nan
    return coefficient, Point(run.name, strength, norm, error, has_collapsed)


def _compared(weaker: RunFindings, stronger: RunFindings) -> Iterator[str]:
    before, after = _comparable(weaker), _comparable(stronger)
    alive = [
        (path, before[path], b)
        for path, b in after.items()
        if path in before and _is_of_one_time(before[path], b)
    ]
    if not alive:
        return
    yield _shrunk(weaker.label, stronger.label, alive)
    narrower: list[str] = []
    wider: list[str] = []
    for path, a, b in alive:
        if 0 < a.spread < math.inf and 0 < b.spread < math.inf and a.n_channels > 1:
            change = math.log(b.spread / a.spread)
            if abs(change) > threshold("errors") / math.sqrt(a.n_channels):
                said = f"{path} ({percent(b.spread)} instead of {percent(a.spread)})"
                (narrower if change < 0 else wider).append(said)
    if narrower or wider:
        terms = [
            f"{word} in {listed(items)}"
            for word, items in (("smaller", narrower), ("larger", wider))
            if items
        ]
        yield (
            f"Relative to the mean, the spread across channels with {stronger.label} "
            f"is, compared with {weaker.label}, {' and '.join(terms)}."
        )


def _comparable(findings: RunFindings) -> dict[str, Evidence]:
    """Kernels with a norm at the end that decay has had the time to change."""
    comparable = {}
    for kernel in findings.kernels:
        evidence, verdict = kernel.evidence, kernel.verdict
        is_early = verdict.name == TOO_EARLY and verdict.is_certain
        if evidence is None or is_early or verdict.name in (DIVERGED, NO_DECAY):
            continue
        has_frames = evidence.n_frames >= threshold("min_frames")
        if has_frames and not _is_dead(evidence) and 0 < evidence.growth < math.inf:
            comparable[kernel.path] = evidence
    return comparable


def _is_of_one_time(a: Evidence, b: Evidence) -> bool:
    """Whether norms may be compared although one run has gone on for longer."""
    return a.step == b.step or not (a.trend.is_moving or b.trend.is_moving)


def _change(a: Evidence, b: Evidence) -> float:
    """Logarithm of b's norm over a's, as far as their starts do not explain it.

    Trainings of other seeds begin elsewhere, and a norm at equilibrium has forgotten
    where: what is claimed must hold of the norm and of the norm over its start.
    """
    changes = math.log(b.norm / a.norm), math.log(b.growth / a.growth)
    return min(changes, key=abs) if changes[0] * changes[1] > 0 else 0.0


def _shrunk(
    weaker: str, stronger: str, alive: Sequence[tuple[str, Evidence, Evidence]]
) -> str:
    more, alike, larger = [], [], []
    falls = True
    for path, a, b in alive:
        change = _change(a, b)
        error = math.hypot(a.spread, b.spread) / math.sqrt(a.n_channels)
        bound = max(threshold("errors") * error, threshold("effect"))
        share = percent(abs(math.expm1(change)))
        if change < -bound:
            more.append(f"{path} (by {share})")
            falls &= b.growth < 1 - threshold("effect")
        elif change > bound:
            larger.append(f"{path} ({share} larger)")
        else:
            alike.append(path)
    which = listed(more) if more else "no kernel"
    does = f"shrinks {which} more" if falls else f"leaves {which} smaller"
    said = f"{stronger} {does} than {weaker} does"
    if more and larger:
        said += f", but not {listed(larger)}"
    elif larger:
        said += f"; larger is {listed(larger)}"
    if alike:
        said += f"; there is no clear difference in {listed(alike)}"
    return said + "."


def _diverged(findings: RunFindings) -> Iterator[str]:
    gone = [k.path for k in findings.kernels if k.verdict.name == DIVERGED]
    if gone:
        is_all = len(gone) == len(findings.kernels) > 1
        which = "all kernels" if is_all else listed(gone)
        verb = "is" if len(gone) == 1 else "are"
        yield f"With {findings.label}, {which} diverged and {verb} not compared."


def _grown(findings: RunFindings) -> Iterator[str]:
    grown = [
        f"{kernel.path} ({number(kernel.evidence.start)} → "
        f"{number(kernel.evidence.norm)})"
        for kernel in findings.kernels
        if _has_grown(kernel) and kernel.evidence
    ]
    if grown:
        subject = "the norm of" if len(grown) == 1 else "the norms of"
        verb = "grows" if len(grown) == 1 else "grow"
        yield f"In spite of {findings.label}, {subject} {listed(grown)} {verb}."


def _has_grown(kernel: KernelFinding) -> bool:
    evidence = kernel.evidence
    if evidence is None or kernel.verdict.name in (DIVERGED, NO_DECAY):
        return False
    if not evidence.growth > 1 + threshold("effect"):
        return False
    error = evidence.spread / math.sqrt(evidence.n_channels)
    return math.log(evidence.growth) > threshold("errors") * error


def _collapsed(findings: RunFindings) -> Iterator[str]:
    dead = [
        kernel.path
        for kernel in findings.kernels
        if _is_dead(kernel.evidence) and kernel.verdict.name not in (DIVERGED, NO_DECAY)
    ]
    if not dead:
        return
    is_all = len(dead) == len(findings.kernels) > 1
    which = "all kernels" if is_all else listed(dead)
    yield f"{findings.label} takes the norm of {which} to almost 0."


def _is_dead(evidence: Evidence | None) -> bool:
    """Whether most channels are almost 0."""
    return evidence is not None and evidence.collapsed_share > 0.5
