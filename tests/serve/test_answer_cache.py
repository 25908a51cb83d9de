"""Answers that are made once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tb_wdnorm.serve.answer_cache import AnswerCache
from tb_wdnorm.serve.byte_cache import ByteCache


class Maker:
    """Makes answers, counts them, and waits for its gate before."""

    def __init__(self) -> None:
        self.n_made = 0
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self) -> bytes:
        self.n_made += 1
        assert self.gate.wait(timeout=30)
        return b"answer"


def test_answer_is_made_once() -> None:
    answers, make = AnswerCache(ByteCache(10_000)), Maker()
    for _ in range(3):
        assert answers.get("etag", make, lambda: True) == (b"answer", True)
    assert make.n_made == 1


def test_answers_are_kept_apart() -> None:
    answers, make = AnswerCache(ByteCache(10_000)), Maker()
    answers.get("one", make, lambda: True)
    answers.get("other", make, lambda: True)
    assert make.n_made == 2


def test_answer_that_does_not_last_is_made_again() -> None:
    answers, make = AnswerCache(ByteCache(10_000)), Maker()
    for _ in range(2):
        assert answers.get("etag", make, lambda: False) == (b"answer", False)
    assert make.n_made == 2


def test_answer_that_does_not_fit_is_made_again() -> None:
    answers, make = AnswerCache(ByteCache(10)), Maker()
    for _ in range(2):
        assert answers.get("etag", make, lambda: True) == (b"answer", True)
    assert make.n_made == 2


def test_who_asks_at_once_waits_for_one() -> None:
    answers, make = AnswerCache(ByteCache(10_000)), Maker()
    make.gate.clear()
    with ThreadPoolExecutor(8) as clients:
        asked = [
            clients.submit(answers.get, "etag", make, lambda: True) for _ in range(8)
        ]
        make.gate.set()
    assert [client.result() for client in asked] == [(b"answer", True)] * 8
    assert make.n_made == 1


def test_failure_is_not_kept() -> None:
    answers, make = AnswerCache(ByteCache(10_000)), Maker()

    def fail() -> bytes:
        raise ValueError("no answer")

    with pytest.raises(ValueError, match="no answer"):
        answers.get("etag", fail, lambda: True)
    assert answers.get("etag", make, lambda: True) == (b"answer", True)
