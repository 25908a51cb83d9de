"""What a Keras model's user should know about its weight decay."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import keras

from tb_wdnorm.core.frames import format_coefficient
from tb_wdnorm.write.keras_decay import (
    decay_in_force,
    optimizer_for,
    optimizers_of,
)

_LISTED = 3


def notices(model: keras.Model, kernels: Sequence[keras.Variable]) -> tuple[str, ...]:
    """Returns sentences about decay that the kernels' norms do not show.

    They are about decay on biases and parameters of normalisations, regularizers
    on frozen weights, constraints on kernels, and exclusions from `weight_decay`
    that match no variable.

    Args:
        model: A built Keras model.
        kernels: Those of its variables that are tracked.
    """
    found = [
        *_decay_of_vectors(model),
        *_regularized_but_frozen(model),
        *_constrained(kernels),
        *_exclusions_without_effect(model),
    ]
    # Keras numbers the models of a process, which makes no difference here.
    return tuple(sentence.replace(f"{model.name}/", "") for sentence in found)


def _decay_of_vectors(model: keras.Model) -> Iterator[str]:
    vectors = [v for v in model.trainable_variables if len(v.shape) < 2]
    optimizers = optimizers_of(model)
    for optimizer in optimizers:
        decayed = [
            v
            for v in vectors
            if optimizer_for(v, optimizers) is optimizer
            and decay_in_force(v, optimizer).weight_decay
        ]
        if decayed:
            coefficient = decay_in_force(decayed[0], optimizer).weight_decay
            names = ", ".join(repr(n) for n in sorted({v.name for v in decayed}))
            yield (
                f"weight_decay={format_coefficient(coefficient)} of "
                f"{type(optimizer).__name__} also decays biases or parameters of "
                f"normalisations: {_listed(decayed)}. To leave them out, before "
                "training: "
                f"optimizer.exclude_from_weight_decay(var_names=[{names}])."
            )
    penalized = [v for v in vectors if v.regularizer is not None]
    if penalized:
        yield (
            "A regularizer also acts on biases or parameters of normalisations: "
            f"{_listed(penalized)}."
        )


def _regularized_but_frozen(model: keras.Model) -> Iterator[str]:
    frozen = [v for v in model.non_trainable_variables if v.regularizer is not None]
    if frozen:
        yield (
            "A regularizer is set on weights that are frozen, which it does not "
            f"decay: {_listed(frozen)}."
        )


def _constrained(kernels: Sequence[keras.Variable]) -> Iterator[str]:
    by_class: dict[str, list[keras.Variable]] = {}
    for kernel in kernels:
        if kernel.constraint is not None:
            by_class.setdefault(type(kernel.constraint).__name__, []).append(kernel)
    for name, variables in by_class.items():
        yield (
            f"The constraint {name} sets norms after each step, whatever the decay "
            f"is: {_listed(variables)}."
        )


def _exclusions_without_effect(model: keras.Model) -> Iterator[str]:
    variables = model.trainable_variables
    for optimizer in optimizers_of(model):
        pattern = getattr(optimizer, "_exclude_from_weight_decay_pattern", None)
        for anchor in sorted(pattern.pattern.split("|")) if pattern else ():
            if not any(re.search(anchor, variable.name) for variable in variables):
                yield (
                    f"exclude_from_weight_decay(var_names=[{anchor!r}]) matches no "
                    "variable: it is compared with a variable's own name, such as "
                    "'kernel' or 'bias', not with its layer's."
                )
        keys: set[Any] = getattr(optimizer, "_exclude_from_weight_decay", None) or set()
        if keys - {optimizer._var_key(variable) for variable in variables}:
            yield (
                "exclude_from_weight_decay(var_list=…) has variables that the model "
                "does not train."
            )


def _listed(variables: Sequence[keras.Variable]) -> str:
    paths = [variable.path for variable in variables]
    more = len(paths) - _LISTED
    return ", ".join(paths[:_LISTED]) + (f" and {more} more" if more > 0 else "")
