"""What Keras' back ends do not have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import numpy.typing as npt


def compiled(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Compiles a function of tensors, where the back end gains from it."""
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        return tf.function(function)
    if backend == "jax":
        import jax

        return jax.jit(function)
    return function


def as_array(tensor: Any) -> npt.NDArray[Any]:
    """Returns a tensor as an array, float32 or wider, if possible without a copy."""
    if keras.backend.backend() == "torch":
        # NumPy cannot hold PyTorch's narrow types.
        wide = tensor if tensor.element_size() >= 4 else tensor.float()
        return wide.numpy(force=True)
    array = np.asarray(tensor)
    return array.astype(np.promote_types(array.dtype, np.float32), copy=False)


def value_now(variable: keras.Variable) -> Any:
    """Returns a variable's value; TensorFlow never changes such a tensor again."""
    value = variable.value
    if keras.backend.backend() != "tensorflow":
        return value
    if type(value).__name__ != "ResourceVariable":
        # For example one that is mirrored on several devices.
        return value.value()
    import tensorflow as tf

    # What `value.value()` does, in half the time: this delays the training.
    return tf.raw_ops.ReadVariableOp(resource=value.handle, dtype=value.dtype)


def as_number(scalar: Any) -> float:
    """Returns the value of a scalar variable or tensor, or a number."""
    if isinstance(scalar, keras.Variable):
        return float(as_array(value_now(scalar)))
    return float(as_array(keras.ops.convert_to_tensor(scalar)))
