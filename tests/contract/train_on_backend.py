"""Trains a small model and saves what its frames must be; see `test_backends.py`.

KERAS_BACKEND=jax python tests/contract/train_on_backend.py DIRECTORY POLICY
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np

from tb_wdnorm import KernelNormCallback

DECAY = 0.25


class Reference(keras.callbacks.Callback):
    """Copies each step's weights, the means of their channels' norms taken apart."""

    def __init__(self) -> None:
        super().__init__()
        self.means: list[list[float]] = []
        self.maxima: list[list[float]] = []

    def copy(self) -> None:
        if keras.backend.backend() == "jax":
            self.model.jax_state_sync()
        norms = [
            np.sqrt(np.sum(np.square(as_float64(layer.kernel)), axis=0))
            for layer in self.model.layers
        ]
        self.means.append([norm.mean() for norm in norms])
        self.maxima.append([norm.max() for norm in norms])

    def on_train_begin(self, logs: Any = None) -> None:
        self.copy()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.copy()


def as_float64(variable: Any) -> Any:
    wide = keras.ops.cast(keras.ops.convert_to_tensor(variable), "float32")
    return keras.ops.convert_to_numpy(wide).astype(np.float64)


def main() -> None:
    """Trains for 2 epochs of 4 batches, the rate halved in the second."""
    directory, policy = Path(sys.argv[1]), sys.argv[2]
    keras.utils.set_random_seed(0)
    keras.config.set_dtype_policy(policy)
    model = keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Dense(5, name="hidden"),
            keras.layers.Dense(2, name="head"),
        ]
    )
    model.compile(optimizer=keras.optimizers.AdamW(0.5, weight_decay=DECAY), loss="mse")
    reference = Reference()
    model.fit(
        np.ones((8, 3), np.float32),
        np.ones((8, 2), np.float32),
        batch_size=2,
        epochs=2,
        verbose=0,
        callbacks=[
            keras.callbacks.LearningRateScheduler(lambda epoch: 0.5 / (1 + epoch)),
            KernelNormCallback(directory / "run", update_freq="batch"),
            reference,
        ],
    )
    np.savez(directory / "expected.npz", means=reference.means, maxima=reference.maxima)


if __name__ == "__main__":
    main()
