"""Runs with known norms and decay, to be judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.frames import (
    COLUMNS,
    EDGES,
    Decay,
    KernelInfo,
    RunFrames,
    RunInfo,
    column_index,
)

STEPS = np.arange(0, 1010, 10)
"""Steps of 101 frames."""


def judged_run(
    name: str,
    means: Sequence[float] | npt.NDArray[np.float64],
    *,
    spread: float = 0.01,
    decay: Decay = Decay(),  # noqa: B008
    fraction: float = float("nan"),
    learning_rate: float = 0.1,
    path: str = "a/kernel",
    group: str = "Dense",
    target: tuple[float, float] | None = None,
    n_channels: int = 64,
) -> RunFrames:
    """Returns a run of one kernel.

    Args:
        name: The run's name.
        means: Mean norm in each frame; there is one every 10 steps.
        spread: Standard deviation across channels over the mean; the channels
            are equally spaced.
        decay: The decay of the kernel.
        fraction: δ, from which `log_shrink` is made.
        learning_rate: The same in all frames.
        path, group, target, n_channels: Of the kernel.
    """
    means = np.asarray(means, np.float64)
    steps = STEPS[: len(means)]
    values = np.zeros((len(means), 1, len(COLUMNS)), np.float64)
    columns = {
        "mean": means,
        "max": means * (1 + 3**0.5 * spread),
        "min": means * (1 - 3**0.5 * spread),
        "std": means * spread,
        "total": means * np.sqrt(n_channels * (1 + spread**2)),
        "nonfinite": np.where(np.isnan(means), n_channels, 0),
        "epoch": steps / 100,
        "learning_rate": learning_rate,
        "l2": 2 * decay.l2,
        "weight_decay": decay.weight_decay,
        "log_shrink": steps * np.log1p(-fraction),
    }
    for column, given in columns.items():
        values[:, 0, column_index(column)] = given
    offsets = 1 + 3**0.5 * spread * np.linspace(-1, 1, len(EDGES))
    values[:, 0, column_index(EDGES[0]) :] = means[:, np.newaxis] * offsets
    layer, _, role = path.rpartition("/")
    kernel = KernelInfo(
        path=path,
        layer=layer,
        layer_class="Dense",
        role=role,
        shape=(25, n_channels),
        channel_axes=(1,),
        group=group,
        target=target,
        decay=decay,
    )
    return RunFrames(
        name=name,
        info=RunInfo((kernel,), norm="l2", label=decay.label),
        steps=steps,
        wall_times_s=1000.0 + steps.astype(np.float64),
        values=values.astype(np.float32),
    )


def side_by_side(*runs: RunFrames) -> RunFrames:
    """Returns one run with the kernels of several, under the first one's name."""
    kernels = tuple(kernel for run in runs for kernel in run.info.kernels)
    return replace(
        runs[0],
        info=replace(runs[0].info, kernels=kernels),
        values=np.concatenate([run.values for run in runs], axis=1),
    )
