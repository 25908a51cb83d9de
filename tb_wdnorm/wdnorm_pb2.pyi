from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class FramesMetadata(_message.Message):
    __slots__ = ("format_version", "norm", "columns", "edge_probabilities", "kernels", "label", "strength", "notices")
    FORMAT_VERSION_FIELD_NUMBER: _ClassVar[int]
    NORM_FIELD_NUMBER: _ClassVar[int]
    COLUMNS_FIELD_NUMBER: _ClassVar[int]
    EDGE_PROBABILITIES_FIELD_NUMBER: _ClassVar[int]
    KERNELS_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    STRENGTH_FIELD_NUMBER: _ClassVar[int]
    NOTICES_FIELD_NUMBER: _ClassVar[int]
    format_version: int
    norm: str
    columns: _containers.RepeatedScalarFieldContainer[str]
    edge_probabilities: _containers.RepeatedScalarFieldContainer[float]
    kernels: _containers.RepeatedCompositeFieldContainer[Kernel]
    label: str
    strength: float
    notices: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, format_version: _Optional[int] = ..., norm: _Optional[str] = ..., columns: _Optional[_Iterable[str]] = ..., edge_probabilities: _Optional[_Iterable[float]] = ..., kernels: _Optional[_Iterable[_Union[Kernel, _Mapping]]] = ..., label: _Optional[str] = ..., strength: _Optional[float] = ..., notices: _Optional[_Iterable[str]] = ...) -> None: ...

class Kernel(_message.Message):
    __slots__ = ("path", "layer", "layer_class", "role", "shape", "channel_axes", "group", "target", "decay")
    PATH_FIELD_NUMBER: _ClassVar[int]
    LAYER_FIELD_NUMBER: _ClassVar[int]
    LAYER_CLASS_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    SHAPE_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_AXES_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    DECAY_FIELD_NUMBER: _ClassVar[int]
    path: str
    layer: str
    layer_class: str
    role: str
    shape: _containers.RepeatedScalarFieldContainer[int]
    channel_axes: _containers.RepeatedScalarFieldContainer[int]
    group: str
    target: Target
    decay: Decay
    def __init__(self, path: _Optional[str] = ..., layer: _Optional[str] = ..., layer_class: _Optional[str] = ..., role: _Optional[str] = ..., shape: _Optional[_Iterable[int]] = ..., channel_axes: _Optional[_Iterable[int]] = ..., group: _Optional[str] = ..., target: _Optional[_Union[Target, _Mapping]] = ..., decay: _Optional[_Union[Decay, _Mapping]] = ...) -> None: ...

class Target(_message.Message):
    __slots__ = ("low", "high")
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    low: float
    high: float
    def __init__(self, low: _Optional[float] = ..., high: _Optional[float] = ...) -> None: ...

class Decay(_message.Message):
    __slots__ = ("l1", "l2", "weight_decay")
    L1_FIELD_NUMBER: _ClassVar[int]
    L2_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_DECAY_FIELD_NUMBER: _ClassVar[int]
    l1: float
    l2: float
    weight_decay: float
    def __init__(self, l1: _Optional[float] = ..., l2: _Optional[float] = ..., weight_decay: _Optional[float] = ...) -> None: ...
