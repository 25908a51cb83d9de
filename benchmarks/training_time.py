"""What logging adds to a training: the demo's autoencoder."""

from __future__ import annotations

import math
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
# Batches that may take longer for a group of frames that is written beside them,
# and what they are compared with, before and after.
_BESIDE = range(-2, 2)
_NEIGHBOURS = (*range(-14, -4), *range(4, 14))


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
        self._n_per_wait = n_batches * n_blocks_per_wait
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
        if writer is not None and self._n_trained % self._n_per_wait == 0:
            writer.flush()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self._callback.on_epoch_end(epoch, logs)

    def on_train_end(self, logs: Any = None) -> None:
        self._callback.on_train_end(logs)


class _TimedCallback(KernelNormCallback):
    """Times each batch, with what the writing thread has done by its end.

    Attributes:
        times_s: Seconds of each batch.
        busy_s: Seconds that the thread had spent on frames by then.
    """

    def __init__(self, log_dir: str, **options: Any) -> None:
        super().__init__(log_dir, **options)
        self.times_s: list[float] = []
        self.busy_s: list[float] = []

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self._batch_began_s = time.perf_counter()
        super().on_train_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        super().on_train_batch_end(batch, logs)
        self.times_s.append(time.perf_counter() - self._batch_began_s)
        self.busy_s.append(0.0 if self._writer is None else self._writer.busy_s)

    def excess(self) -> tuple[float, float]:
        """How much longer the training takes for the groups written beside it.

        Returns:
            The time by which the batches beside which a group is written are longer
            than those before and after, and its standard error; by all time.
        """
        times_s = np.array(self.times_s)
        groups = np.flatnonzero(np.diff(self.busy_s)) + 1
        begin, end = _N_DISCARDED, len(times_s) - max(_NEIGHBOURS)
        groups = groups[(groups >= begin) & (groups < end)]
        beside_s = times_s[groups[:, np.newaxis] + _BESIDE]
        usual_s = times_s[groups[:, np.newaxis] + _NEIGHBOURS].mean(axis=1)
        excess_s = beside_s.sum(axis=1) - len(_BESIDE) * usual_s
        error_s = excess_s.std() * math.sqrt(len(excess_s))
        total_s = times_s[begin:end].sum()
        return float(excess_s.sum() / total_s), float(error_s / total_s)


def _blocks(n_batches: int) -> Iterator[tuple[bool, bool]]:
    """Yields for each batch whether the callback sees it and whether it is timed."""
    generator = random.Random(0)
    while True:
        for sees in generator.sample([True, False], 2):
            for place in range(n_batches):
                yield sees, place == n_batches - 1


def overhead(n_epochs: int = 30, n_epochs_each: int = 90) -> list[Row]:
    """Measures neighbouring batches of the same `fit`, with and without frames.

    How much longer it takes for the writing thread is measured in a second `fit`, in
    which every batch is seen, and added.

    Args:
        n_epochs: Length of a `fit`.
        n_epochs_each: Length of that with a frame every batch in every other block.
    """
    noise = np.random.default_rng(0).standard_normal(
        (_N_BATCHES * BATCH_SHAPE[0], *BATCH_SHAPE[1:]), dtype=np.float32
    )
    model = build_autoencoder(2e-4)

    def fit(callback: keras.callbacks.Callback, n_epochs: int = n_epochs) -> None:
        model.fit(
            noise,
            noise,
            batch_size=BATCH_SHAPE[0],
            epochs=n_epochs,
            verbose=0,
            callbacks=[callback],
        )

    with tempfile.TemporaryDirectory() as logdir:
        callback = KernelNormCallback(f"{logdir}/each", update_freq="batch")
        each = _EveryOtherBlock(callback, n_batches=2, n_blocks_per_wait=60)
        fit(each, n_epochs_each)
        beside_each = _TimedCallback(f"{logdir}/beside", update_freq="batch")
        fit(beside_each)
        # Of half of the batches, as great a share as 0.01 of all. The length of
        # the `fit` asks for more frames than that.
        callback = KernelNormCallback(f"{logdir}/default", max_overhead=0.005)
        default = _EveryOtherBlock(callback, n_batches=1, n_blocks_per_wait=400)
        fit(default)
        beside_default = _TimedCallback(f"{logdir}/beside_default")
        fit(beside_default)
    return [
        milliseconds_row("a batch without frames", each.times_s[False]),
        *_rows("a frame every batch", each, beside_each, 1.03),
        *_rows("default cadence", default, beside_default, 1.01),
    ]


def _rows(
    what: str, measured: _EveryOtherBlock, beside: _TimedCallback, limit: float
) -> list[Row]:
    without_s = measured.times_s[False]
    # Few frames are due by default, so that their mean counts.
    waits = np.mean(measured.in_callback_s) / np.median(without_s)
    slower, error = beside.excess()
    busy = beside.busy_s[-1] / sum(beside.times_s)
    return [
        interval_row(
            f"{what} / none",
            np.divide(measured.times_s[True], without_s) + slower,
            limit,
            added_reach=1.96 * error,
        ),
        Row(f"{what}: time in the callback", f"{100 * waits:.2f} % of a batch"),
        Row(
            f"{what}: longer for the writing thread",
            f"{100 * slower:.2f} % of a batch (± {100 * error:.2f} %)",
        ),
        Row(f"{what}: the thread on its core", f"{100 * busy:.2f} % of a batch"),
    ]
