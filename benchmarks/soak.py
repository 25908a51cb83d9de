"""Many clients at once, some of them difficult, while the log grows.

    python -m benchmarks.soak --clients 50 --seconds 60

Ends with status 1 if any answer was wrong, the server's memory grew, or the
difficult clients slowed down the others.
"""

from __future__ import annotations

import argparse
import collections
import random
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.difficult_clients import difficult_clients
from benchmarks.growing_log import N_RUNS, growing_log
from benchmarks.page_client import PageClient
from benchmarks.served_runs import megabytes
from tb_wdnorm.core.frames import COLUMNS
from tests.tensorboard_server import Server, running_tensorboard

# The answers to a log that grows fill the cache; what grows beyond is a leak.
_CACHE_MB = 64
_MAX_GROWTH = 1.25
_MAX_SLOWDOWN = 1.5
_ALLOWED_S = 0.1
_QUANTILES = (0.5, 0.95)


@dataclass
class Period:
    """What was answered in a part of the time.

    Attributes:
        taken_s: Seconds that each answer took, by route.
        errors: What was wrong, in words.
    """

    taken_s: dict[str, list[float]] = field(
        default_factory=lambda: collections.defaultdict(list)
    )
    errors: list[str] = field(default_factory=list)

    def quantiles_s(self) -> list[float]:
        """Returns the median and the 95 % quantile of all answers, in seconds."""
        taken_s = [taken for of_route in self.taken_s.values() for taken in of_route]
        return np.quantile(taken_s, _QUANTILES).tolist()


@dataclass(frozen=True)
class Report:
    """What a soak found.

    Attributes:
        warm_up: The first quarter of the time.
        undisturbed: The second quarter.
        disturbed: The rest, with difficult clients.
        before_mb: The server's memory after the warm-up, in millions of bytes.
        after_mb: The same at the end.
    """

    warm_up: Period
    undisturbed: Period
    disturbed: Period
    before_mb: float
    after_mb: float

    @property
    def errors(self) -> list[str]:
        """Every answer that was wrong, in words."""
        periods = (self.warm_up, self.undisturbed, self.disturbed)
        return [error for period in periods for error in period.errors]

    @property
    def failures(self) -> list[str]:
        """Everything that must not be, in words."""
        found = self.errors
        if self.after_mb > _MAX_GROWTH * self.before_mb:
            found.append(f"memory grew to {self.after_mb / self.before_mb:.2f} ×")
        before, after = self.undisturbed.quantiles_s(), self.disturbed.quantiles_s()
        for quantile, before_s, after_s in zip(_QUANTILES, before, after, strict=True):
            if after_s > _MAX_SLOWDOWN * before_s + _ALLOWED_S:
                found.append(
                    f"difficult clients make {quantile:.0%} of the answers take up to "
                    f"{after_s:.2f} s instead of {before_s:.2f} s"
                )
        return found


def soak(n_clients: int, seconds: float, n_difficult: int) -> Report:
    """Asks a TensorBoard whose log grows for everything that the page asks for.

    Args:
        n_clients: Clients that ask at once, each without a pause.
        seconds: For how long.
        n_difficult: Number of each kind of `difficult_clients`.
    """
    with (
        tempfile.TemporaryDirectory() as logdir,
        growing_log(logdir),
        running_tensorboard(Path(logdir), f"--wdnorm_cache_mb={_CACHE_MB}") as server,
    ):
        _wait_for_runs(server)
        warm_up = _ask(server, n_clients, seconds / 4)
        before = megabytes(server.pid)
        undisturbed = _ask(server, n_clients, seconds / 4)
        long_answer = (
            f"{server.url}/data/plugin/wdnorm/series?raw=true&columns="
            + ",".join(COLUMNS)
        )
        with difficult_clients(long_answer, n_difficult):
            disturbed = _ask(server, n_clients, seconds / 2)
        after = megabytes(server.pid)
    return Report(warm_up, undisturbed, disturbed, before["itself"], after["itself"])


def _wait_for_runs(server: Server) -> None:
    while len(server.plugin("overview").json()["runs"]) < N_RUNS:
        time.sleep(0.5)


def _ask(server: Server, n_clients: int, seconds: float) -> Period:
    period = Period()
    until_s = time.monotonic() + seconds

    def ask(seed: int) -> None:
        client = PageClient(f"{server.url}/data/plugin/wdnorm", random.Random(seed))
        while time.monotonic() < until_s:
            route, taken_s, error = client.ask()
            period.taken_s[route].append(taken_s)
            if error is not None:
                period.errors.append(f"{route}: {error}")

    clients = [threading.Thread(target=ask, args=[n]) for n in range(n_clients)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return period


def _print(report: Report) -> None:
    print("| route | answers | median | 95 % | median, disturbed | 95 %, disturbed |")
    print("|---|---|---|---|---|---|")
    before, after = report.undisturbed.taken_s, report.disturbed.taken_s
    for route in sorted(before):
        cells = [str(len(before[route]) + len(after[route]))]
        cells += [
            f"{quantile * 1e3:.0f} ms"
            for period in (before, after)
            for quantile in np.quantile(period[route] or [np.nan], _QUANTILES)
        ]
        print(f"| {route} | {' | '.join(cells)} |")
    print(
        f"\nMemory of the server: {report.before_mb:.0f} MB after a quarter of the "
        f"time, {report.after_mb:.0f} MB at the end."
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints a report; returns 1 if anything failed, else 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument(
        "--difficult", type=int, default=20, help="clients of each difficult kind"
    )
    asked = parser.parse_args(arguments)
    report = soak(asked.clients, asked.seconds, asked.difficult)
    _print(report)
    failures = collections.Counter(report.failures)
    for failure, count in failures.most_common(20):
        print(f"FAILED {count} ×: {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
