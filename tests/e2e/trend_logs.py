"""A small sweep with everything that Trends has to show, written frame by frame."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.frames import (
    COLUMNS,
    Decay,
    KernelInfo,
    RunFrames,
    RunInfo,
    column_index,
)

STEPS = np.arange(0, 1001, 20)
BROKEN_STEP = 600
KERNELS = ("encoder/kernel", "attention/kernel", "decoder/kernel")
N_CHANNELS = 33
TARGETS = ((0.9, 1.1), (1.9, 2.1), None)
START = (1.0, 3.0, 0.5)
RUNS = {
    "wd=0": 0.0,
    "wd=1e-3/seed=1": 1e-3,
    "wd=1e-3/seed=2": 1e-3,
    "wd=1e-3/seed=3": 1e-3,
    "wd=1e-2": 1e-2,
}

Array = npt.NDArray[np.float64]


def channel_norms(run: str, kernel: int) -> Array:
    """The channel norms of a kernel in a run, `[steps, channels]`."""
    generator = np.random.default_rng(_seed_of(run) + kernel)
    shrinking = np.exp(-STEPS * RUNS[run] * 0.2)[:, None]
    spread = np.linspace(0.8, 1.3, N_CHANNELS)[None]
    noise = 1 + 0.03 * generator.standard_normal((len(STEPS), 1))
    norms: Array = START[kernel] * shrinking * spread * noise
    if run == "wd=1e-2" and kernel == 0:
        norms[STEPS >= BROKEN_STEP, :5] = np.nan
        norms[STEPS >= BROKEN_STEP + 200] = np.inf
    return norms


def _seed_of(name: str) -> int:
    """A number that is the same in every process."""
    return sum(ord(letter) * 31**i for i, letter in enumerate(name)) % 2**31


def write_sweep(
    logdir: Path, write_run: Callable[[Path, RunFrames], Path], n_frames: int = 51
) -> None:
    """Writes the first frames of all runs."""
    for name, decay in RUNS.items():
        write_run(logdir, _run(name, decay, n_frames))


def _run(name: str, decay: float, n_frames: int) -> RunFrames:
    values = np.zeros((n_frames, len(KERNELS), len(COLUMNS)), np.float32)
    for k in range(len(KERNELS)):
        for t in range(n_frames):
            values[t, k] = _frame(channel_norms(name, k)[t])
    values[..., column_index("epoch")] = STEPS[:n_frames, None] / 200
    kernels = tuple(
        KernelInfo(
            path=path,
            layer=path.split("/")[0],
            layer_class="Dense",
            role="kernel",
            shape=(8, N_CHANNELS),
            channel_axes=(1,),
            group="Dense",
            target=target,
            decay=Decay(l2=decay),
        )
        for path, target in zip(KERNELS, TARGETS, strict=True)
    )
    return RunFrames(
        name=name,
        info=RunInfo(kernels, norm="l2", label=Decay(l2=decay).label),
        steps=STEPS[:n_frames],
        wall_times_s=np.asarray(1.7e9 + STEPS[:n_frames] / 2, np.float64),
        values=values,
    )


def _frame(norms: Array) -> Array:
    row = np.full(len(COLUMNS), np.nan)
    finite = norms[np.isfinite(norms)]
    row[column_index("nonfinite")] = len(norms) - len(finite)
    if len(finite) == 0:
        return row
    for name, value in {
        "mean": finite.mean(),
        "max": finite.max(),
        "min": finite.min(),
        "std": finite.std(),
        "total": np.sqrt((finite**2).sum()),
        "log_shrink": np.nan,
    }.items():
        row[column_index(name)] = value
    edges = np.quantile(finite, np.arange(33) / 32)
    for i, edge in enumerate(edges):
        row[column_index(f"q{i}")] = edge
    return row
