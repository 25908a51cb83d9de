"""A TensorBoard that has loaded synthetic runs."""

from __future__ import annotations

import contextlib
import json
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.http_client import fetch
from benchmarks.synthetic_runs import LAST_TAG
from tests.tensorboard_server import Server, running_tensorboard

_LOADING_S = 600


@contextlib.contextmanager
def served(
    write: Callable[[str], None], *flags: str, module: str = "tensorboard.main"
) -> Iterator[Server]:
    """Runs TensorBoard until it has loaded a log directory.

    None of the plugin's routes has been asked then.

    Args:
        write: Writes runs of `synthetic_runs` below a directory.
        *flags: TensorBoard's.
        module: What to run in place of `tensorboard`.
    """
    with tempfile.TemporaryDirectory() as logdir:
        write(logdir)
        n_runs = len({path.parent for path in Path(logdir).rglob("*.wdnorm")})
        with running_tensorboard(Path(logdir), *flags, module=module) as server:
            deadline = time.monotonic() + _LOADING_S
            while _n_loaded(server) < n_runs:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"{n_runs} runs take TensorBoard too long")
                time.sleep(0.5)
            yield server


def megabytes(pid: int) -> dict[str, float]:
    """Returns the resident memory of a process and of its children.

    Returns:
        Millions of bytes: of `itself`, and of its `children` together.
    """
    listing = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,rss="],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    itself = children = 0
    for line in listing.splitlines():
        of, parent, n_kibibytes = map(int, line.split())
        itself += n_kibibytes * (of == pid)
        children += n_kibibytes * (parent == pid)
    return {"itself": itself * 1024 / 1e6, "children": children * 1024 / 1e6}


def _n_loaded(server: Server) -> int:
    tags = json.loads(fetch(f"{server.url}/data/plugin/scalars/tags").text())
    return sum(LAST_TAG in of_run for of_run in tags.values())
