"""Assembling a frame from arrays and the state of the training."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.frames import COLUMNS, EDGES, STATISTICS, RunInfo, column_index
from tb_wdnorm.core.norms import channel_norms, statistics


def frame_values(
    info: RunInfo,
    arrays: Sequence[npt.NDArray[np.floating[Any]]],
    *,
    epoch: float = math.nan,
    learning_rate: float = math.nan,
) -> npt.NDArray[np.float32]:
    """Computes the statistics of all kernels.

    Args:
        info: The kernels.
        arrays: Their values, float32 or wider, in the same order.
        epoch: Epochs trained so far, fractional.
        learning_rate: Learning rate of the next update.

    Returns:
        float32 `[kernels, columns]`, columns as in `COLUMNS`.
    """
    values = np.full((len(arrays), len(COLUMNS)), np.nan, np.float32)
    edges = column_index(EDGES[0])
    # Values that are not finite are expected here, and counted.
    with np.errstate(all="ignore"):
        for row, kernel, array in zip(values, info.kernels, arrays, strict=True):
            norms = channel_norms(np, array, kernel.channel_axes)
            computed = statistics(np, norms)
            row[: len(STATISTICS)] = computed[: len(STATISTICS)]
            row[edges:] = computed[len(STATISTICS) :]
    decays = [kernel.decay for kernel in info.kernels]
    values[:, column_index("epoch")] = epoch
    values[:, column_index("learning_rate")] = learning_rate
    # L2(ℓ) adds ℓΣw² to the loss, hence 2ℓ·w to the gradient.
    values[:, column_index("l2")] = [2 * decay.l2 for decay in decays]
    values[:, column_index("weight_decay")] = [decay.weight_decay for decay in decays]
    return values
