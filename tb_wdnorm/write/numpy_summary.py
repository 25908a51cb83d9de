"""A frame as a summary, from NumPy arrays: any framework's writer can carry it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from tensorboard.compat.proto import summary_pb2

from tb_wdnorm.core.frames import Decay, Frame
from tb_wdnorm.core.norm_kinds import NormFunction, as_norm
from tb_wdnorm.wire import FrameEncoder, check_name
from tb_wdnorm.write.frame import assemble, coefficients, kernel_statistics
from tb_wdnorm.write.named_arrays import describe
from tb_wdnorm.write.selection import Axes, KernelOptions, Target


def kernel_norms_pb(
    name: str,
    kernels: Mapping[str, npt.ArrayLike],
    *,
    channel_axes: Mapping[Any, Axes] | None = None,
    norm: str | NormFunction = "l2",
    groups: Mapping[Any, str] | None = None,
    targets: Mapping[Any, Target] | None = None,
    decay: Decay | Mapping[str, Decay] | None = None,
    label: str | None = None,
    epoch: float = math.nan,
    learning_rate: float = math.nan,
    log_shrink: npt.ArrayLike = math.nan,
    first: bool = False,
) -> summary_pb2.Summary:
    """Returns the summary of kernels' channel norms.

    It describes itself, so that summaries may be written in any order and to
    several files.

    Example:

        >>> import numpy as np
        >>> summary = kernel_norms_pb("kernel_norms", {"dense/kernel": np.eye(3)})
        >>> summary.value[0].metadata.plugin_data.plugin_name
        'wdnorm'

    A *pattern* is a kernel's name or that of its layer; a glob over these; or a
    compiled regular expression, searched for in the kernel's name. The first
    that matches counts.

    Args:
        name: Beginning of the tag.
        kernels: Floating-point arrays of rank 1 or more, by name. What is less
            precise than float32 is summed in float32.
        channel_axes: Pattern → axis or axes to keep when the norm is taken;
            negative ones count from the last. Defaults to the last one,
            which is right for Keras; linear and convolution weights of PyTorch
            keep 0.
        norm: Kind of the norm: `"l1"`, `"l2"`, `"linf"`, `"rms"`, or a function
            with a name of its own, called as `f(kernel, axis)`.
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
        first: Whether this is the run's first frame, which others are compared
            with: its tag is such that TensorBoard's sampling cannot drop it.

    Raises:
        TypeError: If a kernel is not floating-point.
        ValueError: If another argument is out of its range.
    """
    check_name(name)
    kind = as_norm(norm)
    arrays = {key: _as_array(key, kernel) for key, kernel in kernels.items()}
    info = describe(
        {key: array.shape for key, array in arrays.items()},
        KernelOptions(
            norm=norm,
            channel_axes=channel_axes,
            groups=groups,
            targets=targets,
        ),
        decay=decay,
        label=label,
    )
    state = {"epoch": epoch, "learning_rate": learning_rate, "log_shrink": log_shrink}
    (computed,) = kernel_statistics(info, [tuple(arrays.values())], kind)
    values = assemble(
        computed,
        state if decay is None else state | coefficients(info),
    )
    encoder = FrameEncoder(info, name=name, scalars=False)
    frame = Frame(step=0, wall_time_s=0.0, values=values)
    return encoder.summary(frame, n_before=0 if first else 1)


def _as_array(name: str, kernel: npt.ArrayLike) -> npt.NDArray[np.floating]:
    """Returns a kernel as float32 or wider."""
    array = np.asarray(kernel)
    try:
        # Of bfloat16 NumPy itself knows only how to promote it.
        dtype = np.promote_types(array.dtype, np.float32)
    except TypeError:
        dtype = array.dtype
    if array.dtype.kind not in "fV" or dtype.kind != "f":
        raise TypeError(
            f"`kernels` must be floating-point. Received: {name!r} of {array.dtype}"
        )
    return array.astype(dtype, copy=False)
