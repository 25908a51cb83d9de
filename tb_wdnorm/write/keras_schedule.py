"""Keras' schedules of the learning rate, evaluated without delaying the training."""

from __future__ import annotations

import functools
from typing import Any

import keras
import numpy as np

from tb_wdnorm.write.decay_sum import Numbers, Schedule
from tb_wdnorm.write.keras_backend import as_array, compiled

_BLOCK = 64


class KerasSchedule(Schedule):
    """The learning rates of a schedule, evaluated a block at a time.

    Args:
        schedule: Maps a number of batches to a rate.
    """

    def __init__(self, schedule: Any) -> None:
        evaluate = compiled(lambda steps: keras.ops.map(schedule, steps))

        @functools.lru_cache(maxsize=2)
        def block(number: int) -> Numbers:
            steps = np.arange(_BLOCK, dtype=np.int32) + np.int32(number * _BLOCK)
            return as_array(evaluate(steps)).astype(np.float64)

        self._block = block

    def of_batches(self, first: int, end: int) -> Numbers:
        """Returns the rates of the batches first … end − 1."""
        numbers = range(first // _BLOCK, -(-end // _BLOCK))
        rates = np.concatenate([np.empty(0), *map(self._block, numbers)])
        return rates[first - numbers.start * _BLOCK :][: max(0, end - first)]
