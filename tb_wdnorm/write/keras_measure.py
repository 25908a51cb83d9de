"""Computing a Keras model's statistics where its weights are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.norm_kinds import NORMS
from tb_wdnorm.core.norms import channel_norms, statistics
from tb_wdnorm.write.frame import kernel_statistics
from tb_wdnorm.write.keras_backend import BACKEND, as_array, compiled
from tb_wdnorm.write.keras_model import TrackedModel


class Measure:
    """Measures the kernels of a model, without making the training wait.

    What happens at once and what later depends on the back end. TensorFlow never
    changes a tensor that somebody holds, so holding it is all that happens at
    once. JAX reuses the memory of weights that are about to be updated, so the
    computation is started at once, and its result is fetched later. PyTorch
    changes weights in place: on a CPU everything happens at once.

    Args:
        tracked: The kernels.

    Attributes:
        n_bytes: Memory that a moment of float32 weights holds until `finish`.
    """

    def __init__(self, tracked: TrackedModel) -> None:
        self._tracked = tracked
        self._at_once = BACKEND != "tensorflow"
        # A function of the user's own takes NumPy arrays.
        self._with_numpy = tracked.norm not in NORMS.values() or all(
            _is_on_host(variable) for variable in tracked.variables
        )
        self._on_device = compiled(self._compute_on_device)
        n_weights = sum(math.prod(variable.shape) for variable in tracked.variables)
        self.n_bytes = 4 * n_weights

    def begin(self, values: Sequence[Any]) -> Any:
        """Takes the kernels' values of this moment; returns what `finish` wants."""
        return self._compute([values])[0] if self._at_once else values

    def finish(self, begun: Sequence[Any]) -> npt.NDArray[np.float32]:
        """Returns the statistics at several moments; may be called in any thread.

        Args:
            begun: What `begin` returned at each of them.

        Returns:
            float32 `[moments, kernels, 6 + 33]`.
        """
        computed = begun if self._at_once else self._compute(begun)
        return np.stack([as_array(moment) for moment in computed])

    def _compute(self, moments: Sequence[Sequence[Any]]) -> Sequence[Any]:
        """Statistics `[kernels, 6 + 33]` at each moment, as arrays or tensors."""
        if not self._with_numpy:
            return [self._on_device(values) for values in moments]
        tracked = self._tracked
        rows = [tracked.rows(list(map(as_array, values))) for values in moments]
        return list(kernel_statistics(tracked.info, rows, tracked.norm))

    def _compute_on_device(self, tensors: Sequence[Any]) -> Any:
        tracked, ops = self._tracked, keras.ops
        rows = tracked.rows([ops.cast(tensor, "float32") for tensor in tensors])
        computed = []
        for kernel, row in zip(tracked.info.kernels, rows, strict=True):
            norms = channel_norms(ops, row, kernel.channel_axes, tracked.norm)
            computed.append(statistics(ops, norms, tracked.norm))
        return ops.stack(computed)


def _is_on_host(variable: keras.Variable) -> bool:
    # Not JAX: there a compiled function is as good, and copes with donation.
    if BACKEND == "tensorflow":
        return "CPU" in variable.value.device
    return BACKEND == "torch" and variable.value.device.type == "cpu"
