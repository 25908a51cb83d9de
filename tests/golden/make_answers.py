"""Writes what the plugin answers about the golden frames.

Python checks that these are the answers, TypeScript that the page understands
them. The page and the plugin are of one version: after a change of `http_api.md`,
write them again.

    python -m tests.golden.make_answers
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tb_wdnorm.core.frames import EDGES, column_index
from tests.golden.make_golden import INFO, frames
from tests.tensorboard_server import running_tensorboard

FILE = Path(__file__).with_name("answers.json")
RUN = "größe"
COLUMNS = ("mean", "max", "q4", "q28")
FRAMES = {"series": (0, 1, 2), "distributions": (0, 2)}
"""Which of the golden frames each route is asked for."""

_QUERIES = {
    "series": f"series?columns={','.join(COLUMNS)}",
    "distributions": "distributions?steps=0,200",
}


def ask() -> dict[str, bytes]:
    """Returns what a TensorBoard answers, by route, uncompressed."""
    with tempfile.TemporaryDirectory() as logdir:
        run = Path(logdir, RUN)
        run.mkdir()
        shutil.copy(FILE.with_name("frames_v2.tfevents"), run)
        with running_tensorboard(Path(logdir)) as server:
            server.wait_for_frames({RUN: frames()[-1].step})
            return {route: server.plugin(_QUERIES[route]).body for route in _QUERIES}


def numbers(route: str) -> dict[str, Any]:
    """Returns what an answer must hold, from the frames themselves.

    No number of the frames needs more than 12 bits of mantissa.
    """
    asked = [frames()[t] for t in FRAMES[route]]
    values = np.stack([frame.values for frame in asked])
    columns = ("mean", "max") if route == "distributions" else COLUMNS
    kernels = {}
    for row, kernel in enumerate(INFO.kernels):
        of_kernel = values[:, row]
        arrays = {name: of_kernel[:, column_index(name)] for name in columns}
        if route == "distributions":
            arrays["edges"] = of_kernel[:, [column_index(edge) for edge in EDGES]]
        kernels[_identifier(kernel.path)] = {
            name: _as_json(array) for name, array in arrays.items()
        }
    return {
        "run": _identifier(RUN),
        "step": [frame.step for frame in asked],
        # Kernels of a frame share it in any training, but not in these.
        "epoch": _as_json(values[:, :, column_index("epoch")].max(axis=1)),
        "kernels": kernels,
    }


def _identifier(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def _as_json(array: npt.NDArray[np.float32]) -> list[Any]:
    """Nested lists; as text, which both languages read, where JSON has no number."""
    if array.ndim > 1:
        return [_as_json(row) for row in array]
    texts = {math.inf: "Infinity", -math.inf: "-Infinity"}
    return ["NaN" if math.isnan(v) else texts.get(v, v) for v in array.tolist()]


def main() -> None:
    """Writes the answers and what must be read from them."""
    content = {
        route: {"base64": base64.b64encode(body).decode(), **numbers(route)}
        for route, body in ask().items()
    }
    FILE.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
