"""Patterns by which users name kernels."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_wdnorm.write.patterns import Names, is_pattern, matches, show

QUERY = Names(
    paths=("encoder/attention/query/kernel",),
    layers=("encoder", "attention"),
    indices=frozenset({2, -3}),
)
GATE = Names(paths=("lstm/kernel", "lstm/kernel/i"), layers=("lstm",))

# Slashes, what globs give a meaning to, and letters of both cases.
TEXTS = st.text("aAbB/_*?[]!^-0", min_size=1, max_size=8)


@pytest.mark.parametrize(
    "pattern",
    [
        "encoder/attention/query/kernel",
        "attention",
        "encoder",
        "*/kernel",
        "encoder/*",
        "enc*",
        "*query*",
        "attentio[mn]",
        "?ttention",
        re.compile("query"),
        re.compile(r"^encoder/.*/kernel$"),
        re.compile("QUERY", re.IGNORECASE),
        2,
        -3,
    ],
)
def test_pattern_matches(pattern: Any) -> None:
    assert matches(pattern, QUERY)


@pytest.mark.parametrize(
    "pattern",
    [
        "query",
        "kernel",
        "query/kernel",
        "encoder/attention",
        "Encoder",
        "ENC*",
        "attention/*",
        re.compile("^query"),
        re.compile("attention$"),
        0,
        -1,
    ],
)
def test_pattern_does_not_match(pattern: Any) -> None:
    assert not matches(pattern, QUERY)


@pytest.mark.parametrize(
    ("pattern", "matching"),
    [
        ("lstm/kernel", True),
        ("lstm/kernel/i", True),
        ("*/i", True),
        (re.compile("kernel$"), True),
        ("*/f", False),
    ],
)
def test_gate_answers_to_its_kernels_path_too(pattern: Any, matching: bool) -> None:
    assert matches(pattern, GATE) == matching


@given(TEXTS)
def test_path_matches_itself(path: str) -> None:
    assert matches(path, Names((path,)))


@given(TEXTS)
def test_name_of_a_layer_matches_itself(name: str) -> None:
    assert matches(name, Names(("dense/kernel",), (name,)))


@given(TEXTS, TEXTS)
def test_regular_expression_is_searched_for_in_the_path(path: str, name: str) -> None:
    names = Names((path,), (name,))
    for start in range(len(path)):
        assert matches(re.compile(re.escape(path[start:])), names)
    assert matches(re.compile(re.escape(name)), names) == (name in path)


@given(TEXTS, TEXTS)
def test_text_matches_where_equal_or_as_a_glob(pattern: str, path: str) -> None:
    expected = pattern == path or fnmatchcase(path, pattern)
    assert matches(pattern, Names((path,))) == expected


@given(st.sampled_from([*QUERY.paths, *QUERY.layers]), st.data())
def test_beginning_and_star_matches(name: str, data: st.DataObject) -> None:
    length = data.draw(st.integers(0, len(name)))
    assert matches(f"{name[:length]}*", QUERY)


@pytest.mark.parametrize("value", ["a", "*", re.compile(""), 0, -1])
def test_pattern(value: Any) -> None:
    assert is_pattern(value)


@pytest.mark.parametrize(
    "value", ["", b"a", re.compile(b"a"), 1.0, True, None, ["a"], ("a",), {}]
)
def test_no_pattern(value: Any) -> None:
    assert not is_pattern(value)


@pytest.mark.parametrize(
    ("pattern", "shown"),
    [("a*", "'a*'"), (re.compile("a+$"), "'a+$'"), (3, "3")],
)
def test_pattern_is_shown_as_written(pattern: Any, shown: str) -> None:
    assert show(pattern) == shown
