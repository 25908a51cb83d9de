"""The wheel, and environments that it is installed into."""

from __future__ import annotations

import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `pip install` makes of this repository."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"),
            *("--wheel-dir", str(folder), str(_ROOT)),
        ],
        check=True,
    )
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="session")
def install(
    wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., str]:
    """Installs the wheel into an empty environment; returns its interpreter.

    `install(Path("constraints.txt"))` keeps to the versions in a file.
    """

    def install_under(constraints: Path) -> str:
        folder = tmp_path_factory.mktemp("environment")
        venv.create(folder, with_pip=True)
        python = str(folder / "bin" / "python")
        subprocess.run(
            [
                *(python, "-m", "pip", "install", "--quiet", str(wheel)),
                *("--constraint", str(constraints)),
            ],
            check=True,
        )
        return python

    return install_under


@pytest.fixture(scope="session")
def oldest_python(install: Callable[..., str]) -> str:
    """The interpreter of an environment with the oldest TensorBoard supported."""
    return install(Path(__file__).with_name("oldest_tensorboard.txt"))
