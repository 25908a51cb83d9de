"""The wheel as users install it: Python only, into an empty environment."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.tensorboard_server import running_tensorboard

_ROOT = Path(__file__).parents[2]
_MODULES = list((_ROOT / "tb_wdnorm" / "serve" / "static").iterdir())


def test_wheel_contains_what_the_package_needs(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert wheel.name == "tb_wdnorm-0.1.0-py3-none-any.whl"
    assert {
        "tb_wdnorm/py.typed",
        "tb_wdnorm/wdnorm.proto",
        "tb_wdnorm/wdnorm_pb2.pyi",
        "tb_wdnorm/serve/http_api.md",
        *(f"tb_wdnorm/serve/static/{module.name}" for module in _MODULES),
    } <= names
    assert not [name for name in names if name.startswith("tests/")]


def test_tab_is_served_from_an_empty_environment(
    install: Callable[..., str], demo_logs: Path
) -> None:
    python = install(_ROOT / "requirements" / "demo.txt")
    installed = subprocess.run(
        [python, "-m", "pip", "list", "--format=freeze"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert "tb-wdnorm==0.1.0" in installed
    assert "tensorflow" not in installed

    with running_tensorboard(demo_logs / "wd=0", python=python) as server:
        server.wait_for_frames({".": 1000})
        listed = server.get("data/plugins_listing").json()["wdnorm"]
        assert listed["tab_name"] == "Kernel Norms"
        for module in _MODULES:
            assert server.plugin(module.name).body == module.read_bytes()


def test_missing_keras_is_named_with_the_command_to_install_it(
    wheel: Path, tmp_path: Path
) -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(wheel)!r}); sys.modules['keras'] = None\n"
        "import tb_wdnorm\n"
        "try:\n    tb_wdnorm.KernelNormCallback\n"
        "except ImportError as error:\n    print(error)"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    ).stdout
    assert printed == (
        "KernelNormCallback needs Keras 3 and one of its back ends. "
        "To install it with TensorFlow: pip install 'tb-wdnorm[tf]'\n"
    )
