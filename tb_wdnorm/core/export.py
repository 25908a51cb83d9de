"""Frames as a table: one row per run, step and kernel."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from tb_wdnorm.core.frames import EDGES, RunFrames

_STATISTICS = ("mean", "max", "min", "std", "total")
_STATE = ("learning_rate", "l2", "weight_decay")
_MEASURED = ("epoch", *_STATISTICS, *_STATE)

FIELDS = (
    "run",
    "step",
    "wall_time_s",
    "epoch",
    "kernel",
    "group",
    "n_channels",
    *_STATISTICS,
    "nonfinite",
    *_STATE,
)
"""Columns of the table, in order."""


def rows(
    runs: Iterable[RunFrames], *, with_edges: bool = False
) -> Iterator[dict[str, Any]]:
    """Yields the rows of the table, run by run, step by step.

    A kernel that a frame lacks has no row there.

    Args:
        runs: The runs.
        with_edges: Whether a row ends with `edges`, the list of the 33
            quantiles at i/32.

    Yields:
        Values by `FIELDS`: text, whole numbers and floats; None where a
        statistic is not a finite number.
    """
    for run in runs:
        for t, step in enumerate(run.steps):
            for k, kernel in enumerate(run.info.kernels):
                statistics = dict(zip(run.columns, run.values[t, k], strict=True))
                if np.isnan(statistics["nonfinite"]):
                    continue
                row = {
                    "run": run.name,
                    "step": int(step),
                    "wall_time_s": float(run.wall_times_s[t]),
                    "kernel": kernel.path,
                    "group": kernel.group,
                    "n_channels": kernel.n_channels,
                    "nonfinite": _count(statistics["nonfinite"]),
                }
                row |= {name: _number(statistics[name]) for name in _MEASURED}
                row = {field: row[field] for field in FIELDS}
                if with_edges:
                    row["edges"] = [_number(statistics[edge]) for edge in EDGES]
                yield row


def csv_lines(runs: Iterable[RunFrames]) -> Iterator[str]:
    """Yields the table as CSV (RFC 4180, header first), line by line.

    Cells are empty where a statistic is not a finite number.
    """
    line = io.StringIO()
    writer = csv.DictWriter(line, FIELDS)
    writer.writeheader()
    yield line.getvalue()
    for row in rows(runs):
        line.seek(0)
        line.truncate()
        writer.writerow(row)
        yield line.getvalue()


def json_lines(runs: Iterable[RunFrames]) -> Iterator[str]:
    """Yields the table as a JSON array of objects, with edges, line by line.

    A statistic that is not a finite number is `null`.
    """
    separator = "["
    for row in rows(runs, with_edges=True):
        yield f"{separator}\n{json.dumps(row, allow_nan=False)}"
        separator = ","
    yield "[]\n" if separator == "[" else "\n]\n"


def _count(value: np.float32) -> int | None:
    return int(value) if np.isfinite(value) else None


def _number(value: np.float32) -> float | None:
    """The shortest decimal that is this float32, or None."""
    return float(str(value)) if np.isfinite(value) else None
