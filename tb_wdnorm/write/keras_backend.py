"""What Keras' back ends do not have in common."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

BACKEND: str = keras.backend.backend()
"""Name of the back end, which a process cannot change once Keras is loaded."""


def compiled(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Compiles a function of tensors, where the back end gains from it."""
    if BACKEND == "tensorflow":
        import tensorflow as tf

        return tf.function(function)
    if BACKEND == "jax":
        import jax

        return jax.jit(function)
    return function


def as_array(tensor: Any) -> npt.NDArray[Any]:
    """Returns a tensor as an array, float32 or wider, if possible without a copy."""
    if BACKEND == "torch" and not isinstance(tensor, np.ndarray):
        # NumPy cannot hold PyTorch's narrow types.
        wide = tensor if tensor.element_size() >= 4 else tensor.float()
        return wide.numpy(force=True)
    array = np.asarray(tensor)
    return array.astype(np.promote_types(array.dtype, np.float32), copy=False)


def is_variable(value: Any) -> bool:
    """Returns whether a value is a variable, of Keras or of TensorFlow."""
    if isinstance(value, keras.Variable) or BACKEND != "tensorflow":
        return isinstance(value, keras.Variable)
    import tensorflow as tf

    return isinstance(value, tf.Variable)


def compiled_step(model: keras.Model) -> Any:
    """Returns the compiled function with which `fit` trains a model, if there is one.

    Numbers are in it as they were when it was first called; under JAX, so are
    variables that are not the model's or the optimizer's. PyTorch reads all anew.
    """
    if BACKEND == "torch" or model.run_eagerly:
        return None
    return model.train_function


class Reader:
    """Reads the values of variables; the same ones again cost little.

    TensorFlow never changes the tensors that it gives. JAX deletes kernels, and
    PyTorch changes them, with the next update; of numbers they give Python's own.
    """

    def __init__(self) -> None:
        self._variables: list[Any] = []
        self._read: Callable[[], list[Any]] = list

    def read(
        self, kernels: Sequence[keras.Variable], numbers: Sequence[Any] = ()
    ) -> tuple[list[Any], list[Any]]:
        """Returns the values of that moment.

        Args:
            kernels: Variables of any shape.
            numbers: Variables of one number.
        """
        if BACKEND != "tensorflow":
            return (
                [variable.value for variable in kernels],
                [variable.value.item() for variable in numbers],
            )
        variables = [*kernels, *numbers]
        is_other = len(variables) != len(self._variables) or any(
            map(operator.is_not, variables, self._variables)
        )
        if is_other:
            self._variables, self._read = variables, _tensorflow_reader(variables)
        values = self._read()
        return values[: len(kernels)], values[len(kernels) :]


def _tensorflow_reader(variables: Sequence[Any]) -> Callable[[], list[Any]]:
    if not variables:
        return list
    resources = [
        variable.value if isinstance(variable, keras.Variable) else variable
        for variable in variables
    ]
    try:
        read = _with_one_op(resources)
        read()
    except Exception:
        # For example variables that lie on several devices.
        return lambda: [each.value() for each in resources]
    return read


def _with_one_op(variables: Sequence[Any]) -> Callable[[], list[Any]]:
    """Returns what reads TensorFlow's variables of one device with one op.

    Each op delays the training, the more so since no cache holds the code for it in
    the midst of one. This one has no public name, but graphs are optimized to use
    it; to call a function that reads takes longer.
    """
    from tensorflow.python import pywrap_tfe
    from tensorflow.python.eager import context

    if any(type(each).__name__ != "ResourceVariable" for each in variables):
        raise TypeError("`variables` must be plain variables of TensorFlow")
    return functools.partial(
        pywrap_tfe.TFE_Py_FastPathExecute,
        context.context(),
        "_ReadVariablesOp",
        None,
        [variable.handle for variable in variables],
        "dtypes",
        [variable.dtype.as_datatype_enum for variable in variables],
    )
