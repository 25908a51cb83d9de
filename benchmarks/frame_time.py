"""Time of one frame of ResNet-50, against the alternatives; and by model size."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from benchmarks.measurement import (
    Row,
    interleaved,
    milliseconds_row,
    ratio_row,
    seconds,
)
from benchmarks.stock_summaries import kernels_of, stock_writer
from tb_wdnorm import KernelNormWriter

_SIZES = ((10, 256), (100, 256), (10, 1024), (100, 1024), (400, 64))


def against_alternatives(n_rounds: int = 31) -> list[Row]:
    """Measures ResNet-50: what training waits for, and until it is on the disk."""
    model = keras.applications.ResNet50(weights=None)
    model.compile(optimizer="adam", loss="mse")
    kernels = kernels_of(model)
    weights = [kernel.numpy() for kernel in kernels]
    with tempfile.TemporaryDirectory() as logdir:
        stock, write_stock = stock_writer(model, f"{logdir}/stock")
        with KernelNormWriter(f"{logdir}/frames", model) as writer:
            steps = itertools.count()

            def stock_frame() -> float:
                taken = seconds(lambda: write_stock(next(steps)))
                stock.flush()
                return taken

            times = interleaved(
                {
                    **_frame_variants(model, writer),
                    "recipe": lambda: seconds(
                        lambda: [_recipe(kernel.numpy()) for kernel in kernels]
                    ),
                    "stock": stock_frame,
                    "sum": lambda: seconds(lambda: [w.sum() for w in weights]),
                },
                n_rounds,
            )
    waits, total = times["waits"], times["total"]
    copied = np.subtract(times["then update"], times["update"]).clip(0)
    return [
        milliseconds_row("a frame: training waits", waits),
        milliseconds_row("a frame: until it is written and flushed", total),
        milliseconds_row("NumPy recipe", times["recipe"]),
        milliseconds_row("stock summaries", times["stock"]),
        milliseconds_row("`ndarray.sum` of all weights", times["sum"]),
        ratio_row("waits / NumPy recipe", waits, times["recipe"], 0.25),
        ratio_row("waits / stock summaries", waits, times["stock"], 0.5),
        ratio_row("waits / `ndarray.sum`", waits, times["sum"], 2),
        ratio_row("until written / NumPy recipe", total, times["recipe"]),
        ratio_row("until written / stock summaries", total, times["stock"]),
        ratio_row("until written / `ndarray.sum`", total, times["sum"]),
        milliseconds_row(
            "an update of all weights, no frame before it", times["update"]
        ),
        milliseconds_row("longer, if it follows a frame at once", list(copied)),
    ]


def by_size(n_rounds: int = 11) -> list[Row]:
    """Measures frames of models with few and many, small and large kernels."""
    rows = []
    for n_kernels, width in _SIZES:
        layers = [keras.layers.Dense(width, use_bias=False) for _ in range(n_kernels)]
        model = keras.Sequential([keras.Input((width,)), *layers])
        model.compile(optimizer="sgd", loss="mse")
        with (
            tempfile.TemporaryDirectory() as logdir,
            KernelNormWriter(logdir, model) as writer,
        ):
            variants = _frame_variants(model, writer)
            times = interleaved({k: variants[k] for k in ("waits", "total")}, n_rounds)
        waits, total = (np.median(times[name]) * 1e3 for name in ("waits", "total"))
        n_weights = n_kernels * width**2 / 1e6
        rows.append(
            Row(
                f"{n_kernels} kernels, {n_weights:.3g} million weights",
                f"waits {waits:.3g} ms, until written {total:.3g} ms",
            )
        )
    return rows


def _frame_variants(
    model: keras.Model, writer: KernelNormWriter
) -> dict[str, Callable[[], float]]:
    steps = itertools.count()
    variables = [variable.value for variable in model.trainable_variables]

    def update_all() -> None:
        for variable in variables:
            variable.assign_sub(tf.fill(variable.shape, 1e-9))

    update = tf.function(update_all)

    def write() -> None:
        writer.write(next(steps))

    def waits() -> float:
        taken = seconds(write)
        writer.flush()  # at a realistic cadence the thread keeps up
        return taken

    def write_and_flush() -> None:
        write()
        writer.flush()

    def then_update() -> float:
        write()
        taken = seconds(update)
        writer.flush()
        return taken

    return {
        "waits": waits,
        "total": lambda: seconds(write_and_flush),
        "then update": then_update,
        "update": lambda: seconds(update),
    }


def _recipe(kernel: np.ndarray) -> np.ndarray:
    return np.sqrt(np.sum(np.square(kernel), axis=tuple(range(kernel.ndim - 1))))
