"""Query strings to arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tensorboard.errors import InvalidArgumentError

from tb_wdnorm.core.frames import COLUMNS, RunFrames
from tb_wdnorm.serve import query
from tb_wdnorm.serve.routes import identifier

MakeRun = Callable[..., RunFrames]


@pytest.fixture
def available(make_run: MakeRun) -> list[RunFrames]:
    return [
        make_run("a", [0], "x/kernel", "y/kernel"),
        make_run("b", [0], "y/kernel", "z/kernel"),
    ]


def error(parse: Callable[..., object], *args: Any) -> str:
    with pytest.raises(InvalidArgumentError) as raised:
        parse(*args)
    return str(raised.value)


def ids(*names: str) -> str:
    return ",".join(identifier(name) for name in names)


def test_runs_are_all_by_default(available: list[RunFrames]) -> None:
    assert query.runs({}, available) == available


def test_runs_come_in_the_order_asked_for(available: list[RunFrames]) -> None:
    assert query.runs({"runs": ids("b", "a")}, available) == available[::-1]


def test_run_asked_for_twice_comes_once(available: list[RunFrames]) -> None:
    assert query.runs({"runs": ids("a", "a")}, available) == available[:1]


@pytest.mark.parametrize("unknown", ["", "a", "0123456789ab"])
def test_unknown_run_is_an_error(available: list[RunFrames], unknown: str) -> None:
    assert error(query.runs, {"runs": unknown}, available) == (
        "Invalid argument: `runs` must be a list of which each is id of a run. "
        f"Received: {unknown!r}"
    )


def test_runs_of_nothing_are_none() -> None:
    assert query.runs({}, []) == []


def test_kernels_are_all_of_the_chosen_runs_by_default(
    available: list[RunFrames],
) -> None:
    assert query.kernels({}, available) == ["x/kernel", "y/kernel", "z/kernel"]


def test_kernels_come_in_the_order_asked_for(available: list[RunFrames]) -> None:
    wanted = {"kernels": ids("z/kernel", "x/kernel")}
    assert query.kernels(wanted, available) == ["z/kernel", "x/kernel"]


def test_kernel_of_another_run_is_an_error(available: list[RunFrames]) -> None:
    unknown = ids("z/kernel")
    assert error(query.kernels, {"kernels": unknown}, available[:1]) == (
        "Invalid argument: `kernels` must be a list of which each is id of a kernel. "
        f"Received: {unknown!r}"
    )


def test_column_is_the_mean_by_default() -> None:
    assert query.columns({}) == ["mean"]


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_can_be_asked_for(column: str) -> None:
    assert query.columns({"columns": column}) == [column]


def test_columns_come_in_the_order_asked_for() -> None:
    assert query.columns({"columns": "q32,mean,q0"}) == ["q32", "mean", "q0"]


@pytest.mark.parametrize("unknown", ["", "median", "q33", "Mean"])
def test_unknown_column_is_an_error(unknown: str) -> None:
    assert error(query.columns, {"columns": f"mean,{unknown}"}) == (
        "Invalid argument: `columns` must be a list of which each is one of "
        f"{', '.join(COLUMNS)}. Received: {unknown!r}"
    )


def test_long_value_is_cut_in_the_error() -> None:
    message = error(query.columns, {"columns": "x" * 1000})
    assert message.endswith(f". Received: '{'x' * 80}…'")


def test_max_points_is_500_by_default() -> None:
    assert query.max_points({}) == 500


@pytest.mark.parametrize("number", [3, 125, 10_000])
def test_max_points(number: int) -> None:
    assert query.max_points({"max_points": str(number)}) == number


@pytest.mark.parametrize(
    "text", ["", "2", "0", "-5", "10001", "1.5", "1e3", "nan", "٣٣", " 5", "9" * 30]
)
def test_other_max_points_are_an_error(text: str) -> None:
    assert error(query.max_points, {"max_points": text}) == (
        "Invalid argument: `max_points` must be a whole number from 3 to 10000. "
        f"Received: {text!r}"
    )


def test_steps_are_none_by_default() -> None:
    assert query.steps({}) == []


def test_steps() -> None:
    assert query.steps({"steps": f"0,5,5,{2**63 - 1}"}) == [0, 5, 5, 2**63 - 1]


@pytest.mark.parametrize("text", ["", "-1", "1.0", "x", str(2**63), "9" * 30])
def test_other_steps_are_an_error(text: str) -> None:
    assert error(query.steps, {"steps": f"1,{text}"}) == (
        "Invalid argument: `steps` must be a whole number from 0 to "
        f"9223372036854775807. Received: {text!r}"
    )


def test_64_steps_can_be_asked_for() -> None:
    assert query.steps({"steps": ",".join(map(str, range(64)))}) == list(range(64))


def test_more_than_64_steps_are_an_error() -> None:
    assert error(query.steps, {"steps": ",".join(["1"] * 65)}) == (
        "Invalid argument: `steps` must be at most 64 numbers. Received: 65"
    )
