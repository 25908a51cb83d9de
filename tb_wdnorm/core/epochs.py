"""The batches of an epoch, as a distribution."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.frames import EDGES, RunFrames, column_index
from tb_wdnorm.core.histogram import quantile_edges

_COLUMNS = [column_index("mean"), column_index("max")]


def batches_of_epochs(
    run: RunFrames,
) -> tuple[
    npt.NDArray[np.int64],
    npt.NDArray[np.float32],
    npt.NDArray[np.float32],
    npt.NDArray[np.int64],
]:
    """Returns how channel norms are distributed over the frames of each epoch.

    A frame belongs to the epoch whose end is the next: 1 is the first epoch,
    0 what is logged before training. One whose epoch is unknown belongs to none.

    Args:
        run: The run.

    Returns:
        The epochs that have frames, ascending, int64 `[epochs]`; quantiles at
        i/32 of `mean` over the frames of each epoch, float32 `[epochs, kernels,
        33]`, then those of `max`; and the number of frames in each epoch, int64
        `[epochs]`. What is not finite is left out; NaN where nothing is finite.
    """
    known = np.flatnonzero(np.isfinite(run.epochs))
    numbers = np.ceil(run.epochs[known]).astype(np.int64)
    epochs, n_frames = np.unique(numbers, return_counts=True)
    values = run.values[known][..., _COLUMNS]
    edges = np.empty((len(epochs), len(EDGES), *values.shape[1:]), np.float32)
    for index, epoch in enumerate(epochs):
        edges[index] = quantile_edges(values[numbers == epoch])
    of_mean, of_max = edges.transpose(3, 0, 2, 1)
    return epochs, of_mean, of_max, n_frames
