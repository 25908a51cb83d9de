"""Two writers of one run are told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tb_wdnorm.write.event_file import EventFile

_WARNING = (
    "tb_wdnorm: another writer is writing to the run {}. Give each training a "
    "directory of its own, or the frames of one replace the other's."
)


def test_another_process_that_writes_to_the_run_is_told(tmp_path: Path) -> None:
    file = EventFile(tmp_path)
    program = (
        "import sys; from tb_wdnorm.write.event_file import EventFile; "
        "EventFile(sys.argv[1]).close()"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        check=True,
        capture_output=True,
        text=True,
    ).stderr
    file.close()
    assert told == _WARNING.format(tmp_path) + "\n"


def test_a_second_writer_in_one_process_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = EventFile(tmp_path)
    second = EventFile(tmp_path)
    assert caplog.messages == [_WARNING.format(tmp_path)]
    second.close()
    first.close()


def test_a_writer_that_is_done_is_not_in_the_way(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    EventFile(tmp_path).close()
    EventFile(tmp_path).close()
    assert caplog.messages == []


def test_a_writer_that_was_killed_is_not_in_the_way(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    program = (
        "import os, signal, sys; from tb_wdnorm.write.event_file import EventFile; "
        "file = EventFile(sys.argv[1]); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    assert killed.returncode == -9
    EventFile(tmp_path).close()
    assert caplog.messages == []
