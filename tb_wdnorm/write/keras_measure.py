"""Computing a Keras model's statistics where its weights are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.norm_kinds import NORMS
from tb_wdnorm.core.norms import channel_norms, statistics
from tb_wdnorm.write.frame import kernel_statistics
from tb_wdnorm.write.keras_backend import as_array, compiled, value_now
from tb_wdnorm.write.keras_model import TrackedModel

Statistics = npt.NDArray[np.float32]


class Measure:
    """Measures the kernels of a model, without making the training wait.

    What happens at once and what later depends on the back end. TensorFlow never
    changes a tensor that somebody holds, so holding it is all that happens at
    once. JAX reuses the memory of weights that are about to be updated, so the
    computation is started at once, and its result is fetched later. PyTorch
    changes weights in place: on a CPU everything happens at once.

    Args:
        tracked: The kernels.
    """

    def __init__(self, tracked: TrackedModel) -> None:
        self._tracked = tracked
        self._backend = keras.backend.backend()
        # A function of the user's own takes NumPy arrays.
        self._with_numpy = tracked.norm not in NORMS.values() or all(
            _is_on_host(variable) for variable in tracked.variables
        )
        self._on_device = compiled(self._compute)

    def begin(self) -> Callable[[], Statistics]:
        """Takes the weights as they are now.

        Returns:
            A function that returns their statistics, float32
            `[kernels, 6 + 33]`; it may take its time, in any thread.
        """
        compute = self._with_arrays if self._with_numpy else self._on_device
        values = [value_now(variable) for variable in self._tracked.variables]
        if self._backend == "tensorflow":
            return lambda: np.asarray(compute(values))
        started = compute(values)
        return lambda: started if self._with_numpy else as_array(started)

    def _with_arrays(self, tensors: Sequence[Any]) -> Statistics:
        tracked = self._tracked
        arrays = [as_array(tensor) for tensor in tensors]
        return kernel_statistics(tracked.info, tracked.rows(arrays), tracked.norm)

    def _compute(self, tensors: Sequence[Any]) -> Any:
        tracked, ops = self._tracked, keras.ops
        rows = tracked.rows([ops.cast(tensor, "float32") for tensor in tensors])
        computed = []
        for kernel, row in zip(tracked.info.kernels, rows, strict=True):
            norms = channel_norms(ops, row, kernel.channel_axes, tracked.norm)
            computed.append(statistics(ops, norms, tracked.norm))
        return ops.stack(computed)


def _is_on_host(variable: keras.Variable) -> bool:
    # Not JAX: there a compiled function is as good, and copes with donation.
    backend = keras.backend.backend()
    if backend == "tensorflow":
        return "CPU" in variable.value.device
    return backend == "torch" and variable.value.device.type == "cpu"
