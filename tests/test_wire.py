"""The format of frames in event files."""

from __future__ import annotations

import dataclasses
import json
import math
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import (
    RawEventFileLoader,
)
from tensorboard.compat.proto import event_pb2, summary_pb2, types_pb2
from tensorboard.util import tensor_util

from tb_wdnorm.core.frames import (
    COLUMNS,
    EDGE_PROBABILITIES,
    EDGES,
    OTHER_EDGES,
    SERIES_COLUMNS,
    Decay,
    Frame,
    KernelInfo,
    RunInfo,
    column_index,
)
from tb_wdnorm.serve.logdir import read_logdir
from tb_wdnorm.wdnorm_pb2 import Decay as DecayProto
from tb_wdnorm.wdnorm_pb2 import FramesMetadata, Kernel, Target
from tb_wdnorm.wire import (
    FORMAT_VERSION,
    FormatError,
    FrameEncoder,
    FrameFormat,
    decode_format,
    decode_values,
    encode_info,
)
from tb_wdnorm.write.event_file import EventFile

GOLDEN = Path(__file__).parent / "golden"

INFO = RunInfo(
    kernels=(
        KernelInfo(
            path="a/kernel",
            layer="a",
            layer_class="Dense",
            role="kernel",
            shape=(3, 4),
            channel_axes=(1,),
            group="Dense",
            target=(0.0, 1.5),
            decay=Decay(l1=1e-5, l2=2e-4, weight_decay=0.004),
        ),
        KernelInfo(
            path="b/kernel",
            layer="b",
            layer_class="Conv2DTranspose",
            role="kernel",
            shape=(3, 3, 8, 2),
            channel_axes=(2,),
            group="Conv2DTranspose",
        ),
    ),
    norm="l2",
    label="l2=2e-4 | none",
)

ROWS = RunInfo(
    tuple(KernelInfo(kernel.path, "", "", "", (), (), "") for kernel in INFO.kernels),
    norm=INFO.norm,
    label="",
)
"""What the metadata of the edges tell."""
FRAME = Frame(
    step=7,
    wall_time_s=1.5,
    values=(np.arange(2 * len(COLUMNS)) / 8).astype(np.float32).reshape(2, -1),
)


def metadata(**changes: Any) -> bytes:
    """Valid metadata of one kernel, but for what is given."""
    fields: dict[str, Any] = {
        "format_version": 1,
        "norm": "l2",
        "columns": COLUMNS,
        "edge_probabilities": EDGE_PROBABILITIES,
        "kernels": [Kernel(path="a/kernel", shape=(3, 4), channel_axes=(1,))],
        "label": "none",
    }
    return FramesMetadata(**fields | changes).SerializeToString()


def values_of(frame: Frame, columns: Sequence[str]) -> npt.NDArray[np.float32]:
    """Some columns of a frame."""
    return frame.values[:, [column_index(name) for name in columns]]


def format_with(*columns: str) -> FrameFormat:
    return FrameFormat(INFO, columns)


def decoding_error(content: bytes) -> str:
    with pytest.raises(FormatError) as raised:
        decode_format(content)
    return str(raised.value)


@pytest.mark.parametrize("columns", [SERIES_COLUMNS, OTHER_EDGES, COLUMNS])
def test_info_round_trip(columns: tuple[str, ...]) -> None:
    content = encode_info(INFO, columns)
    assert decode_format(content) == FrameFormat(INFO, columns)


def test_info_is_of_the_columns_of_series_by_default() -> None:
    assert decode_format(encode_info(INFO)).columns == SERIES_COLUMNS


def test_info_without_kernels_round_trip() -> None:
    info = RunInfo((), norm="l2", label="none")
    assert decode_format(encode_info(info)).info == info


def test_parts_have_each_column_once() -> None:
    edges, series = FrameEncoder(INFO).parts
    assert edges.columns == tuple(map(column_index, OTHER_EDGES))
    assert series.columns == tuple(map(column_index, SERIES_COLUMNS))


def test_frame_is_a_value_for_each_part_the_edges_first() -> None:
    edges, series = FrameEncoder(INFO, scalars=False).summary(FRAME, n_before=0).value
    for value, info, columns in (
        (edges, ROWS, OTHER_EDGES),
        (series, INFO, SERIES_COLUMNS),
    ):
        stored = decode_format(value.metadata.plugin_data.content)
        assert stored == FrameFormat(info, columns)
        decoded = decode_values(tensor_util.make_ndarray(value.tensor), stored)
        np.testing.assert_array_equal(decoded, values_of(FRAME, columns), strict=True)


