"""Trains a small model and saves what its frames must be; see `test_backends.py`.

    KERAS_BACKEND=jax python tests/contract/train_on_backend.py DIRECTORY POLICY WAY…

trains in each of these ways, each into a directory of its own. The way `norms` is
that of `train_with_each_norm`, the others are in `WAYS`.
"""

from __future__ import annotations

import functools
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np

from tb_wdnorm import KernelNormCallback

DECAY = 0.25


def reach(kernel: Any, axis: tuple[int, ...]) -> Any:
    """A norm of the user's own: the distance between largest and smallest weight."""
    return np.max(kernel, axis=axis) - np.min(kernel, axis=axis)


NORMS: list[Any] = ["l1", "l2", "linf", "rms", reach]


class Reference(keras.callbacks.Callback):
    """Copies the weights after each step, as the means of their channels' norms."""

    def __init__(self) -> None:
        super().__init__()
        self.means: dict[int, list[float]] = {}
        self.maxima: dict[int, list[float]] = {}

    def copy(self) -> None:
        if keras.backend.backend() == "jax":
            self.model.jax_state_sync()
        norms = [
            np.sqrt(np.sum(np.square(as_float64(layer.kernel)), axis=0))
            for layer in self.model.layers
        ]
        step = int(self.model.optimizer.iterations)
        self.means[step] = [norm.mean() for norm in norms]
        self.maxima[step] = [norm.max() for norm in norms]

    def on_train_begin(self, logs: Any = None) -> None:
        self.copy()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.copy()


def as_float64(variable: Any) -> Any:
    wide = keras.ops.cast(keras.ops.convert_to_tensor(variable), "float32")
    return keras.ops.convert_to_numpy(wide).astype(np.float64)


@dataclass(frozen=True)
class Way:
    """How to train.

    Attributes:
        options: Of `compile`.
        ends: Epochs at which a `fit` ends.
    """

    options: Mapping[str, Any] = field(default_factory=dict)
    ends: tuple[int, ...] = (2,)


WAYS = {
    "default": Way(),
    "fit-twice": Way(ends=(1, 2)),
    "compiled": Way({"jit_compile": True}),
    "not-compiled": Way({"jit_compile": False}),
    # Keras refuses more than one under PyTorch.
    "two-per-execution": Way({"steps_per_execution": 2}),
    "three-per-execution": Way({"steps_per_execution": 3}),
}


def train(directory: Path, way: Way) -> None:
    """Trains for 2 epochs of 4 batches, the rate halved in the second."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Dense(5, name="hidden"),
            keras.layers.Dense(2, name="head"),
        ]
    )
    optimizer = keras.optimizers.AdamW(0.5, weight_decay=DECAY)
    model.compile(optimizer=optimizer, loss="mse", **way.options)
    reference = Reference()
    norms = KernelNormCallback(directory / "run", update_freq="batch")
    for start, end in zip((0, *way.ends), way.ends, strict=False):
        model.fit(
            np.ones((8, 3), np.float32),
            np.ones((8, 2), np.float32),
            batch_size=2,
            initial_epoch=start,
            epochs=end,
            verbose=0,
            callbacks=[
                keras.callbacks.LearningRateScheduler(lambda epoch: 0.5 / (1 + epoch)),
                norms,
                reference,
            ],
        )
    np.savez(
        directory / "expected.npz",
        steps=list(reference.means),
        means=list(reference.means.values()),
        maxima=list(reference.maxima.values()),
    )


class Kernels(keras.callbacks.Callback):
    """Copies all kernels after each step, and breaks a channel after four."""

    def __init__(self) -> None:
        super().__init__()
        self.by_path: dict[str, Any] = defaultdict(list)

    def copy(self) -> None:
        if keras.backend.backend() == "jax":
            self.model.jax_state_sync()
        for kernel in self.model.trainable_variables:
            if len(kernel.shape) == 2:
                path = kernel.path.removeprefix(f"{self.model.name}/")
                self.by_path[path].append(as_float64(kernel))

    def on_train_begin(self, logs: Any = None) -> None:
        self.copy()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        if epoch == 1:
            head = self.model.get_layer("head").kernel
            broken = as_float64(head).astype(np.float32)
            broken[2, 1] = np.nan
            head.assign(broken)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.copy()


def train_with_each_norm(directory: Path) -> None:
    """Trains a recurrent model once, followed by a callback of each norm."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((4, 3)),
            keras.layers.LSTM(5, name="lstm"),
            keras.layers.Dense(3, name="head"),
        ]
    )
    model.compile(optimizer=keras.optimizers.SGD(0.5), loss="mse")
    kernels = Kernels()
    norms = [
        KernelNormCallback(
            directory / getattr(norm, "__name__", norm),
            update_freq="batch",
            split_gates=True,
            norm=norm,
        )
        for norm in NORMS
    ]
    model.fit(
        np.ones((8, 4, 3), np.float32),
        np.ones((8, 3), np.float32),
        batch_size=2,
        epochs=2,
        verbose=0,
        callbacks=[*norms, kernels],
    )
    np.savez(directory / "kernels.npz", **kernels.by_path)


def compile_without_cpp() -> None:
    """Has `torch.compile` trace and lower as ever, but run its graphs as they are.

    Its own last stage takes a C++ compiler and 20 s for this model.
    """
    import torch

    torch.compile = functools.partial(torch.compile, backend="aot_eager")


def main() -> None:
    """Trains in the ways asked for."""
    directory, policy = Path(sys.argv[1]), sys.argv[2]
    keras.config.set_dtype_policy(policy)
    if keras.backend.backend() == "torch":
        compile_without_cpp()
    for name in sys.argv[3:]:
        if name == "norms":
            train_with_each_norm(directory / name)
        else:
            train(directory / name, WAYS[name])


if __name__ == "__main__":
    main()
