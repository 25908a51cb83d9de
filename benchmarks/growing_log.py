"""Trainings that go on: a process that appends frames until its input ends."""

from __future__ import annotations

import contextlib
import itertools
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

from benchmarks.synthetic_runs import describe, frames
from tb_wdnorm.core.frames import Frame
from tb_wdnorm.wire import FrameEncoder
from tb_wdnorm.write.event_file import EventFile

N_RUNS = 4
N_KERNELS = 20

# More than the 500 that TensorBoard keeps of a run, whose memory grows no more.
_FRAMES_AT_FIRST = 600
_MAX_FRAMES = 1_000_000
_INTERVAL_S = 0.2


@contextlib.contextmanager
def growing_log(logdir: str) -> Iterator[None]:
    """Lets another process write runs `0`, `1`, … below a directory.

    They have more than 500 frames when this begins, and grow until it ends.
    """
    writer = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.growing_log", logdir],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert writer.stdin is not None
    assert writer.stdout is not None
    try:
        if not writer.stdout.readline():
            raise RuntimeError("the writer of the log has ended")
        yield
    finally:
        writer.stdin.close()
        writer.wait()
        writer.stdout.close()
    if writer.returncode:
        raise RuntimeError(f"the writer of the log ended with {writer.returncode}")


def _write(logdir: str, stop: threading.Event) -> None:
    began_s = time.time()
    runs = []
    for number in range(N_RUNS):
        info = describe(N_KERNELS, l2=number * 1e-4)
        file = EventFile(os.path.join(logdir, str(number)))
        encoder = FrameEncoder(info, scalars=False)
        runs.append((file, encoder, frames(info, _MAX_FRAMES, seed=number)))
    for n_before in itertools.count():
        for file, encoder, more in runs:
            frame = next(more)
            written_s = began_s + n_before * _INTERVAL_S
            written = Frame(frame.step, written_s, frame.values)
            summary = encoder.summary(written, n_before=n_before)
            file.write(summary, written.step, written_s)
        if n_before >= _FRAMES_AT_FIRST:
            for file, _, _ in runs:
                file.flush()
            if n_before == _FRAMES_AT_FIRST:
                print("ready", flush=True)
            if stop.wait(_INTERVAL_S):
                break
    for file, _, _ in runs:
        file.close()


def main() -> None:
    """Writes below the directory that is the only argument."""
    stop = threading.Event()

    def wait_for_end() -> None:
        sys.stdin.read()
        stop.set()

    threading.Thread(target=wait_for_end, daemon=True).start()
    _write(sys.argv[1], stop)


if __name__ == "__main__":
    main()
