"""Where a curve is going, and how well that is known."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.thresholds import threshold

_Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Trend:
    """A line through the logarithm of a curve's last part.

    Attributes:
        n_frames: Number of frames that it is drawn through.
        drift: Change of the logarithm over the part.
        drift_error: Standard error of the drift; infinite if unknown.
        noise: Standard deviation of the logarithm about the line.
        n_steps: Steps from the first of the frames to the last.
    """

    n_frames: int
    drift: float
    drift_error: float
    noise: float
    n_steps: int

    @property
    def is_moving(self) -> bool:
        """Whether the curve drifts beyond its errors, and so far that it is seen."""
        return abs(self.significant_drift) >= threshold("level")

    @property
    def significant_drift(self) -> float:
        """The drift if it is beyond its errors, else 0."""
        is_seen = abs(self.drift) > threshold("errors") * self.drift_error
        return self.drift if is_seen else 0.0


def trend(steps: npt.NDArray[np.int64], values: _Floats) -> Trend:
    """Draws a line through the logarithm of the last part of a curve.

    Neighbouring deviations from the line are alike; the drift's error counts as
    many frames as would tell as much if they were independent.

    Args:
        steps: `[frames]`, ascending.
        values: `[frames]`; what is not finite and positive is left out.

    Returns:
        The line over the last `window` of the steps, or more until it has
        `min_frames`; with fewer than three frames a level one of unknown error.
    """
    used = np.isfinite(values) & (values > 0)
    steps, logs = steps[used], np.log(values[used].astype(np.float64))
    if len(steps) < 3:
        n_steps = int(steps[-1] - steps[0]) if len(steps) else 0
        return Trend(len(steps), 0.0, math.inf, 0.0, n_steps)
    begin = steps[-1] - threshold("window") * (steps[-1] - steps[0])
    first = min(
        int(np.searchsorted(steps, begin)),
        max(0, len(steps) - int(threshold("min_frames"))),
    )
    n_steps = int(steps[-1] - steps[first])
    x, y = steps[first:].astype(np.float64), logs[first:]
    x = (x - x.mean()) / (x[-1] - x[0])
    y = y - y[-1]  # so that what is constant is so exactly
    drift = float(x @ (y - y.mean()) / (x @ x))
    residuals = y - y.mean() - drift * x
    n = len(x)
    noise = math.sqrt(float(residuals @ residuals) / (n - 2))
    if noise == 0:
        return Trend(n, drift, 0.0, 0.0, n_steps)
    alike = float(residuals[1:] @ residuals[:-1] / (residuals @ residuals))
    alike = min(max(alike, 0.0), 0.9)
    inflation = math.sqrt((1 + alike) / (1 - alike))
    error = inflation * noise / math.sqrt(float(x @ x))
    return Trend(n, drift, error, noise, n_steps)


def level_since(steps: npt.NDArray[np.int64], values: _Floats) -> int:
    """Returns for how many steps a curve has been near its last value.

    Args:
        steps: `[frames]`, ascending.
        values: `[frames]`, one or more; the last one finite.

    Returns:
        Steps from the first of those last frames that are all within `level` of
        the last value.
    """
    away = np.abs(values - values[-1]) <= threshold("level") * abs(values[-1])
    outside = np.flatnonzero(~away)
    first = outside[-1] + 1 if len(outside) else 0
    return int(steps[-1] - steps[first])
