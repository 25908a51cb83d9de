"""Finding the answer: a verdict for each kernel and group in all runs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from tb_wdnorm.core.aggregate import merge_kernels
from tb_wdnorm.core.audit import audit
from tb_wdnorm.core.compare import default_baseline
from tb_wdnorm.core.evidence import Against, gather
from tb_wdnorm.core.finding import (
    Findings,
    GroupFinding,
    KernelFinding,
    RunFindings,
)
from tb_wdnorm.core.frames import RunFrames, distinct_decays
from tb_wdnorm.core.sentences import (
    audit_sentence,
    compared_with,
    kernel_notices,
    sentence,
    title,
)
from tb_wdnorm.core.sweep import at_step
from tb_wdnorm.core.sweep_findings import comparisons, responses
from tb_wdnorm.core.verdict import VERDICTS, Verdict, judge
from tb_wdnorm.core.wording import listed, relation, with_spread

_Target = tuple[float, float]


def find(
    runs: Sequence[RunFrames],
    *,
    baseline: str | None = None,
    targets: Mapping[str, _Target] | None = None,
) -> Findings:
    """Judges the decay of all kernels and groups in all runs.

    The same frames give the same words.

    Args:
        runs: The runs; those without a frame are left out.
        baseline: Name of the run that others are compared with. Defaults to the
            one without decay, else with the least.
        targets: Group → wanted range (low, high) of its channel norms, instead of
            the one that was logged.

    Raises:
        ValueError: If there is no such baseline or no such group.
    """
    runs = [_with_targets(run, targets or {}) for run in runs if len(run.steps)]
    groups = {kernel.group for run in runs for kernel in run.info.kernels}
    for group in targets or {}:
        if group not in groups:
            raise ValueError(
                f"`targets` must name groups: {', '.join(sorted(groups)) or 'none'}. "
                f"Received: {group!r}"
            )
    against = default_baseline(runs)
    if baseline is not None:
        against = next((run for run in runs if run.name == baseline), None)
        if against is None:
            names = ", ".join(run.name for run in runs)
            raise ValueError(
                f"`baseline` must be one of the runs: {names or 'none'}. "
                f"Received: {baseline!r}"
            )
    return find_against(against, runs)


@np.errstate(all="ignore")  # Any numbers may have been logged.
def find_against(baseline: RunFrames | None, runs: Iterable[RunFrames]) -> Findings:
    """Judges the decay of all kernels and groups in all runs.

    Args:
        baseline: The run that others are compared with, if there is one.
        runs: The runs, each of one frame or more, which are needed one at a time.
    """
    found: list[RunFindings] = []
    ends: list[RunFrames] = []
    for run in runs:
        found.append(find_in_run(run, baseline))
        # Of a slice, it would keep all frames.
        ends.append(run.take(np.array([-1])))
    return Findings(
        baseline=None if baseline is None else baseline.name,
        runs=tuple(found),
        responses=tuple(responses(ends, found)),
        comparisons=tuple(comparisons(ends, found)),
    )


def find_in_run(run: RunFrames, baseline: RunFrames | None) -> RunFindings:
    """Judges the decay of all kernels and groups in one run.

    Args:
        run: A run of one frame or more.
        baseline: What it is compared with, if anything.
    """
    kernels = tuple(_judge_kernel(run, path, baseline) for path in run.paths)
    members: dict[str, list[KernelFinding]] = {}
    for kernel in kernels:
        members.setdefault(kernel.group, []).append(kernel)
    groups = tuple(
        _judge_group(run, name, group, baseline) for name, group in members.items()
    )
    return RunFindings(
        name=run.name,
        label=run.info.label,
        step=int(run.steps[-1]),
        epoch=float(run.epochs[-1]),
        groups=groups,
        kernels=kernels,
        notices=(*run.info.notices, *_notices_of_groups(run, members)),
    )


def _judge_kernel(
    run: RunFrames, path: str, baseline: RunFrames | None
) -> KernelFinding:
    info = run.info.kernels[run.info.rows[path]]
    facts = audit(run, path)
    evidence = gather(run, path, baseline)
    verdict = judge(facts, evidence, info.target)
    return KernelFinding(
        path=path,
        group=info.group,
        target=info.target,
        verdict=verdict,
        sentence=sentence(path, verdict, evidence),
        audit=audit_sentence(facts),
        facts=facts,
        evidence=evidence,
        notices=kernel_notices(facts, evidence),
    )


def _judge_group(
    run: RunFrames,
    name: str,
    kernels: Sequence[KernelFinding],
    baseline: RunFrames | None,
) -> GroupFinding:
    worst = min((k.verdict for k in kernels), key=lambda v: VERDICTS.index(v.name))
    paths = tuple(kernel.path for kernel in kernels)
    norm, std = _last_norm(run, paths, int(run.steps[-1]))
    ratio = None
    against = [k.evidence.against for k in kernels if k.evidence and k.evidence.against]
    if baseline is not None and len(against) == len(kernels):
        step = min(each.step for each in against)
        theirs, _ = _last_norm(baseline, paths, step)
        ours, _ = _last_norm(run, paths, step)
        ratio = ours / theirs if 0 < theirs < math.inf > ours else None
    is_certain = any(
        k.verdict.is_certain for k in kernels if k.verdict.name == worst.name
    )
    verdict = Verdict(worst.name, is_certain, worst.reason)
    if len(kernels) == 1:
        words = kernels[0].sentence.replace(paths[0], name, 1)
    else:
        words = f"{name}: {_told_apart(verdict, kernels)} "
        words += _group_norm(norm, std, ratio, against)
    return GroupFinding(name, verdict, words, norm, std, ratio, paths)


def _group_norm(
    norm: float, std: float, ratio: float | None, against: Sequence[Against]
) -> str:
    if not math.isfinite(norm):
        return "The last frame has no finite norm."
    compared = ""
    if ratio is not None:
        decayed = (each for each in against if each.decay != "none")
        which = compared_with(next(decayed, against[0]))
        compared = f", {relation(ratio, which)}"
    return f"Norm {with_spread(norm, std)}{compared}."


def _told_apart(verdict: Verdict, kernels: Sequence[KernelFinding]) -> str:
    """Says which kernels have which verdict, the most serious first."""
    by_verdict: dict[str, list[KernelFinding]] = {}
    for kernel in sorted(kernels, key=lambda k: VERDICTS.index(k.verdict.name)):
        by_verdict.setdefault(kernel.verdict.name, []).append(kernel)
    if len(by_verdict) == 1:
        return f"{title(verdict)}, all {len(kernels)} kernels."
    clauses = []
    for name, same in by_verdict.items():
        certain = any(kernel.verdict.is_certain for kernel in same)
        said = title(Verdict(name, certain))
        clauses.append(f"{said} in {listed([kernel.path for kernel in same])}")
    return "; ".join(clauses) + "."


def _last_norm(run: RunFrames, paths: Sequence[str], step: int) -> tuple[float, float]:
    """Mean and standard deviation over the channels of kernels, near a step."""
    at = at_step(run, step)
    merged = merge_kernels(run.take(slice(at, at + 1)), [paths])
    return float(merged.column("mean")[0, 0]), float(merged.column("std")[0, 0])


def _notices_of_groups(
    run: RunFrames, members: Mapping[str, Sequence[KernelFinding]]
) -> list[str]:
    found = []
    for name, kernels in members.items():
        paths = {kernel.path for kernel in kernels}
        infos = [info for info in run.info.kernels if info.path in paths]
        decays = distinct_decays(infos)
        if len(decays) > 1:
            labels = [decay.label for decay in decays]
            found.append(f"Decay differs within the group {name}: {listed(labels)}.")
    return found


def _with_targets(run: RunFrames, targets: Mapping[str, _Target]) -> RunFrames:
    if not targets:
        return run
    kernels = tuple(
        replace(kernel, target=targets.get(kernel.group, kernel.target))
        for kernel in run.info.kernels
    )
    return replace(run, info=replace(run.info, kernels=kernels))
