"""The format of frames in event files: the only module that knows it.

A frame is two summary values per step, float32 tensors `[kernels, columns]`: what
is followed along training, and the other edges, which are twice as many and which
only whole distributions need. (In version 1 it was one tensor of all columns.)
What is constant (`RunInfo`; with the edges, only which kernel each row is) is their
metadata, which TensorBoard keeps from a tag's first event only. The tags therefore
carry a digest of the metadata, and a run whose model or decay changes goes on under
new tags. TensorBoard also keeps only a random sample of a tag's tensors, the same
steps of both tags; the first frame, which everything is compared with, has tags of
its own so that it is always there.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from google.protobuf.message import DecodeError
from tensorboard.compat.proto import summary_pb2, tensor_pb2, types_pb2
from tensorboard.plugins.histogram import metadata as histogram_metadata

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
from tb_wdnorm.wdnorm_pb2 import Decay as DecayProto
from tb_wdnorm.wdnorm_pb2 import FramesMetadata, Kernel, Target

PLUGIN_NAME = "wdnorm"
FORMAT_VERSION = 2
DEFAULT_NAME = "kernel_norms"
"""Beginning of the tags, where the user chose no other name."""

# As many weights as float64 can count.
_MAX_SIZE = 2**53
_QUANTILES = set(EDGES) - set(OTHER_EDGES)
_SCALARS = ("mean", "max")
_SCALAR_COLUMNS = [column_index(statistic) for statistic in _SCALARS]
_HISTOGRAM_METADATA = histogram_metadata.create_summary_metadata(
    display_name=None, description=None
)
_DATA_TYPES = {"<f4": types_pb2.DT_FLOAT, "<f8": types_pb2.DT_DOUBLE}


class FormatError(ValueError):
    """Stored bytes that are no frames of a version known here."""


@dataclass(frozen=True)
class FrameFormat:
    """How to read the tensors of one tag.

    Attributes:
        info: The run's kernels, norm and label.
        columns: Names of the stored columns, in stored order.
    """

    info: RunInfo
    columns: tuple[str, ...]

    @cached_property
    def has_series(self) -> bool:
        """Whether these are frames, with or without the other edges."""
        return set(self.columns) >= _QUANTILES

    @cached_property
    def decoded_columns(self) -> tuple[str, ...]:
        """Names of the columns that `decode_values` returns."""
        if not self.has_series:
            return OTHER_EDGES
        return COLUMNS if set(EDGES) <= set(self.columns) else SERIES_COLUMNS


@dataclass(frozen=True)
class FramePart:
    """A part of each frame, which has tags of its own.

    Attributes:
        columns: Positions of its columns in a frame.
        tag: Tag of all frames but the first.
        first_tag: Tag of the first frame, which no sampling can drop from there.
        metadata: What TensorBoard has to know of a tag, from its first event at
            least.
    """

    columns: tuple[int, ...]
    tag: str
    first_tag: str
    metadata: summary_pb2.SummaryMetadata


@dataclass(frozen=True)
class FrameEncoder:
    """Turns the frames of one run into summaries.

    Attributes:
        info: The rows of the frames.
        name: Beginning of the tags.
        scalars: Whether each kernel's mean and max are written as ordinary
            scalars too, for TensorBoard's own dashboards.
        histograms: Whether each kernel's channel norms are written as ordinary
            histograms too.
    """

    info: RunInfo
    name: str = DEFAULT_NAME
    scalars: bool = True
    histograms: bool = False

    @cached_property
    def parts(self) -> tuple[FramePart, FramePart]:
        """The columns of `OTHER_EDGES`, then those of `SERIES_COLUMNS`.

        In the order in which they are to be written: a log that is read meanwhile
        may end between them, and only the latter make a frame.
        """
        content = encode_info(self.info)
        # The name, and a digest of what is constant.
        tag = f"{self.name}/{hashlib.sha256(content).hexdigest()[:8]}"
        # What else is known of the rows, the other part tells.
        rows = RunInfo(tuple(map(_row, self.info.kernels)), self.info.norm, label="")
        edges_content = encode_info(rows, OTHER_EDGES)
        return (
            _part(OTHER_EDGES, edges_content, f"{tag}/edges", f"{tag}/first/edges"),
            _part(SERIES_COLUMNS, content, tag, f"{tag}/first"),
        )

    def summary(self, frame: Frame, *, n_before: int) -> summary_pb2.Summary:
        """Returns the summary of a frame.

        Args:
            frame: float32 values `[kernels, columns]` of the encoder's kernels.
            n_before: Number of frames before it in the same event file. Where
                that is 0 or a power of two it carries the metadata, so that
                no single damaged record can make a log unreadable.
        """
        summary = summary_pb2.Summary()
        summary.CopyFrom(self._blank)
        for part, value in zip(self.parts, summary.value, strict=False):
            if n_before == 0:
                value.tag = part.first_tag
            if n_before & (n_before - 1) == 0:
                value.metadata.CopyFrom(part.metadata)
            numbers = frame.values.take(part.columns, axis=1)
            value.tensor.tensor_content = numbers.astype("<f4", copy=False).tobytes()
        if self.scalars:
            scalars = summary.value[len(self.parts) :]
            numbers = frame.values.take(_SCALAR_COLUMNS, axis=1)
            for value, number in zip(scalars, numbers.ravel().tolist(), strict=True):
                value.simple_value = number
        if self.histograms:
            summary.value.extend(self._histograms(frame))
        return summary

    @cached_property
    def _blank(self) -> summary_pb2.Summary:
        """The summary of a frame but for its numbers; it takes long to make."""
        values = [
            summary_pb2.Summary.Value(
                tag=part.tag,
                tensor=_encode_shape(len(self.info.kernels), len(part.columns)),
            )
            for part in self.parts
        ]
        if self.scalars:
            values.extend(
                summary_pb2.Summary.Value(tag=f"{self.name}/{kernel.path}/{statistic}")
                for kernel in self.info.kernels
                for statistic in _SCALARS
            )
        return summary_pb2.Summary(value=values)

    def _histograms(self, frame: Frame) -> Iterator[summary_pb2.Summary.Value]:
        first_edge = column_index(EDGES[0])
        for kernel, row in zip(self.info.kernels, frame.values, strict=True):
            edges = row[first_edge:].astype(np.float64)
            n_finite = kernel.n_channels - row[column_index("nonfinite")]
            if np.isnan(edges).any():
                continue
            counts = np.full(len(edges) - 1, n_finite / (len(edges) - 1))
            bins = np.stack([edges[:-1], edges[1:], counts], axis=1)
            tensor = _encode_shape(*bins.shape, dtype="<f8")
            tensor.tensor_content = bins.astype("<f8", copy=False).tobytes()
            yield summary_pb2.Summary.Value(
                tag=f"{self.name}/{kernel.path}",
                tensor=tensor,
                metadata=_HISTOGRAM_METADATA,
            )


def check_name(name: str) -> None:
    """Checks the beginning of tags that a user chose.

    Raises:
        ValueError: If it is empty, or begins or ends with a slash.
    """
    if not name or name != name.strip("/"):
        raise ValueError(
            "`name` must be a tag that neither begins nor ends with '/'. "
            f"Received: {name!r}"
        )


def encode_info(info: RunInfo, columns: Sequence[str] = SERIES_COLUMNS) -> bytes:
    """Returns the metadata of a tag.

    Args:
        info: The run's kernels, norm and label.
        columns: Names of the columns of its tensors.
    """
    message = FramesMetadata(
        format_version=FORMAT_VERSION,
        norm=info.norm,
        columns=columns,
        edge_probabilities=EDGE_PROBABILITIES,
        kernels=[_encode_kernel(kernel) for kernel in info.kernels],
        label=info.label,
        strength=info.strength,
        notices=info.notices,
    )
    return message.SerializeToString(deterministic=True)


def decode_format(content: bytes) -> FrameFormat:
    """Reads the metadata of a tag.

    Args:
        content: What `encode_info` of this or an earlier version wrote.

    Raises:
        FormatError: If the bytes are malformed or of a newer version.
    """
    try:
        message = FramesMetadata.FromString(content)
    except DecodeError as error:
        raise FormatError(f"metadata is damaged: {error}") from error
    if not 1 <= message.format_version <= FORMAT_VERSION:
        raise FormatError(
            f"format version must be 1 to {FORMAT_VERSION}. "
            f"Received: {message.format_version}. A newer tb-wdnorm may read it"
        )
    columns = tuple(message.columns)
    is_part = set(columns) >= _QUANTILES or set(columns) >= set(OTHER_EDGES)
    if len(set(columns)) != len(columns) or not is_part:
        raise FormatError(
            "columns must be distinct and include q4, q16 and q28, or all other edges. "
            f"Received: {', '.join(columns) or 'none'}"
        )
    if tuple(message.edge_probabilities) != EDGE_PROBABILITIES:
        raise FormatError(
            f"edge probabilities must be i/32 for i = 0 to 32. "
            f"Received: {list(message.edge_probabilities)}"
        )
    kernels = tuple(_decode_kernel(kernel) for kernel in message.kernels)
    if len({kernel.path for kernel in kernels}) != len(kernels):
        raise FormatError("kernel paths must be distinct")
    info = RunInfo(
        kernels=kernels,
        norm=message.norm,
        label=message.label,
        strength=(
            _coefficient("strength", message.strength)
            if message.HasField("strength")
            else None
        ),
        notices=tuple(message.notices),
    )
    return FrameFormat(info, columns)


def decode_values(
    tensor: npt.NDArray[np.generic], stored: FrameFormat
) -> npt.NDArray[np.float32]:
    """Brings a stored tensor into the columns of this version.

    Args:
        tensor: As TensorBoard's data provider returns it.
        stored: Format of its tag.

    Returns:
        float32 `[kernels, columns]`, columns as in `stored.decoded_columns`; NaN
        in those that were not stored.

    Raises:
        FormatError: If the tensor is not float32 `[kernels, stored columns]`.
    """
    wanted = (len(stored.info.kernels), len(stored.columns))
    if tensor.dtype != np.float32 or tensor.shape != wanted:
        raise FormatError(
            f"frame must be float32 {list(wanted)}. "
            f"Received: {tensor.dtype} {list(tensor.shape)}"
        )
    columns = stored.decoded_columns
    if stored.columns == columns:
        return tensor.astype(np.float32, copy=False)
    values = np.full((wanted[0], len(columns)), np.nan, np.float32)
    for position, name in enumerate(stored.columns):
        if name in columns:
            values[:, columns.index(name)] = tensor[:, position]
    return values


def _part(
    columns: Sequence[str], content: bytes, tag: str, first_tag: str
) -> FramePart:
    metadata = summary_pb2.SummaryMetadata(
        plugin_data=summary_pb2.SummaryMetadata.PluginData(
            plugin_name=PLUGIN_NAME, content=content
        ),
        # TensorBoard's data providers list no tensor without its class.
        data_class=summary_pb2.DATA_CLASS_TENSOR,
    )
    return FramePart(tuple(map(column_index, columns)), tag, first_tag, metadata)


def _row(kernel: KernelInfo) -> KernelInfo:
    """Which kernel it is, and nothing more."""
    return KernelInfo(
        path=kernel.path,
        layer="",
        layer_class="",
        role="",
        shape=(),
        channel_axes=(),
        group="",
    )


def _encode_shape(*shape: int, dtype: str = "<f4") -> tensor_pb2.TensorProto:
    tensor = tensor_pb2.TensorProto(dtype=_DATA_TYPES[dtype])
    for size in shape:
        tensor.tensor_shape.dim.add(size=size)
    return tensor


def _encode_kernel(kernel: KernelInfo) -> Kernel:
    return Kernel(
        path=kernel.path,
        layer=kernel.layer,
        layer_class=kernel.layer_class,
        role=kernel.role,
        shape=kernel.shape,
        channel_axes=kernel.channel_axes,
        group=kernel.group,
        target=kernel.target and Target(low=kernel.target[0], high=kernel.target[1]),
        decay=DecayProto(
            l1=kernel.decay.l1,
            l2=kernel.decay.l2,
            weight_decay=kernel.decay.weight_decay,
        ),
    )


def _decode_kernel(kernel: Kernel) -> KernelInfo:
    shape = tuple(kernel.shape)
    axes = tuple(kernel.channel_axes)
    if min(shape, default=1) < 0 or math.prod(size or 1 for size in shape) > _MAX_SIZE:
        raise FormatError(
            f"shape of {kernel.path!r} must be sizes, 0 or more each and {_MAX_SIZE} "
            f"at most together. Received: {list(shape)}"
        )
    in_shape = all(0 <= axis < len(shape) for axis in axes)
    if not in_shape or len(set(axes)) < len(axes):
        raise FormatError(
            f"channel axes of {kernel.path!r} must be distinct axes of its shape "
            f"{list(shape)}. Received: {list(axes)}"
        )
    return KernelInfo(
        path=kernel.path,
        layer=kernel.layer,
        layer_class=kernel.layer_class,
        role=kernel.role,
        shape=shape,
        channel_axes=axes,
        group=kernel.group,
        target=(
            (
                _coefficient("target", kernel.target.low),
                _coefficient("target", kernel.target.high),
            )
            if kernel.HasField("target")
            else None
        ),
        decay=Decay(
            l1=_coefficient("l1", kernel.decay.l1),
            l2=_coefficient("l2", kernel.decay.l2),
            weight_decay=_coefficient("weight_decay", kernel.decay.weight_decay),
        ),
    )


def _coefficient(name: str, value: float) -> float:
    if not (math.isfinite(value) and value >= 0):
        raise FormatError(f"{name} must be finite and not negative. Received: {value}")
    return value
