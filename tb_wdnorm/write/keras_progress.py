"""What the optimizers of a model have done so far: steps, learning rates, decay."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import keras
import numpy as np
import numpy.typing as npt

from tb_wdnorm.write.decay_sum import Decays, DecaySum, Numbers, Schedule, Span
from tb_wdnorm.write.keras_backend import Reader
from tb_wdnorm.write.keras_coefficients import CoefficientsInForce
from tb_wdnorm.write.keras_decay import (
    most_used,
    n_updates,
    optimizer_for,
    optimizers_of,
)
from tb_wdnorm.write.keras_model import TrackedModel
from tb_wdnorm.write.keras_schedule import KerasSchedule

Columns = dict[str, Numbers]

_COLUMNS = ("learning_rate", "l2", "weight_decay", "log_shrink")


class State(NamedTuple):
    """What an optimizer has done at one moment; its numbers may be tensors.

    Attributes:
        iterations: Batches so far.
        spans: What was trained since the state before; the last one goes on to
            `iterations`, however many batches were counted.
        decays: The decay in force from here.
        rate: The learning rate of the next update, or its schedule.
    """

    iterations: Any
    spans: list[Span]
    decays: Decays
    rate: Any


class Progress:
    """Follows one optimizer, step by step.

    What costs time is put off: `state` is for the training, `finish` for another
    thread.

    Args:
        model: The model in training.
        optimizer: A Keras optimizer, no loss-scale wrapper; None if unknown.
        kernels: The variables that it updates.
        log_shrink: Where Σ ln(1 − δ) of each kernel begins, `[kernels]`; NaN
            from the start where it has no closed form.
    """

    def __init__(
        self,
        model: keras.Model,
        optimizer: Any,
        kernels: Sequence[keras.Variable],
        log_shrink: Numbers,
    ) -> None:
        self._optimizer = optimizer
        accumulated = getattr(optimizer, "gradient_accumulation_steps", None)
        self._batches_per_update: int = accumulated or 1
        self._rate_source: Any = None
        self._schedule: KerasSchedule | None = None
        self._of_optimizer: list[Any] = []
        self._counted = self._span_began = _n_batches(optimizer)
        self._spans: list[Span] = []
        self._coefficients = CoefficientsInForce(
            model, optimizer, kernels, self._counted
        )
        self._reader = Reader()
        self._take(self._read())
        # What has no closed form for a time has none for the sum.
        begun = log_shrink + 0 * self._decays.fraction_per_rate
        self._sum = DecaySum(begun, self._counted)

    def refresh(self) -> None:
        """Reads again what may be changed during training: coefficients, rate."""
        self._end_span()
        self._coefficients.look(self._counted, closely=True)
        self._take(self._read())

    @property
    def step(self) -> int:
        """Number of updates so far, as counted."""
        return self._counted // self._batches_per_update

    def look_up_step(self) -> int:
        """Returns the number of updates so far, as the optimizer counted them."""
        return 0 if self._optimizer is None else n_updates(self._optimizer)

    def batches_until(self, step: float) -> float:
        """Returns in how many batches there will be so many updates."""
        return step * self._batches_per_update - self._counted

    def note_batches(self, n_batches: int) -> None:
        """Counts batches, trained with the learning rate that was read last."""
        self._counted += n_batches

    @property
    def numbers(self) -> list[Any]:
        """The variables that `state` wants to know."""
        source = getattr(self._optimizer, "_learning_rate", None)
        if source is not self._rate_source:
            self._follow_rate(source)
        return [*self._of_optimizer, *self._coefficients.variables]

    @property
    def n_numbers(self) -> int:
        """How many `numbers` there were last."""
        return len(self._of_optimizer) + len(self._coefficients.variables)

    def state(self, numbers: Sequence[Any]) -> State:
        """Returns what `finish` needs of this moment.

        Args:
            numbers: What a `Reader` has read of `numbers`.
        """
        self._end_span()
        spans, self._spans = self._spans, []
        variables = self._coefficients.variables
        self._coefficients.look(self._counted)
        if self._coefficients.variables is not variables:
            numbers = self._read()
        iterations = self._take(numbers)
        return State(iterations, spans, self._decays, self._rate)

    def finish(self, states: Sequence[State]) -> tuple[list[int], Columns]:
        """Returns the steps of the next states, and their columns by name.

        The columns are float64 `[states, kernels]`: `learning_rate` (of the next
        update), `l2`, `weight_decay`, and `log_shrink`, Σ ln(1 − δ) over the
        updates since this object was made.
        """
        steps = []
        shape = (len(states), len(self.log_shrink))
        columns = {name: np.empty(shape) for name in _COLUMNS}
        for row, state in enumerate(states):
            iterations = int(state.iterations)
            self._sum.add(state.spans, iterations, self._batches_per_update)
            steps.append(iterations // self._batches_per_update)
            rate = state.rate
            if isinstance(rate, Schedule):
                (rate,) = rate.of_batches(iterations, iterations + 1)
            columns["learning_rate"][row] = float(rate)
            columns["l2"][row] = state.decays.l2
            columns["weight_decay"][row] = state.decays.weight_decay
            columns["log_shrink"][row] = self.log_shrink
        return steps, columns

    @property
    def log_shrink(self) -> Numbers:
        """Σ ln(1 − δ) at the last state that was finished, `[kernels]`."""
        return self._sum.log_shrink

    def _end_span(self) -> None:
        n_batches = self._counted - self._span_began
        self._spans.append(Span(self._decays, self._rate, n_batches))
        self._span_began = self._counted

    def _follow_rate(self, source: Any) -> None:
        self._rate_source = source
        schedule = keras.optimizers.schedules.LearningRateSchedule
        self._schedule = KerasSchedule(source) if isinstance(source, schedule) else None
        rate = [source] if isinstance(source, keras.Variable) else []
        self._of_optimizer = [self._optimizer._iterations, *rate]

    def _read(self) -> list[Any]:
        numbers = self.numbers
        return self._reader.read((), numbers)[1] if numbers else []

    def _take(self, numbers: Sequence[Any]) -> Any:
        """Takes the rate and the decay; returns the batches so far."""
        n_own = len(self._of_optimizer)
        self._decays = self._coefficients.decays(numbers[n_own:], self._counted)
        if self._optimizer is None:
            self._rate: Any = math.nan
            return 0
        iterations, *rate = numbers[:n_own]
        # The user may have given a function.
        self._rate = rate[0] if rate else self._schedule or float(self._rate_source())
        return iterations


def _n_batches(optimizer: Any) -> int:
    """Batches so far, which differ from updates where gradients accumulate."""
    if optimizer is None:
        return 0
    return int(keras.ops.convert_to_numpy(optimizer._iterations))


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
        # It counts the steps, whether or not it updates a kernel.
        counting = [most_used(optimizers)] if optimizers else []
        unique = {id(o): o for o in [*counting, *updated_by]}
        self._parts: list[tuple[Progress, npt.NDArray[np.intp]]] = []
        for optimizer in unique.values():
            rows = [i for i, o in enumerate(updated_by) if o is optimizer]
            variables = [self._variables[i] for i in rows]
            start = np.array([log_shrink.get(id(v), 0.0) for v in variables])
            progress = Progress(tracked.model, optimizer, variables, start)
            self._parts.append((progress, np.array(rows, np.intp)))
        self._counting = self._parts[0][0]

    @property
    def step(self) -> int:
        """Number of updates so far, as counted."""
        return self._counting.step

    def look_up_step(self) -> int:
        """Returns the number of updates so far, as the optimizer counted them."""
        return self._counting.look_up_step()

    def batches_until(self, step: float) -> float:
        """Returns in how many batches there will be so many updates."""
        return self._counting.batches_until(step)

    def note_batches(self, n_batches: int) -> None:
        """Counts batches, trained with the learning rates that were read last."""
        for progress, _ in self._parts:
            progress.note_batches(n_batches)

    def refresh(self) -> None:
        """Reads coefficients and learning rates again."""
        for progress, _ in self._parts:
            progress.refresh()

    def log_shrink(self) -> dict[int, float]:
        """Returns Σ ln(1 − δ) until now by the id of a kernel's variable.

        All states must have been finished.
        """
        _, numbers = Reader().read((), self.numbers)
        self.finish([self.state(numbers)])
        return {
            id(self._variables[row]): float(value)
            for progress, rows in self._parts
            for row, value in zip(rows, progress.log_shrink, strict=True)
        }

    @property
    def numbers(self) -> list[Any]:
        """The variables that `state` wants to know, of all optimizers."""
        return [each for progress, _ in self._parts for each in progress.numbers]

    def state(self, numbers: Sequence[Any]) -> list[State]:
        """Returns what `finish` needs of this moment.

        Args:
            numbers: What a `Reader` has read of `numbers`.
        """
        states, end = [], 0
        for progress, _ in self._parts:
            begin, end = end, end + progress.n_numbers
            states.append(progress.state(numbers[begin:end]))
        return states

    def finish(self, states: Sequence[list[State]]) -> tuple[list[int], Columns]:
        """Returns the steps of the next states, and their columns `[states, rows]`.

        To be called for all states in their order, from one thread.
        """
        columns: Columns = defaultdict(
            lambda: np.empty((len(states), len(self._variables)))
        )
        parts = zip(self._parts, zip(*states, strict=True), strict=True)
        finished = [(rows, *part.finish(of_part)) for (part, rows), of_part in parts]
        for rows, _, columns_of_part in finished:
            for name, values in columns_of_part.items():
                columns[name][:, rows] = values
        (_, steps, _), *_ = finished
        return steps, {name: v[:, self._of_row] for name, v in columns.items()}
