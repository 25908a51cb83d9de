"""The weight decay in force on the kernels of a Keras model."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from tb_wdnorm.core.frames import Decay


def optimizer_step(model: keras.Model) -> int:
    """Returns the number of updates of a compiled model's weights so far."""
    return int(optimizer_of(model).iterations)


def decay_in_force(variable: keras.Variable, optimizer: Any) -> Decay:
    """Reads the decay in force on a variable."""
    l1 = l2 = 0.0
    regularizer = variable.regularizer
    if isinstance(regularizer, keras.regularizers.L1 | keras.regularizers.L1L2):
        l1 = _as_written(regularizer.l1)
    if isinstance(regularizer, keras.regularizers.L2 | keras.regularizers.L1L2):
        l2 = _as_written(regularizer.l2)
    decoupled = 0.0
    if optimizer is not None and optimizer.weight_decay:
        # The method tells what `exclude_from_weight_decay` left in force.
        decoupled = optimizer.weight_decay * optimizer._use_weight_decay(variable)
    return Decay(l1=l1, l2=l2, weight_decay=float(decoupled))


def _as_written(coefficient: Any) -> float:
    """Undoes the rounding of the coefficients that Keras makes float32 tensors."""
    if isinstance(coefficient, float | int):
        return float(coefficient)
    return float(str(np.float32(coefficient)))


def optimizer_of(model: keras.Model) -> Any:
    """Returns the optimizer that updates the weights, or None."""
    optimizer = getattr(model, "optimizer", None)
    return getattr(optimizer, "inner_optimizer", optimizer)
