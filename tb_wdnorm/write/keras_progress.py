"""What the optimizer has done so far: steps, learning rates, decay."""

from __future__ import annotations

import functools
import itertools
import logging
import math
import operator
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import keras
import numpy as np
import numpy.typing as npt

from tb_wdnorm.write.keras_backend import (
    as_array,
    compiled,
    compiled_step,
    is_variable,
    reader,
)
from tb_wdnorm.write.keras_decay import (
    coefficients_in_sight,
    coefficients_of,
    decay_fraction_per_rate,
    most_used,
    optimizer_for,
    optimizers_of,
)
from tb_wdnorm.write.keras_model import TrackedModel

_logger = logging.getLogger(__name__)

_Rates = npt.NDArray[np.float64]
Columns = dict[str, _Rates]

_COLUMNS = ("learning_rate", "l2", "weight_decay", "log_shrink")
_BLOCK = 64


class _Decays(NamedTuple):
    """The decay of the kernels, `[kernels]` each."""

    l2: _Rates
    weight_decay: _Rates
    fraction_per_rate: _Rates


class _Span(NamedTuple):
    """Batches in a row with the same decay and learning rate, or schedule."""

    decays: _Decays
    rate: Any
    n_batches: int


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
    spans: list[_Span]
    decays: _Decays
    rate: Any


