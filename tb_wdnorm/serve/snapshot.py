"""Statistics at one step; see `http_api.md`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.core.sweep import at_step, decay_for_target
from tb_wdnorm.serve.framed import Arrays, columns_of
from tb_wdnorm.serve.identifier import identifier
from tb_wdnorm.serve.json_value import number_or_null
from tb_wdnorm.serve.view import View

_NO_TARGET = (math.nan, math.nan)


def snapshot(
    runs: Iterable[RunFrames], view: View, columns: Sequence[str], step: int | None
) -> bytes:
    """Returns statistics at one step.

    Args:
        runs: The runs asked for, as they were recorded.
        view: The kernels asked for, and what norms are relative to.
        columns: Names of the columns asked for.
        step: Where; None for the last frame of each run.
    """
    described, values, strengths = [], [], []
    norms: list[npt.NDArray[np.float32]] = []
    targets: dict[int, tuple[float, float]] = {}
    for run in runs:
        at = at_step(run, step)
        frame = slice(at, at + 1)
        rows = view.rows(run.take(frame))
        described.append(
            {
                "id": identifier(run.name),
                "decay": run.info.decay_strength,
                "step": int(run.steps[at]),
                "epoch": number_or_null(float(run.epochs[at])),
            }
        )
        values.append(columns_of(view.of(run, frame), columns)[0])
        strengths.append(run.info.decay_strength)
        # A copy: a view would keep all frames of the run.
        norms.append(rows.column("mean")[0].copy())
        for index, kernel in enumerate(rows.info.kernels):
            if kernel.target is not None:
                targets.setdefault(index, kernel.target)

    n_kernels = len(view.kernels)
    at_decay = np.array(strengths)
    at_norm = np.array(norms, np.float64).reshape(len(norms), n_kernels)
    target_decay = [
        decay_for_target(at_decay, at_norm[:, k], targets.get(k, _NO_TARGET))
        for k in range(n_kernels)
    ]
    arrays = Arrays()
    shape = (len(values), n_kernels, len(columns))
    added = arrays.add(
        values=np.array(values, np.float32).reshape(shape),
        target_decay=np.array(target_decay, np.float64),
    )
    header = {
        "kernels": [item.text for item in view.kernels],
        "columns": list(columns),
        "runs": described,
    }
    return arrays.pack(header | added)
