"""The answer as JSON, for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tb_wdnorm.core.finding import Findings
from tb_wdnorm.core.frames import RunFrames


def json_text(findings: Findings, _: Sequence[RunFrames]) -> str:
    """Returns `Findings.as_dict` as a JSON document with an end of line."""
    return json.dumps(findings.as_dict(), ensure_ascii=False, indent=1) + "\n"
