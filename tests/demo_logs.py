"""The demo's logs, trained once for all tests, as a pytest plugin."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def demo_logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `tb-wdnorm demo` logs: runs `wd=0`, `wd=2e-4`, `wd=2e-3`, `wd=2e-2`."""
    from tb_wdnorm.demo import train

    logdir = tmp_path_factory.mktemp("demo")
    train(logdir, ["0", "2e-4", "2e-3", "2e-2"], epochs=5, batches=200)
    return logdir
