"""The summary op: a frame to the default `tf.summary` writer."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import tensorflow as tf

from tb_wdnorm.core.frames import Decay, RunInfo
from tb_wdnorm.core.norm_kinds import NORMS
from tb_wdnorm.wire import FrameEncoder, FramePart, check_name
from tb_wdnorm.write.frame import coefficients
from tb_wdnorm.write.named_arrays import describe
from tb_wdnorm.write.selection import Axes, KernelOptions, Target
from tb_wdnorm.write.tf_chief import is_chief
from tb_wdnorm.write.tf_frame import frame_tensor


def kernel_norms(
    name: str,
    kernels: Mapping[str, Any] | Sequence[Any],
    step: Any = None,
    *,
    channel_axes: Mapping[Any, Axes] | None = None,
    norm: str = "l2",
    groups: Mapping[Any, str] | None = None,
    targets: Mapping[Any, Target] | None = None,
    decay: Decay | Mapping[str, Decay] | None = None,
    label: str | None = None,
    epoch: Any = math.nan,
    learning_rate: Any = math.nan,
    log_shrink: Any = math.nan,
) -> tf.Tensor:
    """Writes the channel norms of kernels, as `tf.summary.histogram` does.

    To the default writer, eagerly or in a `tf.function`, where `record_if` lets
    it. The norms are computed only when they are written, where the kernels are.
    Under `tf.distribute` one replica of the chief writes.

    Example:

        writer = tf.summary.create_file_writer("logs/wd=2e-4")

        @tf.function
        def train_step(x, y):
            ...
            tb_wdnorm.summary.kernel_norms(
                "kernel_norms", model.trainable_variables, optimizer.iterations
            )

        with writer.as_default():
            for x, y in batches:
                train_step(x, y)

    A *pattern* is a kernel's name or that of its layer; a glob over these; or a
    compiled regular expression, searched for in the kernel's name. The first
    that matches counts.

    Args:
        name: Beginning of the tag; name scopes come before it.
        kernels: Floating-point variables or tensors of rank 1 or more and known
            shape, by name; or variables, which have a name of their own. What is
            less precise than float32 is summed in float32.
        step: Number of updates so far. Defaults to
            `tf.summary.experimental.get_step()`.
        channel_axes: Pattern → axis or axes to keep when the norm is taken;
            negative ones count from the last. Defaults to the last one.
        norm: Kind of the norm: `"l1"`, `"l2"`, `"linf"` or `"rms"`.
        groups: Pattern → group that a kernel is shown with. Defaults to the last
            part of its name.
        targets: Group or pattern → wanted norm, or range (low, high) of norms.
        decay: Weight decay in force on all kernels, or by kernel name.
        label: The run's weight decay in words. Defaults to what `decay` says.
        epoch: Epochs trained so far, fractional; NaN if there are none.
        learning_rate: Learning rate at this step; NaN if unknown.
        log_shrink: Σ ln(1−δ) since training began, δ the fraction that decay
            takes of a weight in a step: one for all, or `[kernels]`. NaN if
            unknown.

    Returns:
        Boolean scalar tensor: whether a frame was written.

    Raises:
        TypeError: If a kernel is not floating-point.
        ValueError: If there is a writer but no step, if two kernels have the
            same name, or if another argument is out of its range.
    """
    check_name(name)
    named = _by_name(kernels)
    if norm not in NORMS:
        raise ValueError(
            f"`norm` must be one of {', '.join(map(repr, NORMS))}. Received: {norm!r}"
        )
    tensors = [_as_tensor(key, kernel) for key, kernel in named.items()]
    info = describe(
        {key: tuple(t.shape) for key, t in zip(named, tensors, strict=True)},
        KernelOptions(
            norm=norm,
            channel_axes=channel_axes,
            groups=groups,
            targets=targets,
        ),
        decay=decay,
        label=label,
    )
    if not is_chief(named.values()):
        return tf.constant(False)
    state: dict[str, Any] = {
        "epoch": epoch,
        "learning_rate": learning_rate,
        "l2": math.nan,
        "weight_decay": math.nan,
        "log_shrink": log_shrink,
    }
    if decay is not None:
        state |= coefficients(info)
    if step is None:
        step = tf.summary.experimental.get_step()
    with tf.summary.experimental.summary_scope(name, "kernel_norms") as (prefix, _):
        parts = _encoder(info, prefix).parts

    def write() -> tf.Tensor:
        frame = frame_tensor(info, tensors, state)
        written = [
            tf.summary.write(
                tag=part.tag if step is None else _tag(part, step),
                tensor=tf.gather(frame, part.columns, axis=1),
                step=step,
                metadata=part.metadata.SerializeToString(),
            )
            for part in parts
        ]
        return tf.reduce_all(written)

    # Here, so that a frame is computed once, and only if it is written.
    return tf.cond(
        tf.summary.should_record_summaries(), write, lambda: tf.constant(False)
    )


def _by_name(kernels: Mapping[str, Any] | Sequence[Any]) -> Mapping[str, Any]:
    if isinstance(kernels, Mapping):
        return kernels
    named: dict[str, Any] = {}
    for kernel in kernels:
        if not hasattr(kernel, "assign"):
            raise TypeError(
                "`kernels` must be a mapping of names to arrays, or variables. "
                f"Received: {type(kernel).__name__} without a name"
            )
        name = getattr(kernel, "path", None) or kernel.name.removesuffix(":0")
        if name in named:
            raise ValueError(
                "`kernels` must have names that differ; a mapping gives them "
                f"others. Received twice: {name!r}"
            )
        named[name] = kernel
    return named


def _as_tensor(name: str, kernel: Any) -> tf.Tensor:
    """Returns a kernel's value, float32 or float64."""
    # No gradient goes through a summary: this spares building its graph.
    tensor = tf.stop_gradient(tf.convert_to_tensor(kernel))
    if not tensor.dtype.is_floating:
        raise TypeError(
            "`kernels` must be floating-point. "
            f"Received: {name!r} of {tensor.dtype.name}"
        )
    if not tensor.shape.is_fully_defined():
        raise ValueError(
            f"`kernels` must have a known shape. Received: {name!r} of {tensor.shape}"
        )
    return tensor if tensor.dtype == tf.float64 else tf.cast(tensor, tf.float32)


@functools.lru_cache(maxsize=32)
def _encoder(info: RunInfo, name: str) -> FrameEncoder:
    return FrameEncoder(info, name=name)


def _tag(part: FramePart, step: Any) -> tf.Tensor:
    with tf.device("cpu:0"):
        is_first = tf.equal(tf.cast(step, tf.int64), 0)
        return tf.where(is_first, part.first_tag, part.tag)
