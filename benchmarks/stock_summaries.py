"""What users write today: TensorBoard's own summaries of channel norms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf


def kernels_of(model: keras.Model) -> list[Any]:
    """Returns a model's trainable variables of rank ≥ 2."""
    return [v for v in model.trainable_variables if len(v.shape) >= 2]


def stock_writer(model: keras.Model, logdir: str) -> tuple[Any, Callable[[int], Any]]:
    """Returns a summary writer, and a function that writes a frame at a step.

    One `tf.function` computes the norms and writes, for each kernel, their
    histogram, mean and maximum.
    """
    kernels = kernels_of(model)
    writer = tf.summary.create_file_writer(logdir)

    def write(step: tf.Tensor) -> None:
        with writer.as_default(step=step):
            for kernel in kernels:
                axes = range(len(kernel.shape) - 1)
                squares = tf.reduce_sum(tf.square(kernel.value), axis=list(axes))
                norms = tf.sqrt(squares)
                tf.summary.histogram(kernel.path, norms)
                tf.summary.scalar(f"{kernel.path}/mean", tf.reduce_mean(norms))
                tf.summary.scalar(f"{kernel.path}/max", tf.reduce_max(norms))

    compiled = tf.function(write)
    return writer, lambda step: compiled(tf.constant(step, tf.int64))
