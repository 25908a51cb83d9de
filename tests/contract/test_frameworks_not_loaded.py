"""Reading and serving load no framework, though TensorFlow is installed."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

_FRAMEWORKS = ("tensorflow", "keras", "jax", "torch")


@pytest.mark.parametrize(
    "statements",
    [
        "import tb_wdnorm; tb_wdnorm.read_logdir(logdir)",
        "from tb_wdnorm.cli import main; main(['export', logdir, '-o', os.devnull])",
        "import tb_wdnorm; tb_wdnorm.analyze(logdir)",
        "from tb_wdnorm.cli import main; main(['report', logdir, '-o', os.devnull])",
        "from tb_wdnorm.serve import plugin",
    ],
    ids=["read_logdir", "export", "analyze", "report", "plugin"],
)
def test_no_framework_is_loaded(statements: str, demo_logs: Path) -> None:
    assert importlib.util.find_spec("tensorflow") is not None
    program = (
        f"import os, sys; logdir = sys.argv[1]; {statements}; "
        f"print([name for name in {_FRAMEWORKS} if name in sys.modules])"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program, str(demo_logs)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert printed == "[]\n"


def test_served_requests_load_no_framework(demo_logs: Path) -> None:
    # In TensorBoard itself other plugins load TensorFlow; here is only this one.
    program = """
import sys
from types import SimpleNamespace
from werkzeug.test import Client
from tb_wdnorm.serve.plugin import KernelNormsLoader
from tb_wdnorm.serve.logdir import LogdirTensors

tensors = LogdirTensors(sys.argv[1])

class Provider:
    def list_tensors(self, ctx, **_):
        return {
            run: {
                tag: SimpleNamespace(
                    max_step=state.max_step,
                    max_wall_time=state.max_wall_time_s,
                    plugin_content=state.content,
                )
                for tag, state in tags.items()
            }
            for run, tags in tensors.list_tags().items()
        }

    def read_tensors(
        self, ctx, *, experiment_id, plugin_name, downsample, run_tag_filter
    ):
        (run,) = run_tag_filter.runs
        return {run: {tag: tensors.read(run, tag, 0) for tag in run_tag_filter.tags}}

plugin = KernelNormsLoader().load(SimpleNamespace(data_provider=Provider(), flags=None))
for route, app in plugin.get_plugin_apps().items():
    assert Client(app).get(route).status_code == 200, route
print([name for name in FRAMEWORKS if name in sys.modules])
""".replace("FRAMEWORKS", repr(_FRAMEWORKS))
    printed = subprocess.run(
        [sys.executable, "-c", program, str(demo_logs)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert printed == "[]\n"
