"""The routes of `http_api.md`: from a query to an answer, which others make."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from tb_wdnorm.core.export import csv_lines, json_lines
from tb_wdnorm.core.frames import EDGES, STATISTICS
from tb_wdnorm.core.seeds import replicates
from tb_wdnorm.serve import query
from tb_wdnorm.serve.asked import Asked, asked_baseline, baseline_frames, frames_of
from tb_wdnorm.serve.distributions import distributions, over_batches, over_channels
from tb_wdnorm.serve.findings import findings
from tb_wdnorm.serve.json_value import well_formed
from tb_wdnorm.serve.overview import overview
from tb_wdnorm.serve.series import Resolution, merged_series, series
from tb_wdnorm.serve.snapshot import snapshot
from tb_wdnorm.serve.store import ListedRun, Listing
from tb_wdnorm.serve.view import after

_Parameters = Mapping[str, str]

FRAMED = "application/octet-stream"
JSON = "application/json"
_GZIP_LEVEL = 3
# Numbers per frame and kernel: the edges, the mean and the max.
_N_DISTRIBUTION = 35
_OVER = {"channels": over_channels, "batches": over_batches}
_FORMATS = {
    "csv": ("text/csv; charset=utf-8", STATISTICS, csv_lines),
    "json": ("application/json", EDGES, json_lines),
}


class Answer(NamedTuple):
    """An answer that need not be made if it is known.

    Attributes:
        content_type: Its type.
        runs: The runs that it is made of.
        state: What else it depends on, beside the parameters.
        make: Makes its content, gzip'ed.
    """

    content_type: str
    runs: Sequence[ListedRun]
    state: object
    make: Callable[[], bytes]


class Export(NamedTuple):
    """A table that is made while it is sent.

    Attributes:
        content_type: Its type.
        name: Name of the file.
        lines: Its lines.
    """

    content_type: str
    name: str
    lines: Iterator[str]


class Route(NamedTuple):
    """A route.

    Attributes:
        parameters: Names of the parameters that it has.
        answer: Reads them and answers.
    """

    parameters: Sequence[str]
    answer: Callable[[_Parameters, Listing], Answer | Export]


def _overview(_: _Parameters, listing: Listing) -> Answer:
    runs = listing.runs()
    now_s = time.time()

    def make() -> bytes:
        described = overview([run.summary for run in runs], now_s)
        text = json.dumps(described, allow_nan=False)
        return gzip.compress(text.encode(), _GZIP_LEVEL, mtime=0)

    growing = [run.summary.is_growing(now_s) for run in runs]
    return Answer(JSON, runs, growing, make)


def _series(args: _Parameters, listing: Listing) -> Answer:
    runs = query.runs(args, listing)
    asked = Asked.of(args, listing, runs)
    since = query.since(args, len(runs))
    merges = query.choice(args, "seeds", ("each", "merge")) == "merge"
    resolution = Resolution(
        columns=query.columns(args),
        max_points=query.max_points(args),
        rounded=query.choice(args, "raw", ("false", "true")) == "false",
    )
    n_points = sum(
        min(run.summary.n_frames_after(step), resolution.max_points)
        for run, step in zip(runs, since, strict=True)
    )
    n_columns = len(resolution.columns) * (3 if merges else 1)
    query.check_size(
        n_points * len(asked.kernels) * n_columns,
        "`runs`, `kernels`, `columns` and `max_points`",
    )

    def make() -> bytes:
        view = asked.view(resolution.columns)
        since_by_run = dict(zip([run.summary.name for run in runs], since, strict=True))
        if not merges:
            each = (
                view.of(run, after(run, since_by_run[run.name]))
                for run in frames_of(runs, with_edges=view.with_edges)
            )
            return series(each, asked.texts, resolution)
        by_name = {run.summary.name: run for run in runs}
        alike = replicates([run.summary.without_frames for run in runs])
        sets = (
            [
                view.of(run)
                for run in frames_of(
                    (by_name[same.name] for same in runs_alike),
                    with_edges=view.with_edges,
                )
            ]
            for runs_alike in alike
        )
        return merged_series(sets, since_by_run, asked.texts, resolution)

    return Answer(FRAMED, asked.and_baseline(runs), None, make)


def _snapshot(args: _Parameters, listing: Listing) -> Answer:
    runs = query.runs(args, listing)
    asked = Asked.of(args, listing, runs)
    columns = query.columns(args)
    step = query.step(args)
    query.check_size(
        len(runs) * len(asked.kernels) * len(columns), "`runs`, `kernels` and `columns`"
    )

    def make() -> bytes:
        view = asked.view(columns)
        each = frames_of(runs, with_edges=view.with_edges)
        return snapshot(each, view, columns, step)

    return Answer(FRAMED, asked.and_baseline(runs), None, make)


def _distributions(args: _Parameters, listing: Listing) -> Answer:
    runs = query.runs(args, listing)
    asked = Asked.of(args, listing, runs)
    steps = query.steps(args)
    over = query.choice(args, "over", tuple(_OVER))
    query.check_size(
        len(runs) * len(asked.kernels) * max(1, len(steps)) * _N_DISTRIBUTION,
        "`runs`, `kernels` and `steps`",
    )

    def make() -> bytes:
        view = asked.view(EDGES if over == "channels" else ())
        each = frames_of(runs, with_edges=view.with_edges)
        return distributions(each, view, steps, _OVER[over])

    return Answer(FRAMED, asked.and_baseline(runs), None, make)


def _findings(args: _Parameters, listing: Listing) -> Answer:
    runs = query.runs(args, listing)
    baseline = asked_baseline(args, listing)
    details = query.choice(args, "details", ("true", "false")) == "true"

    def make() -> bytes:
        against = None
        if baseline is not None:
            against = baseline_frames(baseline, with_edges=True)
        each = frames_of(runs, with_edges=True)
        content = findings(against, each, details=details)
        return gzip.compress(content, _GZIP_LEVEL, mtime=0)

    return Answer(JSON, runs if baseline is None else [*runs, baseline], None, make)


def _export(args: _Parameters, listing: Listing) -> Export:
    runs = query.runs(args, listing)
    asked = Asked.of(args, listing, runs)
    extension = query.choice(args, "format", tuple(_FORMATS))
    content_type, columns, lines = _FORMATS[extension]
    view = asked.view(columns)
    rows = (
        replace(view.rows(run), name=well_formed(run.name))
        for run in frames_of(runs, with_edges=view.with_edges)
    )
    return Export(content_type, f"kernel_norms.{extension}", lines(rows))


ROUTES = {
    "overview": Route((), _overview),
    "series": Route(
        (
            *("runs", "kernels", "columns", "relative", "baseline"),
            *("max_points", "since", "raw", "seeds"),
        ),
        _series,
    ),
    "snapshot": Route(
        ("runs", "kernels", "columns", "relative", "baseline", "step"), _snapshot
    ),
    "distributions": Route(("runs", "kernels", "steps", "over"), _distributions),
    "findings": Route(("runs", "baseline", "details"), _findings),
    "export": Route(("runs", "kernels", "format"), _export),
}
"""All routes that answer with data, by name."""
