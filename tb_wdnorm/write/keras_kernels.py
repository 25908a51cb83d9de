"""Where the kernels of a Keras model are: their layers, names and groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import keras

_MAIN_ROLES = ("kernel", "embeddings")
_LSTMS = (
    keras.layers.ConvLSTM1D,
    keras.layers.ConvLSTM2D,
    keras.layers.ConvLSTM3D,
    keras.layers.LSTM,
    keras.layers.LSTMCell,
)
_GRUS = (keras.layers.GRU, keras.layers.GRUCell)
_ATTENTION = (keras.layers.GroupQueryAttention, keras.layers.MultiHeadAttention)


@dataclass
class LayerKernel:
    """A trainable variable of rank 2 or more, and the layers that have it.

    Attributes:
        variable: The variable.
        around: Layers that have it, the model itself left out: those around the
            layer that made it first, then this one.
        indices: Positions of those in `model.layers`, counted from the start and,
            negative, from the end.
    """

    variable: keras.Variable
    around: list[keras.layers.Layer] = field(default_factory=list)
    indices: set[int] = field(default_factory=set)

    @property
    def maker(self) -> keras.layers.Layer:
        """The layer that made it."""
        return self.around[-1]

    @property
    def layer(self) -> keras.layers.Layer:
        """The layer that users know: of an LSTM's cell, for example, the LSTM."""
        return next(filter(_is_one_to_its_users, self.around), self.maker)

    @property
    def role(self) -> str:
        """Its name within that layer, for example `kernel` or `query/kernel`."""
        name: str = self.variable.name
        is_its_own = self.maker in (self.layer, getattr(self.layer, "cell", None))
        return name if is_its_own else f"{self.maker.name}/{name}"

    @property
    def group(self) -> str:
        """Name of the group it is shown with, if the user chooses none."""
        layer_class = type(self.layer).__name__
        is_recurrent = any(isinstance(a, keras.layers.RNN) for a in self.around)
        if self.role in _MAIN_ROLES and not is_recurrent:
            return layer_class
        role = self.role if is_recurrent else self.role.removesuffix("/kernel")
        return f"{layer_class}/{role}"

    @property
    def gates(self) -> str:
        """One letter for each of the gates along its last axis, in order."""
        if self.variable.name in ("kernel", "recurrent_kernel"):
            if isinstance(self.layer, _LSTMS):
                return "ifco"
            if isinstance(self.layer, _GRUS):
                return "zrh"
        return ""


def find_kernels(model: keras.Model) -> list[LayerKernel]:
    """Returns the kernels of a built model, in its order, each once."""
    variables = [v for v in model.trainable_variables if len(v.shape) >= 2]
    kernels = {id(variable): LayerKernel(variable) for variable in variables}
    for layer in model._flatten_layers(include_self=False):
        inside = {id(each) for each in layer._flatten_layers(include_self=False)}
        for variable in layer.trainable_variables:
            if id(variable) in kernels:
                _insert(layer, inside, kernels[id(variable)].around)
    for index, layer in enumerate(model.layers):
        for variable in layer.trainable_variables:
            if id(variable) in kernels:
                kernels[id(variable)].indices |= {index, index - len(model.layers)}
    for kernel in kernels.values():
        # A model may make variables itself, outside of any layer.
        kernel.around = kernel.around or [model]
    return list(kernels.values())


def unique_paths(model: keras.Model, variables: Sequence[keras.Variable]) -> list[str]:
    """Names the kernels: their paths, without the model's own name.

    Keras numbers the models of a process (`sequential_1`), which would keep the
    runs of a sweep from being compared. Layers of a subclassed model may have the
    same name: of equal paths, all but the first get a number.
    """
    full = [variable.path for variable in variables]
    shortened = [path.removeprefix(f"{model.name}/") for path in full]
    if len(set(shortened)) < len(set(full)):
        shortened = full
    paths: list[str] = []
    seen = Counter[str]()
    for path in shortened:
        name = path
        while name in paths or (name != path and name in shortened):
            seen[path] += 1
            name = f"{path}_{seen[path]}"
        paths.append(name)
    return paths


def _is_one_to_its_users(layer: keras.layers.Layer) -> bool:
    """Whether what it is made of is known to those who wrote the layer only."""
    if isinstance(layer, keras.layers.RNN):
        # An `RNN` as such is made of the cells that the user chose.
        return type(layer) is not keras.layers.RNN
    return isinstance(layer, _ATTENTION)


def _insert(
    layer: keras.layers.Layer, inside: set[int], around: list[keras.layers.Layer]
) -> None:
    """Adds a layer, and the ids of the layers inside it, to a chain of layers."""
    # Keras lists a layer before those inside it, unless they are shared.
    for position, other in enumerate(around):
        if id(other) in inside:
            around.insert(position, layer)
            return
    is_innermost = not around or any(
        layer is each for each in around[-1]._flatten_layers(include_self=False)
    )
    # One that only borrows the variable did not make it.
    around.insert(len(around) if is_innermost else 0, layer)
