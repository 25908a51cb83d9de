"""Making and writing entries in a thread."""

from __future__ import annotations

import importlib
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.compat.proto import summary_pb2

from tb_wdnorm.write import background_log
from tb_wdnorm.write.background_log import BackgroundLog, Entry
from tb_wdnorm.write.event_file import EventFile

_WAIT_S = 60
_FOR_EVER_S = 1e6
_WARNING = (
    "tb_wdnorm: {} cannot be written; no more channel norms are logged there, the "
    "training goes on. {}"
)

GROUP_ITEMS = 64
GROUP_BYTES = 16 << 20

SUMMARY = summary_pb2.Summary(
    value=[summary_pb2.Summary.Value(tag="loss", simple_value=0.5)]
)


def entries(steps: Sequence[int]) -> Iterator[Entry]:
    """Makes an entry of each step."""
    for step in steps:
        yield Entry(SUMMARY, step, 1000.0 + step)


def more_entries(steps: Sequence[int]) -> Iterator[Entry]:
    """Does the same, but is another function."""
    return entries(steps)


def fail(steps: Sequence[int]) -> Iterator[Entry]:
    raise ZeroDivisionError(f"at step {steps[0]}")


class Gate:
    """Makes entries, but not before it is opened."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.open = threading.Event()

    def __call__(self, steps: Sequence[int]) -> Iterator[Entry]:
        self.reached.set()
        assert self.open.wait(_WAIT_S)
        yield from entries(steps)


def closed_gate(log: BackgroundLog, step: int) -> Gate:
    """Has the thread make an entry that waits for its gate to open."""
    gate = Gate()
    # So large that it is taken at once.
    log.write(gate, step, n_bytes=GROUP_BYTES)
    assert gate.reached.wait(_WAIT_S)
    return gate


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _WAIT_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_waiting(call: Future[None]) -> bool:
    """Whether a call does not return; if it does, most likely by now."""
    return call in wait([call], timeout=0.1).not_done


def steps_in(file: EventFile) -> list[int]:
    """Steps of the entries on the disk, by TensorBoard."""
    events = EventFileLoader(file.path).Load()
    return [event.step for event in events if event.summary.value]


@pytest.fixture(params=["tensorflow", "tensorboard"])
def file(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> EventFile:
    """A file; TensorBoard writes its records where TensorFlow is not loaded."""
    with monkeypatch.context() as without:
        if request.param == "tensorboard":
            without.delitem(sys.modules, "tensorflow", raising=False)
        else:
            importlib.import_module("tensorflow")
        return EventFile(tmp_path)


@pytest.fixture
def log(file: EventFile) -> Iterator[BackgroundLog]:
    """A log that flushes only when told to."""
    made = BackgroundLog(file, flush_secs=_FOR_EVER_S)
    yield made
    made.close()


def test_entries_are_written_in_order(file: EventFile, log: BackgroundLog) -> None:
    for step in range(200):
        log.write(more_entries if step % 3 else entries, step, n_bytes=100)
    log.close()
    assert steps_in(file) == list(range(200))


def test_entries_have_their_step_and_time(file: EventFile, log: BackgroundLog) -> None:
    log.write(entries, 7, n_bytes=0)
    log.close()
    *_, event = EventFileLoader(file.path).Load()
    assert (event.step, event.wall_time) == (7, 1007.0)


def test_what_waits_is_made_together(log: BackgroundLog) -> None:
    made: list[tuple[str, list[int]]] = []

    def first(steps: Sequence[int]) -> Iterator[Entry]:
        made.append(("first", list(steps)))
        return entries(steps)

    def second(steps: Sequence[int]) -> Iterator[Entry]:
        made.append(("second", list(steps)))
        return entries(steps)

    gate = closed_gate(log, 0)
    for step in (1, 2, 3):
        log.write(first, step, n_bytes=0)
    for step in (4, 5):
        log.write(second, step, n_bytes=0)
    log.write(first, 6, n_bytes=0)
    gate.open.set()
    log.flush()
    assert made == [("first", [1, 2, 3]), ("second", [4, 5]), ("first", [6])]


def test_single_entry_is_made_without_a_flush(tmp_path: Path) -> None:
    log = BackgroundLog(EventFile(tmp_path), flush_secs=_FOR_EVER_S)
    gate = Gate()
    gate.open.set()
    log.write(gate, 0, n_bytes=0)
    assert gate.reached.wait(_WAIT_S)
    log.close()


@pytest.mark.parametrize(
    ("n_items", "n_bytes"), [(GROUP_ITEMS, 0), (2, GROUP_BYTES // 2)]
)
def test_complete_group_is_made_at_once(
    file: EventFile, monkeypatch: pytest.MonkeyPatch, n_items: int, n_bytes: int
) -> None:
    monkeypatch.setattr(background_log, "_GROUP_WAIT_S", _FOR_EVER_S)
    log = BackgroundLog(file, flush_secs=_FOR_EVER_S)
    made: list[int] = []
    is_made = threading.Event()

    def make(steps: Sequence[int]) -> Iterator[Entry]:
        made.extend(steps)
        is_made.set()
        return entries(steps)

    for step in range(n_items):
        assert not is_made.is_set()
        log.write(make, step, n_bytes)
    assert is_made.wait(_WAIT_S)
    assert made == list(range(n_items))
    log.close()


def test_writing_waits_while_two_groups_are_held(
    file: EventFile, log: BackgroundLog
) -> None:
    gate = closed_gate(log, 0)
    n_written = 1

    def write() -> None:
        nonlocal n_written
        for step in range(1, 1000):
            log.write(make, step, n_bytes=0)
            n_written += 1

    n_made = 1
    most_held = 0

    def make(steps: Sequence[int]) -> Iterator[Entry]:
        nonlocal n_made, most_held
        most_held = max(most_held, n_written - n_made)
        n_made += len(steps)
        return entries(steps)

    writing = threading.Thread(target=write)
    writing.start()
    wait_until(lambda: n_written >= 2 * GROUP_ITEMS)
    gate.open.set()
    writing.join(_WAIT_S)
    log.close()
    assert most_held <= 2 * GROUP_ITEMS
    assert steps_in(file) == list(range(1000))


def test_writing_waits_while_the_memory_of_two_groups_is_held(
    log: BackgroundLog,
) -> None:
    gate = closed_gate(log, 0)
    made: list[list[int]] = []

    def make(steps: Sequence[int]) -> Iterator[Entry]:
        made.append(list(steps))
        return entries(steps)

    log.write(make, 1, n_bytes=GROUP_BYTES)
    with ThreadPoolExecutor() as pool:
        assert is_waiting(pool.submit(log.write, make, 2, n_bytes=1))
        gate.open.set()
    log.flush()
    assert made == [[1], [2]]


def test_entry_larger_than_all_room_is_written(
    file: EventFile, log: BackgroundLog
) -> None:
    for step in range(5):
        log.write(entries, step, n_bytes=100 * GROUP_BYTES)
    log.flush()
    assert steps_in(file) == [0, 1, 2, 3, 4]


def test_flush_waits_for_all_that_was_written_before(
    file: EventFile, log: BackgroundLog
) -> None:
    gate = closed_gate(log, 0)
    for step in range(1, 40):
        log.write(entries, step, n_bytes=0)
    with ThreadPoolExecutor() as pool:
        flushed = pool.submit(log.flush)
        assert is_waiting(flushed)
        gate.open.set()
    assert steps_in(file) == list(range(40))


def test_flushes_of_several_threads_all_return(
    file: EventFile, log: BackgroundLog
) -> None:
    def write_and_flush(step: int) -> list[int]:
        log.write(entries, step, n_bytes=0)
        log.flush()
        return steps_in(file)

    with ThreadPoolExecutor(8) as pool:
        for step, steps in enumerate(pool.map(write_and_flush, range(8))):
            assert step in steps


def test_entry_is_on_the_disk_after_flush_secs(file: EventFile) -> None:
    log = BackgroundLog(file, flush_secs=0.01)
    log.write(entries, 0, n_bytes=0)
    wait_until(lambda: steps_in(file) == [0])
    log.write(entries, 1, n_bytes=0)
    wait_until(lambda: steps_in(file) == [0, 1])
    log.close()


def test_closing_writes_what_waits(file: EventFile, log: BackgroundLog) -> None:
    gate = closed_gate(log, 0)
    for step in range(1, 40):
        log.write(entries, step, n_bytes=0)
    with ThreadPoolExecutor() as pool:
        assert is_waiting(pool.submit(log.close))
        gate.open.set()
    assert steps_in(file) == list(range(40))


def test_closing_ends_the_thread(file: EventFile) -> None:
    before = set(threading.enumerate())
    log = BackgroundLog(file, flush_secs=_FOR_EVER_S)
    (thread,) = set(threading.enumerate()) - before
    log.close()
    assert not thread.is_alive()


def test_log_may_be_closed_again(
    file: EventFile, log: BackgroundLog, caplog: pytest.LogCaptureFixture
) -> None:
    log.write(entries, 0, n_bytes=0)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: log.close(), range(4)))
    log.close()
    assert steps_in(file) == [0]
    assert caplog.messages == []


def test_closed_log_may_be_flushed(file: EventFile, log: BackgroundLog) -> None:
    log.write(entries, 0, n_bytes=0)
    log.close()
    log.flush()
    assert steps_in(file) == [0]


def test_writing_to_a_closed_log_is_one_warning(
    file: EventFile, log: BackgroundLog, caplog: pytest.LogCaptureFixture
) -> None:
    log.write(entries, 0, n_bytes=0)
    log.close()
    log.write(entries, 1, n_bytes=0)
    log.write(entries, 2, n_bytes=0)
    assert caplog.messages == [_WARNING.format(file.path, "it is closed")]
    assert steps_in(file) == [0]


def test_writing_to_a_log_that_is_being_closed_loses_nothing_written_before(
    file: EventFile, log: BackgroundLog, caplog: pytest.LogCaptureFixture
) -> None:
    gate = closed_gate(log, 0)
    for step in range(1, 5):
        log.write(entries, step, 0)
    with ThreadPoolExecutor() as threads:
        closing = threads.submit(log.close)
        wait_until(lambda: log._closing)
        log.write(entries, 5, 0)
        gate.open.set()
        closing.result(_WAIT_S)
    assert steps_in(file) == [0, 1, 2, 3, 4]
    assert caplog.messages == [_WARNING.format(file.path, "it is closed")]


def test_error_is_one_warning_that_names_it(
    file: EventFile, log: BackgroundLog, caplog: pytest.LogCaptureFixture
) -> None:
    for step in range(3):
        log.write(fail, step, n_bytes=0)
        log.flush()
    log.close()
    assert caplog.messages == [
        _WARNING.format(file.path, "ZeroDivisionError: at step 0")
    ]


def test_error_leaves_what_came_before(file: EventFile, log: BackgroundLog) -> None:
    gate = closed_gate(log, 0)
    log.write(entries, 1, n_bytes=0)
    log.write(fail, 2, n_bytes=0)
    log.write(entries, 3, n_bytes=0)
    gate.open.set()
    log.close()
    assert steps_in(file) == [0, 1]


def test_nothing_is_made_or_written_after_an_error(
    file: EventFile, log: BackgroundLog
) -> None:
    log.write(fail, 0, n_bytes=0)
    log.flush()
    gate = Gate()
    log.write(gate, 1, n_bytes=GROUP_BYTES)
    log.close()
    assert not gate.reached.is_set()
    assert steps_in(file) == []


def test_log_that_failed_makes_nobody_wait(log: BackgroundLog) -> None:
    log.write(fail, 0, n_bytes=0)
    for step in range(10 * GROUP_ITEMS):
        log.write(entries, step, n_bytes=GROUP_BYTES)
    log.flush()


def test_log_that_failed_closes_its_file(
    file: EventFile, log: BackgroundLog, caplog: pytest.LogCaptureFixture
) -> None:
    log.write(fail, 0, n_bytes=0)
    log.close()
    caplog.clear()
    # No longer claimed by a writer, hence without a warning.
    EventFile(Path(file.path).parent).close()
    assert caplog.messages == []


def test_file_that_is_removed_is_one_warning_at_the_flush(
    file: EventFile, log: BackgroundLog, caplog: pytest.LogCaptureFixture
) -> None:
    Path(file.path).unlink()
    for step in range(3):
        log.write(entries, step, n_bytes=0)
        log.flush()
    assert caplog.messages == [
        _WARNING.format(file.path, "FileNotFoundError: the file has been removed")
    ]
