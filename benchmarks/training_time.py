"""What logging adds to a training: the demo's autoencoder."""

from __future__ import annotations

import functools
import itertools
import tempfile
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from benchmarks.measurement import (
    Row,
    interleaved,
    milliseconds_row,
    ratio_row,
    seconds,
)
from tb_wdnorm import KernelNormCallback
from tb_wdnorm.demo import BATCH_SHAPE, build_autoencoder

_N_BATCHES = 200
_N_EPOCHS = 2
_HOOKS = (
    "on_train_begin",
    "on_epoch_begin",
    "on_train_batch_end",
    "on_epoch_end",
    "on_train_end",
)


def overhead(n_rounds: int = 11) -> list[Row]:
    """Measures the same model's `fit` with and without frames.

    Beside the ratio of the whole times, which noise of the machine blurs, the
    time spent in the callback is reported: what training waits for.
    """
    noise = np.random.default_rng(0).standard_normal(
        (_N_BATCHES * BATCH_SHAPE[0], *BATCH_SHAPE[1:]), dtype=np.float32
    )
    model = build_autoencoder(2e-4)

    def fit(*callbacks: keras.callbacks.Callback) -> float:
        return seconds(
            lambda: model.fit(
                noise,
                noise,
                batch_size=BATCH_SHAPE[0],
                epochs=_N_EPOCHS,
                verbose=0,
                callbacks=list(callbacks),
            )
        )

    shares: dict[str, list[float]] = {"batch": [], "auto": []}
    with tempfile.TemporaryDirectory() as logdir:
        runs = itertools.count()

        def logged(update_freq: Any) -> float:
            callback = KernelNormCallback(
                f"{logdir}/{next(runs)}", update_freq=update_freq
            )
            in_hooks = _time_hooks(callback)
            taken = fit(callback)
            shares[update_freq].append(in_hooks() / taken)
            return taken

        times = interleaved(
            {
                "none": fit,
                "batch": lambda: logged("batch"),
                "auto": lambda: logged("auto"),
            },
            n_rounds,
        )
    n_batches = _N_EPOCHS * _N_BATCHES
    per_batch = np.divide(times["none"], n_batches)
    return [
        milliseconds_row("a batch without frames", list(per_batch)),
        ratio_row("a frame every batch / none", times["batch"], times["none"], 1.03),
        ratio_row("default cadence / none", times["auto"], times["none"], 1.01),
        _share_row("a frame every batch: time in the callback", shares["batch"]),
        _share_row("default cadence: time in the callback", shares["auto"]),
    ]


def _share_row(what: str, shares: list[float]) -> Row:
    low, middle, high = np.quantile(shares[1:], [0.25, 0.5, 0.75]) * 100
    return Row(what, f"{middle:.2f} % of `fit` ({low:.2f} to {high:.2f})")


def _time_hooks(callback: KernelNormCallback) -> Callable[[], float]:
    """Returns a function that returns the seconds spent in a callback so far."""
    times: list[float] = []

    def timed(hook: Callable[..., None], *args: Any, **kwargs: Any) -> None:
        times.append(seconds(lambda: hook(*args, **kwargs)))

    for name in _HOOKS:
        setattr(callback, name, functools.partial(timed, getattr(callback, name)))
    return lambda: sum(times)
