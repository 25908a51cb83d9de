"""Runs of any size, with numbers as trainings have them."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
from tensorboard.compat.proto import summary_pb2

from tb_wdnorm.core.frames import Decay, Frame, KernelInfo, RunInfo
from tb_wdnorm.core.norms import statistics
from tb_wdnorm.wire import FrameEncoder
from tb_wdnorm.write.event_file import EventFile
from tb_wdnorm.write.frame import assemble, coefficients

LAST_TAG = "written"
"""A scalar at the end of each run: once TensorBoard has it, it has the frames."""

_N_CHANNELS = 32
_STEPS_PER_FRAME = 20
_STEPS_PER_EPOCH = 1000
_WALL_TIME_S = 1_700_000_000.0


def describe(n_kernels: int, l2: float) -> RunInfo:
    """Describes a run of Dense kernels in groups of ten."""
    decay = Decay(l2=l2)
    kernels = tuple(
        KernelInfo(
            path=f"block{number // 10}_dense{number % 10}/kernel",
            layer=f"block{number // 10}_dense{number % 10}",
            layer_class="Dense",
            role="kernel",
            shape=(_N_CHANNELS, _N_CHANNELS),
            channel_axes=(1,),
            group=f"block {number // 10}",
            target=(0.5, 1.5),
            decay=decay,
        )
        for number in range(n_kernels)
    )
    return RunInfo(kernels, norm="l2", label=decay.label)


def frames(info: RunInfo, n_frames: int, seed: int) -> Iterator[Frame]:
    """Yields frames whose channel norms grow, decay, and walk at random.

    From frame to frame a channel norm changes at random by about 1 ‰.
    """
    generator = np.random.default_rng(seed)
    n_kernels = len(info.kernels)
    l2 = info.decay_strength
    shape = (n_kernels, _N_CHANNELS)
    start = np.log(generator.lognormal(0, 0.3, (n_kernels, 1)))
    log_norms = start + 0.2 * generator.standard_normal(shape)
    growth = generator.uniform(0, 0.2, shape)
    for t in range(n_frames):
        log_norms += generator.normal(0, 1e-3, shape) - 0.01 * _STEPS_PER_FRAME * l2
        norms = np.exp(log_norms + growth * np.log1p(t)).astype(np.float32)
        state = {
            **coefficients(info),
            "learning_rate": 0.01,
            "log_shrink": t * _STEPS_PER_FRAME * np.log1p(-0.02 * l2),
        }
        step = t * _STEPS_PER_FRAME
        values = assemble(statistics(np, norms), state, epoch=step / _STEPS_PER_EPOCH)
        yield Frame(step, _WALL_TIME_S + t, values)


def write_runs(logdir: str, n_runs: int, n_frames: int, n_kernels: int) -> None:
    """Writes runs `0`, `1`, …, the first without decay, each with another one."""
    for number in range(n_runs):
        info = describe(n_kernels, l2=number * 1e-4)
        encoder = FrameEncoder(info, scalars=False)
        file = EventFile(os.path.join(logdir, str(number)))
        for n_before, frame in enumerate(frames(info, n_frames, seed=number)):
            summary = encoder.summary(frame, n_before=n_before)
            file.write(summary, frame.step, frame.wall_time_s)
        write_last(file)
        file.close()


def write_last(file: EventFile) -> None:
    """Writes what tells that a run has been read to its end."""
    value = summary_pb2.Summary.Value(tag=LAST_TAG, simple_value=1)
    file.write(summary_pb2.Summary(value=[value]), 0, _WALL_TIME_S)


def copy_runs(logdir: str, n_copies: int) -> None:
    """Adds copies of every run, as links that take no space.

    They are runs of the same decay: replicates.
    """
    for run in sorted(os.listdir(logdir)):
        for copy in range(1, n_copies):
            directory = os.path.join(logdir, f"{run}-{copy}")
            os.makedirs(directory)
            for name in os.listdir(os.path.join(logdir, run)):
                os.link(os.path.join(logdir, run, name), os.path.join(directory, name))
