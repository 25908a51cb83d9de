"""The answer in words; see `http_api.md`."""

from __future__ import annotations

import json
from collections.abc import Iterable

from tb_wdnorm.core.findings import find_against
from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.serve.identifier import identifier
from tb_wdnorm.serve.json_value import well_formed

_DETAILS = ("facts", "evidence")


def findings(
    baseline: RunFrames | None, runs: Iterable[RunFrames], *, details: bool
) -> bytes:
    """Says whether weight decay works, per run, group and kernel.

    Args:
        baseline: The run that others are compared with; None if there is no run.
        runs: The runs to judge.
        details: Whether to tell each kernel's numbers, too.

    Returns:
        What `http_api.md` calls the findings, as JSON in UTF-8.
    """
    found = find_against(baseline, runs).as_dict()
    for run in found["runs"]:
        run["id"] = identifier(run["name"])
        for kernel in run["kernels"]:
            kernel["id"] = identifier(kernel["path"])
            for name in () if details else _DETAILS:
                del kernel[name]
    if baseline is not None:
        found["baseline"] = identifier(baseline.name)
    text = json.dumps(found, allow_nan=False, ensure_ascii=False)
    return well_formed(text).encode()
