"""A run's values between its frames."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


def interpolate(
    steps: npt.NDArray[np.int64],
    values: npt.NDArray[np.floating[Any]],
    wanted: npt.NDArray[np.int64],
) -> npt.NDArray[np.floating[Any]]:
    """Interpolates linearly between neighbouring frames, never beyond them.

    Args:
        steps: `[frames]`, ascending, each once.
        values: `[frames, …]`; may be NaN or infinite.
        wanted: `[n]`, the steps to interpolate at.

    Returns:
        `[n, …]`, in the dtype of `values`: at the step of a frame its very
        values; NaN before the first and after the last frame, and where one of
        the two neighbours is NaN.
    """
    interpolated = np.full((len(wanted), *values.shape[1:]), np.nan, values.dtype)
    if len(steps) == 0:
        return interpolated
    after = np.searchsorted(steps, wanted)
    before = np.searchsorted(steps, wanted, side="right") - 1
    is_frame = before == after
    interpolated[is_frame] = values[before[is_frame]]

    is_between = ~is_frame & (before >= 0) & (after < len(steps))
    before, after, at = before[is_between], after[is_between], wanted[is_between]
    share = (at - steps[before]) / (steps[after] - steps[before])
    share = share.reshape(-1, *[1] * (values.ndim - 1))
    with np.errstate(invalid="ignore"):  # of infinities
        interpolated[is_between] = (1 - share) * values[before] + share * values[after]
    return interpolated
