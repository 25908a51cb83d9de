"""The answers of the plugin's routes; see `http_api.md`.

Each function works on plain arguments; `query.py` makes them of a request.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.downsample import bin_middles, bin_starts, reduce_column
from tb_wdnorm.core.frames import EDGES, KernelInfo, RunFrames
from tb_wdnorm.serve.payload import pack

_Arrays = list[npt.NDArray[np.floating[Any]]]


def identifier(name: str) -> str:
    """Returns the id of a run or kernel: short, URL-safe, stable."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def overview(runs: Sequence[RunFrames]) -> dict[str, Any]:
    """Says what there is to see.

    Args:
        runs: All runs, weakest decay first.

    Returns:
        What `http_api.md` calls the overview; JSON can express it.
    """
    return {
        "runs": [_describe_run(run) for run in runs],
        "kernels": [_describe_kernel(kernel) for kernel in kernels_of(runs).values()],
        "baseline": identifier(runs[0].name) if runs else None,
        "norm": runs[0].info.norm if runs else "l2",
    }


def series(
    runs: Sequence[RunFrames],
    kernels: Sequence[str],
    columns: Sequence[str],
    max_points: int,
) -> bytes:
    """Returns statistics along training.

    Args:
        runs: The runs asked for.
        kernels: Paths of the kernels asked for.
        columns: Names of the columns asked for.
        max_points: 3 or more.
    """
    arrays: _Arrays = []
    described = []
    for run in runs:
        starts = bin_starts(len(run.steps), max_points)
        middles = bin_middles(starts, len(run.steps))
        values = [reduce_column(c, _rows(run, kernels, c), starts) for c in columns]
        described.append(
            {
                "id": identifier(run.name),
                **_append(
                    arrays,
                    step=run.steps[middles].astype(np.float64),
                    epoch=run.epochs[middles],
                    wall_time_s=run.wall_times_s[middles],
                    # [columns, points, kernels] to [kernels, columns, points]
                    values=np.stack(values).transpose(2, 0, 1),
                ),
            }
        )
    header = {
        "kernels": [identifier(path) for path in kernels],
        "columns": list(columns),
        "runs": described,
    }
    return pack(header, arrays)


def distributions(
    runs: Sequence[RunFrames], kernels: Sequence[str], steps: Sequence[int]
) -> bytes:
    """Returns the distributions over channels at chosen moments.

    Args:
        runs: The runs asked for.
        kernels: Paths of the kernels asked for.
        steps: The moments; empty for the last frame of each run.
    """
    arrays: _Arrays = []
    described = []
    for run in runs:
        at = _nearest(run.steps, steps) if steps else np.array([len(run.steps) - 1])
        edges = np.stack([_rows(run, kernels, edge)[at] for edge in EDGES])
        described.append(
            {
                "id": identifier(run.name),
                **_append(
                    arrays,
                    step=run.steps[at].astype(np.float64),
                    epoch=run.epochs[at],
                    # [edges, steps, kernels] to [kernels, steps, edges]
                    edges=edges.transpose(2, 1, 0),
                    mean=_rows(run, kernels, "mean")[at].T,
                    max=_rows(run, kernels, "max")[at].T,
                ),
            }
        )
    header = {
        "kernels": [identifier(path) for path in kernels],
        "steps": list(steps),
        "runs": described,
    }
    return pack(header, arrays)


def kernels_of(runs: Sequence[RunFrames]) -> dict[str, KernelInfo]:
    """Returns the union of the runs' kernels by path, in model order."""
    kernels: dict[str, KernelInfo] = {}
    for run in runs:
        for kernel in run.info.kernels:
            kernels.setdefault(kernel.path, kernel)
    return kernels


def _describe_run(run: RunFrames) -> dict[str, Any]:
    last_epoch = float(run.epochs[-1])
    return {
        "id": identifier(run.name),
        "name": run.name,
        "label": run.info.label,
        "decay": run.info.decay_strength,
        "kernels": [identifier(path) for path in run.paths],
        "n_frames": len(run.steps),
        "first_step": int(run.steps[0]),
        "last_step": int(run.steps[-1]),
        "last_epoch": last_epoch if math.isfinite(last_epoch) else None,
        "first_wall_time_s": float(run.wall_times_s[0]),
        "last_wall_time_s": float(run.wall_times_s[-1]),
    }


def _describe_kernel(kernel: KernelInfo) -> dict[str, Any]:
    return {
        "id": identifier(kernel.path),
        "path": kernel.path,
        "layer": kernel.layer,
        "layer_class": kernel.layer_class,
        "role": kernel.role,
        "shape": list(kernel.shape),
        "channel_axes": list(kernel.channel_axes),
        "n_channels": kernel.n_channels,
        "group": kernel.group,
        "target": None if kernel.target is None else list(kernel.target),
    }


def _rows(
    run: RunFrames, kernels: Sequence[str], column: str
) -> npt.NDArray[np.float32]:
    """One statistic of the wanted kernels; `[frames, kernels]`, NaN if missing."""
    position = {path: index for index, path in enumerate(run.paths)}
    values = np.full((len(run.steps), len(kernels)), np.nan, np.float32)
    present = [i for i, path in enumerate(kernels) if path in position]
    values[:, present] = run.column(column)[:, [position[kernels[i]] for i in present]]
    return values


def _nearest(
    steps: npt.NDArray[np.int64], wanted: Sequence[int]
) -> npt.NDArray[np.intp]:
    """Indices of the frames nearest to the wanted steps, the earlier of two."""
    distance = np.abs(steps[np.newaxis, :] - np.array(wanted, np.int64)[:, np.newaxis])
    return np.argmin(distance, axis=1)


def _append(arrays: _Arrays, **named: npt.NDArray[np.floating[Any]]) -> dict[str, int]:
    """Adds arrays to an answer; returns where each of them went."""
    indices = {}
    for name, array in named.items():
        indices[name] = len(arrays)
        arrays.append(array)
    return indices
