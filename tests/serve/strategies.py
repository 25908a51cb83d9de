"""Whatever may be in a log or a query, as hypothesis' strategies."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import quote

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from tensorboard.data import provider as tb

from tb_wdnorm.core.frames import (
    COLUMNS,
    EDGE_PROBABILITIES,
    EDGES,
    OTHER_EDGES,
    SERIES_COLUMNS,
)
from tb_wdnorm.serve.identifier import identifier
from tb_wdnorm.serve.routes import ROUTES
from tb_wdnorm.wdnorm_pb2 import Decay, FramesMetadata, Kernel, Target
from tests.serve.memory_provider import MemoryTag
from tests.serve.wsgi_app import PAGE

_T = TypeVar("_T")
Log = Mapping[str, Mapping[str, MemoryTag]]

_INT32 = st.integers(-(2**31), 2**31 - 1)
_INT64 = st.integers(-(2**63), 2**63 - 1)
_NAMES = ["x", "y", "z/kernel", "Größe"]
_HOSTILE_NAMES = [
    "",
    "<img src=x onerror=alert(1)>",
    "\u202egnp.exe",
    "a" * 10_000,
    "nul\0nul",
    "../../etc/passwd",
    "'\"&;,.%2e\r\n\t",
    "😀",
]
_NAME = st.sampled_from(_NAMES) | st.sampled_from(_HOSTILE_NAMES) | st.text(max_size=8)
# A directory may be called by any bytes.
_RUN_NAME = _NAME | st.text(st.characters(codec=None), max_size=8)


def _mostly(
    right: st.SearchStrategy[_T], wrong: st.SearchStrategy[_T]
) -> st.SearchStrategy[_T]:
    """One of 20 wrong: of a log that is wrong all over, nothing is left."""
    return st.sampled_from([right] * 19 + [wrong]).flatmap(lambda chosen: chosen)


_COEFFICIENTS = _mostly(
    st.sampled_from([0.0, 2e-4, 2e-3, 2e-2, 1.0]) | st.floats(0, allow_infinity=False),
    st.floats(),
)
_DECAYS = st.just(Decay()) | st.builds(
    Decay, l1=_COEFFICIENTS, l2=_COEFFICIENTS, weight_decay=_COEFFICIENTS
)
_TARGETS = st.none() | st.builds(Target, low=_COEFFICIENTS, high=_COEFFICIENTS)
_SHAPES = _mostly(
    st.lists(st.integers(0, 9) | st.integers(0, 2**17), min_size=1, max_size=3),
    st.lists(_INT64, max_size=4),
)
_AXES = _mostly(st.just([0]), st.lists(st.integers(0, 3) | _INT32, max_size=3))
_KERNELS = st.builds(
    Kernel,
    path=_mostly(st.sampled_from(_NAMES[:2]), _NAME),
    layer=_NAME,
    layer_class=_NAME,
    role=_NAME,
    shape=_SHAPES,
    channel_axes=_AXES,
    group=st.sampled_from(_NAMES) | _NAME,
    target=_TARGETS,
    decay=_DECAYS,
)


def _first_of_each_path(kernels: list[Kernel]) -> list[Kernel]:
    return list({kernel.path: kernel for kernel in kernels}.values())


MESSAGES = st.builds(
    FramesMetadata,
    format_version=_mostly(st.sampled_from([1, 2]), st.integers(0, 2**32 - 1)),
    norm=st.sampled_from(["l2", "l1", "linf", "rms"]) | _NAME,
    columns=_mostly(
        st.sampled_from(
            [
                COLUMNS,
                EDGES,
                COLUMNS[::-1],
                (*COLUMNS, "of a later version"),
                SERIES_COLUMNS,
                OTHER_EDGES,
                (*OTHER_EDGES, "mean"),
            ]
        ),
        st.lists(_NAME, max_size=3).map(tuple) | st.just(COLUMNS[:-1]),
    ),
    edge_probabilities=_mostly(
        st.just(EDGE_PROBABILITIES), st.lists(st.floats(), max_size=3).map(tuple)
    ),
    kernels=_mostly(
        st.lists(_KERNELS, max_size=4).map(_first_of_each_path),
        st.lists(_KERNELS, max_size=4),
    ),
    label=_NAME,
    strength=st.none() | _COEFFICIENTS,
    notices=st.lists(_NAME, max_size=2),
)
"""Metadata in the format's own terms."""


def _damaged(content: bytes) -> st.SearchStrategy[bytes]:
    """Bytes of which one bit is wrong, or some are missing."""
    places = st.integers(0, max(0, len(content) - 1))

    def flip(at: int, bit: int) -> bytes:
        changed = bytearray(content)
        changed[at : at + 1] = bytes([(content[at : at + 1] or b"\0")[0] ^ 1 << bit])
        return bytes(changed)

    return st.builds(flip, places, st.integers(0, 7)) | places.map(
        lambda end: content[:end]
    )