def test_stored_tensors_are_little_endian_float32() -> None:
    parts = FrameEncoder(INFO, scalars=False).summary(FRAME, n_before=0).value
    for part, columns in zip(parts, (OTHER_EDGES, SERIES_COLUMNS), strict=True):
        assert part.tensor.dtype == types_pb2.DT_FLOAT
        sizes = [dim.size for dim in part.tensor.tensor_shape.dim]
        assert sizes == [2, len(columns)]
        content = values_of(FRAME, columns).astype("<f4").tobytes()
        assert part.tensor.tensor_content == content


@pytest.mark.parametrize("n_before", [0, 1, 2, 4, 8, 1024])
def test_metadata_is_repeated_at_powers_of_two(n_before: int) -> None:
    summary = FrameEncoder(INFO, scalars=False).summary(FRAME, n_before=n_before)
    for value, info, columns in zip(
        summary.value, (ROWS, INFO), (OTHER_EDGES, SERIES_COLUMNS), strict=True
    ):
        assert value.metadata.plugin_data.plugin_name == "wdnorm"
        assert value.metadata.plugin_data.content == encode_info(info, columns)
        assert value.metadata.data_class == summary_pb2.DATA_CLASS_TENSOR


@pytest.mark.parametrize("n_before", [3, 5, 6, 1000, 1023])
def test_other_frames_carry_no_metadata(n_before: int) -> None:
    summary = FrameEncoder(INFO, scalars=False).summary(FRAME, n_before=n_before)
    assert [value.HasField("metadata") for value in summary.value] == [False] * 2


def test_first_frame_has_tags_of_its_own() -> None:
    encoder = FrameEncoder(INFO, scalars=False)
    first, *others = (
        [value.tag for value in encoder.summary(FRAME, n_before=n).value]
        for n in range(4)
    )
    tag = tag_of(encoder)
    assert first == [f"{tag}/first/edges", f"{tag}/first"]
    assert others == [[f"{tag}/edges", tag]] * 3


def tag_of(encoder: FrameEncoder) -> str:
    """The tag that all others of a run begin with."""
    _, series = encoder.parts
    return series.tag


def test_tag_begins_with_the_name() -> None:
    name, digest = tag_of(FrameEncoder(INFO, name="my/norms")).rsplit("/", 1)
    assert name == "my/norms"
    assert len(digest) == 8


def test_tag_is_the_same_for_equal_info() -> None:
    same = FrameEncoder(dataclasses.replace(INFO))
    assert tag_of(same) == tag_of(FrameEncoder(INFO))


@pytest.mark.parametrize(
    "changed",
    [
        dataclasses.replace(INFO, label="none"),
        dataclasses.replace(INFO, strength=0.5),
        dataclasses.replace(INFO, norm="l1"),
        dataclasses.replace(INFO, kernels=INFO.kernels[:1]),
        dataclasses.replace(INFO, kernels=INFO.kernels[::-1]),
    ],
    ids=["label", "strength", "norm", "kernels", "order"],
)
def test_tag_changes_with_info(changed: RunInfo) -> None:
    assert tag_of(FrameEncoder(changed)) != tag_of(FrameEncoder(INFO))


def test_scalars_are_the_mean_and_max_of_each_kernel() -> None:
    _, _, *scalars = FrameEncoder(INFO).summary(FRAME, n_before=5).value
    assert [(value.tag, value.simple_value) for value in scalars] == [
        ("kernel_norms/a/kernel/mean", 0.0),
        ("kernel_norms/a/kernel/max", 0.125),
        ("kernel_norms/b/kernel/mean", 5.5),
        ("kernel_norms/b/kernel/max", 5.625),
    ]


def test_scalars_can_be_left_out() -> None:
    assert len(FrameEncoder(INFO, scalars=False).summary(FRAME, n_before=0).value) == 2


@pytest.mark.parametrize("version", [0, 3, 2**32 - 1])
def test_unknown_version_is_an_error(version: int) -> None:
    assert decoding_error(metadata(format_version=version)) == (
        f"format version must be 1 to 2. Received: {version}. "
        "A newer tb-wdnorm may read it"
    )


