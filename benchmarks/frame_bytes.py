"""Bytes that a frame of ResNet-50 adds to the event files."""

from __future__ import annotations

import tempfile
from pathlib import Path

import keras
import numpy as np

from benchmarks.measurement import Row, kilobytes_row
from benchmarks.stock_summaries import kernels_of, stock_writer
from tb_wdnorm import KernelNormWriter
from tb_wdnorm.summary import Decay, kernel_norms_pb

_N_FRAMES = 500


def bytes_per_frame() -> list[Row]:
    """Measures the files of a run of 500 frames, metadata included."""
    model = keras.applications.ResNet50(weights=None)
    return [
        kilobytes_row("frames only", _written(model, scalars=False), 10),
        kilobytes_row(
            "frames and scalars (default)", _written(model, scalars=True), 20
        ),
        kilobytes_row("`summary.kernel_norms_pb`, no scalars", _described(model)),
        kilobytes_row(
            "stock summaries: histogram and two scalars", _written_stock(model)
        ),
    ]


def _written(model: keras.Model, *, scalars: bool) -> float:
    with tempfile.TemporaryDirectory() as logdir:
        with KernelNormWriter(logdir, model, scalars=scalars) as writer:
            for step in range(_N_FRAMES):
                writer.write(step)
        return _size(logdir) / _N_FRAMES


def _described(model: keras.Model) -> float:
    kernels = {v.path: np.asarray(v) for v in kernels_of(model)}
    decay = Decay(weight_decay=0.01)
    return kernel_norms_pb("kernel_norms", kernels, decay=decay).ByteSize()


def _written_stock(model: keras.Model, n_frames: int = 20) -> float:
    with tempfile.TemporaryDirectory() as logdir:
        writer, write = stock_writer(model, logdir)
        for step in range(n_frames):
            write(step)
        writer.close()
        return _size(logdir) / n_frames


def _size(directory: str) -> int:
    return sum(path.stat().st_size for path in Path(directory).iterdir())
