"""Processes that write a log until they are killed; see `test_faults.py`.

    python tests/contract/writing_until_killed.py LOGDIR N SEED

forks N writers, each of which is killed at a random moment, and prints for each
its run and the last step that it knew to be on the disk. TensorBoard writes the
records of the first half, TensorFlow those of the second.
"""

from __future__ import annotations

import importlib
import os
import random
import select
import signal
import sys
import time
from pathlib import Path
from typing import Any

import keras

from tb_wdnorm import KernelNormWriter

MAX_LIFE_S = 0.05
"""Seconds that a writer may live: some dozens of frames."""


def make_model() -> Any:
    """Makes a small model; it is not trained."""
    parts = [keras.Input((3,)), keras.layers.Dense(4), keras.layers.Dense(2)]
    return keras.Sequential(parts)


def write_for_ever(logdir: Path, model: Any, told: int) -> None:
    """Writes frames, and tells each step once it is flushed."""
    norms = KernelNormWriter(logdir, model)
    step = 0
    while True:
        norms.write(step)
        # Every other one, so that kills also come between flushes.
        if step % 2:
            norms.flush()
            os.write(told, step.to_bytes(4, "little"))
        step += 1


def last_step_of_killed(logdir: Path, model: Any, life_s: float) -> int:
    """Kills a writer of its own after some time; returns its last step told."""
    hears, tells = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(hears)
        try:
            write_for_ever(logdir, model, tells)
        finally:
            os._exit(1)
    os.close(tells)
    select.select([hears], [], [])  # it is writing
    time.sleep(life_s)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    with os.fdopen(hears, "rb") as pipe:
        told = pipe.read()
    return int.from_bytes(told[-4:], "little")


def main() -> None:
    """Writes runs `tensorboard-000`, … and `tensorflow-…` in the log directory."""
    logdir, n_writers, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    model = make_model()
    chance = random.Random(seed)
    records_by = "tensorboard"
    assert "tensorflow" not in sys.modules
    for i in range(n_writers):
        if i == n_writers // 2:
            # Without an operation it has no threads, whose locks a fork would keep.
            records_by = importlib.import_module("tensorflow").__name__
        run = f"{records_by}-{i:03}"
        life_s = chance.uniform(0, MAX_LIFE_S)
        print(run, last_step_of_killed(logdir / run, model, life_s), flush=True)


if __name__ == "__main__":
    main()
