"""What is tracked of a Keras model: its kernels and the decay in force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import keras

from tb_wdnorm.core.frames import KernelInfo, RunInfo, distinct_decays
from tb_wdnorm.core.norm_kinds import L2, Norm, as_norm
from tb_wdnorm.write.keras_axes import channel_axes
from tb_wdnorm.write.keras_decay import (
    decay_in_force,
    optimizer_for,
    optimizers_of,
)
from tb_wdnorm.write.keras_kernels import LayerKernel, find_kernels, unique_paths
from tb_wdnorm.write.keras_notices import notices
from tb_wdnorm.write.patterns import Names
from tb_wdnorm.write.selection import Candidate, KernelOptions, NoKernelError

_WHOLE = slice(None)


@dataclass(frozen=True)
class TrackedModel:
    """The kernels of a built Keras model.

    Attributes:
        model: The model.
        variables: Those that have a row in its frames, in model order, each once.
        info: What is constant about the rows.
        variable_of_row: Position in `variables` of each row's variable.
        gate_of_row: Part of the variable's last axis that each row has.
        norm: The norm of the channels.
    """

    model: keras.Model
    variables: tuple[keras.Variable, ...]
    info: RunInfo
    variable_of_row: tuple[int, ...]
    gate_of_row: tuple[slice, ...]
    norm: Norm = L2

    def rows(self, values: Sequence[Any]) -> list[Any]:
        """Returns what belongs to each row, given the variables' values.

        Args:
            values: Arrays or tensors, in the order of `variables`.

        Returns:
            The arrays, or the gates' parts of them, as views if NumPy's.
        """
        return [
            values[position] if gate == _WHOLE else values[position][..., gate]
            for position, gate in zip(
                self.variable_of_row, self.gate_of_row, strict=True
            )
        ]


@dataclass(frozen=True)
class _Row:
    """What may become a row of the frames: a kernel, or one of its gates."""

    variable: keras.Variable
    gate: slice
    candidate: Candidate


def track(model: keras.Model, options: KernelOptions | None = None) -> TrackedModel:
    """Finds the kernels of a model: its trainable variables of rank 2 or more.

    Args:
        model: A built Keras model, compiled or not.
        options: Which of them, and how. Defaults to all, by their L2 norms.

    Raises:
        TypeError: If `model` is no Keras model.
        NoKernelError: If it has no kernel, or none that the options select.
        ValueError: If it has no variables yet, or if a kernel lacks an axis that
            it is to keep.
    """
    options = options or KernelOptions()
    if not isinstance(model, keras.Model):
        raise TypeError(
            f"`model` must be a keras.Model. Received: {type(model).__name__}"
        )
    # One that trains inner models, as a GAN does, is never called itself.
    if not model.built and not (
        model.layers and all(layer.built for layer in model.layers)
    ):
        raise ValueError(
            "`model` must be built, so that it has weights: give it an input "
            f"shape or call it once on data. Received: {model.name!r}, not built"
        )
    rows = list(_rows(model, split_gates=options.split_gates))
    if not rows:
        raise NoKernelError(
            "`model` must have a trainable variable of rank 2 or more. Received: "
            f"{model.name!r} with {len(model.trainable_variables)} trainable "
            "variables, all of rank 0 or 1"
        )
    selected = options.choose([row.candidate for row in rows])
    chosen = [rows[position] for position, _ in selected]
    kernels = tuple(kernel for _, kernel in selected)
    variables = list({id(row.variable): row.variable for row in chosen}.values())
    position_of = {id(variable): i for i, variable in enumerate(variables)}
    norm = as_norm(options.norm)
    label = " | ".join(decay.label for decay in distinct_decays(kernels))
    return TrackedModel(
        model=model,
        variables=tuple(variables),
        info=RunInfo(
            kernels,
            norm=norm.name,
            label=label,
            notices=notices(model, variables),
        ),
        variable_of_row=tuple(position_of[id(row.variable)] for row in chosen),
        gate_of_row=tuple(row.gate for row in chosen),
        norm=norm,
    )


def _rows(model: keras.Model, *, split_gates: bool) -> Iterator[_Row]:
    kernels = find_kernels(model)
    optimizers = optimizers_of(model)
    paths = unique_paths(model, [kernel.variable for kernel in kernels])
    for path, kernel in zip(paths, kernels, strict=True):
        variable = kernel.variable
        decay = decay_in_force(variable, optimizer_for(variable, optimizers))
        gates = kernel.gates if split_gates else ""
        shape = tuple(int(size) for size in variable.shape)
        n_channels = shape[-1] // max(1, len(gates))
        for position, gate in enumerate(gates or [""]):
            suffix = gate and f"/{gate}"
            info = KernelInfo(
                path=path + suffix,
                layer=kernel.layer.name,
                layer_class=type(kernel.layer).__name__,
                role=kernel.role + suffix,
                shape=(*shape[:-1], n_channels),
                channel_axes=channel_axes(kernel.maker, variable.name, shape),
                group=kernel.group + suffix,
                decay=decay,
            )
            first = position * n_channels
            yield _Row(
                variable=variable,
                gate=slice(first, first + n_channels) if gate else _WHOLE,
                candidate=Candidate(info, _names(kernel, path, info.path)),
            )


def _names(kernel: LayerKernel, *paths: str) -> Names:
    return Names(
        paths=tuple(dict.fromkeys(paths)),
        layers=tuple(layer.name for layer in kernel.around),
        indices=frozenset(kernel.indices),
    )
