"""What decay alone leaves of kernels, summed up over an optimizer's updates."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


class Decays(NamedTuple):
    """The decay of kernels, `[kernels]` each: λ, d, and δ per learning rate."""

    l2: Numbers
    weight_decay: Numbers
    fraction_per_rate: Numbers


class Schedule(ABC):
    """Learning rates that depend on the number of batches."""

    @abstractmethod
    def of_batches(self, first: int, end: int) -> Numbers:
        """Returns the rates of the batches first … end − 1."""


class Span(NamedTuple):
    """Batches in a row with the same decay and learning rate, or schedule.

    A rate may be a tensor.
    """

    decays: Decays
    rate: Schedule | float
    n_batches: int


class DecaySum:
    """Sums up ln(1 − δ).

    Args:
        log_shrink: Where the sums begin, `[kernels]`; NaN where there is no closed
            form.
        n_batches: Batches that the optimizer has counted before.

    Attributes:
        log_shrink: Σ ln(1 − δ) at the end of what was added.
    """

    def __init__(self, log_shrink: Numbers, n_batches: int) -> None:
        self.log_shrink = log_shrink
        self._n_batches = n_batches

    def add(self, spans: Iterable[Span], end: int, batches_per_update: int) -> None:
        """Goes on.

        Args:
            spans: What was trained since; at least one.
            end: Batches counted after it. The last span ends there, however many
                batches it says.
            batches_per_update: More than one where gradients accumulate.
        """
        *earlier, last = spans
        for span in earlier:
            self._add(span, self._n_batches + span.n_batches, batches_per_update)
        self._add(last, end, batches_per_update)

    def _add(self, span: Span, end: int, every: int) -> None:
        first, self._n_batches = self._n_batches, end
        if isinstance(span.rate, Schedule):
            of_batches = span.rate.of_batches(first, end)
            rates = of_batches[every - 1 - first % every :: every]
            n_each = 1
        else:
            rates = np.array([float(span.rate)])
            n_each = end // every - first // every
        if n_each:
            # A fraction above 1 makes weights oscillate: there is no logarithm.
            with np.errstate(divide="ignore", invalid="ignore"):
                logs = np.log1p(-rates[:, np.newaxis] * span.decays.fraction_per_rate)
            self.log_shrink = self.log_shrink + n_each * logs.sum(axis=0)
