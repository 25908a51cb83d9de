"""What is recorded: the kernels of a run, and their statistics at each step."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

N_BINS = 32
EDGE_PROBABILITIES = tuple(i / N_BINS for i in range(N_BINS + 1))
"""Probabilities of the histogram's edges, the quantiles at i/32."""

STATISTICS = ("mean", "max", "min", "std", "total", "nonfinite")
"""Columns computed from a kernel's channel norms, before the edges."""

TRAINING_STATE = ("epoch", "learning_rate", "l2", "weight_decay", "log_shrink")
"""Columns that describe the training at the frame's step."""

EDGES = tuple(f"q{i}" for i in range(N_BINS + 1))
"""Columns of the equi-depth histogram: `q0` the minimum … `q32` the maximum."""

COLUMNS = STATISTICS + TRAINING_STATE + EDGES
"""Columns of a frame."""

SERIES_COLUMNS = (*STATISTICS, *TRAINING_STATE, "q4", "q16", "q28")
"""Columns that are followed along training, a third of all. They are stored apart
from the other edges, so that they can be read without them."""

OTHER_EDGES = tuple(edge for edge in EDGES if edge not in SERIES_COLUMNS)
"""Columns that only whole distributions need."""


@dataclass(frozen=True)
class Decay:
    """Weight decay in force on a kernel, as the user wrote it.

    Attributes:
        l1: Coefficient of Σ|w| in the loss.
        l2: Coefficient ℓ of Σw² in the loss, as in Keras' `L2(ℓ)`. The
            coefficient of w in the gradient is 2ℓ.
        weight_decay: Decoupled coefficient d of the optimizer: w ← w − η·d·w.
    """

    l1: float = 0.0
    l2: float = 0.0
    weight_decay: float = 0.0

    @property
    def strength(self) -> float:
        """The largest coefficient as written; 0 without decay."""
        return max(self.l1, self.l2, self.weight_decay)

    @property
    def label(self) -> str:
        """The decay in words, for example `l2=2e-4` or `none`."""
        terms = [
            f"{name}={format_coefficient(value)}"
            for name, value in (
                ("l1", self.l1),
                ("l2", self.l2),
                ("weight_decay", self.weight_decay),
            )
            if value
        ]
        return ", ".join(terms) or "none"


def format_coefficient(value: float) -> str:
    """Writes a coefficient as people do: `2e-4`, `0.004`, `1.5e-5`, `0`."""
    if value != 0 and abs(value) < 1e-3:
        mantissa, _, exponent = f"{value:.6e}".partition("e")
        return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
    return f"{value:.7g}"


@dataclass(frozen=True)
class KernelInfo:
    """What stays the same about one tracked weight array.

    Attributes:
        path: Unique name within the run: Keras' `variable.path`, without the name
            of the model itself.
        layer: Name of the layer that owns the kernel.
        layer_class: Class name of that layer, for example `Conv1D`.
        role: The array's name within its layer: `kernel`, `recurrent_kernel`, …
        shape: Shape of the array.
        channel_axes: Axes kept when the norm is taken.
        group: Name of the group of kernels that it is shown with.
        target: Wanted range (low, high) of the channel norms, or None.
        decay: Weight decay in force when the run was logged.
    """

    path: str
    layer: str
    layer_class: str
    role: str
    shape: tuple[int, ...]
    channel_axes: tuple[int, ...]
    group: str
    target: tuple[float, float] | None = None
    decay: Decay = Decay()

    @property
    def n_channels(self) -> int:
        """Number of channel norms: the product of the kept axes' sizes."""
        return math.prod(self.shape[axis] for axis in self.channel_axes)


