"""Which columns are needed, and reading runs one after the other."""

from __future__ import annotations

from collections.abc import Callable, Generator

import pytest
from tensorboard.errors import NotFoundError

from tb_wdnorm.core.frames import (
    COLUMNS,
    SERIES_COLUMNS,
    STATISTICS,
    TRAINING_STATE,
    RunInfo,
)
from tb_wdnorm.serve.asked import Asked, baseline_frames, frames_of
from tb_wdnorm.serve.byte_cache import ByteCache
from tb_wdnorm.serve.identifier import identifier
from tb_wdnorm.serve.source import SourceError
from tb_wdnorm.serve.store import FrameStore, Listing
from tests.serve.fake_tensors import FakeTensors

ONE = identifier("x")
TWO_TOGETHER = f"{identifier('x')}.{identifier('y')}"


@pytest.fixture
def source(make_info: Callable[..., RunInfo]) -> FakeTensors:
    """Runs `a` to `e` of kernels `x` and `y`."""
    source = FakeTensors()
    for name in "abcde":
        source.add_parts(name, make_info("x", "y"), [0, 1])
    return source


@pytest.fixture
def listing(source: FakeTensors) -> Listing:
    """The runs, whose frames are read each time."""
    listing = FrameStore(ByteCache(0)).listing(source)
    listing.runs()
    source.reads.clear()
    return listing


@pytest.mark.parametrize(
    ("kernels", "columns", "with_edges"),
    [
        (ONE, SERIES_COLUMNS, False),
        (ONE, ["q0"], True),
        (TWO_TOGETHER, [*STATISTICS, *TRAINING_STATE], False),
        (TWO_TOGETHER, ["q4"], True),
        (f"{ONE},{TWO_TOGETHER}", ["mean", "q28"], True),
    ],
)
def test_edges_are_needed_for_some_columns(
    listing: Listing, kernels: str, columns: list[str], with_edges: bool
) -> None:
    asked = Asked.of({"kernels": kernels}, listing, listing.runs())
    assert asked.view(columns).with_edges == with_edges


@pytest.mark.parametrize(
    ("column", "columns"), [("q4", SERIES_COLUMNS), ("q5", COLUMNS)]
)
def test_baseline_has_the_columns_of_the_view(
    listing: Listing, column: str, columns: tuple[str, ...]
) -> None:
    asked = Asked.of({"relative": "baseline"}, listing, listing.runs())
    baseline = asked.view([column]).baseline
    assert baseline is not None
    assert baseline.columns == columns


def test_baseline_that_is_gone_is_an_error(
    source: FakeTensors, listing: Listing
) -> None:
    baseline = listing.runs()[0]
    source.failing["a"] = SourceError("Not found")
    with pytest.raises(NotFoundError) as raised:
        baseline_frames(baseline, with_edges=False)
    assert str(raised.value) == (
        "Not found: the frames of the baseline, run 'a', can no longer be read"
    )


@pytest.mark.parametrize(
    ("with_edges", "columns"), [(False, SERIES_COLUMNS), (True, COLUMNS)]
)
def test_runs_are_read_in_the_order_asked_for(
    listing: Listing, with_edges: bool, columns: tuple[str, ...]
) -> None:
    runs = listing.runs()[::-1]
    got = [(run.name, run.columns) for run in frames_of(runs, with_edges=with_edges)]
    assert got == [(name, columns) for name in "edcba"]


@pytest.mark.parametrize("gone", ["a", "c", "e", "abcde"])
def test_runs_that_are_gone_are_left_out(
    source: FakeTensors, listing: Listing, gone: str
) -> None:
    runs = listing.runs()
    for name in gone:
        source.failing[name] = SourceError("Not found")
    got = [run.name for run in frames_of(runs, with_edges=False)]
    assert got == [name for name in "abcde" if name not in gone]


def test_two_runs_are_read_ahead(source: FakeTensors, listing: Listing) -> None:
    frames = frames_of(listing.runs(), with_edges=False)
    assert isinstance(frames, Generator)
    assert next(frames).name == "a"
    # Waits for what has begun.
    frames.close()
    assert sorted(run for run, _ in source.reads) == ["a", "b", "c"]


def test_no_runs_have_no_frames() -> None:
    assert list(frames_of([], with_edges=False)) == []
