"""Which kernels are tracked, how they are grouped and what they are measured by."""

from __future__ import annotations

import copy
import pickle
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_wdnorm.core.frames import KernelInfo
from tb_wdnorm.write.patterns import Names
from tb_wdnorm.write.selection import Candidate, KernelOptions

PATTERN = (
    "a layer's name, a kernel's path, a glob, a compiled regular expression or a "
    "layer's index"
)


def candidate(path: str, index: int, group: str = "Dense", rank: int = 2) -> Candidate:
    layer, _, role = path.rpartition("/")
    info = KernelInfo(
        path=path,
        layer=layer,
        layer_class="Dense",
        role=role,
        shape=tuple(range(2, 2 + rank)),
        channel_axes=(rank - 1,),
        group=group,
    )
    return Candidate(info, Names((path,), (layer,), frozenset({index, index - 4})))


CANDIDATES = [
    candidate("conv/kernel", 0, "Conv1D", rank=3),
    candidate("lstm/kernel", 1, "LSTM/kernel"),
    candidate("lstm/recurrent_kernel", 1, "LSTM/recurrent_kernel"),
    candidate("hidden/kernel", 2),
    candidate("head/kernel", 3),
]
PATHS = [each.info.path for each in CANDIDATES]


def chosen(**options: Any) -> dict[str, KernelInfo]:
    infos = [info for _, info in KernelOptions(**options).choose(CANDIDATES)]
    return {info.path: info for info in infos}


def message(**options: Any) -> str:
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the caller looks
        KernelOptions(**options).choose(CANDIDATES)
    return str(raised.value)


def warnings_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


def test_all_kernels_as_they_are_by_default() -> None:
    assert KernelOptions().choose(CANDIDATES) == [
        (position, each.info) for position, each in enumerate(CANDIDATES)
    ]


@pytest.mark.parametrize(
    ("include", "paths"),
    [
        ("lstm", ["lstm/kernel", "lstm/recurrent_kernel"]),
        ("lstm/kernel", ["lstm/kernel"]),
        ("h*", ["hidden/kernel", "head/kernel"]),
        (re.compile("kernel$"), PATHS),
        (0, ["conv/kernel"]),
        (-1, ["head/kernel"]),
        (["conv", 3], ["conv/kernel", "head/kernel"]),
        ({"conv"}, ["conv/kernel"]),
    ],
)
def test_include(include: Any, paths: list[str]) -> None:
    assert list(chosen(include=include)) == paths


@pytest.mark.parametrize(
    ("exclude", "paths"),
    [
        ("*/recurrent_kernel", [p for p in PATHS if p != "lstm/recurrent_kernel"]),
        (("lstm", "h*"), ["conv/kernel"]),
        ((), PATHS),
        ([re.compile("^(conv|lstm)/"), -1], ["hidden/kernel"]),
    ],
)
def test_exclude(exclude: Any, paths: list[str]) -> None:
    assert list(chosen(exclude=exclude)) == paths


def test_excluded_of_the_included() -> None:
    assert list(chosen(include="lstm", exclude="*/kernel")) == ["lstm/recurrent_kernel"]


@given(st.lists(st.sampled_from(PATHS)), st.lists(st.sampled_from(PATHS)))
def test_chosen_are_the_included_less_the_excluded(
    include: list[str], exclude: list[str]
) -> None:
    expected = [p for p in PATHS if p in include and p not in exclude]
    if expected:
        assert list(chosen(include=include, exclude=exclude)) == expected
    else:
        assert "must leave a kernel" in message(include=include, exclude=exclude)


def test_positions_are_those_among_the_candidates() -> None:
    selected = KernelOptions(include=["head", "conv"]).choose(CANDIDATES)
    assert [position for position, _ in selected] == [0, 4]


def test_groups_by_the_first_pattern_that_matches() -> None:
    kernels = chosen(groups={"head": "out", "h*": "dense", 1: "memory"})
    assert [kernel.group for kernel in kernels.values()] == [
        "Conv1D",
        "memory",
        "memory",
        "dense",
        "out",
    ]


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ({"Dense": 1}, (1.0, 1.0)),
        ({"Dense": (0.5, 2)}, (0.5, 2.0)),
        ({"Dense": [0, 0]}, (0.0, 0.0)),
        ({"D*": 1}, (1.0, 1.0)),
        ({"head": 3, "Dense": 1}, (3.0, 3.0)),
        ({"Dense": 1, "head": 3}, (1.0, 1.0)),
        ({re.compile("^head"): 3}, (3.0, 3.0)),
        ({-1: 3}, (3.0, 3.0)),
        ({"Conv1D": 1}, None),
        ({}, None),
    ],
)
def test_target(targets: Any, expected: Any) -> None:
    assert chosen(targets=targets)["head/kernel"].target == expected


def test_targets_go_by_the_groups_that_the_user_made() -> None:
    kernels = chosen(groups={"head": "out"}, targets={"out": 1, "Dense": 2})
    assert kernels["head/kernel"].target == (1.0, 1.0)
    assert kernels["hidden/kernel"].target == (2.0, 2.0)


