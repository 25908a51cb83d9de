"""Results kept within a number of bytes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tb_wdnorm.serve.byte_cache import ByteCache


def test_value_is_kept() -> None:
    cache = ByteCache(10)
    cache.put("a", "A", 10)
    assert cache.get("a") == "A"
    assert cache.n_bytes == 10


def test_unknown_key_has_no_value() -> None:
    assert ByteCache(10).get("a") is None


def test_value_that_is_too_large_is_not_kept() -> None:
    cache = ByteCache(10)
    cache.put("a", "A", 4)
    cache.put("b", "B", 11)
    assert (cache.get("a"), cache.get("b")) == ("A", None)


def test_value_that_becomes_too_large_is_not_kept() -> None:
    cache = ByteCache(10)
    cache.put("a", "A", 4)
    cache.put("a", "B", 11)
    assert cache.get("a") is None
    assert cache.n_bytes == 0


def test_value_put_longest_ago_goes_first() -> None:
    cache = ByteCache(10)
    for key in "abc":
        cache.put(key, key, 5)
    assert [cache.get(key) for key in "abc"] == [None, "b", "c"]


def test_value_used_longest_ago_goes_first() -> None:
    cache = ByteCache(10)
    cache.put("a", "a", 5)
    cache.put("b", "b", 5)
    cache.get("a")
    cache.put("c", "c", 5)
    assert [cache.get(key) for key in "abc"] == ["a", None, "c"]


def test_as_many_go_as_must() -> None:
    cache = ByteCache(10)
    for key in "abcd":
        cache.put(key, key, 2)
    cache.put("e", "e", 7)
    assert [cache.get(key) for key in "abcde"] == [None, None, None, "d", "e"]


def test_value_in_place_of_another_frees_its_bytes() -> None:
    cache = ByteCache(10)
    cache.put("a", "A", 8)
    cache.put("a", "B", 3)
    assert cache.get("a") == "B"
    assert cache.n_bytes == 3


def test_discarded_value_is_gone() -> None:
    cache = ByteCache(10)
    cache.put("a", "A", 8)
    cache.discard("a")
    cache.discard("unknown")
    assert cache.get("a") is None
    assert cache.n_bytes == 0


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 15)), max_size=50),
    st.integers(0, 20),
)
def test_bytes_are_those_of_what_is_kept(
    puts: list[tuple[str, int]], max_bytes: int
) -> None:
    cache = ByteCache(max_bytes)
    for key, n_bytes in puts:
        cache.put(key, n_bytes, n_bytes)
        kept = [cache.get(key) for key in "abcdef"]
        assert cache.n_bytes == sum(size or 0 for size in kept) <= max_bytes
