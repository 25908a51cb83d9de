"""A real `tensorboard` process for the tests, as a pytest plugin."""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import struct
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

_START_S = 60
_DATA_S = 60


@dataclass(frozen=True)
class Answer:
    """What a route answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def arrays(self) -> tuple[dict[str, Any], list[npt.NDArray[Any]]]:
        """Undoes the framing that `http_api.md` describes."""
        (length,) = struct.unpack_from("<I", self.body)
        header = json.loads(self.body[4 : 4 + length])
        start, arrays = 4 + length, []
        for described in header["arrays"]:
            dtype = np.dtype(described["dtype"]).newbyteorder("<")
            n_bytes = int(np.prod(described["shape"])) * dtype.itemsize
            planes = np.frombuffer(self.body, np.uint8, n_bytes, start)
            shuffled = planes.reshape(dtype.itemsize, -1).T
            values = np.ascontiguousarray(shuffled).view(dtype)
            arrays.append(values.reshape(described["shape"]))
            start += -(-n_bytes // 8) * 8
        assert start == len(self.body)
        return header, arrays


@dataclass(frozen=True)
class Server:
    """A TensorBoard that is running.

    Attributes:
        url: Its address with the path prefix, without a slash at the end.
        pid: Its process.
    """

    url: str
    pid: int

    def get(self, path: str) -> Answer:
        """Asks for a path below the address."""
        request = urllib.request.Request(
            f"{self.url}/{path}", headers={"Accept-Encoding": "gzip"}
        )
        try:
            response = urllib.request.urlopen(request, timeout=30)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            body = response.read()
            headers = dict(response.headers)
            if headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            return Answer(response.status, headers, body)

    def plugin(self, route: str) -> Answer:
        """Asks one of the plugin's routes."""
        return self.get(f"data/plugin/wdnorm/{route}")

    def wait_for_frames(self, last_steps: dict[str, int]) -> dict[str, Any]:
        """Waits until each run has its last step; returns the overview."""
        deadline = time.monotonic() + _DATA_S
        while True:
            overview: dict[str, Any] = self.plugin("overview").json()
            found = {run["name"]: run["last_step"] for run in overview["runs"]}
            if found == last_steps:
                return overview
            assert time.monotonic() < deadline, f"wanted {last_steps}, found {found}"
            time.sleep(0.2)


StartServer = Callable[..., Server]


@contextlib.contextmanager
def running_tensorboard(
    logdir: Path | None,
    *flags: str,
    python: str = sys.executable,
    module: str = "tensorboard.main",
) -> Iterator[Server]:
    """Runs `tensorboard` on a free port of this machine.

    Args:
        logdir: None if `flags` say where the data is.
        *flags: More flags.
        python: The interpreter whose TensorBoard it is.
        module: What to run in place of `tensorboard`; it takes the same flags.
    """
    process = subprocess.Popen(
        [
            *(python, "-m", module),
            *([] if logdir is None else ["--logdir", str(logdir)]),
            *("--host", "127.0.0.1", "--port", "0", "--reload_interval", "1"),
            *flags,
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    lines: list[str] = []
    started = threading.Event()

    def drain() -> None:
        for line in process.stderr or ():
            lines.append(line)
            if "http://" in line:
                started.set()
        started.set()

    reader = threading.Thread(target=drain, daemon=True)
    reader.start()
    try:
        started.wait(_START_S)
        address = re.search(r"http://[^\s]+", "".join(lines))
        assert address, "".join(lines)
        yield Server(address.group().rstrip("/"), process.pid)
    finally:
        process.terminate()
        process.wait()
        reader.join()
        process.stderr.close()
    # What the server says while it serves is part of what users see.
    assert "Traceback" not in "".join(lines), "".join(lines)


@pytest.fixture
def tensorboard_module() -> str:
    """What the servers of `tensorboard` run."""
    return "tensorboard.main"


@pytest.fixture
def tensorboard(tensorboard_module: str) -> Iterator[StartServer]:
    """Starts servers that end with the test."""
    with contextlib.ExitStack() as stack:
        yield lambda *args: stack.enter_context(
            running_tensorboard(*args, module=tensorboard_module)
        )
