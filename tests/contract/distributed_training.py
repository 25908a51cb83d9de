"""Trainings under `tf.distribute`, each run as a process of its own.

`python distributed_training.py <training> <directory of this process's log>`
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

import tb_wdnorm
from tb_wdnorm.summary import kernel_norms

N_STEPS = 4


def op_across_replicas(logdir: str) -> None:
    """Two replicas; the op is called where all of them are seen."""
    strategy = two_replicas()
    with strategy.scope():
        kernel = tf.Variable(tf.eye(3), name="kernel")
        with tf.summary.create_file_writer(logdir).as_default():
            for step in range(N_STEPS):
                strategy.run(double, (kernel,))
                assert kernel_norms("kernel_norms", [kernel], step)
    assert type(kernel).__name__ == "MirroredVariable"


def op_in_replicas(logdir: str) -> None:
    """Two replicas; each of them calls the op."""
    in_replicas(two_replicas(), logdir)


def op_in_workers(logdir: str) -> None:
    """Two workers; the replica of each of them calls the op."""
    in_replicas(tf.distribute.MultiWorkerMirroredStrategy(), logdir)


def op_across_workers(logdir: str) -> None:
    """Two workers; both call the op outside the strategy's scope."""
    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    with strategy.scope():
        kernel = tf.Variable(tf.eye(3), name="kernel")
    with tf.summary.create_file_writer(logdir).as_default():
        for step in range(N_STEPS):
            strategy.run(double, (kernel,))
            print(bool(kernel_norms("kernel_norms", [kernel], step)))


def callback(logdir: str) -> None:
    """Two replicas; `fit` with the callback."""
    model = distributed_model(two_replicas())
    x, y = np.ones((8, 3), np.float32), np.ones((8, 2), np.float32)
    model.fit(
        x,
        y,
        batch_size=4,
        epochs=2,
        verbose=0,
        callbacks=[tb_wdnorm.KernelNormCallback(logdir, update_freq="batch")],
    )


def callback_in_workers(logdir: str) -> None:
    """Two workers; a loop with the callback, since `fit` fails in Keras 3.15."""
    model = distributed_model(tf.distribute.MultiWorkerMirroredStrategy())
    callbacks = keras.callbacks.CallbackList(
        [tb_wdnorm.KernelNormCallback(logdir, update_freq="batch")],
        model=model,
        epochs=2,
        steps=2,
    )
    optimizer, kernels = model.optimizer, model.trainable_variables

    def replica_step() -> None:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(model(tf.ones((2, 3))) ** 2)
        optimizer.apply(tape.gradient(loss, kernels), kernels)

    train_step = tf.function(lambda: model.distribute_strategy.run(replica_step))
    with model.distribute_strategy.scope():
        optimizer.build(kernels)
    callbacks.on_train_begin()
    for epoch in range(2):
        callbacks.on_epoch_begin(epoch)
        for batch in range(2):
            callbacks.on_train_batch_begin(batch)
            train_step()
            callbacks.on_train_batch_end(batch)
        callbacks.on_epoch_end(epoch)
    callbacks.on_train_end()


def writer_in_workers(logdir: str) -> None:
    """Two workers; both have a writer."""
    model = distributed_model(tf.distribute.MultiWorkerMirroredStrategy())
    with tb_wdnorm.KernelNormWriter(logdir, model) as norms:
        for step in range(N_STEPS):
            norms.write(step)
            # Not flushed before: what is written are the weights as they were.
            model.distribute_strategy.run(double, (model.layers[0].kernel.value,))


def writer_on_two_devices(logdir: str) -> None:
    """A writer of a model whose layers lie on two devices."""
    cpu_0, cpu_1 = two_cpus()
    with tf.device(cpu_0):
        dense = keras.layers.Dense(2, kernel_initializer="ones", name="dense")
        dense.build((None, 3))
    with tf.device(cpu_1):
        more = keras.layers.Dense(2, kernel_initializer="ones", name="more")
        more.build((None, 2))
    model = keras.Sequential([keras.Input((3,)), dense, more])
    devices = [layer.kernel.value.device for layer in model.layers]
    assert [device[-5:] for device in devices] == ["CPU:0", "CPU:1"]
    with tb_wdnorm.KernelNormWriter(logdir, model) as norms:
        for step in range(N_STEPS):
            norms.write(step)
            for layer in model.layers:
                double(layer.kernel.value)


def in_replicas(strategy: tf.distribute.Strategy, logdir: str) -> None:
    with strategy.scope():
        kernel = tf.Variable(tf.eye(3), name="kernel")

    def replica_step(step: tf.Tensor) -> None:
        double(kernel)
        kernel_norms("kernel_norms", [kernel], step)

    @tf.function  # type: ignore[untyped-decorator]
    def train_step(step: tf.Tensor) -> None:
        strategy.run(replica_step, (step,))

    with tf.summary.create_file_writer(logdir).as_default():
        for step in range(N_STEPS):
            train_step(tf.constant(step, tf.int64))


def double(kernel: tf.Variable) -> None:
    kernel.assign(2 * kernel)


def two_replicas() -> tf.distribute.Strategy:
    return tf.distribute.MirroredStrategy(two_cpus())


def two_cpus() -> list[str]:
    (cpu,) = tf.config.list_physical_devices("CPU")
    tf.config.set_logical_device_configuration(
        cpu, [tf.config.LogicalDeviceConfiguration()] * 2
    )
    return ["CPU:0", "CPU:1"]


def distributed_model(strategy: tf.distribute.Strategy) -> keras.Model:
    with strategy.scope():
        model = keras.Sequential(
            [keras.Input((3,)), keras.layers.Dense(2, kernel_initializer="ones")]
        )
        model.compile("sgd", "mse")
    return model


TRAININGS: dict[str, Callable[[str], Any]] = {
    training.__name__: training
    for training in (
        op_across_replicas,
        op_in_replicas,
        op_in_workers,
        op_across_workers,
        callback,
        callback_in_workers,
        writer_in_workers,
        writer_on_two_devices,
    )
}

if __name__ == "__main__":
    TRAININGS[sys.argv[1]](sys.argv[2])
