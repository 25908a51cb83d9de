"""What Keras' back ends do not have in common."""

from __future__ import annotations

import functools
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


def is_variable(value: Any) -> bool:
    """Returns whether a value is a variable, of Keras or of TensorFlow."""
    if isinstance(value, keras.Variable) or keras.backend.backend() != "tensorflow":
        return isinstance(value, keras.Variable)
    import tensorflow as tf

    return isinstance(value, tf.Variable)


def compiled_step(model: keras.Model) -> Any:
    """Returns the compiled function with which `fit` trains a model, if there is one.

    Numbers are in it as they were when it was first called; under JAX, so are
    variables that are not the model's or the optimizer's. PyTorch reads all anew.
    """
    if keras.backend.backend() == "torch" or model.run_eagerly:
        return None
    return model.train_function


def reader(
    kernels: Sequence[keras.Variable], numbers: Sequence[Any] = ()
) -> Callable[[], tuple[list[Any], list[Any]]]:
    """Returns a function that returns the variables' values of that moment.

    TensorFlow never changes these tensors again. JAX deletes kernels, and PyTorch
    changes them, with the next update; of numbers they give Python's own.
    """
    if keras.backend.backend() != "tensorflow":
        return lambda: (
            [variable.value for variable in kernels],
            [variable.value.item() for variable in numbers],
        )
    import tensorflow as tf

    values = [
        variable.value if isinstance(variable, keras.Variable) else variable
        for variable in (*kernels, *numbers)
    ]
    if all(type(value).__name__ == "ResourceVariable" for value in values):
        read = _read_at_once(tf, values)
    else:
        # For example such as are mirrored on several devices.
        def read() -> list[Any]:
            return [value.value() for value in values]

    def split() -> tuple[list[Any], list[Any]]:
        tensors = read()
        return tensors[: len(kernels)], tensors[len(kernels) :]

    return split


def _read_at_once(tf: Any, variables: Sequence[Any]) -> Callable[[], list[Any]]:
    """Returns what reads TensorFlow's variables with one op.

    It delays the training, the more so since no cache holds the code for an op in
    the midst of one.
    """
    handles = [variable.handle for variable in variables]
    dtypes = [variable.dtype for variable in variables]

    def read(*handles: Any) -> list[Any]:
        pairs = zip(handles, dtypes, strict=True)
        return [tf.raw_ops.ReadVariableOp(resource=h, dtype=d) for h, d in pairs]

    signature = [tf.TensorSpec((), tf.resource)] * len(handles)
    return functools.partial(
        tf.raw_ops.StatefulPartitionedCall,
        args=handles,
        Tout=dtypes,
        f=tf.function(read, input_signature=signature).get_concrete_function(),
        # In this thread: to wake another one takes longer than the reading.
        executor_type="SINGLE_THREADED_EXECUTOR",
    )
