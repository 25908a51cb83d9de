"""Bytes on the wire between the server and the page."""

from __future__ import annotations

import json

from benchmarks.http_client import Fetched, fetch
from benchmarks.measurement import Row, kilobytes_row
from benchmarks.served_runs import served
from benchmarks.synthetic_runs import write_runs

_SIZE = (20, 500, 54)
_N_VISIBLE = 12
# What the page asks for to show the mean and a band.
_TRENDS = "columns=mean,max,q4,q28&max_points=400"


def page() -> list[Row]:
    """Measures what the page of 20 runs × 500 steps × 54 kernels asks for."""
    with served(lambda logdir: write_runs(logdir, *_SIZE)) as server:

        def get(route: str) -> Fetched:
            return fetch(f"{server.url}/data/plugin/wdnorm/{route}")

        first = get("overview")
        overview = json.loads(first.text())
        visible = ",".join(kernel["id"] for kernel in overview["kernels"][:_N_VISIBLE])
        screen = get(f"series?kernels={visible}&{_TRENDS}")
        last_but_one = overview["runs"][0]["last_step"] - 1
        live = get(f"series?since={last_but_one}&{_TRENDS}")
        everything = get(f"series?{_TRENDS}")
    return [
        kilobytes_row("overview", first.n_bytes),
        kilobytes_row(f"the first {_N_VISIBLE} kernels of all runs", screen.n_bytes),
        kilobytes_row("overview and first screen", first.n_bytes + screen.n_bytes, 500),
        kilobytes_row(
            "a live step of everything, with the overview",
            first.n_bytes + live.n_bytes,
            100,
        ),
        kilobytes_row("everything", everything.n_bytes),
    ]
