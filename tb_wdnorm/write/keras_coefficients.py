"""Following the coefficients of decay while a Keras model is trained."""

from __future__ import annotations

import itertools
import logging
import operator
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from tb_wdnorm.write.decay_sum import Decays
from tb_wdnorm.write.keras_backend import BACKEND, compiled_step, is_variable
from tb_wdnorm.write.keras_decay import (
    coefficients_in_sight,
    coefficients_of,
    decay_fraction_per_rate,
)

_logger = logging.getLogger(__name__)


class CoefficientsInForce:
    """Tells what coefficients decay some kernels, as they act on the training.

    Those that are variables are followed by value. Others are in force as they are
    seen, unless batches were counted since the model's training step was compiled:
    then they are taken to act as they did before.

    Args:
        model: The model in training.
        optimizer: A Keras optimizer, no loss-scale wrapper; None if unknown.
        kernels: What it updates.
        n_batches: Batches counted so far.

    Attributes:
        variables: The coefficients that are variables.
    """

    def __init__(
        self,
        model: keras.Model,
        optimizer: Any,
        kernels: Sequence[keras.Variable],
        n_batches: int,
    ) -> None:
        self._model = model
        self._optimizer = optimizer
        self._kernels = kernels
        self._step_function, self._step_made = compiled_step(model), n_batches
        self._warned = False
        self._values: list[np.float32] = []
        self._decays: Decays | None = None
        self._see()

    def look(self, n_batches: int, *, closely: bool = False) -> None:
        """Takes what says the decay now, unless it does not act.

        Args:
            n_batches: Batches counted so far.
            closely: Whether to notice also what is set by calling a method, such
                as an exclusion, and what does not act. It costs more.
        """
        if self._is_compiled(n_batches):
            if closely and self._is_other():
                self._warn()
        elif closely or self._is_other():
            self._see()

    def decays(self, values: Sequence[Any], n_batches: int) -> Decays:
        """Returns the decay in force.

        Args:
            values: Those of `variables`; numbers or tensors.
            n_batches: Batches counted so far.
        """
        numbers = [np.float32(value) for value in values]
        if self._decays is None or numbers != self._values:
            self._decays = self._decays_of(numbers, n_batches)
        return self._decays

    def _is_other(self) -> bool:
        in_sight = coefficients_in_sight(self._kernels, self._optimizer)
        return any(map(operator.is_not, in_sight, self._in_sight))

    def _see(self) -> None:
        self._in_sight = coefficients_in_sight(self._kernels, self._optimizer)
        self._coefficients = [
            coefficients_of(kernel, self._optimizer) for kernel in self._kernels
        ]
        found = filter(is_variable, itertools.chain(*self._coefficients))
        self.variables = list({id(variable): variable for variable in found}.values())
        self._values, self._decays = [], None

    def _decays_of(self, values: list[np.float32], n_batches: int) -> Decays:
        # JAX compiles variables of others into the step, by value.
        is_jax = BACKEND == "jax"
        if is_jax and self._values and self._is_compiled(n_batches):
            self._warn()
        else:
            self._values = values
        known = dict(zip(map(id, self.variables), self._values, strict=True))
        decays = [coefficients.decay(known) for coefficients in self._coefficients]
        fractions = [
            decay_fraction_per_rate(kernel, decay, self._optimizer)
            for kernel, decay in zip(self._kernels, decays, strict=True)
        ]
        return Decays(
            l2=np.array([2 * decay.l2 for decay in decays]),
            weight_decay=np.array([decay.weight_decay for decay in decays]),
            fraction_per_rate=np.array(fractions),
        )

    def _is_compiled(self, n_batches: int) -> bool:
        """Whether coefficients are in the step that trains as they were before."""
        step = compiled_step(self._model)
        if step is not self._step_function:
            self._step_function, self._step_made = step, n_batches
        return step is not None and n_batches > self._step_made

    def _warn(self) -> None:
        if not self._warned:
            self._warned = True
            _logger.warning(
                "tb_wdnorm: a coefficient of weight decay was changed, which does "
                "not act on a training step that is compiled already, and is not "
                "counted. Call model.make_train_function(force=True) after it, or, "
                "with TensorFlow, make the coefficient a keras.Variable"
            )
