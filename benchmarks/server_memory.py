"""Time and memory of 100 runs × 500 steps × 200 kernels: 1.76 GB of frames."""

from __future__ import annotations

import os

from benchmarks.http_client import fetch
from benchmarks.measurement import Row, milliseconds_row
from benchmarks.served_runs import megabytes, served
from benchmarks.synthetic_runs import copy_runs, write_runs

_N_DECAYS = 10
_N_SEEDS = 10
_CACHE_MB = 512
_NEEDED_BYTES = 8e9


def many_runs(n_rounds: int = 11) -> list[Row]:
    """Measures the overview, and what asking for everything leaves in memory."""
    free_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES")
    if free_bytes < _NEEDED_BYTES:
        return [Row("not measured", f"{free_bytes / 1e9:.1f} GB of memory are free")]

    def write(logdir: str) -> None:
        write_runs(logdir, _N_DECAYS, n_frames=500, n_kernels=200)
        copy_runs(logdir, _N_SEEDS)

    with served(write, f"--wdnorm_cache_mb={_CACHE_MB}") as server:
        plugin = f"{server.url}/data/plugin/wdnorm"
        before = megabytes(server.pid)
        first = fetch(f"{plugin}/overview")
        again = [fetch(f"{plugin}/overview") for _ in range(n_rounds)]
        same = [fetch(f"{plugin}/overview", first.etag) for _ in range(n_rounds)]
        after_overview = megabytes(server.pid)
        everything = fetch(f"{plugin}/series?max_points=400")
        everything_again = fetch(f"{plugin}/series?max_points=400")
        after_all = megabytes(server.pid)
    return [
        Row("overview, first request (cold)", f"{first.taken_s:.2f} s"),
        milliseconds_row(
            "overview again (warm)", [fetched.taken_s for fetched in again], 1000
        ),
        milliseconds_row(
            "overview with `If-None-Match`", [fetched.taken_s for fetched in same]
        ),
        Row("all means, first request", f"{everything.taken_s:.2f} s"),
        Row("all means again", f"{everything_again.taken_s:.2f} s"),
        _memory_row("TensorBoard's memory before", before["itself"]),
        _memory_row("after the overview", after_overview["itself"]),
        _memory_row("after all means", after_all["itself"]),
        _memory_row("of its data server", after_all["children"]),
    ]


def _memory_row(what: str, n_megabytes: float) -> Row:
    return Row(what, f"{n_megabytes:.0f} MB")
