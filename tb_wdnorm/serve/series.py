"""Statistics along training; see `http_api.md`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.downsample import bin_middles, bin_starts, reduce_column
from tb_wdnorm.core.frames import RunFrames, column_index
from tb_wdnorm.core.seeds import SeedBand, over_seeds, replicates
from tb_wdnorm.serve.framed import Arrays
from tb_wdnorm.serve.identifier import identifier
from tb_wdnorm.serve.view import after

_Starts = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Resolution:
    """Which numbers of a series are sent, and how.

    Attributes:
        columns: Names of the columns.
        max_points: Points per series at the most, 3 or more.
        rounded: Whether float32 is rounded.
    """

    columns: Sequence[str]
    max_points: int
    rounded: bool


def series(
    runs: Iterable[RunFrames], kernels: Sequence[str], resolution: Resolution
) -> bytes:
    """Returns statistics along training.

    Args:
        runs: The runs, with a row per kernel asked for.
        kernels: The kernels as they were asked for.
        resolution: The numbers to send.
    """
    arrays = Arrays()
    described = []
    for run in runs:
        starts = bin_starts(len(run.steps), resolution.max_points)
        added = arrays.add(
            **_moments(run, starts),
            values=_reduce(run, run.values, starts, resolution.columns),
        )
        described.append({"id": identifier(run.name), **added})
    return _pack(arrays, kernels, resolution, described)


def merged_series(
    sets: Iterable[Sequence[RunFrames]],
    since: Mapping[str, int | None],
    kernels: Sequence[str],
    resolution: Resolution,
) -> bytes:
    """Returns statistics along training with their range over seeds.

    Args:
        sets: Runs that differ in the seed only, with a row per kernel asked for.
        since: The step after which points are sent, by name of the run; the
            least of a set counts, and None before all others.
        kernels: The kernels as they were asked for.
        resolution: The numbers to send.
    """
    arrays = Arrays()
    described = []
    # Runs that have been written to since they were listed may differ by now.
    for runs in (alike for listed in sets for alike in replicates(listed)):
        band = _band_after(over_seeds(runs), [since[run.name] for run in runs])
        starts = bin_starts(len(band.n_runs), resolution.max_points)
        columns = resolution.columns
        added = arrays.add(
            **_moments(band.mean, starts),
            values=_reduce(band.mean, band.mean.values, starts, columns),
            low=_reduce(band.mean, band.low, starts, columns, "min"),
            high=_reduce(band.mean, band.high, starts, columns, "max"),
            n_runs=reduce_column("min", band.n_runs.astype(np.float64), starts),
        )
        run_ids = [identifier(run.name) for run in runs]
        described.append({"id": run_ids[0], "runs": run_ids, **added})
    return _pack(arrays, kernels, resolution, described)


def _band_after(band: SeedBand, steps: Sequence[int | None]) -> SeedBand:
    known = [step for step in steps if step is not None]
    part = after(band.mean, min(known) if len(known) == len(steps) else None)
    return SeedBand(
        band.mean.take(part), band.low[part], band.high[part], band.n_runs[part]
    )


def _moments(run: RunFrames, starts: _Starts) -> dict[str, npt.NDArray[Any]]:
    middles = bin_middles(starts, len(run.steps))
    return {
        "step": run.steps[middles].astype(np.float64),
        "epoch": run.epochs[middles],
        "wall_time_s": run.wall_times_s[middles],
    }


def _reduce(
    run: RunFrames,
    values: npt.NDArray[np.float32],
    starts: _Starts,
    columns: Sequence[str],
    how: str | None = None,
) -> npt.NDArray[np.float32]:
    """Puts frames together.

    Args:
        run: Says which columns there are.
        values: `[frames, kernels, columns]`.
        starts: From `bin_starts`.
        columns: Those wanted.
        how: The column to treat them all like; None for each like itself.

    Returns:
        `[kernels, columns, points]`.
    """
    reduced = [
        reduce_column(
            how or column, values[..., column_index(column, run.columns)], starts
        )
        for column in columns
    ]
    return np.stack(reduced).transpose(2, 0, 1)


def _pack(
    arrays: Arrays,
    kernels: Sequence[str],
    resolution: Resolution,
    described: Sequence[dict[str, Any]],
) -> bytes:
    header = {
        "kernels": list(kernels),
        "columns": list(resolution.columns),
        "rounded": resolution.rounded,
        "runs": described,
    }
    return arrays.pack(header, rounded=resolution.rounded)
