"""The answer: a verdict for each kernel and group, and what a sweep shows."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tb_wdnorm.core.audit import DecayFacts
from tb_wdnorm.core.evidence import Evidence
from tb_wdnorm.core.response import Response
from tb_wdnorm.core.verdict import Verdict

Target = tuple[float, float]


@dataclass(frozen=True)
class KernelFinding:
    """The answer for one kernel in one run.

    Attributes:
        path: The kernel.
        group: Its group.
        target: Wanted range of its norm, if any.
        verdict: The judgement.
        sentence: The judgement in words.
        audit: What its decay does alone and what gradients do, in words; empty
            without decay.
        facts: The same in numbers.
        evidence: What its norms say; None if no frame has it.
        notices: What is unusual about its decay.
    """

    path: str
    group: str
    target: Target | None
    verdict: Verdict
    sentence: str
    audit: str
    facts: DecayFacts
    evidence: Evidence | None
    notices: tuple[str, ...]


@dataclass(frozen=True)
class GroupFinding:
    """The answer for a group of kernels in one run.

    Attributes:
        name: The group.
        verdict: The most serious of its kernels', certain if one of these is.
        sentence: The judgement in words.
        norm: Mean channel norm in the last frame, over all its channels.
        std: Standard deviation across these.
        ratio: Norm over the baseline's at the same step; None without.
        kernels: Paths of its kernels.
    """

    name: str
    verdict: Verdict
    sentence: str
    norm: float
    std: float
    ratio: float | None
    kernels: tuple[str, ...]


@dataclass(frozen=True)
class RunFindings:
    """The answer for one run.

    Attributes:
        name: TensorBoard's name of the run.
        label: Its decay in words.
        step: Step of its last frame.
        epoch: Epoch of it; NaN if unknown.
        groups: Its groups, in the order of their first kernels.
        kernels: Its kernels, in model order.
        notices: What is unusual about its decay, beyond single kernels.
    """

    name: str
    label: str
    step: int
    epoch: float
    groups: tuple[GroupFinding, ...]
    kernels: tuple[KernelFinding, ...]
    notices: tuple[str, ...]


@dataclass(frozen=True)
class Findings:
    """The answer for all runs of a log directory.

    Attributes:
        baseline: Name of the run that others are compared with; None without
            runs.
        runs: The runs, in the order given.
        responses: How groups and kernels answer to decay.
        comparisons: Sentences about runs beside each other.
    """

    baseline: str | None
    runs: tuple[RunFindings, ...]
    responses: tuple[Response, ...]
    comparisons: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Returns the same as JSON has it: None for what is no finite number."""
        return {
            "baseline": self.baseline,
            "runs": [_run_as_dict(run) for run in self.runs],
            "responses": [
                _plain(dataclasses.asdict(response)) | {"sentence": response.sentence}
                for response in self.responses
            ],
            "comparisons": list(self.comparisons),
        }


def _run_as_dict(run: RunFindings) -> dict[str, Any]:
    plain: dict[str, Any] = _plain(dataclasses.asdict(run))
    for kernel, fields in zip(run.kernels, plain["kernels"], strict=True):
        derived = (
            "label",
            "has_closed_form",
            "half_life_steps",
            "half_life_epochs",
            "time_scale_steps",
            "time_scale_epochs",
            "decay_alone",
            "gradient_share",
        )
        fields["facts"].update(
            {name: _plain(getattr(kernel.facts, name)) for name in derived}
        )
    return plain


def _plain(value: Any) -> Any:
    """Makes JSON of what `asdict` returns."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value
