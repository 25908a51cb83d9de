"""What Keras' back ends do not have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    if keras.backend.backend() == "torch" and not isinstance(tensor, np.ndarray):
        # NumPy cannot hold PyTorch's narrow types.
        wide = tensor if tensor.element_size() >= 4 else tensor.float()
        return wide.numpy(force=True)
    array = np.asarray(tensor)
    return array.astype(np.promote_types(array.dtype, np.float32), copy=False)


def reader(variables: Sequence[keras.Variable]) -> Callable[[], list[Any]]:
    """Returns a function that returns the variables' values of that moment.

    TensorFlow never changes these tensors again; JAX deletes them, and PyTorch
    changes them, with the next update.
    """
    if keras.backend.backend() != "tensorflow":
        return lambda: [variable.value for variable in variables]
    import tensorflow as tf

    values = [variable.value for variable in variables]
    if not all(type(value).__name__ == "ResourceVariable" for value in values):
        # For example such as are mirrored on several devices.
        return lambda: [value.value() for value in values]
    handles = [(value.handle, value.dtype) for value in values]
    read = tf.raw_ops.ReadVariableOp
    # What `value.value()` does, in a third of the time: this delays the training.
    return lambda: [read(resource=handle, dtype=dtype) for handle, dtype in handles]