def test_malformed_bytes_are_an_error() -> None:
    with pytest.raises(FormatError) as raised:
        decode_format(b"\xff\xff\xff")
    # How protobuf says it depends on its version.
    assert str(raised.value) == f"metadata is damaged: {raised.value.__cause__}"


@pytest.mark.parametrize(
    "columns",
    [
        [],
        ["mean", "max"],
        ["mean", "max", *EDGES[5:]],
        ["mean", "mean", *EDGES],
        [*OTHER_EDGES, "q0"],
        OTHER_EDGES[1:],
    ],
)
def test_columns_of_no_part_are_an_error(columns: Sequence[str]) -> None:
    assert decoding_error(metadata(columns=columns)) == (
        "columns must be distinct and include q4, q16 and q28, or all other edges. "
        f"Received: {', '.join(columns) or 'none'}"
    )


def test_other_edge_probabilities_are_an_error() -> None:
    assert decoding_error(metadata(edge_probabilities=[0, 0.5, 1])) == (
        "edge probabilities must be i/32 for i = 0 to 32. Received: [0.0, 0.5, 1.0]"
    )


def test_duplicate_paths_are_an_error() -> None:
    kernels = [Kernel(path="a/kernel", shape=(3,), channel_axes=(0,))] * 2
    assert decoding_error(metadata(kernels=kernels)) == "kernel paths must be distinct"


@pytest.mark.parametrize("axes", [[2], [-1], [0, 5], [1, 1]])
def test_axes_that_are_no_distinct_axes_are_an_error(axes: list[int]) -> None:
    kernels = [Kernel(path="a/kernel", shape=(3, 4), channel_axes=axes)]
    assert decoding_error(metadata(kernels=kernels)) == (
        "channel axes of 'a/kernel' must be distinct axes of its shape [3, 4]. "
        f"Received: {axes}"
    )


@pytest.mark.parametrize("shape", [[-1], [3, -4], [2**53 + 1], [2**52, 0, 3]])
def test_shape_of_no_kernel_is_an_error(shape: list[int]) -> None:
    kernels = [Kernel(path="a/kernel", shape=shape, channel_axes=(0,))]
    assert decoding_error(metadata(kernels=kernels)) == (
        "shape of 'a/kernel' must be sizes, 0 or more each and 9007199254740992 at "
        f"most together. Received: {shape}"
    )


@pytest.mark.parametrize(
    ("tensor", "received"),
    [
        (np.zeros((2, 44)), "float64 [2, 44]"),
        (np.zeros((2, 44), np.int32), "int32 [2, 44]"),
        (np.zeros((1, 44), np.float32), "float32 [1, 44]"),
        (np.zeros((2, 43), np.float32), "float32 [2, 43]"),
        (np.zeros((2, 44, 1), np.float32), "float32 [2, 44, 1]"),
        (np.zeros((), np.float32), "float32 []"),
    ],
)
def test_wrong_tensor_is_an_error(
    tensor: npt.NDArray[np.generic], received: str
) -> None:
    with pytest.raises(FormatError) as raised:
        decode_values(tensor, format_with(*COLUMNS))
    assert str(raised.value) == (f"frame must be float32 [2, 44]. Received: {received}")


@pytest.mark.parametrize(
    ("stored", "decoded"),
    [
        (COLUMNS, COLUMNS),
        (SERIES_COLUMNS, SERIES_COLUMNS),
        (OTHER_EDGES, OTHER_EDGES),
        (("mean", *EDGES), COLUMNS),
        (("mean", *reversed(EDGES), "kurtosis"), COLUMNS),
        (("q28", "q16", "q4", "mean"), SERIES_COLUMNS),
        (("q0", "kurtosis", *SERIES_COLUMNS), SERIES_COLUMNS),
        (("mean", *reversed(OTHER_EDGES), "kurtosis"), OTHER_EDGES),
    ],
)
def test_columns_are_put_in_place_and_those_not_stored_are_nan(
    stored: tuple[str, ...], decoded: tuple[str, ...]
) -> None:
    numbers = np.arange(2 * len(stored), dtype=np.float32).reshape(2, -1)
    values = decode_values(numbers, format_with(*stored))
    assert format_with(*stored).decoded_columns == decoded
    expected = [
        [row[stored.index(name)] if name in stored else np.nan for name in decoded]
        for row in numbers
    ]
    np.testing.assert_array_equal(values, np.array(expected, np.float32), strict=True)


