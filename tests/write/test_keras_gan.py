"""A model that trains two inner models, each with an optimizer of its own."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, optimizers

from tb_wdnorm.serve.logdir import read_logdir
from tb_wdnorm.write.keras_callback import KernelNormCallback


class Gan(keras.Model):
    """Two inner models, trained as in Keras' examples."""

    def __init__(self) -> None:
        super().__init__()
        self.critic = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
        self.generator = keras.Sequential([keras.Input((2,)), layers.Dense(3)])

    def call(self, inputs: Any) -> Any:
        return self.critic(self.generator(inputs))

    def compile(self, of_critic: Any, of_generator: Any) -> None:
        super().compile()
        self.of_critic, self.of_generator = of_critic, of_generator

    def train_step(self, data: Any) -> dict[str, Any]:
        noise = tf.random.normal((1, 2))
        with tf.GradientTape(persistent=True) as tape:
            real, made = self.critic(data), self.critic(self.generator(noise))
            loss = tf.reduce_mean(real**2) + tf.reduce_mean((made - 1) ** 2)
        for model, optimizer in (
            (self.critic, self.of_critic),
            (self.generator, self.of_generator),
        ):
            weights = model.trainable_weights
            optimizer.apply(tape.gradient(loss, weights), weights)
        return {"loss": loss}


@pytest.mark.parametrize("built", [False, True])
def test_each_kernel_is_followed_with_its_own_optimizer(
    tmp_path: Path, *, built: bool
) -> None:
    gan = Gan()
    gan.built = built
    gan.compile(
        optimizers.SGD(0.1, weight_decay=0.1), optimizers.Adam(0.01, weight_decay=0.2)
    )
    callback = KernelNormCallback(tmp_path, update_freq="batch")
    x = np.ones((5, 3), np.float32)
    gan.fit(x, batch_size=1, epochs=2, verbose=0, callbacks=[callback])
    assert not callback.failed
    run = read_logdir(tmp_path)["."]
    # It is known after the first batch which optimizer updates which kernel.
    assert run.steps.tolist() == list(range(1, 11))
    assert run.info.label == "weight_decay=0.2 | weight_decay=0.1"
    decays = run.column("weight_decay")
    np.testing.assert_allclose(decays, np.tile([0.1, 0.2], (10, 1)), rtol=1e-6)
    assert run.column("log_shrink")[-1].tolist() == pytest.approx(
        [9 * math.log1p(-0.1 * 0.1), 9 * math.log1p(-0.01 * 0.2)], rel=1e-5
    )


class LateGan(Gan):
    """One whose generator is not trained in the first epoch."""

    is_late = True

    def train_step(self, data: Any) -> dict[str, Any]:
        if not self.is_late:
            return super().train_step(data)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(self.critic(data) ** 2)
        weights = self.critic.trainable_weights
        self.of_critic.apply(tape.gradient(loss, weights), weights)
        return {"loss": loss}


class BeginGenerator(keras.callbacks.Callback):
    """Has the generator trained from the second epoch."""

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.model.is_late = False
        self.model.make_train_function(force=True)


def test_optimizer_that_begins_later_is_followed_from_the_epoch_after(
    tmp_path: Path,
) -> None:
    gan = LateGan()
    gan.compile(
        optimizers.SGD(0.1, weight_decay=0.1), optimizers.Adam(0.01, weight_decay=0.2)
    )
    callback = KernelNormCallback(tmp_path, update_freq="batch")
    x = np.ones((2, 3), np.float32)
    callbacks = [BeginGenerator(), callback]
    gan.fit(x, batch_size=1, epochs=3, verbose=0, callbacks=callbacks)
    assert not callback.failed
    run = read_logdir(tmp_path)["."]
    _, decays = run.column("weight_decay").T
    assert decays.tolist() == pytest.approx([0, 0, 0, 0, 0.2, 0.2], rel=1e-6)
