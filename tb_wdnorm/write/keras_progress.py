"""What the optimizer has done so far: steps, learning rates, decay."""

from __future__ import annotations

import math
import operator
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from tb_wdnorm.write.keras_backend import as_array, compiled, reader
from tb_wdnorm.write.keras_decay import (
    coefficients_in_sight,
    decay_fraction_per_rate,
    decay_in_force,
    optimizer_for,
    optimizers_of,
)
from tb_wdnorm.write.keras_model import TrackedModel

_Rates = npt.NDArray[np.float64]
_Schedule = Callable[[int, int], _Rates]
Columns = dict[str, _Rates]


class Progress:
    """Follows one optimizer, step by step.

    What costs time is put off: `state` returns a function that finishes the
    work, to be called in the order of the states, from one thread.

    Args:
        optimizer: A Keras optimizer, no loss-scale wrapper; None if unknown.
        variables: The kernels it updates.
        log_shrink: Where Σ ln(1 − δ) of each kernel begins, `[kernels]`; NaN
            from the start where it has no closed form.
    """

    def __init__(
        self,
        optimizer: Any,
        variables: Sequence[keras.Variable],
        log_shrink: _Rates,
    ) -> None:
        self._optimizer = optimizer
        self._variables = variables
        self._rate_source: Any = None
        self._schedule: _Schedule | None = None
        self._counted, _ = self._read()
        self._noted: list[tuple[float, int]] = []
        self.refresh()
        self.log_shrink = log_shrink + 0 * self._fraction_per_rate

    def refresh(self) -> None:
        """Reads again what may be changed during training: coefficients, rate."""
        self._refresh_coefficients()
        _, self._learning_rate = self._read()

    def _refresh_coefficients(self) -> None:
        decays = [decay_in_force(v, self._optimizer) for v in self._variables]
        self._l2 = np.array([2 * decay.l2 for decay in decays])
        self._weight_decay = np.array([decay.weight_decay for decay in decays])
        self._fraction_per_rate = np.array(
            [
                decay_fraction_per_rate(variable, decay, self._optimizer)
                for variable, decay in zip(self._variables, decays, strict=True)
            ]
        )
        self._in_sight = coefficients_in_sight(self._variables, self._optimizer)

    @property
    def step(self) -> int:
        """Number of updates so far, as counted; `state` looks it up."""
        return self._counted // self._batches_per_update

    def note_batches(self, n_batches: int) -> None:
        """Counts batches, trained with the learning rate that was read last."""
        self._counted += n_batches
        if self._noted and self._noted[-1][0] == self._learning_rate:
            self._noted[-1] = (self._learning_rate, self._noted[-1][1] + n_batches)
        elif n_batches:
            self._noted.append((self._learning_rate, n_batches))

    def state(self) -> tuple[int, Callable[[], Columns]]:
        """Returns the step, and a function that returns the columns by name.

        The columns are float64 `[kernels]`: `learning_rate` (of the next
        update), `l2`, `weight_decay`, and `log_shrink`, Σ ln(1 − δ) over the
        updates since this object was made.
        """
        schedule = self._schedule
        iterations, rate_now = self._read()
        first = self._counted - sum(n for _, n in self._noted)
        self.note_batches(iterations - self._counted)
        noted, self._noted = self._noted, []
        fraction_per_rate = self._fraction_per_rate
        self._learning_rate = rate_now
        in_sight = coefficients_in_sight(self._variables, self._optimizer)
        if any(map(operator.is_not, in_sight, self._in_sight)):
            self._refresh_coefficients()
        l2, weight_decay = self._l2, self._weight_decay

        def finish() -> Columns:
            rates, counts = self._rates_of_updates(schedule, noted, first, iterations)
            # A fraction above 1 makes weights oscillate: there is no logarithm.
            with np.errstate(divide="ignore", invalid="ignore"):
                logs = np.log1p(-rates[:, np.newaxis] * fraction_per_rate)
            self.log_shrink = self.log_shrink + counts @ logs
            rate = rate_now
            if schedule is not None:
                (rate,) = schedule(iterations, iterations + 1)
            return {
                "learning_rate": np.full(len(l2), rate),
                "l2": l2,
                "weight_decay": weight_decay,
                "log_shrink": self.log_shrink,
            }

        return self.step, finish

    @property
    def _batches_per_update(self) -> int:
        return getattr(self._optimizer, "gradient_accumulation_steps", None) or 1

    def _rates_of_updates(
        self,
        schedule: _Schedule | None,
        noted: list[tuple[float, int]],
        first: int,
        last: int,
    ) -> tuple[_Rates, _Rates]:
        """Learning rates of the updates in the batches first … last, and how many."""
        every = self._batches_per_update
        if schedule is not None:
            rates = schedule(first, max(first, last))
            updates = rates[every - 1 - first % every :: every]
            return updates, np.ones(len(updates))
        rates = np.array([rate for rate, _ in noted])
        ends = first + np.cumsum([0, *(n for _, n in noted)])
        return rates, np.diff(ends // every).astype(np.float64)

    def _read(self) -> tuple[int, float]:
        """Batches so far and the learning rate; NaN where a schedule tells it.

        Batches differ from updates where gradients accumulate.
        """
        if self._optimizer is None:
            return 0, math.nan
        source = self._optimizer._learning_rate
        if source is not self._rate_source:
            self._rate_source = source
            self._schedule = _rates_of_schedule(source)
            rate = [source] if isinstance(source, keras.Variable) else []
            self._read_variables = reader([self._optimizer._iterations, *rate])
        iterations, *rate = self._read_variables()
        if self._schedule is not None:
            return int(iterations), math.nan
        # The user may have given a function.
        return int(iterations), float(rate[0] if rate else source())


class ModelProgress:
    """Follows the optimizers of a model; most have one.

    Args:
        tracked: The kernels.
        log_shrink: Where Σ ln(1 − δ) begins, by the id of a kernel's variable;
            0 for those that are missing.
    """

    def __init__(
        self,
        tracked: TrackedModel,
        log_shrink: Mapping[int, float] = MappingProxyType({}),
    ) -> None:
        self._variables = tracked.variables
        self._of_row = list(tracked.variable_of_row)
        optimizers = optimizers_of(tracked.model)
        updated_by = [optimizer_for(v, optimizers) for v in self._variables]
        # The first one counts the steps, whether or not it updates a kernel.
        unique = {id(o): o for o in [*optimizers[:1], *updated_by]}
        self._parts: list[tuple[Progress, npt.NDArray[np.intp]]] = []
        for optimizer in unique.values():
            rows = [i for i, o in enumerate(updated_by) if o is optimizer]
            variables = [self._variables[i] for i in rows]
            start = np.array([log_shrink.get(id(v), 0.0) for v in variables])
            progress = Progress(optimizer, variables, start)
            self._parts.append((progress, np.array(rows, np.intp)))

    @property
    def step(self) -> int:
        """Number of updates so far, as counted; `state` looks it up."""
        return self._parts[0][0].step

    def note_batches(self, n_batches: int) -> None:
        """Counts batches, trained with the learning rates that were read last."""
        for progress, _ in self._parts:
            progress.note_batches(n_batches)

    def refresh(self) -> None:
        """Reads coefficients and learning rates again."""
        for progress, _ in self._parts:
            progress.refresh()

    def log_shrink(self) -> dict[int, float]:
        """Returns Σ ln(1 − δ) by the id of a kernel's variable.

        All states must have been finished.
        """
        return {
            id(self._variables[row]): float(value)
            for progress, rows in self._parts
            for row, value in zip(rows, progress.log_shrink, strict=True)
        }

    def state(self) -> tuple[int, Callable[[], Columns]]:
        """Returns the step and a function that returns the columns, `[rows]`."""
        states = [(progress.state(), rows) for progress, rows in self._parts]

        def finish() -> Columns:
            columns: Columns = defaultdict(lambda: np.empty(len(self._variables)))
            for (_, finish_part), rows in states:
                for name, values in finish_part().items():
                    columns[name][rows] = values
            return {name: values[self._of_row] for name, values in columns.items()}

        return states[0][0][0], finish


def _rates_of_schedule(schedule: Any) -> _Schedule | None:
    """Returns a function that evaluates a schedule for a range of batches."""
    if not isinstance(schedule, keras.optimizers.schedules.LearningRateSchedule):
        return None
    evaluate = compiled(lambda steps: keras.ops.map(schedule, steps))

    def rates(first: int, last: int) -> _Rates:
        # Powers of two, so that few lengths need to be compiled.
        length = 1 << max(0, last - first - 1).bit_length()
        steps = np.arange(first, first + length, dtype=np.int32)
        values = as_array(evaluate(steps))
        return values[: last - first].astype(np.float64)

    return rates
