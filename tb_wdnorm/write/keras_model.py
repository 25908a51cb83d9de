"""What is tracked of a Keras model: its kernels and the decay in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.frames import KernelInfo, RunInfo, distinct_decays
from tb_wdnorm.write.keras_axes import channel_axes
from tb_wdnorm.write.keras_decay import decay_in_force, optimizer_of

_MAIN_ROLES = ("kernel", "embeddings")


@dataclass(frozen=True)
class TrackedModel:
    """The kernels of a built Keras model: trainable variables of rank ≥ 2.

    Attributes:
        model: The model.
        variables: Its kernels, in model order, each once.
        info: What is constant about them.
    """

    model: keras.Model
    variables: tuple[keras.Variable, ...]
    info: RunInfo

    def arrays(self) -> list[npt.NDArray[np.floating[Any]]]:
        """Returns the kernels' values now, float32 or wider."""
        arrays = map(_read, self.variables)
        return [
            array.astype(np.promote_types(array.dtype, np.float32), copy=False)
            for array in arrays
        ]

    def learning_rate(self) -> float:
        """Returns the learning rate at this step; NaN without an optimizer."""
        optimizer = optimizer_of(self.model)
        return np.nan if optimizer is None else float(optimizer.learning_rate)


def track(model: keras.Model) -> TrackedModel:
    """Finds the kernels of a model.

    Args:
        model: A built Keras model, compiled or not.

    Raises:
        TypeError: If `model` is no Keras model.
        ValueError: If it has no variables yet, or no kernel.
    """
    if not isinstance(model, keras.Model):
        raise TypeError(
            f"`model` must be a keras.Model. Received: {type(model).__name__}"
        )
    if not model.built:
        raise ValueError(
            "`model` must be built, so that it has weights: give it an input "
            f"shape or call it once on data. Received: {model.name!r}, not built"
        )
    owners = _owners(model)
    variables = tuple(v for v in model.trainable_variables if len(v.shape) >= 2)
    if not variables:
        raise ValueError(
            "`model` must have a trainable variable of rank 2 or more. Received: "
            f"{model.name!r} with {len(model.trainable_variables)} trainable "
            "variables, all of rank 0 or 1"
        )
    optimizer = optimizer_of(model)
    kernels = tuple(
        _describe(path, v, owners[id(v)], optimizer)
        for path, v in zip(_paths(model, variables), variables, strict=True)
    )
    label = " | ".join(decay.label for decay in distinct_decays(kernels))
    return TrackedModel(model, variables, RunInfo(kernels, norm="l2", label=label))


def _owners(model: keras.Model) -> dict[int, keras.layers.Layer]:
    """Maps the id of each trainable variable to the layer that made it."""
    # Keras lists a layer before the layers inside it, so the innermost wins;
    # but for an RNN's cell, which users know only as the RNN.
    owners = {}
    cells: set[int] = set()
    for layer in model._flatten_layers():
        if id(layer) in cells:
            continue
        if isinstance(layer, keras.layers.RNN):
            cells.add(id(layer.cell))
        for variable in layer.trainable_variables:
            owners[id(variable)] = layer
    return owners


def _read(variable: keras.Variable) -> npt.NDArray[Any]:
    """Returns a variable's value, without a copy where its back end can."""
    if keras.backend.backend() == "torch":
        return keras.ops.convert_to_numpy(variable)
    return np.asarray(keras.ops.convert_to_tensor(variable))


def _paths(model: keras.Model, variables: Sequence[keras.Variable]) -> list[str]:
    """Unique names for the kernels: their paths, without the model's own name.

    Keras numbers the models of a process (`sequential_1`), which would keep the
    runs of a sweep from being compared.
    """
    shortened = [v.path.removeprefix(f"{model.name}/") for v in variables]
    if len(set(shortened)) == len(shortened):
        return shortened
    return [v.path for v in variables]


def _describe(
    path: str,
    variable: keras.Variable,
    layer: keras.layers.Layer,
    optimizer: Any,
) -> KernelInfo:
    shape = tuple(int(size) for size in variable.shape)
    layer_class = type(layer).__name__
    role = variable.name
    return KernelInfo(
        path=path,
        layer=layer.name,
        layer_class=layer_class,
        role=role,
        shape=shape,
        channel_axes=channel_axes(layer, role, shape),
        group=layer_class if role in _MAIN_ROLES else f"{layer_class}/{role}",
        decay=decay_in_force(variable, optimizer),
    )
