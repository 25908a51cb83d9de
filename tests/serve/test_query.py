"""Query strings to arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tensorboard.errors import InvalidArgumentError
from werkzeug.datastructures import MultiDict

from tb_wdnorm.core.frames import COLUMNS, RunInfo
from tb_wdnorm.serve import query
from tb_wdnorm.serve.byte_cache import ByteCache
from tb_wdnorm.serve.identifier import identifier
from tb_wdnorm.serve.store import FrameStore, Listing
from tests.serve.fake_tensors import FakeTensors

KERNELS_REQUIREMENT = (
    "ids of kernels of these runs, joined by commas, or by dots where they are put "
    "together"
)


@pytest.fixture
def listing(make_info: Callable[..., RunInfo]) -> Listing:
    """Runs `a` of kernels `x` and `y`, `b` of `y` and `z`."""
    source = FakeTensors()
    tensor = np.zeros((2, len(COLUMNS)), np.float32)
    source.add("a", make_info("x", "y"), tensor=tensor)
    source.add("b", make_info("y", "z"), tensor=tensor)
    return FrameStore(ByteCache(10**6)).listing(source)


def error(parse: Callable[..., object], *args: Any) -> str:
    with pytest.raises(InvalidArgumentError) as raised:
        parse(*args)
    return str(raised.value)


def refusal(name: str, requirement: str, received: object) -> str:
    return f"Invalid argument: `{name}` must be {requirement}. Received: {received!r}"


def ids(*names: str) -> str:
    return ",".join(identifier(name) for name in names)


def test_parameters_are_by_name() -> None:
    args = MultiDict([("runs", "a"), ("raw", "true")])
    assert query.parameters(args, ["raw", "runs"]) == {"runs": "a", "raw": "true"}


def test_unknown_parameter_is_an_error() -> None:
    assert error(query.parameters, MultiDict([("ruins", "")]), ["runs", "raw"]) == (
        "Invalid argument: Parameters must be of runs, raw. Received: 'ruins'"
    )


def test_parameter_of_a_route_that_has_none_is_an_error() -> None:
    assert error(query.parameters, MultiDict([("runs", "")]), []) == (
        "Invalid argument: Parameters must be left out here. Received: 'runs'"
    )


def test_repeated_parameter_is_an_error() -> None:
    args = MultiDict([("raw", "true"), ("raw", "true")])
    assert error(query.parameters, args, ["raw"]) == (
        "Invalid argument: `raw` must be given once. Received: 2 times"
    )


def test_runs_are_all_by_default(listing: Listing) -> None:
    assert query.runs({}, listing) == listing.runs()


def test_runs_come_in_the_order_asked_for(listing: Listing) -> None:
    found = query.runs({"runs": ids("b", "a")}, listing)
    assert [run.summary.name for run in found] == ["b", "a"]


def test_run_asked_for_twice_comes_once(listing: Listing) -> None:
    assert len(query.runs({"runs": ids("a", "a")}, listing)) == 1


@pytest.mark.parametrize("unknown", ["", "a", "0123456789ab"])
def test_unknown_run_is_an_error(listing: Listing, unknown: str) -> None:
    assert error(query.runs, {"runs": unknown}, listing) == refusal(
        "runs", "ids of runs, joined by commas", unknown
    )


def test_runs_of_nothing_are_none() -> None:
    listing = FrameStore(ByteCache(0)).listing(FakeTensors())
    assert query.runs({}, listing) == []


def test_baseline_is_none_by_default(listing: Listing) -> None:
    assert query.baseline({}, listing) is None


def test_baseline(listing: Listing) -> None:
    run = query.baseline({"baseline": ids("b")}, listing)
    assert run is not None
    assert run.summary.name == "b"


@pytest.mark.parametrize("unknown", ["", "b", ids("a", "b")])
def test_unknown_baseline_is_an_error(listing: Listing, unknown: str) -> None:
    assert error(query.baseline, {"baseline": unknown}, listing) == refusal(
        "baseline", "the id of a run", unknown
    )


def test_kernels_are_all_of_the_chosen_runs_by_default(listing: Listing) -> None:
    assert query.kernels({}, listing.runs()) == [
        (identifier(path), (path,)) for path in ("x", "y", "z")
    ]


def test_kernels_come_in_the_order_asked_for(listing: Listing) -> None:
    items = query.kernels({"kernels": ids("z", "x")}, listing.runs())
    assert [item.paths for item in items] == [("z",), ("x",)]


def test_kernels_joined_by_dots_are_one_item(listing: Listing) -> None:
    text = f"{identifier('z')}.{identifier('x')}"
    items = query.kernels({"kernels": f"{text},{identifier('x')}"}, listing.runs())
    assert items == [(text, ("z", "x")), (identifier("x"), ("x",))]


def test_kernel_that_is_twice_in_an_item_counts_once(listing: Listing) -> None:
    text = f"{identifier('x')}.{identifier('x')}"
    assert query.kernels({"kernels": text}, listing.runs()) == [(text, ("x",))]


def test_kernel_of_another_run_is_an_error(listing: Listing) -> None:
    assert error(query.kernels, {"kernels": ids("z")}, listing.runs()[:1]) == refusal(
        "kernels", KERNELS_REQUIREMENT, ids("z")
    )


@pytest.mark.parametrize("text", ["", ".", ",", f"{ids('x')}.", f".{ids('x')}"])
def test_kernel_without_id_is_an_error(listing: Listing, text: str) -> None:
    assert error(query.kernels, {"kernels": text}, listing.runs()) == refusal(
        "kernels", KERNELS_REQUIREMENT, ""
    )


def test_column_is_the_mean_by_default() -> None:
    assert query.columns({}) == ["mean"]


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_can_be_asked_for(column: str) -> None:
    assert query.columns({"columns": column}) == [column]


def test_columns_come_in_the_order_asked_for_each_once() -> None:
    assert query.columns({"columns": "q32,mean,q0,q32"}) == ["q32", "mean", "q0"]


@pytest.mark.parametrize("unknown", ["", "median", "q33", "Mean"])
def test_unknown_column_is_an_error(unknown: str) -> None:
    assert error(query.columns, {"columns": f"mean,{unknown}"}) == refusal(
        "columns", f"columns joined by commas, of {', '.join(COLUMNS)}", unknown
    )


def test_long_value_is_cut_in_the_error() -> None:
    message = error(query.columns, {"columns": "x" * 1000})
    assert message.endswith(f". Received: '{'x' * 80}…'")


def test_relative_is_none_by_default() -> None:
    assert query.relative({}) == "none"


@pytest.mark.parametrize("word", ["none", "start", "baseline", "target"])
def test_relative(word: str) -> None:
    assert query.relative({"relative": word}) == word


@pytest.mark.parametrize("word", ["", "Start", "end", "none,start"])
def test_other_relative_is_an_error(word: str) -> None:
    assert error(query.relative, {"relative": word}) == refusal(
        "relative", "one of none, start, baseline, target", word
    )


def test_choice_is_the_first_by_default() -> None:
    assert query.choice({}, "raw", ("false", "true")) == "false"


def test_max_points_is_500_by_default() -> None:
    assert query.max_points({}) == 500


@pytest.mark.parametrize("number", [3, 125, 10_000])
def test_max_points(number: int) -> None:
    assert query.max_points({"max_points": str(number)}) == number


@pytest.mark.parametrize(
    "text", ["", "2", "0", "-5", "10001", "1.5", "1e3", "nan", "٣٣", " 5", "9" * 30]
)
def test_other_max_points_are_an_error(text: str) -> None:
    assert error(query.max_points, {"max_points": text}) == refusal(
        "max_points", "a whole number from 3 to 10000", text
    )


def test_since_is_none_by_default() -> None:
    assert query.since({}, 2) == [None, None]


def test_since_of_all_runs() -> None:
    assert query.since({"since": "7"}, 3) == [7, 7, 7]


def test_since_of_each_run() -> None:
    assert query.since({"since": "7,0,8"}, 3) == [7, 0, 8]


@pytest.mark.parametrize("n_runs", [0, 1, 3])
def test_since_of_another_number_of_runs_is_an_error(n_runs: int) -> None:
    assert error(query.since, {"since": "1,2"}, n_runs) == (
        "Invalid argument: `since` must be one number, or one for each of the "
        f"{n_runs} runs. Received: 2 numbers"
    )


@pytest.mark.parametrize("text", ["", "-1", "1.0", "x", str(2**63)])
def test_other_since_is_an_error(text: str) -> None:
    assert error(query.since, {"since": text}, 1) == refusal(
        "since", "a whole number from 0 to 9223372036854775807", text
    )


def test_step_is_none_by_default() -> None:
    assert query.step({}) is None


def test_step() -> None:
    assert query.step({"step": "120"}) == 120


def test_steps_are_none_by_default() -> None:
    assert query.steps({}) == []


def test_steps() -> None:
    assert query.steps({"steps": f"0,5,5,{2**63 - 1}"}) == [0, 5, 5, 2**63 - 1]


@pytest.mark.parametrize("text", ["", "-1", "1.0", "x", str(2**63), "9" * 30])
def test_other_steps_are_an_error(text: str) -> None:
    assert error(query.steps, {"steps": f"1,{text}"}) == refusal(
        "steps", "a whole number from 0 to 9223372036854775807", text
    )


def test_64_steps_can_be_asked_for() -> None:
    assert query.steps({"steps": ",".join(map(str, range(64)))}) == list(range(64))


def test_more_than_64_steps_are_an_error() -> None:
    assert error(query.steps, {"steps": ",".join(["1"] * 65)}) == (
        "Invalid argument: `steps` must be at most 64 numbers. Received: 65"
    )


def test_50_million_values_can_be_asked_for() -> None:
    query.check_size(50_000_000, "`runs`")


def test_more_values_are_an_error() -> None:
    assert error(query.check_size, 50_000_001, "`runs` and `kernels`") == (
        "Invalid argument: `runs` and `kernels` must ask for at most 50000000 values "
        "together. Received: 50000001"
    )