@dataclass(frozen=True)
class RunInfo:
    """What stays the same about a run, between two changes of its model.

    Attributes:
        kernels: The rows of its frames.
        norm: Kind of the channel norm, for example `l2`.
        label: The run's weight decay in words, for example `l2=2e-4`.
        strength: Number that orders the run by decay, where the user gave one.
        notices: Sentences about the model's decay that its user should know. They
            make no difference between runs.
    """

    kernels: tuple[KernelInfo, ...]
    norm: str
    label: str
    strength: float | None = None
    notices: tuple[str, ...] = field(default=(), compare=False)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Paths of the kernels."""
        return tuple(kernel.path for kernel in self.kernels)

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """Path → position of the kernel."""
        return {path: row for row, path in enumerate(self.paths)}

    @property
    def decay_strength(self) -> float:
        """What orders runs: the largest coefficient of any kernel, as written."""
        if self.strength is not None:
            return self.strength
        return max((kernel.decay.strength for kernel in self.kernels), default=0.0)


@dataclass(frozen=True)
class Frame:
    """The statistics of all kernels at one step.

    Attributes:
        step: Number of updates of the weights so far.
        wall_time_s: When the weights had these norms, seconds since the epoch.
        values: float32 `[kernels, columns]`, columns as in `COLUMNS`.
    """

    step: int
    wall_time_s: float
    values: npt.NDArray[np.float32]


@dataclass(frozen=True)
class RunFrames:
    """All frames of one run, in ascending order of step, each step once.

    Attributes:
        name: TensorBoard's name of the run.
        info: Its kernels, norm and label.
        steps: int64 `[frames]`.
        wall_times_s: float64 `[frames]`, seconds since the Unix epoch.
        values: float32 `[frames, kernels, columns]`, columns as in `COLUMNS`, or
            as in `SERIES_COLUMNS` where the other edges were not read; NaN where
            a frame lacks a kernel or a statistic.
    """

    name: str
    info: RunInfo
    steps: npt.NDArray[np.int64]
    wall_times_s: npt.NDArray[np.float64]
    values: npt.NDArray[np.float32]

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths of the kernels, the names of the rows."""
        return self.info.paths

    @property
    def has_edges(self) -> bool:
        """Whether all columns were read, not only those of `SERIES_COLUMNS`."""
        return self.values.shape[2] == len(COLUMNS)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of `values`."""
        return COLUMNS if self.has_edges else SERIES_COLUMNS

    def column(self, name: str) -> npt.NDArray[np.float32]:
        """Returns one statistic of every kernel at every frame.

        Args:
            name: One of `columns`.

        Returns:
            float32 `[frames, kernels]`, a view.

        Raises:
            KeyError: If there is no such column.
        """
        return self.values[:, :, column_index(name, self.columns)]

    @property
    def edges(self) -> npt.NDArray[np.float32]:
        """Histogram edges, float32 `[frames, kernels, 33]`, a view.

        Raises:
            KeyError: If they were not read.
        """
        first = column_index(EDGES[0], self.columns)
        return self.values[:, :, first:]

    def without_edges(self) -> RunFrames:
        """Returns the run with the columns of `SERIES_COLUMNS` only."""
        if not self.has_edges:
            return self
        columns = [column_index(name) for name in SERIES_COLUMNS]
        return replace(self, values=self.values[:, :, columns])

    @property
    def epochs(self) -> npt.NDArray[np.float32]:
        """Epoch of each frame (fractional), float32 `[frames]`; NaN if unknown."""
        if self.values.shape[1] == 0:
            return np.full(len(self.steps), np.nan, np.float32)
        # A kernel that a frame lacks has NaN there: any other row will do.
        return np.fmax.reduce(self.column("epoch"), axis=1)

    def take(self, frames: slice | npt.NDArray[Any]) -> RunFrames:
        """Returns some of the frames.

        Args:
            frames: Which, as NumPy indexes an axis; of a slice, they are views.
        """
        return replace(
            self,
            steps=self.steps[frames],
            wall_times_s=self.wall_times_s[frames],
            values=self.values[frames],
        )


def column_index(name: str, columns: tuple[str, ...] = COLUMNS) -> int:
    """Returns the position of a column in a frame.

    Raises:
        KeyError: If `name` is not one of `columns`.
    """
    try:
        return columns.index(name)
    except ValueError:
        raise KeyError(
            f"column must be one of {', '.join(columns)}. Received: {name!r}"
        ) from None


def distinct_decays(kernels: Sequence[KernelInfo]) -> tuple[Decay, ...]:
    """Returns the decays in force on `kernels`, strongest first, each once."""
    return tuple(
        sorted(
            {kernel.decay for kernel in kernels},
            key=lambda decay: decay.strength,
            reverse=True,
        )
    )
