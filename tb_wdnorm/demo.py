"""The demonstration: a sweep of weight decay on a small autoencoder.

The model is the one of the original example of the method: three 1-D
convolutions that learn to pass white noise through a bottleneck.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

import keras
import numpy as np

from tb_wdnorm.write.keras_callback import KernelNormCallback

BATCH_SHAPE = (32, 100, 64)
"""Shape of a batch: examples, time steps, features."""

_SEED = 0


def build_autoencoder(weight_decay: float) -> keras.Model:
    """Returns the compiled autoencoder.

    Args:
        weight_decay: ℓ of the `L2(ℓ)` regularizer on each of its kernels.
    """
    n_features = BATCH_SHAPE[-1]

    def convolution(
        filters: int, width: int, activation: str, name: str
    ) -> keras.layers.Layer:
        return keras.layers.Conv1D(
            filters,
            width,
            activation=activation,
            padding="same",
            kernel_regularizer=keras.regularizers.L2(weight_decay),
            name=name,
        )

    model = keras.Sequential(
        [
            keras.Input(batch_shape=BATCH_SHAPE),
            convolution(n_features, 8, "relu", "input"),
            convolution(32, 1, "relu", "bottleneck"),
            convolution(n_features, 8, "linear", "output"),
        ]
    )
    model.compile(optimizer="adam", loss="mse")
    return model


def train(
    logdir: str | os.PathLike[str],
    weight_decays: Sequence[str],
    *,
    epochs: int,
    batches: int,
) -> None:
    """Trains the autoencoder once per weight decay, logging every batch.

    All trainings start from the same weights and see the same data. Prints how
    long each of them took.

    Args:
        logdir: Directory of the sweep; each training is a run below it.
        weight_decays: The values to compare, as text, which names the runs:
            `"2e-4"` is trained as `wd=2e-4`.
        epochs: Number of epochs of each training.
        batches: Number of batches in an epoch.
    """
    noise = np.random.default_rng(_SEED).standard_normal(
        (batches * BATCH_SHAPE[0], *BATCH_SHAPE[1:]), dtype=np.float32
    )
    for weight_decay in weight_decays:
        began_s = time.perf_counter()
        keras.utils.set_random_seed(_SEED)
        model = build_autoencoder(float(weight_decay))
        name = f"wd={weight_decay}"
        print(f"\n{name}")
        model.fit(
            noise,
            noise,
            batch_size=BATCH_SHAPE[0],
            epochs=epochs,
            callbacks=[
                KernelNormCallback(os.path.join(logdir, name), update_freq="batch")
            ],
        )
        print(f"{name} took {time.perf_counter() - began_s:.1f} s")