_FLOATS = st.sampled_from([0.0, 0.5, 1.0, 2.0]) | st.floats(width=32)
_WALL_TIMES_S = _mostly(st.integers(0, 99).map(float), st.floats())
_STEPS = st.integers(0, 9) | _INT64
_OTHER_TENSORS = hnp.arrays(
    st.sampled_from([np.float32, np.float64, np.int64, np.bool_, np.object_]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
    elements=st.just(1),
)


@st.composite
def _frames(
    draw: st.DrawFn, n_kernels: int, columns: tuple[str, ...]
) -> npt.NDArray[np.float32]:
    shape = (n_kernels, len(columns))
    # A few numbers everywhere: as many as there are would be too many to draw.
    values = draw(st.lists(_FLOATS, min_size=1, max_size=6))
    frame = np.resize(np.array(values, np.float32), shape)
    if columns == OTHER_EDGES and draw(st.booleans()):
        frame.sort(axis=1)
    elif columns in (COLUMNS, SERIES_COLUMNS) and draw(st.booleans()):
        frame[:, COLUMNS.index(EDGES[0]) :].sort(axis=1)
        frame[:, COLUMNS.index("nonfinite")] = 0
        frame[:, COLUMNS.index("epoch")] = draw(st.integers(0, 3) | _FLOATS)
    return frame


def _tags(message: FramesMetadata) -> st.SearchStrategy[MemoryTag]:
    content = message.SerializeToString()
    frames = _frames(len(message.kernels), tuple(message.columns))
    data = st.builds(
        tb.TensorDatum, _STEPS, _WALL_TIMES_S, _mostly(frames, _OTHER_TENSORS)
    )
    return st.builds(
        MemoryTag,
        _mostly(st.just(content), _damaged(content) | st.binary(max_size=64)),
        st.lists(data, min_size=1, max_size=4),
    )


def _parts(message: FramesMetadata) -> list[FramesMetadata]:
    """Metadata of all columns, of those in series and of the other edges."""
    parts = [message]
    for columns in (SERIES_COLUMNS, OTHER_EDGES):
        part = FramesMetadata()
        part.CopyFrom(message)
        part.columns[:] = columns
        parts.append(part)
    return parts


@st.composite
def logs(draw: st.DrawFn) -> Log:
    """What a data provider may have: tags by run and tag."""
    # Runs that share their metadata are replicates.
    messages = draw(st.lists(MESSAGES, min_size=1, max_size=2))
    parts = [part for message in messages for part in _parts(message)]
    tags = st.sampled_from(parts).flatmap(_tags)
    runs = st.dictionaries(_NAME, tags, min_size=1, max_size=3)
    return draw(st.dictionaries(_RUN_NAME, runs, min_size=1, max_size=3))


# Stand for the ids of a log's runs.
_RUN_PLACES = ("run0", "run1", "run2")
_RUNS = st.sampled_from(_RUN_PLACES)
_KERNEL_IDS = _mostly(
    *(st.sampled_from([identifier(n) for n in names]) for names in (_NAMES[:2], _NAMES))
)
_GROUPS = st.lists(_KERNEL_IDS, min_size=1, max_size=3).map(".".join)
_NUMBERS = _mostly(
    (st.integers(0, 9) | st.integers(0, 2**63 - 1)).map(str),
    st.sampled_from(["-1", "1e3", "NaN", "", str(2**63), "9" * 400, "٣", "0x1"]),
)
_OTHER_TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
_RAW_BYTES = st.binary(max_size=8)


def _lists(items: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(items, min_size=1, max_size=3).map(",".join)


_VALUES: dict[str, st.SearchStrategy[str]] = {
    "runs": _lists(_RUNS),
    "kernels": _lists(_KERNEL_IDS | _GROUPS),
    "baseline": _RUNS,
    "columns": _lists(st.sampled_from(COLUMNS)),
    "relative": st.sampled_from(["none", "start", "baseline", "target"]),
    "max_points": st.sampled_from(["3", "4", "10000"]),
    "since": _NUMBERS | _lists(_NUMBERS),
    "raw": st.sampled_from(["true", "false"]),
    "seeds": st.sampled_from(["each", "merge"]),
    "details": st.sampled_from(["true", "false"]),
    "step": _NUMBERS,
    "steps": _lists(_NUMBERS),
    "over": st.sampled_from(["channels", "batches"]),
    "format": st.sampled_from(["csv", "json"]),
}
_PARAMETERS = {name: route.parameters for name, route in ROUTES.items()} | {PAGE: ()}


def _route(name: str) -> st.SearchStrategy[str]:
    own = {parameter: _VALUES[parameter] for parameter in _PARAMETERS[name]}
    right = st.fixed_dictionaries({}, optional=own).map(dict.items)
    values = _NUMBERS | _OTHER_TEXT | _RAW_BYTES | st.one_of(*_VALUES.values())
    pair = st.tuples(st.sampled_from(sorted(_VALUES)) | _OTHER_TEXT, values)
    # Three of four as they should be.
    others = st.sampled_from([0, 0, 0, 1, 2]).flatmap(
        lambda n: st.lists(pair, min_size=n, max_size=n)
    )
    pairs = st.tuples(right, others).map(lambda both: [*both[0], *both[1]])
    return pairs.map(
        lambda pairs: f"{name}?" + "&".join(f"{quote(n)}={quote(v)}" for n, v in pairs)
    )


QUERIES = st.sampled_from([*ROUTES, PAGE]).flatmap(_route)
"""Something to ask, in ASCII; `for_log` puts the ids of runs in."""


def for_log(query: str, log: Log) -> str:
    """Puts the ids of a log's runs in the places of a query."""
    for place, run in zip(_RUN_PLACES, itertools.cycle(log), strict=False):
        query = query.replace(place, identifier(run))
    return query


HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Accept-Encoding": st.sampled_from(["", "identity", "gzip;q=0", "*", "br"]),
        "If-None-Match": st.sampled_from(["*", '"', 'W/"x"', "x", 'W/"', ",,"]),
    },
)
"""Headers of a request."""
