"""Writes the golden files of this format version; see `test_wire.py`.

They are never written again once a version is released: run this after a new
`FORMAT_VERSION` only, which gives them new names.

    python tests/golden/make_golden.py
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
from tensorboard.compat.proto import event_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

from tb_wdnorm.core.frames import COLUMNS, Decay, Frame, KernelInfo, RunInfo
from tb_wdnorm.wire import FORMAT_VERSION, FrameEncoder

WALL_TIME_S = 1_700_000_000.25

INFO = RunInfo(
    kernels=(
        KernelInfo(
            path="input/kernel",
            layer="input",
            layer_class="Conv1D",
            role="kernel",
            shape=(8, 64, 3),
            channel_axes=(2,),
            group="Conv1D",
            target=(0.5, 1.5),
            decay=Decay(l1=1e-5, l2=2e-4, weight_decay=0.004),
        ),
        KernelInfo(
            path="Größe/depthwise_kernel",
            layer="Größe",
            layer_class="DepthwiseConv2D",
            role="depthwise_kernel",
            shape=(3, 3, 2, 4),
            channel_axes=(2, 3),
            group="DepthwiseConv2D/depthwise_kernel",
        ),
    ),
    norm="l2",
    label="l1=1e-5, l2=2e-4, weight_decay=0.004 | none",
    strength=0.25,
    notices=("Größe: its L1 penalty has no closed form.",),
)


def frames() -> list[Frame]:
    """Frames at three steps, of numbers that float32 has exactly."""
    made = []
    for t, step in enumerate((0, 1, 200)):
        numbers = np.arange(2 * len(COLUMNS)).reshape(2, -1) / 8 + t
        values = numbers.astype(np.float32)
        values[:, COLUMNS.index("log_shrink")] = np.nan
        made.append(Frame(step, WALL_TIME_S + t, values))
    made[2].values[1, COLUMNS.index("max")] = np.inf
    return made


def main() -> None:
    """Writes the event file and, as JSON, what must be read from it."""
    encoder = FrameEncoder(INFO)
    stem = Path(__file__).parent / f"frames_v{FORMAT_VERSION}"
    writer = RecordWriter(stem.with_suffix(".tfevents").open("wb"))
    first = event_pb2.Event(wall_time=WALL_TIME_S, file_version="brain.Event:2")
    writer.write(first.SerializeToString())
    for n_before, frame in enumerate(frames()):
        event = event_pb2.Event(
            wall_time=frame.wall_time_s,
            step=frame.step,
            summary=encoder.summary(frame, n_before=n_before),
        )
        writer.write(event.SerializeToString(deterministic=True))
    writer.close()
    expected = {
        "info": dataclasses.asdict(INFO),
        "columns": COLUMNS,
        "frames": [
            {
                "step": frame.step,
                "wall_time_s": frame.wall_time_s,
                # As text where JSON has no such number.
                "values": [
                    [float(v) if np.isfinite(v) else str(v) for v in row]
                    for row in frame.values
                ],
            }
            for frame in frames()
        ],
    }
    text = json.dumps(expected, ensure_ascii=False, indent=1)
    stem.with_suffix(".json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
