"""Which axes of a Keras kernel are channels."""

from __future__ import annotations

import keras

_TRANSPOSED = (
    keras.layers.Conv1DTranspose,
    keras.layers.Conv2DTranspose,
    keras.layers.Conv3DTranspose,
)
_DEPTHWISE = (keras.layers.DepthwiseConv1D, keras.layers.DepthwiseConv2D)


def channel_axes(
    layer: keras.layers.Layer, role: str, shape: tuple[int, ...]
) -> tuple[int, ...]:
    """Returns the axes along which a kernel's outputs differ.

    | kernel | axes kept |
    |---|---|
    | `Conv*Transpose` (`…, out, in`) | the last but one |
    | depthwise kernels (`…, in, multiplier`) | the last two |
    | `EinsumDense`, hence attention layers | those that reach the output |
    | everything else | the last |

    Args:
        layer: The layer that owns the kernel, built.
        role: The array's name within the layer.
        shape: Its shape, of rank 2 or more.

    Returns:
        Axes, ascending and not negative.
    """
    last = len(shape) - 1
    if isinstance(layer, _TRANSPOSED):
        return (last - 1,)
    if isinstance(layer, _DEPTHWISE) or role == "depthwise_kernel":
        return (last - 1, last)
    if isinstance(layer, keras.layers.EinsumDense) and role == "kernel":
        return _einsum_output_axes(layer.equation) or (last,)
    return (last,)


def _einsum_output_axes(equation: str) -> tuple[int, ...]:
    """Axes of an equation's second operand that are in its result."""
    operands, result = equation.replace(" ", "").split("->")
    kernel = operands.split(",")[1].replace("...", "")
    return tuple(axis for axis, letter in enumerate(kernel) if letter in result)
