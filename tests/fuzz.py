"""Asks a plugin about many logs, few of which make sense.

    python -m tests.fuzz

It ends with an exception, and the smallest log and queries that lead to it, unless
each query has an answer that a client can read and whose status is no 5xx.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.serve.hostile import ask
from tests.serve.memory_provider import MemoryProvider
from tests.serve.strategies import HEADERS, QUERIES, Log, for_log, logs
from tests.serve.wsgi_app import App

# A few at a time: hypothesis remembers all of them.
_LOGS_AT_ONCE = 250


@dataclass
class Tally:
    """What was put in, and what came out.

    Attributes:
        inputs: How many of each kind.
        statuses: How often which status was answered.
        n_readable: How many of the tensors were frames, and shown.
    """

    inputs: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    n_readable: int = 0

    def __str__(self) -> str:
        inputs = ", ".join(f"{n} {kind}" for kind, n in sorted(self.inputs.items()))
        answers = ", ".join(f"{n} × {s}" for s, n in sorted(self.statuses.items()))
        return f"{inputs}; answers {answers}; {self.n_readable} tensors shown"


def main(argv: Sequence[str] | None = None) -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(description="Asks about nonsensical logs.")
    parser.add_argument(
        "--inputs",
        type=int,
        default=100_000,
        help="metadata, tensors and queries together (default: %(default)s)",
    )
    parser.add_argument("--seed", type=int, default=0, help="(default: %(default)s)")
    arguments = parser.parse_args(argv)
    # It would warn of what is left out, thousands of times.
    logging.disable(logging.WARNING)

    tally = Tally()
    number = arguments.seed
    while tally.inputs.total() < arguments.inputs:
        _ask_about_logs(number, tally)
        number += 1
        print(tally, flush=True)
    print(f"{tally.inputs.total()} inputs, no crash.")


def _ask_about_logs(number: int, tally: Tally) -> None:
    @seed(number)
    @settings(
        max_examples=_LOGS_AT_ONCE,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(logs(), st.lists(st.tuples(QUERIES, HEADERS), min_size=5, max_size=15))
    def ask_about_log(log: Log, asked: list[tuple[str, dict[str, str]]]) -> None:
        app = App(MemoryProvider(log))
        for query, headers in asked:
            tally.statuses[ask(app, for_log(query, log), headers)] += 1
        overview = app.get("overview", headers={"Accept-Encoding": "identity"})
        shown = json.loads(overview.data)["runs"]
        tally.n_readable += sum(run["n_frames"] for run in shown)
        tags = [tag for run in log.values() for tag in run.values()]
        tally.inputs["queries"] += len(asked) + 1
        tally.inputs["metadata"] += len(tags)
        tally.inputs["tensors"] += sum(len(tag.data) for tag in tags)

    ask_about_log()


if __name__ == "__main__":
    main()
