"""Summaries from NumPy arrays, carried by TensorBoard's own writers."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import numpy.typing as npt
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.event_file_writer import EventFileWriter
from tensorboard.summary.writer.record_writer import RecordWriter
from tensorboard.util import tensor_util

import tb_wdnorm
from tb_wdnorm import read_logdir
from tb_wdnorm.core.frames import (
    OTHER_EDGES,
    SERIES_COLUMNS,
    RunFrames,
    column_index,
)
from tb_wdnorm.summary import Decay, kernel_norms_pb

KERNELS = {
    "encoder.0.weight": np.array([[3, 0], [0, 4], [0, 0]], np.float32),
    "head.weight": np.array([[1, 1, 1, 1]], np.float32),
}
ROWS = dict.fromkeys(KERNELS, 0)


def event(step: int, summary: summary_pb2.Summary) -> event_pb2.Event:
    return event_pb2.Event(wall_time=1000.0 + step, step=step, summary=summary)


def write_records(logdir: Path, summaries: dict[int, summary_pb2.Summary]) -> None:
    """Writes records as a framework without TensorFlow does."""
    records = RecordWriter((logdir / "events.out.tfevents.1.host").open("wb"))
    records.write(event_pb2.Event(file_version="brain.Event:2").SerializeToString())
    for step, summary in summaries.items():
        records.write(event(step, summary).SerializeToString())
    records.close()


def read(logdir: Path) -> RunFrames:
    return read_logdir(logdir)["."]


def row(kernel: npt.ArrayLike, tmp_path: Path, **options: Any) -> RunFrames:
    """Writes and reads a single kernel."""
    write_records(tmp_path, {0: kernel_norms_pb("k", {"kernel": kernel}, **options)})
    return read(tmp_path)


def test_frames_are_read_back(tmp_path: Path) -> None:
    write_records(
        tmp_path,
        {
            step: kernel_norms_pb(
                "kernel_norms",
                {name: kernel * (step + 1) for name, kernel in KERNELS.items()},
                channel_axes=ROWS,
                epoch=step / 2,
                learning_rate=0.1,
                first=step == 0,
            )
            for step in range(3)
        },
    )
    run = read(tmp_path)
    assert run.paths == ("encoder.0.weight", "head.weight")
    assert run.steps.tolist() == [0, 1, 2]
    assert run.wall_times_s.tolist() == [1000, 1001, 1002]
    assert run.epochs.tolist() == [0, 0.5, 1]
    assert run.column("max").tolist() == [[4, 2], [8, 4], [12, 6]]
    assert run.column("min").tolist() == [[0, 2], [0, 4], [0, 6]]
    assert run.column("total").tolist() == [[5, 2], [10, 4], [15, 6]]
    # (3 + 4 + 0) / 3, rounded to float32 once.
    assert run.column("mean")[0, 0] == np.float32(7 / 3)
    first, second = run.info.kernels
    assert (first.layer, first.role, first.group) == ("encoder.0", "weight", "weight")
    assert (second.layer, second.n_channels) == ("head", 1)


def test_event_file_writer_carries_it(tmp_path: Path) -> None:
    writer = EventFileWriter(str(tmp_path))
    for step in range(2):
        summary = kernel_norms_pb("my/norms", KERNELS, first=step == 0)
        writer.add_event(event(step, summary))
    writer.close()
    accumulator = EventAccumulator(str(tmp_path), size_guidance={"tensors": 0})
    accumulator.Reload()
    tag, *others = sorted(accumulator.Tags()["tensors"])
    assert others == [f"{tag}/edges", f"{tag}/first", f"{tag}/first/edges"]
    assert tag.startswith("my/norms/")
    for each, steps in (
        *((tag, [1]), (f"{tag}/edges", [1])),
        *((f"{tag}/first", [0]), (f"{tag}/first/edges", [0])),
    ):
        assert [e.step for e in accumulator.Tensors(each)] == steps
        assert accumulator.SummaryMetadata(each).plugin_data.plugin_name == "wdnorm"
    for each, columns in (
        (f"{tag}/first", SERIES_COLUMNS),
        (f"{tag}/first/edges", OTHER_EDGES),
    ):
        values = tensor_util.make_ndarray(accumulator.Tensors(each)[0].tensor_proto)
        positions = [column_index(name) for name in columns]
        np.testing.assert_array_equal(values, read(tmp_path).values[0][:, positions])


def test_values_of_a_summary_describe_themselves() -> None:
    edges, series = kernel_norms_pb("kernel_norms", KERNELS).value
    assert edges.tag == f"{series.tag}/edges"
    assert not series.tag.endswith("/first")
    for value in (edges, series):
        assert value.metadata.data_class == summary_pb2.DATA_CLASS_TENSOR


def test_decay_makes_columns_and_label(tmp_path: Path) -> None:
    run = row(np.eye(2), tmp_path, decay=Decay(weight_decay=0.01), log_shrink=-2)
    assert run.info.label == "weight_decay=0.01"
    assert run.column("l2").item() == 0
    assert run.column("weight_decay").item() == np.float32(0.01)
    assert run.column("log_shrink").item() == -2


def test_state_of_the_training_is_unknown_by_default(tmp_path: Path) -> None:
    run = row(np.eye(2), tmp_path)
    assert run.info.label == "none"
    for name in ("epoch", "learning_rate", "l2", "weight_decay", "log_shrink"):
        assert math.isnan(run.column(name).item())


def test_label_can_be_given(tmp_path: Path) -> None:
    assert row(np.eye(2), tmp_path, label="λ=1").info.label == "λ=1"


@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16])
def test_low_precision_is_summed_in_float32(dtype: Any, tmp_path: Path) -> None:
    # In bfloat16 a sum of ones ends at 256, in float16 at 2048.
    assert row(np.ones((4096, 2), dtype), tmp_path).column("mean").item() == 64


def test_norm_may_be_a_function(tmp_path: Path) -> None:
    def l0(kernel: npt.NDArray[Any], axis: tuple[int, ...]) -> npt.NDArray[Any]:
        return np.count_nonzero(kernel, axis=axis)

    run = row(np.array([[1.0, 0.0], [2.0, 0.0]]), tmp_path, norm=l0)
    assert run.info.norm == "l0"
    assert run.column("max").item() == 2
    assert run.column("min").item() == 0


@pytest.mark.parametrize(
    ("action", "error", "message"),
    [
        (
            lambda: kernel_norms_pb("", {"a": np.eye(2)}),
            ValueError,
            "`name` must be a tag that neither begins nor ends with '/'. Received: ''",
        ),
        (
            lambda: kernel_norms_pb("k", {}),
            ValueError,
            "`kernels` must hold one kernel or more. Received: none",
        ),
        (
            lambda: kernel_norms_pb("k", {"a": 1.5}),
            ValueError,
            "`kernels` must be arrays of rank 1 or more. Received: 'a' of rank 0",
        ),
        (
            lambda: kernel_norms_pb("k", {"a": np.arange(3)}),
            TypeError,
            "`kernels` must be floating-point. Received: 'a' of int64",
        ),
        (
            lambda: kernel_norms_pb("k", {"a": np.array(["x"])}),
            TypeError,
            "`kernels` must be floating-point. Received: 'a' of <U1",
        ),
    ],
)
def test_bad_argument_is_an_error(
    action: Callable[[], Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as raised:
        action()
    assert str(raised.value) == message


def test_summaries_load_no_framework() -> None:
    program = """
import sys
import numpy as np
import tb_wdnorm
tb_wdnorm.summary.kernel_norms_pb("k", {"a": np.eye(2)})
print([name for name in ("tensorflow", "keras", "torch") if name in sys.modules])
"""
    assert run_python(program) == "[]\n"


def test_op_without_tensorflow_names_the_extra() -> None:
    program = """
import sys
sys.modules["tensorflow"] = None
from tb_wdnorm import summary
try:
    summary.kernel_norms
except ImportError as error:
    print(error)
"""
    assert run_python(program) == (
        "kernel_norms needs TensorFlow. To install it: pip install 'tb-wdnorm[tf]'. "
        "kernel_norms_pb needs none\n"
    )


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError) as raised:
        tb_wdnorm.summary.__getattr__("histogram")
    assert str(raised.value) == (
        "module 'tb_wdnorm.summary' has no attribute 'histogram'"
    )


def test_public_names_are_listed() -> None:
    assert "summary" in dir(tb_wdnorm)
    assert {"kernel_norms", "kernel_norms_pb", "Decay"} <= set(dir(tb_wdnorm.summary))


def run_python(program: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout
