"""Many clients at once, for a short time; `make soak` takes longer."""

from __future__ import annotations

from benchmarks.soak import soak


def test_every_answer_is_right_beside_slow_and_dead_clients() -> None:
    report = soak(n_clients=8, seconds=3, n_difficult=2)
    assert report.errors == []
    asked = set(report.warm_up.taken_s) | set(report.disturbed.taken_s)
    assert asked == {
        "overview",
        "series since",
        "series",
        "snapshot",
        "distributions",
        "export",
    }
