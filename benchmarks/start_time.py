"""Time of importing the package, and of the plugin in TensorBoard's start."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.measurement import Row, interleaved, milliseconds_row

_IMPORT = """
import time
began_s = time.perf_counter()
import tb_wdnorm
print(time.perf_counter() - began_s)
"""

_PLUGIN = """
import time
from tensorboard import default, program
from tensorboard.plugins import base_plugin
default.get_static_plugins()
began_s = time.perf_counter()
from tb_wdnorm.serve.plugin import KernelNormsLoader
KernelNormsLoader().load(base_plugin.TBContext())
print(time.perf_counter() - began_s)
"""

_TENSORBOARD = """
import time
began_s = time.perf_counter()
from tensorboard import default, program
default.get_static_plugins()
print(time.perf_counter() - began_s)
"""


def start(n_rounds: int = 15) -> list[Row]:
    """Measures in fresh processes."""
    times = interleaved(
        {
            "import": lambda: _printed(_IMPORT),
            "plugin": lambda: _printed(_PLUGIN),
            "tensorboard": lambda: _printed(_TENSORBOARD),
        },
        n_rounds,
    )
    return [
        milliseconds_row("`import tb_wdnorm`", times["import"]),
        milliseconds_row("the plugin in TensorBoard's start", times["plugin"], 30),
        milliseconds_row("TensorBoard's own plugins, beside it", times["tensorboard"]),
    ]


def _printed(program: str) -> float:
    output = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout
    return float(output)
