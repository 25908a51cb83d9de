"""Time of the server's answers, against one tensor per kernel; and by size."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable

import numpy as np

from benchmarks.http_client import fetch
from benchmarks.measurement import Row, interleaved, milliseconds_row, speedup_row
from benchmarks.per_kernel_plugin import write_runs_per_kernel
from benchmarks.served_runs import served
from benchmarks.synthetic_runs import write_runs
from tests.tensorboard_server import Server

_SIZE = (10, 300, 100)
_SIZES = (
    _SIZE,
    *((n_runs, 300, 100) for n_runs in (5, 20, 40)),
    *((10, n_steps, 100) for n_steps in (100, 1000)),
    *((10, 300, n_kernels) for n_kernels in (25, 400)),
)
_MAX_POINTS = 10_000
_KEEP_ALL = "--samples_per_plugin=wdnorm=0,per_kernel=0"


def against_one_tensor_per_kernel(n_rounds: int = 9) -> list[Row]:
    """Measures the means of 10 runs × 300 steps × 100 kernels, through HTTP."""

    def write(logdir: str) -> None:
        write_runs(f"{logdir}/frames", *_SIZE)
        write_runs_per_kernel(f"{logdir}/per_kernel", *_SIZE)

    module = "benchmarks.per_kernel_plugin"
    with served(write, _KEEP_ALL, module=module) as server:
        variants = _variants(server)
        variants["per kernel"] = functools.partial(
            _taken_s, f"{server.url}/data/plugin/per_kernel/means"
        )
        times = interleaved(variants, n_rounds)
    cold = times["cold"]
    return [
        milliseconds_row("first request (cold)", cold, 500),
        milliseconds_row("the same again, nothing new (warm)", times["warm"], 30),
        milliseconds_row("the same with `If-None-Match`: 304", times["304"], 30),
        milliseconds_row("not asked before, nothing new", times["other"]),
        milliseconds_row("one tensor per kernel and step", times["per kernel"]),
        speedup_row(
            "cold, against one tensor per kernel", cold, times["per kernel"], 15
        ),
    ]


def by_size(n_rounds: int = 5) -> list[Row]:
    """Measures the means of few and many runs, steps and kernels."""
    rows = []
    for n_runs, n_steps, n_kernels in _SIZES:
        write = functools.partial(
            write_runs, n_runs=n_runs, n_frames=n_steps, n_kernels=n_kernels
        )
        with served(write, _KEEP_ALL) as server:
            times = interleaved(_variants(server), n_rounds)
        cold, other, warm = (
            np.median(times[name]) * 1e3 for name in ("cold", "other", "warm")
        )
        rows.append(
            Row(
                f"{n_runs} runs × {n_steps} steps × {n_kernels} kernels",
                f"cold {cold:.0f} ms, not asked before {other:.0f} ms, "
                f"warm {warm:.1f} ms",
            )
        )
    return rows


def _variants(server: Server) -> dict[str, Callable[[], float]]:
    """Ways of asking for all means."""
    means = f"data/plugin/wdnorm/series?max_points={_MAX_POINTS}"
    known = fetch(f"{server.url}/{means}").etag
    numbers = itertools.count(1)

    def cold() -> float:
        # Of an experiment that it does not know the plugin has nothing in memory;
        # TensorBoard itself has the same data for all.
        return _taken_s(f"{server.url}/experiment/{next(numbers)}/{means}")

    def not_asked_before() -> float:
        other = f"data/plugin/wdnorm/series?max_points={_MAX_POINTS - next(numbers)}"
        return _taken_s(f"{server.url}/{other}")

    return {
        "cold": cold,
        "warm": lambda: _taken_s(f"{server.url}/{means}"),
        "304": lambda: _taken_s(f"{server.url}/{means}", known),
        "other": not_asked_before,
    }


def _taken_s(url: str, etag: str | None = None) -> float:
    fetched = fetch(url, etag)
    wanted = 200 if etag is None else 304
    if fetched.status != wanted:
        raise RuntimeError(f"{url} must answer {wanted}. Received: {fetched.status}")
    return fetched.taken_s
