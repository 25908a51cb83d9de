"""The weight decay in force on the kernels of a Keras model."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import keras
import numpy as np

from tb_wdnorm.core.decay import decoupled_fraction, sgd_fraction
from tb_wdnorm.core.frames import Decay

_L1 = (keras.regularizers.L1, keras.regularizers.L1L2)
_L2 = (keras.regularizers.L2, keras.regularizers.L1L2)


def optimizers_of(model: keras.Model) -> list[Any]:
    """Returns the optimizers that a model has, the compiled one first.

    A model with a `train_step` of its own may have several, as attributes. A
    loss-scale wrapper is left out in favour of what it wraps.
    """
    found = [getattr(model, "optimizer", None), *vars(model).values()]
    optimizers = [o for o in found if isinstance(o, keras.optimizers.Optimizer)]
    unwrapped = [getattr(o, "inner_optimizer", o) for o in optimizers]
    return list({id(o): o for o in unwrapped}.values())


def optimizer_for(variable: keras.Variable, optimizers: list[Any]) -> Any:
    """Returns the optimizer that updates a variable, or None.

    An optimizer knows its variables once it is built; before, the first one is
    taken to update them all. Of several that know it, it is the one most used.
    """
    if len(optimizers) < 2:
        return next(iter(optimizers), None)
    knowing = [
        optimizer
        for optimizer in optimizers
        if any(variable is known for known in optimizer._trainable_variables)
    ]
    return most_used(knowing or optimizers[:1])


def most_used(optimizers: list[Any]) -> Any:
    """Returns the optimizer with the most iterations, the first one of equals.

    A model that trains with optimizers of its own also has one that `compile` makes
    by default, which is never applied.
    """
    if len(optimizers) == 1:
        return optimizers[0]
    return max(optimizers, key=n_updates)


def is_use_known(optimizers: list[Any]) -> bool:
    """Returns whether it can be told by now which optimizer updates what.

    Of several, this shows once they have been applied.
    """
    return len(optimizers) < 2 or any(map(n_updates, optimizers))


def n_updates(optimizer: Any) -> int:
    """Returns the number of updates so far, as an optimizer counted them."""
    return int(keras.ops.convert_to_numpy(optimizer.iterations))


class Coefficients(NamedTuple):
    """What says how a variable decays: numbers, tensors or variables."""

    l1: Any = 0.0
    l2: Any = 0.0
    weight_decay: Any = 0.0

    def decay(self, values: Mapping[int, Any] = MappingProxyType({})) -> Decay:
        """Returns what the coefficients are now.

        Args:
            values: Those that have been read already, by the id of their variable.
        """
        return Decay(*(_as_written(values.get(id(each), each)) for each in self))


def coefficients_of(variable: keras.Variable, optimizer: Any) -> Coefficients:
    """Returns the coefficients that act on a variable.

    Args:
        variable: A weight.
        optimizer: The optimizer that updates it, or None.
    """
    regularizer = variable.regularizer
    weight_decay = getattr(optimizer, "weight_decay", None)
    # The method tells what `exclude_from_weight_decay` left in force.
    decayed = weight_decay is not None and optimizer._use_weight_decay(variable)
    return Coefficients(
        l1=regularizer.l1 if isinstance(regularizer, _L1) else 0.0,
        l2=regularizer.l2 if isinstance(regularizer, _L2) else 0.0,
        weight_decay=weight_decay if decayed else 0.0,
    )


def decay_in_force(variable: keras.Variable, optimizer: Any) -> Decay:
    """Reads the decay in force on a variable now.

    Args:
        variable: A weight.
        optimizer: The optimizer that updates it, or None.
    """
    return coefficients_of(variable, optimizer).decay()


def coefficients_in_sight(
    variables: Sequence[keras.Variable], optimizer: Any
) -> list[Any]:
    """Returns the objects that say what decay is in force.

    To look whether they are still the same ones costs much less than to read the
    decay. What is set by calling a method is not among them.

    Args:
        variables: Weights.
        optimizer: The optimizer that updates them, or None.
    """
    objects = [getattr(optimizer, "weight_decay", None)]
    for variable in variables:
        regularizer = variable.regularizer
        l1, l2 = getattr(regularizer, "l1", None), getattr(regularizer, "l2", None)
        objects += (regularizer, l1, l2, variable.constraint)
    return objects


def decay_fraction_per_rate(
    variable: keras.Variable, decay: Decay, optimizer: Any
) -> float:
    """Returns δ/η: the fraction of a weight that a step removes, per learning rate.

    Args:
        variable: The weight.
        decay: The decay in force on it.
        optimizer: The optimizer that updates it, or None.

    Returns:
        0 without decay; NaN where no closed form holds: an L1 or unknown
        penalty, a constraint, or an L2 penalty under another optimizer than SGD
        without clipping, where it depends on the gradients.
    """
    known_penalty = variable.regularizer is None or isinstance(
        variable.regularizer, (*_L1, *_L2)
    )
    if decay.l1 or not known_penalty or variable.constraint is not None:
        return math.nan
    fraction = decoupled_fraction(1.0, decay.weight_decay)
    if decay.l2:
        if not _is_plain_sgd(optimizer):
            return math.nan
        fraction += sgd_fraction(1.0, 2 * decay.l2, float(optimizer.momentum))
    return fraction


def _is_plain_sgd(optimizer: Any) -> bool:
    clips = ("clipnorm", "clipvalue", "global_clipnorm")
    return isinstance(optimizer, keras.optimizers.SGD) and not any(
        getattr(optimizer, name, None) for name in clips
    )


def _as_written(coefficient: Any) -> float:
    """Undoes the rounding of the coefficients that Keras makes float32 tensors."""
    if isinstance(coefficient, float | int):
        return float(coefficient)
    return float(str(np.float32(coefficient)))
