"""Short trainings of small models, logged as a user would log them."""

from __future__ import annotations

import os
from dataclasses import dataclass

import keras
import numpy as np

from tb_wdnorm import KernelNormCallback

_BATCH = 32
_N_FEATURES = 16


@dataclass(frozen=True)
class Training:
    """A training of one model.

    Attributes:
        model: `"linear"` (one layer), `"dense"`, `"conv"` or `"lstm"` (a layer
            that is judged and a head).
        optimizer: `"sgd"`, `"momentum"`, `"adamw"` (decoupled decay) or `"adam"`
            (L2 penalty, as the first two).
        decay: ℓ of the penalty, or d.
        n_steps: Updates.
        learning_rate: Defaults to one that suits the optimizer.
        has_norm: Whether a BatchNormalization follows the judged layer.
        start: Standard deviation of the first weights; the layer's own if None.
        seed: Of weights and data.
    """

    model: str
    optimizer: str
    decay: float
    n_steps: int = 600
    learning_rate: float | None = None
    has_norm: bool = False
    start: float | None = None
    seed: int = 0


_RATES = {"sgd": 0.05, "momentum": 0.01, "adamw": 3e-3, "adam": 3e-3}


def train(training: Training, logdir: str | os.PathLike[str]) -> None:
    """Trains a model and logs some 60 frames.

    Args:
        training: What to train.
        logdir: Directory of the run.
    """
    keras.backend.clear_session()
    keras.utils.set_random_seed(training.seed)
    model = _model(training)
    x, y = _data(training)
    # More than once through the data, so that epochs end in between.
    epochs = max(1, training.n_steps // 100)
    model.fit(
        x,
        y,
        batch_size=_BATCH,
        epochs=epochs,
        verbose=0,
        callbacks=[
            KernelNormCallback(
                logdir, update_freq=max(1, training.n_steps // 60), scalars=False
            )
        ],
    )


def _model(training: Training) -> keras.Model:
    rate = training.learning_rate
    rate = _RATES[training.optimizer] if rate is None else rate
    is_decoupled = training.optimizer == "adamw"
    options: dict[str, object] = {"name": "judged"}
    if not is_decoupled and training.decay:
        options["kernel_regularizer"] = keras.regularizers.L2(training.decay)
    if training.start is not None:
        options["kernel_initializer"] = keras.initializers.RandomNormal(
            stddev=training.start, seed=training.seed
        )
    layers = keras.layers
    if training.model == "linear":
        stack = [layers.Dense(8, **options)]
    else:
        judged = {
            "dense": lambda: layers.Dense(32, activation="tanh", **options),
            "conv": lambda: layers.Conv1D(24, 3, activation="tanh", **options),
            "lstm": lambda: layers.LSTM(24, **options),
        }[training.model]()
        stack = [judged]
        if training.has_norm:
            stack.append(layers.BatchNormalization())
        if training.model == "conv":
            stack.append(layers.GlobalAveragePooling1D())
        stack.append(layers.Dense(8, name="head"))
    shape = (_N_FEATURES,) if training.model in ("linear", "dense") else (8, 6)
    model = keras.Sequential([keras.Input(shape), *stack])
    optimizer = {
        "sgd": lambda: keras.optimizers.SGD(rate),
        "momentum": lambda: keras.optimizers.SGD(rate, momentum=0.9),
        "adamw": lambda: (
            keras.optimizers.AdamW(rate, weight_decay=training.decay or None)
            if training.decay
            else keras.optimizers.Adam(rate)
        ),
        "adam": lambda: keras.optimizers.Adam(rate),
    }[training.optimizer]()
    model.compile(optimizer=optimizer, loss="mse")
    return model


def _data(training: Training) -> tuple[np.ndarray, np.ndarray]:
    """What a teacher with random weights answers, with noise."""
    random = np.random.default_rng(training.seed)
    n_batches = min(100, training.n_steps)
    n_examples = n_batches * _BATCH
    is_flat = training.model in ("linear", "dense")
    shape = (n_examples, _N_FEATURES) if is_flat else (n_examples, 8, 6)
    x = random.standard_normal(shape, dtype=np.float32)
    flat = x.reshape(n_examples, -1)
    # The same teacher for all seeds: runs of two seeds learn the same.
    teacher = np.random.default_rng(12345).standard_normal((flat.shape[1], 8))
    y = flat @ (teacher / np.sqrt(flat.shape[1])).astype(np.float32)
    if training.model != "linear":
        y = np.tanh(2 * y)
    return x, y + 0.3 * random.standard_normal(y.shape, dtype=np.float32)