@pytest.mark.parametrize(
    ("axes", "expected"),
    [
        (0, (0,)),
        (-1, (2,)),
        ((1,), (1,)),
        ((2, 0), (0, 2)),
        ([-1, -2], (1, 2)),
        ((), ()),
    ],
)
def test_channel_axes(axes: Any, expected: tuple[int, ...]) -> None:
    kernels = chosen(channel_axes={"conv": axes})
    assert kernels["conv/kernel"].channel_axes == expected
    assert kernels["head/kernel"].channel_axes == (1,)


@pytest.mark.parametrize("axes", [3, -4, (0, 3), (0, 0), (2, -1)])
def test_axes_that_the_kernel_does_not_have_are_an_error(axes: Any) -> None:
    assert message(channel_axes={"conv": axes}) == (
        "`channel_axes` must be distinct axes of the kernel 'conv/kernel' of shape "
        f"(2, 3, 4). Received: {axes!r}"
    )


def test_axes_of_a_kernel_that_is_not_chosen_do_not_matter() -> None:
    assert list(chosen(include="head", channel_axes={"*": 1})) == ["head/kernel"]


@pytest.mark.parametrize(
    ("options", "received"),
    [
        ({"include": "dense"}, "include='dense', exclude=None"),
        ({"include": []}, "include=[], exclude=None"),
        ({"exclude": "*"}, "include=None, exclude='*'"),
        ({"include": 0, "exclude": "conv"}, "include=0, exclude='conv'"),
    ],
)
def test_no_kernel_left_is_an_error_that_lists_them(
    options: dict[str, Any], received: str
) -> None:
    assert message(**options) == (
        f"`include` and `exclude` must leave a kernel to track. Received: {received}; "
        "the kernels are conv/kernel, lstm/kernel, lstm/recurrent_kernel, "
        "hidden/kernel, head/kernel"
    )


@pytest.mark.parametrize(
    ("options", "warning"),
    [
        ({"include": ["head", "dense"]}, "`include` matches no kernel with 'dense'"),
        ({"exclude": "dense"}, "`exclude` matches no kernel with 'dense'"),
        ({"groups": {"Dense": "a"}}, "`groups` matches no kernel with 'Dense'"),
        ({"targets": {"Dens": 1}}, "`targets` matches no kernel with 'Dens'"),
        ({"channel_axes": {4: 1}}, "`channel_axes` matches no kernel with 4"),
        ({"exclude": re.compile("b+")}, "`exclude` matches no kernel with 'b+'"),
    ],
)
def test_pattern_that_matches_no_kernel_is_a_warning(
    options: dict[str, Any], warning: str, caplog: pytest.LogCaptureFixture
) -> None:
    chosen(**options)
    assert warnings_of(caplog) == [f"tb_wdnorm: {warning}"]


@pytest.mark.parametrize(
    "options",
    [
        {"include": "head", "exclude": "conv"},
        {"groups": {"*": "all", "head": "out"}},
        {"targets": {"Dense": 1, "LSTM/*": 1, "out": 2}, "groups": {"head": "out"}},
        {"exclude": ()},
    ],
)
def test_patterns_that_match_are_no_warning(
    options: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    chosen(**options)
    assert warnings_of(caplog) == []


def test_warning_is_given_once(caplog: pytest.LogCaptureFixture) -> None:
    options = KernelOptions(exclude="dense")
    for _ in range(3):
        options.choose(CANDIDATES)
    assert len(warnings_of(caplog)) == 1


@pytest.mark.parametrize("name", ["include", "exclude"])
@pytest.mark.parametrize(
    "value", ["", 1.5, True, b"a", ["a", None], re.compile(b"a"), iter("a")]
)
def test_what_is_no_pattern_is_an_error(name: str, value: Any) -> None:
    assert message(**{name: value}) == (
        f"`{name}` must be {PATTERN}, or a sequence of these. Received: {value!r}"
    )


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("groups", "Dense", "names of groups"),
        ("groups", {"": "a"}, "names of groups"),
        ("groups", {"a": ""}, "names of groups"),
        ("groups", {"a": 1}, "names of groups"),
        *(
            ("targets", value, "norms or ranges (low, high), 0 ≤ low ≤ high < ∞")
            for value in (
                1,
                {1.5: 1},
                {"a": -1},
                {"a": (2, 1)},
                {"a": (1, 2, 3)},
                {"a": (0, float("inf"))},
                {"a": float("nan")},
                {"a": "1"},
                {"a": True},
                {"a": None},
            )
        ),
        *(
            ("channel_axes", value, "an axis or a sequence of axes")
            for value in (-1, [0], {"a": 1.0}, {"a": "b"}, {"a": None}, {"a": True})
        ),
    ],
)
def test_mapping_of_something_else_is_an_error(
    name: str, value: Any, wanted: str
) -> None:
    assert message(**{name: value}) == (
        f"`{name}` must map patterns ({PATTERN}) to {wanted}. Received: {value!r}"
    )


def test_split_gates_that_is_no_truth_value_is_an_error() -> None:
    assert message(split_gates="lstm") == (
        "`split_gates` must be True or False. Received: 'lstm'"
    )


def test_unknown_norm_is_an_error() -> None:
    assert message(norm="l3") == (
        "`norm` must be one of 'l1', 'l2', 'linf', 'rms', or a function. Received: 'l3'"
    )


def test_options_are_pickled_and_copied() -> None:
    options = KernelOptions(include=re.compile("a"), targets={"a": 1}, norm=np.max)
    assert pickle.loads(pickle.dumps(options)) == options
    assert copy.deepcopy(options) == options
