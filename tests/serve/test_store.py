"""Runs, read when they have changed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tb_wdnorm.core.frames import COLUMNS, SERIES_COLUMNS, RunFrames, RunInfo
from tb_wdnorm.serve.byte_cache import ByteCache
from tb_wdnorm.serve.identifier import identifier
from tb_wdnorm.serve.source import SourceError
from tb_wdnorm.serve.store import FrameStore, ListedRun
from tests.serve.fake_tensors import EDGES_TAG, TAG, FakeTensors

MakeInfo = Callable[..., RunInfo]


@pytest.fixture
def cache() -> ByteCache:
    return ByteCache(10**6)


@pytest.fixture
def store(cache: ByteCache) -> FrameStore:
    return FrameStore(cache)


def names(store: FrameStore, source: FakeTensors) -> list[str]:
    return [run.summary.name for run in store.listing(source).runs()]


def steps(store: FrameStore, source: FakeTensors) -> list[list[int]]:
    return [run.summary.steps.tolist() for run in store.listing(source).runs()]


def only_run(store: FrameStore, source: FakeTensors) -> ListedRun:
    (run,) = store.listing(source).runs()
    return run


def frames_of(run: ListedRun, *, with_edges: bool = False) -> RunFrames:
    frames = run.frames(with_edges=with_edges)
    assert frames is not None
    return frames


def test_no_tags_are_no_runs(store: FrameStore) -> None:
    assert names(store, FakeTensors()) == []


def test_runs_come_by_decay_then_by_name(
    store: FrameStore, make_info: MakeInfo
) -> None:
    source = FakeTensors()
    for name, l2 in (("d", 2e-4), ("c", 0.0), ("a", 2e-3), ("b", 2e-4)):
        source.add(name, make_info(l2=l2))
    assert names(store, source) == ["c", "b", "d", "a"]


def test_run_is_found_by_its_id(store: FrameStore, make_info: MakeInfo) -> None:
    source = FakeTensors()
    source.add("a", make_info())
    (found, unknown) = store.listing(source).find([identifier("a"), identifier("b")])
    assert found is not None
    assert found.summary.name == "a"
    assert unknown is None


def test_run_without_frames_is_not_found(store: FrameStore) -> None:
    source = FakeTensors()
    source.add("a", b"\xff")
    assert store.listing(source).find([identifier("a")]) == [None]


def test_only_the_runs_asked_for_are_read(
    store: FrameStore, make_info: MakeInfo
) -> None:
    source = FakeTensors()
    for name in ("a", "b", "c"):
        source.add(name, make_info())
    store.listing(source).find([identifier("b")])
    assert source.reads == [("b", TAG)]


def test_nothing_is_read_twice(store: FrameStore, make_info: MakeInfo) -> None:
    source = FakeTensors()
    source.add("a", make_info(), [0, 1])
    first = frames_of(only_run(store, source))
    source.reads.clear()
    assert frames_of(only_run(store, source)) is first
    assert source.reads == []


def test_only_the_run_that_grew_is_read_again(
    store: FrameStore, make_info: MakeInfo
) -> None:
    source = FakeTensors()
    source.add("a", make_info(), [0])
    source.add("b", make_info(), [0])
    names(store, source)
    source.reads.clear()
    source.add("b", make_info(), [1], start_s=1)
    assert steps(store, source) == [[0], [0, 1]]
    assert source.reads == [("b", TAG)]


def test_run_that_was_restarted_is_read_again(
    store: FrameStore, make_info: MakeInfo
) -> None:
    source = FakeTensors()
    source.add("a", make_info(), [0, 1, 2])
    names(store, source)
    source.add("a", make_info(), [1], start_s=100)
    assert steps(store, source) == [[0, 1]]


def test_new_tag_is_read(store: FrameStore, make_info: MakeInfo) -> None:
    source = FakeTensors()
    source.add("a", make_info(), [0])
    names(store, source)
    source.add("a", make_info(l2=2e-4), [1], tag="kernel_norms/2", start_s=1)
    run = only_run(store, source)
    assert run.summary.steps.tolist() == [0, 1]
    assert run.summary.info.label == "l2=2e-4"


def test_deleted_run_is_forgotten(
    store: FrameStore, cache: ByteCache, make_info: MakeInfo
) -> None:
    source = FakeTensors()
    source.add("a", make_info())
    names(store, source)
    source.remove("a")
    assert names(store, source) == []
    assert cache.n_bytes == 0


def test_run_that_comes_back_is_read_again(
    store: FrameStore, make_info: MakeInfo
) -> None:
    source = FakeTensors()
    source.add("a", make_info(), [0])
    names(store, source)
    content = source.content("a")
    source.remove("a")
    names(store, source)
    source.reads.clear()
    source.add("a", content, [])
    names(store, source)
    assert source.reads == [("a", TAG)]


def test_experiments_are_kept_apart(store: FrameStore, make_info: MakeInfo) -> None:
    one, other = FakeTensors("one"), FakeTensors("other")
    one.add("a", make_info(), [0])
    other.add("a", make_info(), [7])
    assert steps(store, one) == [[0]]
    assert steps(store, other) == [[7]]


def test_run_of_another_experiment_is_not_forgotten(
    store: FrameStore, make_info: MakeInfo
) -> None:
    one, other = FakeTensors("one"), FakeTensors("other")
    one.add("a", make_info())
    names(store, one)
    names(store, other)
    one.reads.clear()
    names(store, one)
    assert one.reads == []


def test_experiments_beyond_16_are_forgotten_the_oldest_first(
    store: FrameStore, cache: ByteCache, make_info: MakeInfo
) -> None:
    sources = [FakeTensors(str(number)) for number in range(17)]
    for source in sources:
        source.add("a", make_info())
        names(store, source)
    size_of_one = cache.n_bytes // 16
    assert cache.n_bytes == 16 * size_of_one
    for source in sources[::-1]:
        source.reads.clear()
        names(store, source)
    assert [len(source.reads) for source in sources] == [1] + [0] * 16


def test_frames_that_do_not_fit_are_read_again_when_asked_for(
    make_info: MakeInfo,
) -> None:
    source, store = FakeTensors(), FrameStore(ByteCache(0))
    source.add("a", make_info(), [0, 1])
    run = only_run(store, source)
    source.reads.clear()
    assert frames_of(run).steps.tolist() == [0, 1]
    assert source.reads == [("a", TAG)]


def test_summaries_need_no_room(make_info: MakeInfo) -> None:
    source, store = FakeTensors(), FrameStore(ByteCache(0))
    source.add("a", make_info(), [0, 1])
    names(store, source)
    source.reads.clear()
    assert steps(store, source) == [[0, 1]]
    assert source.reads == []


def test_run_used_longest_ago_is_dropped_first(make_info: MakeInfo) -> None:
    source = FakeTensors()
    for name in ("a", "b", "c"):
        source.add(name, make_info())
    measured = ByteCache(10**6)
    names(FrameStore(measured), source)
    store = FrameStore(ByteCache(measured.n_bytes * 2 // 3))
    for name in ("a", "b", "a", "c"):
        (run,) = store.listing(source).find([identifier(name)])
        assert run is not None
        frames_of(run)
    source.reads.clear()
    for run in store.listing(source).runs():
        if run.summary.name != "b":
            frames_of(run)
    assert source.reads == []


@pytest.mark.parametrize("n_clients", [2, 8])
def test_clients_at_once_read_a_run_once(
    store: FrameStore, make_info: MakeInfo, n_clients: int
) -> None:
    source = FakeTensors()
    source.add("a", make_info(), [0, 1])
    source.gate.clear()
    with ThreadPoolExecutor(n_clients) as clients:
        answers = [clients.submit(steps, store, source) for _ in range(n_clients)]
        source.gate.set()
    assert [answer.result() for answer in answers] == [[[0, 1]]] * n_clients
    assert source.reads == [("a", TAG)]


def test_run_being_read_is_as_it_was_meanwhile(
    store: FrameStore, make_info: MakeInfo
) -> None:
    source = FakeTensors()
    source.add("a", make_info(), [0])
    names(store, source)
    source.add("a", make_info(), [1], start_s=1)
    source.gate.clear()
    reader = threading.Thread(target=names, args=(store, source))
    reader.start()
    while len(source.reads) < 2:
        pass
    # Would wait for the gate, if it waited for the reader.
    assert steps(store, source) == [[0]]
    source.gate.set()
    reader.join()
    assert steps(store, source) == [[0, 1]]


def test_run_being_read_does_not_hold_up_others(
    store: FrameStore, make_info: MakeInfo
) -> None:
    slow, quick = FakeTensors(), FakeTensors()
    slow.add("a", make_info())
    for source in (slow, quick):
        source.add("b", make_info())
    slow.gate.clear()
    with ThreadPoolExecutor(1) as reader:
        answer = reader.submit(store.listing(slow).find, [identifier("a")])
        while not slow.reads:
            pass
        (run,) = store.listing(quick).find([identifier("b")])
        assert run is not None
        assert run.summary.name == "b"
        slow.gate.set()
    assert answer.result() != [None]


def test_listing_made_before_another_does_not_read_again(
    store: FrameStore, make_info: MakeInfo
) -> None:
    source = FakeTensors()
    source.add("a", make_info(), [0])
    earlier = store.listing(source)
    source.add("a", make_info(), [1], start_s=1)
    names(store, source)
    source.reads.clear()
    assert [run.summary.steps.tolist() for run in earlier.runs()] == [[0, 1]]
    assert source.reads == []


def test_run_that_cannot_be_read_now_is_read_later(
    store: FrameStore, make_info: MakeInfo
) -> None:
    source = FakeTensors()
    source.add("a", make_info())
    source.failing["a"] = SourceError("deadline exceeded")
    assert names(store, source) == []
    source.failing.clear()
    assert names(store, source) == ["a"]


def test_run_that_cannot_be_read_again_now_is_as_it_was(
    store: FrameStore, make_info: MakeInfo
) -> None:
    source = FakeTensors()
    source.add("a", make_info(), [0])
    before = only_run(store, source)
    source.add("a", make_info(), [1], start_s=1)
    source.failing["a"] = SourceError("deadline exceeded")
    run = only_run(store, source)
    assert run.summary.steps.tolist() == [0]
    assert frames_of(run).steps.tolist() == [0]
    # What is made of it must not be kept.
    assert before.has_changed
    source.failing.clear()
    assert steps(store, source) == [[0, 1]]


def test_run_that_cannot_be_read_again_has_no_frames(make_info: MakeInfo) -> None:
    source, store = FakeTensors(), FrameStore(ByteCache(0))
    source.add("a", make_info(), [0])
    run = only_run(store, source)
    source.failing["a"] = SourceError("Not found")
    assert run.frames(with_edges=False) is None
    assert run.has_changed


def test_run_that_is_damaged_is_not_read_again(store: FrameStore) -> None:
    source = FakeTensors()
    source.add("a", b"\xff")
    for _ in range(2):
        assert names(store, source) == []
    source.add("a", b"\xff", [1])
    source.failing["a"] = ValueError("bytes are missing")
    for _ in range(2):
        assert names(store, source) == []
    assert source.reads == []


def test_frames_are_of_the_summary_unless_it_says_so(make_info: MakeInfo) -> None:
    source, store = FakeTensors(), FrameStore(ByteCache(0))
    source.add("a", make_info(), [0])
    run = only_run(store, source)
    assert not run.has_changed
    source.add("a", make_info(), [1], start_s=1)
    assert frames_of(run).steps.tolist() == [0, 1]
    assert run.has_changed


def test_version_stays_while_nothing_changes(
    store: FrameStore, make_info: MakeInfo
) -> None:
    source = FakeTensors()
    source.add("a", make_info(), [0])
    first = only_run(store, source).summary
    assert only_run(store, source).summary is first


def generations(
    store: FrameStore, source: FakeTensors, change: Callable[[], None]
) -> tuple[str, str]:
    before = only_run(store, source).summary
    change()
    after = only_run(store, source).summary
    assert after.version != before.version
    return before.generation, after.generation


def test_generation_stays_when_a_run_grows(
    store: FrameStore, make_info: MakeInfo
) -> None:
    source = FakeTensors()
    source.add("a", make_info(), [0, 1])
    before, after = generations(
        store, source, lambda: source.add("a", make_info(), [2, 3], start_s=2)
    )
    assert before == after


def test_generation_stays_when_frames_are_sampled(
    store: FrameStore, make_info: MakeInfo
) -> None:
    source = FakeTensors()
    source.add("a", make_info(), [0, 1, 2, 3])

    def grow() -> None:
        source.add("a", make_info(), [4], start_s=4)
        source.sample("a", [0, 3, 4])

    before, after = generations(store, source, grow)
    assert before == after


@pytest.mark.parametrize("resumed_at", [1, 2])
def test_generation_changes_when_a_run_is_resumed_at_an_older_step(
    store: FrameStore, make_info: MakeInfo, resumed_at: int
) -> None:
    source = FakeTensors()
    source.add("a", make_info(), [0, 1, 2])
    before, after = generations(
        store,
        source,
        lambda: source.add("a", make_info(), range(resumed_at, 9), start_s=100),
    )
    assert before != after


def test_generation_changes_when_the_end_is_deleted(
    store: FrameStore, make_info: MakeInfo
) -> None:
    source = FakeTensors()
    source.add("a", make_info(), [0, 1, 2])
    before, after = generations(store, source, lambda: source.sample("a", [0, 1]))
    assert before != after


def test_generation_changes_with_the_kernels(
    store: FrameStore, make_info: MakeInfo
) -> None:
    source = FakeTensors()
    source.add("a", make_info("x"), [0])
    before, after = generations(
        store,
        source,
        lambda: source.add("a", make_info("y"), [1], tag="other", start_s=1),
    )
    assert before != after


def test_generation_of_a_run_that_comes_back_is_new(
    store: FrameStore, make_info: MakeInfo
) -> None:
    source = FakeTensors()
    source.add("a", make_info(), [0])

    def replace() -> None:
        content = source.content("a")
        source.remove("a")
        names(store, source)
        source.add("a", content, [])

    before, after = generations(store, source, replace)
    assert before != after


def test_other_edges_are_read_when_they_are_asked_for(
    store: FrameStore, make_info: MakeInfo
) -> None:
    source = FakeTensors()
    source.add_parts("a", make_info(), [0, 1])
    run = only_run(store, source)
    assert frames_of(run).columns == SERIES_COLUMNS
    assert source.reads == [("a", TAG)]
    source.reads.clear()
    assert frames_of(run, with_edges=True).columns == COLUMNS
    assert sorted(source.reads) == [("a", TAG), ("a", EDGES_TAG)]
    assert not run.has_changed


def test_other_edges_are_read_once(store: FrameStore, make_info: MakeInfo) -> None:
    source = FakeTensors()
    source.add_parts("a", make_info(), [0, 1])
    first = frames_of(only_run(store, source), with_edges=True)
    source.reads.clear()
    for with_edges in (True, False):
        assert frames_of(only_run(store, source), with_edges=with_edges) is first
    assert source.reads == []


def test_run_that_grew_is_read_without_its_other_edges(
    store: FrameStore, make_info: MakeInfo
) -> None:
    source = FakeTensors()
    source.add_parts("a", make_info(), [0])
    frames_of(only_run(store, source), with_edges=True)
    source.add_parts("a", make_info(), [1], start_s=1)
    source.reads.clear()
    run = only_run(store, source)
    assert source.reads == [("a", TAG)]
    assert frames_of(run).steps.tolist() == [0, 1]
    frames = frames_of(run, with_edges=True)
    assert frames.steps.tolist() == [0, 1]
    assert frames.edges.tolist() == [[[0] * 33]] * 2


def test_cache_has_the_bytes_of_what_was_read(
    store: FrameStore, cache: ByteCache, make_info: MakeInfo
) -> None:
    source = FakeTensors()
    source.add_parts("a", make_info(), [0, 1])
    run = only_run(store, source)
    # Step and time are 8 bytes each, a number is 4.
    assert cache.n_bytes == 2 * (8 + 8 + 14 * 4)
    frames_of(run, with_edges=True)
    assert cache.n_bytes == 2 * (8 + 8 + 44 * 4)


def test_other_edges_that_cannot_be_read_now_are_read_later(
    store: FrameStore, make_info: MakeInfo
) -> None:
    source = FakeTensors()
    source.add_parts("a", make_info(), [0, 1])
    run = only_run(store, source)
    source.failing[EDGES_TAG] = SourceError("deadline exceeded")
    assert run.frames(with_edges=True) is None
    # What is made without them must not be kept.
    assert run.has_changed
    assert frames_of(run).steps.tolist() == [0, 1]
    source.failing.clear()
    run = only_run(store, source)
    assert frames_of(run, with_edges=True).edges.tolist() == [[[0] * 33]] * 2
