"""The demo's logs, trained once for all tests, as a pytest plugin."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock


@pytest.fixture(scope="session")
def demo_logs(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """What `tb-wdnorm demo` logs: runs `wd=0`, `wd=2e-4`, `wd=2e-3`, `wd=2e-2`.

    Not to be changed: the processes of pytest-xdist share what one of them trains.
    """
    top = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        top = top.parent
    trained = top / "demo.trained"
    with FileLock(top / "demo.lock"):
        if not trained.exists():
            from tb_wdnorm.demo import train

            train(top / "demo", ["0", "2e-4", "2e-3", "2e-2"], epochs=5, batches=200)
            trained.touch()
    return top / "demo"