@given(st.binary(max_size=200))
def test_any_bytes_decode_or_are_a_format_error(content: bytes) -> None:
    try:
        decoded = decode_format(content)
    except FormatError:
        return
    assert set(decoded.columns) >= {"q4", "q16", "q28"} or set(decoded.columns) >= set(
        OTHER_EDGES
    )


@given(st.data())
def test_damaged_metadata_decodes_or_is_a_format_error(data: st.DataObject) -> None:
    content = bytearray(encode_info(INFO))
    position = data.draw(st.integers(0, len(content) - 1))
    content[position] ^= data.draw(st.integers(1, 255))
    try:
        decoded = decode_format(bytes(content))
    except FormatError:
        return
    assert set(decoded.columns) >= {"q4", "q16", "q28"} or set(decoded.columns) >= set(
        OTHER_EDGES
    )


class Golden:
    """What a golden file has.

    Attributes:
        events: The event file.
        columns: Of the frames.
        info: Their kernels.
        frames: The frames.
    """

    def __init__(self, version: int) -> None:
        self.events = GOLDEN / f"frames_v{version}.tfevents"
        content = json.loads(self.events.with_suffix(".json").read_text("utf-8"))
        self.columns = tuple(content["columns"])
        self.info = RunInfo(
            kernels=tuple(self._kernel(k) for k in content["info"]["kernels"]),
            norm=content["info"]["norm"],
            label=content["info"]["label"],
            strength=content["info"]["strength"],
            notices=tuple(content["info"].get("notices", ())),
        )
        self.frames = [
            Frame(
                step=frame["step"],
                wall_time_s=frame["wall_time_s"],
                values=np.array(frame["values"], np.float64).astype(np.float32),
            )
            for frame in content["frames"]
        ]

    @staticmethod
    def _kernel(fields: dict[str, Any]) -> KernelInfo:
        target = fields["target"]
        return KernelInfo(
            **fields
            | {
                "shape": tuple(fields["shape"]),
                "channel_axes": tuple(fields["channel_axes"]),
                "target": None if target is None else (target[0], target[1]),
                "decay": Decay(**fields["decay"]),
            }
        )


@pytest.mark.parametrize("version", range(1, FORMAT_VERSION + 1))
def test_golden_file_is_read_exactly(version: int, tmp_path: Path) -> None:
    golden = Golden(version)
    shutil.copy(golden.events, tmp_path)
    run = read_logdir(tmp_path)["."]
    assert run.info == golden.info
    assert run.columns == golden.columns
    assert run.steps.tolist() == [frame.step for frame in golden.frames]
    assert run.wall_times_s.tolist() == [frame.wall_time_s for frame in golden.frames]
    np.testing.assert_array_equal(
        run.values, np.stack([frame.values for frame in golden.frames]), strict=True
    )


def test_golden_frames_are_written_to_the_same_bytes() -> None:
    golden = Golden(FORMAT_VERSION)
    encoder = FrameEncoder(golden.info)
    _, *records = RawEventFileLoader(str(golden.events)).Load()
    written = [event_pb2.Event.FromString(record) for record in records]
    assert [event.summary.SerializeToString() for event in written] == [
        encoder.summary(frame, n_before=n).SerializeToString()
        for n, frame in enumerate(golden.frames)
    ]


def test_golden_files_are_what_the_script_writes(tmp_path: Path) -> None:
    script = shutil.copy(GOLDEN / "make_golden.py", tmp_path)
    subprocess.run([sys.executable, script], check=True)
    written = sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".py")
    assert written == [
        f"frames_v{FORMAT_VERSION}{end}" for end in (".json", ".tfevents")
    ]
    for name in written:
        assert (tmp_path / name).read_bytes() == (GOLDEN / name).read_bytes()


def histograms_of(frame: Frame) -> dict[str, npt.NDArray[np.float64]]:
    """Left edge, right edge and count of each bin, by tag."""
    encoder = FrameEncoder(INFO, scalars=False, histograms=True)
    _, _, *values = encoder.summary(frame, n_before=5).value
    return {value.tag: tensor_util.make_ndarray(value.tensor) for value in values}


