"""Assembling a frame from arrays and the state of the training."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.frames import (
    COLUMNS,
    EDGES,
    STATISTICS,
    KernelInfo,
    RunInfo,
    column_index,
)
from tb_wdnorm.core.norm_kinds import L2, NORMS, Norm
from tb_wdnorm.core.norms import channel_norms, statistics

# Weights above which copying takes longer than the calls that it saves.
_N_COPIED = 1 << 14


def kernel_statistics(
    info: RunInfo,
    moments: Sequence[Sequence[npt.NDArray[np.floating[Any]]]],
    norm: Norm = L2,
) -> npt.NDArray[np.float32]:
    """Computes the statistics of all kernels at several moments with NumPy.

    Args:
        info: The kernels.
        moments: At each moment, their values in the same order, float32 or wider.
        norm: Defaults to `L2`.

    Returns:
        float32 `[moments, kernels, 6 + 33]`, as `core.norms.statistics` describes.
    """
    n_columns = len(STATISTICS) + len(EDGES)
    computed = np.empty((len(moments), len(info.kernels), n_columns), np.float32)
    by_kernel = list(zip(*moments, strict=True))
    # Values that are not finite are expected here, and counted.
    with np.errstate(all="ignore"):
        if norm not in NORMS.values():
            for row, (kernel, arrays) in enumerate(
                zip(info.kernels, by_kernel, strict=True)
            ):
                for moment, array in enumerate(arrays):
                    norms = channel_norms(np, array, kernel.channel_axes, norm)
                    computed[moment, row] = statistics(np, norms, norm, array)
            return computed
        # As much at once as possible: the calls cost more than the sums.
        alike = defaultdict(list)
        for row, kernel in enumerate(info.kernels):
            alike[kernel.n_channels].append(row)
        for rows in alike.values():
            norms = [_norms(info.kernels[row], by_kernel[row], norm) for row in rows]
            computed[:, rows] = statistics(np, np.stack(norms, axis=1), norm)
    return computed


def _norms(
    kernel: KernelInfo, arrays: Sequence[npt.NDArray[np.floating[Any]]], norm: Norm
) -> npt.NDArray[np.floating[Any]]:
    """Channel norms of a kernel at several moments, `[moments, channels]`."""
    if arrays[0].size > _N_COPIED:
        axes = kernel.channel_axes
        return np.stack([channel_norms(np, array, axes, norm) for array in arrays])
    axes = (0, *(axis + 1 for axis in kernel.channel_axes))
    return channel_norms(np, np.stack(arrays), axes, norm).reshape(len(arrays), -1)


def assemble(
    computed: npt.NDArray[np.float32],
    columns: Mapping[str, npt.ArrayLike],
    *,
    epoch: npt.ArrayLike = math.nan,
) -> npt.NDArray[np.float32]:
    """Puts statistics and the state of the training together.

    Args:
        computed: float32 `[…, kernels, 6 + 33]`: some or one of the moments of
            `kernel_statistics`.
        columns: Those of `TRAINING_STATE` that are known: numbers that can be
            broadcast to `[…, kernels]`.
        epoch: Epochs trained so far, fractional; alike.

    Returns:
        float32 `[…, kernels, columns]`, columns as in `COLUMNS`; NaN in those
        that are unknown.
    """
    values = np.full((*computed.shape[:-1], len(COLUMNS)), np.nan, np.float32)
    values[..., : len(STATISTICS)] = computed[..., : len(STATISTICS)]
    values[..., column_index(EDGES[0]) :] = computed[..., len(STATISTICS) :]
    values[..., column_index("epoch")] = epoch
    for name, value in columns.items():
        values[..., column_index(name)] = value
    return values


def coefficients(info: RunInfo) -> dict[str, list[float]]:
    """Returns the columns `l2` and `weight_decay` of kernels' decays."""
    decays = [kernel.decay for kernel in info.kernels]
    return {
        # L2(ℓ) adds ℓΣw² to the loss, hence 2ℓ·w to the gradient.
        "l2": [2 * decay.l2 for decay in decays],
        "weight_decay": [decay.weight_decay for decay in decays],
    }


def frame_values(
    info: RunInfo,
    arrays: Sequence[npt.NDArray[np.floating[Any]]],
    norm: Norm = L2,
    **columns: npt.ArrayLike,
) -> npt.NDArray[np.float32]:
    """Computes a frame of kernels whose decay is what `info` says.

    Args:
        info: The kernels.
        arrays: Their values, float32 or wider, in the same order.
        norm: Defaults to `L2`.
        **columns: Those of `TRAINING_STATE` that are known otherwise.

    Returns:
        float32 `[kernels, columns]`, columns as in `COLUMNS`.
    """
    (computed,) = kernel_statistics(info, [arrays], norm)
    return assemble(computed, {**coefficients(info), **columns})
