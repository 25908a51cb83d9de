"""Statistics at one step; see `http_api.md`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.core.sweep import SweptDecay, at_step, decay_for_target, swept_decay
from tb_wdnorm.serve.framed import Arrays, columns_of
from tb_wdnorm.serve.identifier import identifier
from tb_wdnorm.serve.json_value import number_or_null
from tb_wdnorm.serve.view import View


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
    described, values = [], []
    decays: list[SweptDecay] = []
    norms: list[npt.NDArray[np.float32]] = []
    targets: dict[int, tuple[float, float]] = {}
    for run in runs:
        at = at_step(run, step)
        frame = slice(at, at + 1)
        rows = view.rows(run.take(frame))
        decay = swept_decay(run.info)
        described.append(
            {
                "id": identifier(run.name),
                "decay": decay.strength,
                "kind": decay.kind,
                "step": int(run.steps[at]),
                "epoch": number_or_null(float(run.epochs[at])),
            }
        )
        values.append(columns_of(view.of(run, frame), columns)[0])
        decays.append(decay)
        # A copy: a view would keep all frames of the run.
        norms.append(rows.column("mean")[0].copy())
        for index, kernel in enumerate(rows.info.kernels):
            if kernel.target is not None:
                targets.setdefault(index, kernel.target)

    n_kernels = len(view.kernels)
    kinds = list(dict.fromkeys(kind for kind, _ in decays if kind))
    at_norm = np.array(norms, np.float64).reshape(len(norms), n_kernels)
    target_decay = np.full((len(kinds), n_kernels), math.nan)
    for row, kind in enumerate(kinds):
        same = [i for i, decay in enumerate(decays) if decay.kind == kind]
        if decays[same[0]].is_mixed:
            continue
        strengths = [decays[i].strength for i in same]
        for k, target in targets.items():
            target_decay[row, k] = decay_for_target(strengths, at_norm[same, k], target)
    arrays = Arrays()
    shape = (len(values), n_kernels, len(columns))
    added = arrays.add(
        values=np.array(values, np.float32).reshape(shape),
        target_decay=target_decay,
    )
    header = {
        "kernels": [item.text for item in view.kernels],
        "columns": list(columns),
        "runs": described,
        "kinds": kinds,
    }
    return arrays.pack(header | added)