def test_histograms_have_the_edges_as_bins() -> None:
    histograms = histograms_of(FRAME)
    assert list(histograms) == ["kernel_norms/a/kernel", "kernel_norms/b/kernel"]
    first_edge = COLUMNS.index("q0")
    for row, histogram in zip(FRAME.values, histograms.values(), strict=True):
        assert histogram[:, 0].tolist() == row[first_edge:-1].tolist()
        assert histogram[:, 1].tolist() == row[first_edge + 1 :].tolist()


def test_histograms_count_the_finite_channels() -> None:
    values = FRAME.values.copy()
    values[:, COLUMNS.index("nonfinite")] = [1, 0]
    histograms = histograms_of(dataclasses.replace(FRAME, values=values))
    # Of 4 and 8 channels; each of the 32 bins has as many.
    assert histograms["kernel_norms/a/kernel"][:, 2].tolist() == [3 / 32] * 32
    assert histograms["kernel_norms/b/kernel"][:, 2].tolist() == [8 / 32] * 32


def test_kernel_without_a_finite_channel_has_no_histogram() -> None:
    values = FRAME.values.copy()
    values[0, COLUMNS.index("q0") :] = np.nan
    histograms = histograms_of(dataclasses.replace(FRAME, values=values))
    assert list(histograms) == ["kernel_norms/b/kernel"]


def test_histograms_are_left_out_by_default() -> None:
    summary = FrameEncoder(INFO, scalars=False).summary(FRAME, n_before=5)
    assert len(summary.value) == 2


def test_tensorboards_own_reader_has_the_histograms(tmp_path: Path) -> None:
    file = EventFile(tmp_path)
    encoder = FrameEncoder(INFO, histograms=True)
    for n_before in range(3):
        summary = encoder.summary(FRAME, n_before=n_before)
        file.write(summary, n_before, 1.5)
    file.close()
    accumulator = EventAccumulator(str(tmp_path))
    accumulator.Reload()
    tag = "kernel_norms/a/kernel"
    metadata = accumulator.SummaryMetadata(tag)
    assert metadata.plugin_data.plugin_name == "histograms"
    events = accumulator.Tensors(tag)
    assert [event.step for event in events] == [0, 1, 2]
    for event in events:
        np.testing.assert_array_equal(
            tensor_util.make_ndarray(event.tensor_proto), histograms_of(FRAME)[tag]
        )


@pytest.mark.parametrize("coefficient", [-1e-9, math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("name", ["l1", "l2", "weight_decay"])
def test_coefficient_that_is_none_is_an_error(name: str, coefficient: float) -> None:
    decay = DecayProto(**{name: coefficient})
    kernels = [Kernel(path="a/kernel", shape=(3,), channel_axes=(0,), decay=decay)]
    assert decoding_error(metadata(kernels=kernels)) == (
        f"{name} must be finite and not negative. Received: {coefficient}"
    )


@pytest.mark.parametrize("coefficient", [-1e-9, math.nan, math.inf])
def test_strength_that_is_none_is_an_error(coefficient: float) -> None:
    assert decoding_error(metadata(strength=coefficient)) == (
        f"strength must be finite and not negative. Received: {coefficient}"
    )


@pytest.mark.parametrize("target", [(-1, 1), (0, math.nan), (math.inf, math.inf)])
def test_target_that_is_none_is_an_error(target: tuple[float, float]) -> None:
    low, high = target
    wanted = Target(low=low, high=high)
    kernels = [Kernel(path="a/kernel", shape=(3,), channel_axes=(0,), target=wanted)]
    wrong = high if low == 0 else float(low)
    assert decoding_error(metadata(kernels=kernels)) == (
        f"target must be finite and not negative. Received: {wrong}"
    )


@pytest.mark.parametrize("strength", [None, 0.0, 2e-4])
def test_strength_round_trip(strength: float | None) -> None:
    info = dataclasses.replace(INFO, strength=strength)
    assert decode_format(encode_info(info)).info == info


def test_notices_are_kept() -> None:
    info = dataclasses.replace(INFO, notices=("One.", "Ärger with L2(ℓ)."))
    assert decode_format(encode_info(info)).info.notices == info.notices
