"""Noticing that two writers write to one run."""

from __future__ import annotations

import contextlib
from typing import IO

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


def claim(path: str) -> IO[bytes] | None:
    """Marks a local file as being written, until the result is closed.

    The mark goes with the process, however it ends.

    Returns:
        What holds the mark; None where the file system has no locks.
    """
    file = open(path, "rb")  # noqa: SIM115 - it stays open
    if _lock(file):
        return file
    file.close()
    return None


def is_claimed(path: str) -> bool:
    """Returns whether a writer, of this or another process, is writing a file."""
    with contextlib.suppress(OSError), open(path, "rb") as file:
        return fcntl is not None and not _lock(file)
    return False


def _lock(file: IO[bytes]) -> bool:
    if fcntl is None:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        # No locks on this file system: nobody can have one.
        return True
    return True
