"""What logging adds to a training: the demo's autoencoder."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from benchmarks.measurement import Row, interval_row, milliseconds_row, seconds
from tb_wdnorm import KernelNormCallback
from tb_wdnorm.demo import BATCH_SHAPE, build_autoencoder

_N_BATCHES = 200
_N_DISCARDED = 40


class _EveryOtherBlock(keras.callbacks.Callback):
    """Lets a callback see every other block of a few batches, in random order.

    The load of the machine changes less from a batch to the next one than from
    epoch to epoch. The last batch of each block is timed, so that all it needs of
    the batch before, such as copies of weights that a frame holds, is its own. The
    writing thread is waited for between blocks, often enough that it does nothing
    during them.

    Attributes:
        times_s: Seconds of each timed batch, by whether the callback saw it;
            those at the same place are of neighbouring blocks.
        in_callback_s: Seconds in the callback, of each batch that it saw.
        writing_s: Seconds that the writing thread was waited for, each time.
        n_seen_per_wait: Batches that the callback saw in between.

    Args:
        callback: What to measure.
        n_batches: Batches of a block.
        n_blocks_per_wait: Blocks after which the writing thread is waited for.
    """

    def __init__(
        self, callback: KernelNormCallback, *, n_batches: int, n_blocks_per_wait: int
    ) -> None:
        super().__init__()
        self.times_s: dict[bool, list[float]] = {False: [], True: []}
        self.in_callback_s: list[float] = []
        self.writing_s: list[float] = []
        self.n_seen_per_wait = n_batches * n_blocks_per_wait // 2
        self._callback = callback
        self._plan = _blocks(n_batches)
        self._n_trained = 0
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
        self._callback.on_epoch_begin(epoch, logs)

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self._sees, self._is_timed = next(self._plan)
        self._spent_s = 0.0
        self._began_s = time.perf_counter()
        if self._sees:
            hook = self._callback.on_train_batch_begin
            self._spent_s += seconds(lambda: hook(batch, logs))

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if self._sees:
            hook = self._callback.on_train_batch_end
            self._spent_s += seconds(lambda: hook(batch, logs))
        taken_s = time.perf_counter() - self._began_s
        self._n_trained += 1
        if self._is_timed and self._n_trained > _N_DISCARDED:
            self.times_s[self._sees].append(taken_s)
            if self._sees:
                self.in_callback_s.append(self._spent_s)
        writer = self._callback._writer
        if writer is not None and self._n_trained % (2 * self.n_seen_per_wait) == 0:
            self.writing_s.append(seconds(writer.flush))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self._callback.on_epoch_end(epoch, logs)

    def on_train_end(self, logs: Any = None) -> None:
        self._callback.on_train_end(logs)


def _blocks(n_batches: int) -> Iterator[tuple[bool, bool]]:
    """Yields for each batch whether the callback sees it and whether it is timed."""
    generator = random.Random(0)
    while True:
        for sees in generator.sample([True, False], 2):
            for place in range(n_batches):
                yield sees, place == n_batches - 1


def overhead(n_epochs: int = 30) -> list[Row]:
    """Measures neighbouring batches of the same `fit`, with and without frames.

    What the writing thread needs is added to the batches with frames in full,
    although a part of it runs beside the training.
    """
    noise = np.random.default_rng(0).standard_normal(
        (_N_BATCHES * BATCH_SHAPE[0], *BATCH_SHAPE[1:]), dtype=np.float32
    )
    model = build_autoencoder(2e-4)

    def fit(measured: _EveryOtherBlock) -> _EveryOtherBlock:
        model.fit(
            noise,
            noise,
            batch_size=BATCH_SHAPE[0],
            epochs=n_epochs,
            verbose=0,
            callbacks=[measured],
        )
        return measured

    with tempfile.TemporaryDirectory() as logdir:
        callback = KernelNormCallback(f"{logdir}/each", update_freq="batch")
        each = fit(_EveryOtherBlock(callback, n_batches=2, n_blocks_per_wait=30))
        # Of half of the batches, as great a share as 0.01 of all. The length of
        # the `fit` asks for more frames than that.
        callback = KernelNormCallback(f"{logdir}/default", max_overhead=0.005)
        default = fit(_EveryOtherBlock(callback, n_batches=1, n_blocks_per_wait=200))
    return [
        milliseconds_row("a batch without frames", each.times_s[False]),
        *_rows("a frame every batch", each, 1.03),
        *_rows("default cadence", default, 1.01),
    ]


def _rows(what: str, measured: _EveryOtherBlock, limit: float) -> list[Row]:
    without_s = measured.times_s[False]
    # Few frames are due by default, so that their mean counts.
    waits = np.mean(measured.in_callback_s) / np.median(without_s)
    writing_s = np.median(measured.writing_s) / measured.n_seen_per_wait
    return [
        interval_row(
            f"{what}, writing waited for / none",
            np.add(measured.times_s[True], writing_s) / without_s,
            limit,
        ),
        Row(f"{what}: time in the callback", f"{100 * waits:.2f} % of a batch"),
        Row(
            f"{what}: time in the writing thread",
            f"{100 * writing_s / np.median(without_s):.2f} % of a batch",
        ),
    ]