class Progress:
    """Follows one optimizer, step by step.

    What costs time is put off: `state` is for the training, `finish` for another
    thread.

    Coefficients of decay that are variables are followed by value. Others are in
    force as they are seen, unless batches were counted since the model's training
    step was compiled: then they are taken to act as they did before.

    Args:
        model: The model in training.
        optimizer: A Keras optimizer, no loss-scale wrapper; None if unknown.
        variables: The kernels it updates.
        log_shrink: Where Σ ln(1 − δ) of each kernel begins, `[kernels]`; NaN
            from the start where it has no closed form.

    Attributes:
        log_shrink: Σ ln(1 − δ) at the last state that was finished.
    """

    def __init__(
        self,
        model: keras.Model,
        optimizer: Any,
        variables: Sequence[keras.Variable],
        log_shrink: _Rates,
    ) -> None:
        self._model = model
        self._optimizer = optimizer
        self._variables = variables
        self._rate_source: Any = None
        self._schedule: _Schedule | None = None
        self._own_numbers: list[Any] = []
        self._warned = False
        self._see_coefficients()
        numbers = self._read()
        iterations, self._rate = self._iterations_and_rate(numbers)
        self._counted = self._span_began = self._finished = int(iterations)
        self._step_function, self._step_made = compiled_step(model), self._counted
        self._spans: list[_Span] = []
        self._decays = self._decays_now(numbers)
        self.log_shrink = log_shrink + 0 * self._decays.fraction_per_rate

    def refresh(self) -> None:
        """Reads again what may be changed during training: coefficients, rate."""
        self._end_span()
        if not self._is_compiled():
            self._see_coefficients()
        elif self._is_other_in_sight():
            self._warn()
        numbers = self._read()
        _, self._rate = self._iterations_and_rate(numbers)
        self._decays = self._decays_now(numbers)

    @property
    def step(self) -> int:
        """Number of updates so far, as counted; `finish` looks it up."""
        return self._counted // self._batches_per_update

    def batches_until(self, step: float) -> float:
        """Returns in how many batches there will be so many updates."""
        return step * self._batches_per_update - self._counted

    def note_batches(self, n_batches: int) -> None:
        """Counts batches, trained with the learning rate that was read last."""
        self._counted += n_batches

    @property
    def numbers(self) -> list[Any]:
        """The variables that `state` wants to know; another list if they change."""
        source = getattr(self._optimizer, "_learning_rate", None)
        if source is not self._rate_source:
            self._follow_rate(source)
        return self._numbers

    def state(self, numbers: Sequence[Any]) -> State:
        """Returns what `finish` needs of this moment.

        Args:
            numbers: What a `reader` has read of `numbers`.
        """
        self._end_span()
        spans, self._spans = self._spans, []
        iterations, self._rate = self._iterations_and_rate(numbers)
        if self._is_other_in_sight():
            if self._is_compiled():
                self._warn()
            else:
                self._see_coefficients()
                numbers = self._read()
                self._decays = self._decays_now(numbers)
        if self._values_of(numbers) != self._values:
            self._decays = self._decays_now(numbers)
        return State(iterations, spans, self._decays, self._rate)

    def finish(self, states: Sequence[State]) -> tuple[list[int], Columns]:
        """Returns the steps of the next states, and their columns by name.

        The columns are float64 `[states, kernels]`: `learning_rate` (of the next
        update), `l2`, `weight_decay`, and `log_shrink`, Σ ln(1 − δ) over the
        updates since this object was made.
        """
        steps = []
        shape = (len(states), len(self._variables))
        columns = {name: np.empty(shape) for name in _COLUMNS}
        for row, state in enumerate(states):
            iterations = int(state.iterations)
            *earlier, last = state.spans
            for span in earlier:
                self._shrink(span, self._finished + span.n_batches)
            self._shrink(last, iterations)
            steps.append(iterations // self._batches_per_update)
            rate = state.rate
            if isinstance(rate, _Schedule):
                (rate,) = rate.of_batches(iterations, iterations + 1)
            columns["learning_rate"][row] = float(rate)
            columns["l2"][row] = state.decays.l2
            columns["weight_decay"][row] = state.decays.weight_decay
            columns["log_shrink"][row] = self.log_shrink
        return steps, columns

    def _shrink(self, span: _Span, end: int) -> None:
        """Follows the kernels through a span, after which there are `end` batches."""
        first, self._finished = self._finished, end
        every = self._batches_per_update
        if isinstance(span.rate, _Schedule):
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

    @property
    def _batches_per_update(self) -> int:
        return getattr(self._optimizer, "gradient_accumulation_steps", None) or 1

    def _end_span(self) -> None:
        n_batches = self._counted - self._span_began
        self._spans.append(_Span(self._decays, self._rate, n_batches))
        self._span_began = self._counted

    def _follow_rate(self, source: Any) -> None:
        self._rate_source = source
        schedule = keras.optimizers.schedules.LearningRateSchedule
        self._schedule = _Schedule(source) if isinstance(source, schedule) else None
        rate = [source] if isinstance(source, keras.Variable) else []
        self._own_numbers = [self._optimizer._iterations, *rate]
        self._list_numbers()

    def _see_coefficients(self) -> None:
        """Takes what says the decay now; the values of variables among it change."""
        self._in_sight = coefficients_in_sight(self._variables, self._optimizer)
        self._coefficients = [
            coefficients_of(variable, self._optimizer) for variable in self._variables
        ]
        found = filter(is_variable, itertools.chain(*self._coefficients))
        self._decay_variables = {id(variable): variable for variable in found}
        self._values: list[Any] = []
        self._list_numbers()

    def _list_numbers(self) -> None:
        self._numbers = [*self._own_numbers, *self._decay_variables.values()]
        self._read_numbers = reader((), self._numbers)

    def _read(self) -> list[Any]:
        return self._read_numbers()[1] if self.numbers else []

    def _iterations_and_rate(self, numbers: Sequence[Any]) -> tuple[Any, Any]:
        """Batches so far, and the learning rate or its schedule.

        Batches differ from updates where gradients accumulate.
        """
        if self._optimizer is None:
            return 0, math.nan
        iterations, *rate = numbers[: len(self._own_numbers)]
        if rate:
            return iterations, rate[0]
        # The user may have given a function.
        return iterations, self._schedule or float(self._rate_source())

    def _is_other_in_sight(self) -> bool:
        in_sight = coefficients_in_sight(self._variables, self._optimizer)
        return any(map(operator.is_not, in_sight, self._in_sight))

    def _is_compiled(self) -> bool:
        """Whether coefficients are in the step that trains as they were before."""
        step = compiled_step(self._model)
        if step is not self._step_function:
            self._step_function, self._step_made = step, self._counted
        return step is not None and self._counted > self._step_made

    def _warn(self) -> None:
        if not self._warned:
            self._warned = True
            _logger.warning(
                "tb_wdnorm: a coefficient of weight decay was changed, which does "
                "not act on a training step that is compiled already, and is not "
                "counted. Call model.make_train_function(force=True) after it, or, "
                "with TensorFlow, make the coefficient a keras.Variable"
            )

    def _values_of(self, numbers: Sequence[Any]) -> list[Any]:
        """The values of the coefficients that are variables."""
        values = [
            np.float32(n) for n in numbers[len(numbers) - len(self._decay_variables) :]
        ]
        jax = keras.backend.backend() == "jax"
        if jax and values != self._values and self._values and self._is_compiled():
            self._warn()
            return self._values
        return values

    def _decays_now(self, numbers: Sequence[Any]) -> _Decays:
        self._values = self._values_of(numbers)
        values = dict(zip(self._decay_variables, self._values, strict=True))
        decays = [coefficients.decay(values) for coefficients in self._coefficients]
        fractions = [
            decay_fraction_per_rate(variable, decay, self._optimizer)
            for variable, decay in zip(self._variables, decays, strict=True)
        ]
        return _Decays(
            l2=np.array([2 * decay.l2 for decay in decays]),
            weight_decay=np.array([decay.weight_decay for decay in decays]),
            fraction_per_rate=np.array(fractions),
        )


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

    @property
    def step(self) -> int:
        """Number of updates so far, as counted; `finish` looks it up."""
        return self._parts[0][0].step

    def batches_until(self, step: float) -> float:
        """Returns in how many batches there will be so many updates."""
        return self._parts[0][0].batches_until(step)

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

    @property
    def numbers(self) -> list[list[Any]]:
        """The variables that `state` wants to know, by optimizer."""
        return [progress.numbers for progress, _ in self._parts]

    def state(self, numbers: Iterable[Any]) -> list[State]:
        """Returns what `finish` needs of this moment.

        Args:
            numbers: What a `reader` has read of all `numbers` in a row.
        """
        left = iter(numbers)
        return [
            progress.state(list(itertools.islice(left, len(progress.numbers))))
            for progress, _ in self._parts
        ]

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


class _Schedule:
    """The learning rates of a Keras schedule, evaluated a block at a time.

    Args:
        schedule: Maps a number of batches to a rate.
    """

    def __init__(self, schedule: Any) -> None:
        evaluate = compiled(lambda steps: keras.ops.map(schedule, steps))

        @functools.lru_cache(maxsize=2)
        def block(number: int) -> _Rates:
            steps = np.arange(_BLOCK, dtype=np.int32) + np.int32(number * _BLOCK)
            return as_array(evaluate(steps)).astype(np.float64)

        self._block = block

    def of_batches(self, first: int, end: int) -> _Rates:
        """Returns the rates of the batches first … end − 1."""
        numbers = range(first // _BLOCK, -(-end // _BLOCK))
        rates = np.concatenate([np.empty(0), *map(self._block, numbers)])
        return rates[first - numbers.start * _BLOCK :][: max(0, end - first)]
