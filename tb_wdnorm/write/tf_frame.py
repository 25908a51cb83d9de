"""A frame computed by TensorFlow, where the kernels are."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import tensorflow as tf

from tb_wdnorm.core.frames import EDGES, STATISTICS, TRAINING_STATE, RunInfo
from tb_wdnorm.core.norm_kinds import NORMS
from tb_wdnorm.core.norms import channel_norms, statistics


def frame_tensor(
    info: RunInfo, tensors: Sequence[tf.Tensor], state: Mapping[str, Any]
) -> tf.Tensor:
    """Computes a frame in TensorFlow, eagerly or in a graph.

    Args:
        info: The kernels.
        tensors: Their values, float32 or float64, in the same order.
        state: Every column of `TRAINING_STATE`: a number, or `[kernels]`.

    Returns:
        float32 `[kernels, columns]`, columns as in `COLUMNS`.
    """
    # `tf.summary.write` asks for it on the CPU, wherever the kernels are.
    with tf.device(None):
        computed = _compiled(info)(list(tensors))
    measured, edges = tf.split(computed, [len(STATISTICS), len(EDGES)], axis=1)
    columns = [
        tf.broadcast_to(tf.cast(state[key], tf.float32), [len(tensors)])
        for key in TRAINING_STATE
    ]
    return tf.concat([measured, tf.stack(columns, axis=1), edges], axis=1)


@functools.lru_cache(maxsize=32)
def _compiled(info: RunInfo) -> Callable[[list[tf.Tensor]], tf.Tensor]:
    """Computes the statistics of all kernels; float32 `[kernels, 6 + 33]`."""
    xp = tf.experimental.numpy
    norm = NORMS[info.norm]

    def compute(tensors: list[tf.Tensor]) -> tf.Tensor:
        rows = []
        for kernel, tensor in zip(info.kernels, tensors, strict=True):
            norms = channel_norms(xp, tensor, kernel.channel_axes, norm)
            rows.append(tf.cast(statistics(xp, norms, norm), tf.float32))
        return tf.stack(rows)

    return tf.function(compute, autograph=False)
