"""Whether a suggested decay brings the norm to its target."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from accuracy.judge import judged_path, last_norm, logged
from accuracy.training import Training
from tb_wdnorm.core.aggregate import merge_kernels
from tb_wdnorm.core.findings import find

_SWEEPS = (
    (Training("dense", "adam", 0, has_norm=False), (1e-4, 1e-3, 1e-2, 1e-1)),
    (Training("dense", "adam", 0, has_norm=True), (1e-4, 1e-3, 1e-2, 1e-1)),
    (Training("conv", "adam", 0), (1e-4, 1e-3, 1e-2, 1e-1)),
    (Training("lstm", "adam", 0), (1e-4, 1e-3, 1e-2, 1e-1)),
    (Training("dense", "adamw", 0), (0.1, 1.0, 10.0)),
    (Training("dense", "adamw", 0, has_norm=True), (0.1, 1.0, 10.0)),
    (Training("conv", "adamw", 0), (0.1, 1.0, 10.0)),
    (Training("lstm", "adamw", 0), (0.1, 1.0, 10.0)),
    (Training("dense", "momentum", 0), (1e-3, 1e-2, 1e-1)),
    (Training("linear", "sgd", 0), (1e-3, 1e-2, 1e-1, 1.0)),
)


@dataclass(frozen=True)
class Try:
    """A suggestion that was trained with.

    Attributes:
        sweep: The trainings of the sweep, but for their decay.
        target: The norm wanted.
        decay: The suggestion; NaN if there was none.
        norm: The norm it led to; NaN without a suggestion.
    """

    sweep: Training
    target: float
    decay: float
    norm: float

    @property
    def has_met(self) -> bool:
        """Whether the norm is within 20 % of the target."""
        return abs(self.norm / self.target - 1) <= 0.2


def tries() -> Iterator[Try]:
    """Trains the sweeps, and with what they suggest, one after the other.

    The target is the geometric middle of the largest and smallest norm; but of
    norms below a tenth of the largest, which nobody wants, the largest tenth.
    """
    for training, decays in _SWEEPS:
        runs = [
            replace(logged("run", replace(training, decay=decay)), name=f"{decay}")
            for decay in decays
        ]
        norms = [last_norm(run) for run in runs]
        target = math.sqrt(max(norms) * max(min(norms), max(norms) / 10))
        judged = [merge_kernels(run, [[judged_path(run)]]) for run in runs]
        (response,) = find(
            judged, targets={judged[0].info.kernels[0].group: (target, target)}
        ).responses
        suggestion = response.suggestion
        decay = norm = math.nan
        if suggestion is not None and suggestion.decay is not None:
            decay = suggestion.decay
            norm = last_norm(logged("run", replace(training, decay=decay, seed=5)))
        yield Try(training, target, decay, norm)
