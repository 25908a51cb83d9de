"""Which axes of a Keras kernel are channels."""

from __future__ import annotations

import keras

_TRANSPOSED = (
    keras.layers.Conv1DTranspose,
    keras.layers.Conv2DTranspose,
    keras.layers.Conv3DTranspose,
)
_DEPTHWISE = (keras.layers.DepthwiseConv1D, keras.layers.DepthwiseConv2D)
_ELEMENTWISE = ("LayerNormalization", "PReLU", "RMSNormalization")


def channel_axes(
    layer: keras.layers.Layer, role: str, shape: tuple[int, ...]
) -> tuple[int, ...]:
    """Returns the axes along which a kernel's outputs differ.

    | kernel | axes kept |
    |---|---|
    | `Conv*Transpose` (`…, out, in`) | the last but one |
    | depthwise kernels (`…, in, multiplier`) | the last two |
    | `EinsumDense`, hence attention layers | those that reach the output |
    | `TorchModuleWrapper` (PyTorch's `out, in, …`) | the first |
    | biases of `EinsumDense`; scales and offsets of `LayerNormalization`, \
`RMSNormalization`, `PReLU` | all |
    | everything else, recurrent and LoRA kernels too | the last |

    The factors of a kernel with LoRA, `a @ b`, have the rank in the place of the
    output that the other one has: `a` keeps the rank, `b` the output. In
    `EinsumDense` whose kernel's last axis does not reach the output, `b` comes
    first and keeps the rank.

    Args:
        layer: The layer that made the kernel, built.
        role: The array's name within that layer.
        shape: Its shape, of rank 2 or more.

    Returns:
        Axes, ascending and not negative.
    """
    last = len(shape) - 1
    if isinstance(layer, _TRANSPOSED):
        return (last - 1,)
    if isinstance(layer, _DEPTHWISE) or role == "depthwise_kernel":
        return (last - 1, last)
    if isinstance(layer, keras.layers.EinsumDense):
        return _einsum_axes(layer.equation, role, last)
    if isinstance(layer, keras.layers.TorchModuleWrapper):
        return (0,)
    # By name, since not all of them are in every Keras 3.
    if any(base.__name__ in _ELEMENTWISE for base in type(layer).__mro__):
        return tuple(range(len(shape)))
    return (last,)


def _einsum_axes(equation: str, role: str, last: int) -> tuple[int, ...]:
    operands, result = equation.split("->")
    letters = operands.split(",")[1].replace("...", "")
    kept = tuple(axis for axis, letter in enumerate(letters) if letter in result)
    last_is_kept = len(letters) - 1 in kept
    if role == "bias":
        return tuple(range(last + 1))
    if role == "lora_kernel_a":
        return kept if last_is_kept else kept or (last,)
    if role == "lora_kernel_b":
        return (1,) if last_is_kept else (0,)
    return kept or (last,)
