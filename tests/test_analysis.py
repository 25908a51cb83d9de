"""What is found about the demo's sweep, against the numbers it logged."""

from __future__ import annotations

from pathlib import Path

import pytest

import tb_wdnorm
from tb_wdnorm.core.finding import Findings, KernelFinding

KERNELS = ("input/kernel", "bottleneck/kernel", "output/kernel")


@pytest.fixture(scope="module")
def findings(demo_logs: Path) -> Findings:
    return tb_wdnorm.analyze(demo_logs)


@pytest.fixture(scope="module")
def norms(demo_logs: Path) -> dict[str, dict[str, tuple[float, float, float]]]:
    """First and last mean, and last std over mean, by run and kernel."""
    return {
        name: {
            path: (
                float(run.column("mean")[0, row]),
                float(run.column("mean")[-1, row]),
                float(run.column("std")[-1, row] / run.column("mean")[-1, row]),
            )
            for row, path in enumerate(run.paths)
        }
        for name, run in tb_wdnorm.read_logdir(demo_logs).items()
    }


Norms = dict[str, dict[str, tuple[float, float, float]]]


def kernel(findings: Findings, run: str, path: str) -> KernelFinding:
    (found,) = (each for each in findings.runs if each.name == run)
    (kernel,) = (each for each in found.kernels if each.path == path)
    return kernel


def test_baseline_is_the_run_without_decay(findings: Findings) -> None:
    assert findings.baseline == "wd=0"
    verdicts = {kernel(findings, "wd=0", path).verdict.name for path in KERNELS}
    assert verdicts == {"no decay"}


@pytest.mark.parametrize(
    ("path", "direction"),
    [
        ("bottleneck/kernel", "still falling"),
        ("output/kernel", "level for the last"),
    ],
)
def test_2e_3_works_where_it_shrinks(
    findings: Findings, norms: Norms, path: str, direction: str
) -> None:
    found = kernel(findings, "wd=2e-3", path)
    _, last, _ = norms["wd=2e-3"][path]
    below = 1 - last / norms["wd=0"][path][1]
    assert (found.verdict.name, found.verdict.is_certain) == ("working", True)
    assert found.sentence.startswith(f"{path}: working. Norm {last:.2f}"[:-1])
    assert f"{100 * below:.0f} % below the run without decay" in found.sentence
    assert direction in found.sentence


def test_2e_2_is_too_strong_for_all(findings: Findings) -> None:
    verdicts = {kernel(findings, "wd=2e-2", path).verdict for path in KERNELS}
    assert {(v.name, v.is_certain) for v in verdicts} == {("too strong", True)}
    assert "l2=0.02 takes the norm of all kernels to almost 0." in findings.comparisons


def test_no_formula_is_made_up_for_adam(findings: Findings) -> None:
    for path in KERNELS:
        facts = kernel(findings, "wd=2e-3", path).facts
        assert facts.label == "L2 penalty (λ = 0.004)"
        assert not facts.has_closed_form


def test_which_kernels_2e_3_shrinks_more(findings: Findings, norms: Norms) -> None:
    change = {
        path: norms["wd=2e-3"][path][1] / norms["wd=2e-4"][path][1] for path in KERNELS
    }
    assert change["input/kernel"] > 1.05
    assert change["bottleneck/kernel"] < 0.95
    assert change["output/kernel"] < 0.95
    by = {path: f"{100 * abs(ratio - 1):.0f} %" for path, ratio in change.items()}
    assert findings.comparisons[0] == (
        f"l2=0.002 shrinks bottleneck/kernel (by {by['bottleneck/kernel']}) and "
        f"output/kernel (by {by['output/kernel']}) more than l2=2e-4 does, but not "
        f"input/kernel ({by['input/kernel']} larger)."
    )


def test_where_the_spread_becomes_smaller(findings: Findings, norms: Norms) -> None:
    said = findings.comparisons[1]
    assert said.startswith(
        "Relative to the mean, the spread across channels with l2=0.002 is, compared "
        "with l2=2e-4, smaller in input/kernel ("
    )
    assert "bottleneck/kernel" in said
    for path in ("input/kernel", "bottleneck/kernel"):
        assert norms["wd=2e-3"][path][2] < 0.5 * norms["wd=2e-4"][path][2]


def test_which_norms_grow_in_spite_of_decay(findings: Findings, norms: Norms) -> None:
    grown = [
        f"{path} ({first:.3g} → {last:.3g})"
        for path, (first, last, _) in norms["wd=2e-4"].items()
        if last > 1.05 * first
    ]
    assert len(grown) == 2
    assert (
        f"In spite of l2=2e-4, the norms of {' and '.join(grown)} grow."
        in findings.comparisons
    )
    for first, last, _ in norms["wd=2e-3"].values():
        assert last < first


def test_decay_to_try_for_a_target_lies_between_those_around_it(
    demo_logs: Path, norms: Norms
) -> None:
    found = tb_wdnorm.analyze(demo_logs, targets={"Conv1D": (0.8, 0.85)})
    (response,) = (r for r in found.responses if r.name == "output/kernel")
    suggestion = response.suggestion
    assert norms["wd=2e-4"]["output/kernel"][1] > 0.85
    assert norms["wd=2e-3"]["output/kernel"][1] < 0.8
    assert suggestion is not None
    assert suggestion.decay is not None
    assert 2e-4 < suggestion.decay < 2e-3


def test_target_that_nothing_reached_has_a_direction_only(demo_logs: Path) -> None:
    found = tb_wdnorm.analyze(
        demo_logs, runs="2e-[34]$", targets={"Conv1D": (0.3, 0.4)}
    )
    (response,) = (r for r in found.responses if r.name == "output/kernel")
    assert response.suggestion is not None
    assert response.suggestion.decay is None
    assert response.suggestion.direction == "more"
