"""Distributions at chosen moments; see `http_api.md`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.epochs import batches_of_epochs
from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.core.sweep import at_step
from tb_wdnorm.serve.framed import Arrays
from tb_wdnorm.serve.identifier import identifier
from tb_wdnorm.serve.view import View

_NamedArrays = dict[str, npt.NDArray[Any]]

_MAX_EPOCH = 2**53


def over_channels(run: RunFrames, at: npt.NDArray[np.intp], view: View) -> _NamedArrays:
    """Returns the distributions over channels in some frames of a run."""
    rows = view.rows(run.take(at))
    return {
        "step": rows.steps.astype(np.float64),
        "epoch": run.epochs[at],
        # [steps, kernels, edges] to [kernels, steps, edges]
        "edges": rows.edges.transpose(1, 0, 2),
        "mean": rows.column("mean").T,
        "max": rows.column("max").T,
    }


def over_batches(run: RunFrames, at: npt.NDArray[np.intp], view: View) -> _NamedArrays:
    """Returns the distributions over the batches of the epochs of some frames."""
    epoch_of = np.ceil(run.epochs.astype(np.float64))
    epoch_of[~(np.abs(epoch_of) < _MAX_EPOCH)] = np.nan
    epoch = epoch_of[at]
    # Of the others no quantiles are needed. NaN is in none.
    rows = view.rows(run.take(np.isin(epoch_of, epoch)))
    epochs, edges_of_mean, edges_of_max, n_frames = batches_of_epochs(rows)
    row = {float(found): index for index, found in enumerate(epochs)}
    # The last row is that of an epoch that is not known.
    at_epoch = [row.get(wanted, -1) for wanted in epoch.tolist()]

    def by_kernel(edges: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        unknown = np.full((1, *edges.shape[1:]), np.nan, np.float32)
        return np.concatenate([edges, unknown])[at_epoch].transpose(1, 0, 2)

    return {
        "step": run.steps[at].astype(np.float64),
        "epoch": epoch,
        "n_frames": np.append(n_frames, 0).astype(np.float64)[at_epoch],
        "edges_of_mean": by_kernel(edges_of_mean),
        "edges_of_max": by_kernel(edges_of_max),
    }


Over = Callable[[RunFrames, npt.NDArray[np.intp], View], _NamedArrays]


def distributions(
    runs: Iterable[RunFrames], view: View, steps: Sequence[int], over: Over
) -> bytes:
    """Returns distributions at chosen moments.

    Args:
        runs: The runs asked for, as they were recorded.
        view: The kernels asked for.
        steps: The moments; empty for the last frame of each run.
        over: `over_channels` or `over_batches`.
    """
    wanted: Sequence[int | None] = steps or [None]
    arrays = Arrays()
    described = []
    for run in runs:
        at = np.array([at_step(run, step) for step in wanted])
        added = arrays.add(**over(run, at, view))
        described.append({"id": identifier(run.name), **added})
    kernels = [item.text for item in view.kernels]
    header = {"kernels": kernels, "steps": list(steps), "runs": described}
    return arrays.pack(header)
