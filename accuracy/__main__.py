"""Measures how often verdicts and suggestions are right, as Markdown."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from accuracy.cases import cases
from accuracy.judge import Outcome, outcomes
from accuracy.suggestions import Try, tries
from tb_wdnorm.core.sentences import title
from tb_wdnorm.core.verdict import VERDICTS


def main() -> None:
    """Trains all cases and sweeps."""
    found = list(outcomes(cases()))
    _print_verdicts(found)
    _print_suggestions(list(tries()))


def _print_verdicts(found: Sequence[Outcome]) -> None:
    judged = [outcome for outcome in found if outcome.truth is not None]
    right = sum(outcome.is_right for outcome in judged)
    wrong = [outcome for outcome in judged if not outcome.is_right]
    confident = sum(outcome.found.verdict.is_certain for outcome in wrong)
    print("### Verdicts\n")
    print(
        f"{right} of {len(judged)} right ({100 * right / len(judged):.1f} %); "
        f"{confident} wrong and certain. {len(found) - len(judged)} more whose truth "
        "is on a boundary are not counted.\n"
    )
    counts = Counter((o.truth, o.found.verdict.name) for o in judged)
    names = [name for name in VERDICTS if any(name in pair for pair in counts)]
    print(f"| truth \\ verdict | {' | '.join(names)} |")
    print("|---" * (len(names) + 1) + "|")
    for truth in names:
        cells = [str(counts[truth, name] or "") for name in names]
        print(f"| **{truth}** | {' | '.join(cells)} |")
    print("\n| training | truth | verdict | measured ratio |")
    print("|---|---|---|---|")
    for outcome in found:
        ratio = "" if math.isnan(outcome.ratio) else f"{outcome.ratio:.3g}"
        mark = "" if outcome.is_right or outcome.truth is None else " **wrong**"
        print(
            f"| {outcome.case.name} | {outcome.truth or 'on a boundary'} | "
            f"{title(outcome.found.verdict)}{mark} | {ratio} |"
        )


def _print_suggestions(found: Sequence[Try]) -> None:
    met = sum(each.has_met for each in found)
    print("\n### Suggestions\n")
    print(f"{met} of {len(found)} within 20 % of their target.\n")
    print("| sweep | target | suggested decay | norm it led to | off by |")
    print("|---|---|---|---|---|")
    for each in found:
        name = f"{each.sweep.model}{' + BN' if each.sweep.has_norm else ''}"
        print(
            f"| {name}, {each.sweep.optimizer} | {each.target:.3g} | {each.decay:.3g} "
            f"| {each.norm:.3g} | {100 * (each.norm / each.target - 1):+.0f} % |"
        )


if __name__ == "__main__":
    main()
