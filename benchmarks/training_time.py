"""What logging adds to a training: the demo's autoencoder."""

from __future__ import annotations

import itertools
import tempfile
import time
from typing import Any

import keras
import numpy as np

from benchmarks.measurement import Row, milliseconds_row, ratio_row, seconds
from tb_wdnorm import KernelNormCallback
from tb_wdnorm.demo import BATCH_SHAPE, build_autoencoder

_N_BATCHES = 200
_N_DISCARDED = 2


class _EveryOtherEpoch(keras.callbacks.Callback):
    """Lets a callback see the batches of every other epoch, and times all epochs.

    Neighbouring epochs of one training differ less than two trainings do.

    Attributes:
        times_s: Seconds of each epoch, by whether the callback saw it.
        in_callback_s: Seconds of these that were spent in it.
    """

    def __init__(self, callback: KernelNormCallback) -> None:
        super().__init__()
        self.times_s: dict[bool, list[float]] = {False: [], True: []}
        self.in_callback_s: list[float] = []
        self._callback = callback
        self._sees = False
        self._began_s = self._spent_s = 0.0

    def set_model(self, model: keras.Model) -> None:
        super().set_model(model)
        self._callback.set_model(model)

    def set_params(self, params: dict[str, Any]) -> None:
        super().set_params(params)
        self._callback.set_params(params)

    def on_train_begin(self, logs: Any = None) -> None:
        self._callback.on_train_begin(logs)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._sees = epoch % 4 in (1, 2)
        self._spent_s = 0.0
        self._callback.on_epoch_begin(epoch, logs)
        self._began_s = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if self._sees:
            hook = self._callback.on_train_batch_end
            self._spent_s += seconds(lambda: hook(batch, logs))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        taken_s = time.perf_counter() - self._began_s
        if epoch >= _N_DISCARDED:
            self.times_s[self._sees].append(taken_s)
            if self._sees:
                self.in_callback_s.append(self._spent_s)
        self._callback.on_epoch_end(epoch, logs)

    def on_train_end(self, logs: Any = None) -> None:
        self._callback.on_train_end(logs)


def overhead(n_pairs: int = 30) -> list[Row]:
    """Measures neighbouring epochs of the same `fit`, with and without frames.

    Beside the ratio of their times, which noise of the machine blurs, the time
    spent in the callback is reported: what training waits for.
    """
    noise = np.random.default_rng(0).standard_normal(
        (_N_BATCHES * BATCH_SHAPE[0], *BATCH_SHAPE[1:]), dtype=np.float32
    )
    model = build_autoencoder(2e-4)
    numbers = itertools.count()

    def fit(logdir: str, **options: Any) -> _EveryOtherEpoch:
        callback = KernelNormCallback(f"{logdir}/{next(numbers)}", **options)
        measured = _EveryOtherEpoch(callback)
        model.fit(
            noise,
            noise,
            batch_size=BATCH_SHAPE[0],
            epochs=2 * n_pairs + _N_DISCARDED,
            verbose=0,
            callbacks=[measured],
        )
        return measured

    with tempfile.TemporaryDirectory() as logdir:
        each = fit(logdir, update_freq="batch")
        # Of half of the epochs, as great a share as 0.01 of all.
        default = fit(logdir, max_overhead=0.005)
    per_batch = np.divide(each.times_s[False], _N_BATCHES)
    return [
        milliseconds_row("a batch without frames", per_batch.tolist()),
        ratio_row("a frame every batch / none", *_pairs(each), 1.03),
        ratio_row("default cadence / none", *_pairs(default), 1.01),
        _share_row("a frame every batch: time in the callback", each),
        _share_row("default cadence: time in the callback", default),
    ]


def _pairs(measured: _EveryOtherEpoch) -> tuple[list[float], list[float]]:
    return measured.times_s[True], measured.times_s[False]


def _share_row(what: str, measured: _EveryOtherEpoch) -> Row:
    shares = np.divide(measured.in_callback_s, measured.times_s[True])
    low, middle, high = np.quantile(shares, [0.25, 0.5, 0.75]) * 100
    return Row(what, f"{middle:.2f} % of `fit` ({low:.2f} to {high:.2f})")
