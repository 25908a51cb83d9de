"""What there is to see; see `http_api.md`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tb_wdnorm.core.compare import default_baseline
from tb_wdnorm.core.frames import KernelInfo
from tb_wdnorm.core.norm_kinds import L2
from tb_wdnorm.core.seeds import replicates
from tb_wdnorm.serve.identifier import identifier
from tb_wdnorm.serve.json_value import number_or_null, well_formed
from tb_wdnorm.serve.run_summary import RunSummary


def overview(runs: Sequence[RunSummary], now_s: float) -> dict[str, Any]:
    """Says what there is to see.

    Args:
        runs: All runs, weakest decay first.
        now_s: Seconds since the Unix epoch.

    Returns:
        What `http_api.md` calls the overview; JSON can express it.
    """
    kernels = _union(runs)
    groups: dict[str, list[str]] = {}
    for kernel_id, kernel in kernels.items():
        groups.setdefault(kernel.group, []).append(kernel_id)
    return {
        "runs": [_describe_run(run, now_s) for run in runs],
        "kernels": [_describe_kernel(*item) for item in kernels.items()],
        "groups": [
            {"name": name, "kernels": kernel_ids} for name, kernel_ids in groups.items()
        ],
        "replicates": [
            [identifier(run.name) for run in alike]
            for alike in replicates([run.without_frames for run in runs])
        ],
        "baseline": baseline_id(runs),
        "norm": runs[0].info.norm if runs else L2.name,
    }


def baseline_id(runs: Sequence[RunSummary]) -> str | None:
    """Returns the id of the run that others are compared with by default."""
    baseline = default_baseline([run.without_frames for run in runs])
    return None if baseline is None else identifier(baseline.name)


def _union(runs: Iterable[RunSummary]) -> dict[str, KernelInfo]:
    """All kernels of the runs by id, in model order."""
    kernels: dict[str, KernelInfo] = {}
    for run in runs:
        for kernel_id, kernel in zip(run.kernel_ids, run.info.kernels, strict=True):
            kernels.setdefault(kernel_id, kernel)
    return kernels


def _describe_run(run: RunSummary, now_s: float) -> dict[str, Any]:
    return {
        "id": run.id,
        "name": well_formed(run.name),
        "label": run.info.label,
        "decay": run.decay,
        "kernels": list(run.kernel_ids),
        "n_frames": len(run.steps),
        "first_step": int(run.steps[0]),
        "last_step": int(run.steps[-1]),
        "first_epoch": number_or_null(run.first_epoch),
        "last_epoch": number_or_null(run.last_epoch),
        "first_wall_time_s": float(run.wall_times_s[0]),
        "last_wall_time_s": float(run.wall_times_s[-1]),
        "growing": run.is_growing(now_s),
        "generation": run.generation,
    }


def _describe_kernel(kernel_id: str, kernel: KernelInfo) -> dict[str, Any]:
    return {
        "id": kernel_id,
        "path": kernel.path,
        "layer": kernel.layer,
        "layer_class": kernel.layer_class,
        "role": kernel.role,
        "shape": list(kernel.shape),
        "channel_axes": list(kernel.channel_axes),
        "n_channels": kernel.n_channels,
        "group": kernel.group,
        "target": None if kernel.target is None else list(kernel.target),
    }
