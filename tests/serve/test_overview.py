"""What there is to see."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.serve.identifier import identifier
from tb_wdnorm.serve.overview import baseline_id, overview
from tb_wdnorm.serve.run_summary import RunSummary, summarize

MakeRun = Callable[..., RunFrames]

LONG_AGO_S = 1e9


def summaries(*runs: RunFrames) -> list[RunSummary]:
    return [summarize(run, None, f"version of {run.name}") for run in runs]


def overview_of(*runs: RunFrames) -> dict[str, Any]:
    return overview(summaries(*runs), LONG_AGO_S)


def test_overview_without_runs() -> None:
    assert overview_of() == {
        "runs": [],
        "kernels": [],
        "groups": [],
        "replicates": [],
        "baseline": None,
        "norm": "l2",
    }


def test_overview_of_a_run(make_run: MakeRun) -> None:
    epochs = [[0], [0.5], [1.5]]
    run = make_run("wd=2e-4", [0, 10, 20], "a/kernel", l2=2e-4, epoch=epochs)
    assert overview_of(run)["runs"] == [
        {
            "id": identifier("wd=2e-4"),
            "name": "wd=2e-4",
            "label": "l2=2e-4",
            "decay": 2e-4,
            "kernels": [identifier("a/kernel")],
            "n_frames": 3,
            "first_step": 0,
            "last_step": 20,
            "first_epoch": 0,
            "last_epoch": 1.5,
            "first_wall_time_s": 1000.0,
            "last_wall_time_s": 1020.0,
            "growing": False,
            "generation": "version of wd=2e-4",
        }
    ]


def test_overview_of_a_kernel(make_run: MakeRun) -> None:
    assert overview_of(make_run("a", [0], "dense/kernel"))["kernels"] == [
        {
            "id": identifier("dense/kernel"),
            "path": "dense/kernel",
            "layer": "dense",
            "layer_class": "Dense",
            "role": "kernel",
            "shape": [3, 4],
            "channel_axes": [1],
            "n_channels": 4,
            "group": "Dense",
            "target": None,
        }
    ]


def test_overview_is_json(make_run: MakeRun) -> None:
    described = overview_of(make_run("a", [0], epoch=math.nan))
    assert json.loads(json.dumps(described, allow_nan=False)) == described


@pytest.mark.parametrize("epoch", [math.nan, math.inf])
def test_epoch_that_is_unknown_is_null(make_run: MakeRun, epoch: float) -> None:
    (described,) = overview_of(make_run("a", [0], epoch=epoch))["runs"]
    assert described["first_epoch"] is None
    assert described["last_epoch"] is None


def test_name_that_is_no_text_is_replaced(make_run: MakeRun) -> None:
    (described,) = overview_of(make_run("gr\udcfcn", [0]))["runs"]
    assert described["name"] == "gr�n"
    assert described["id"] == identifier("gr\udcfcn")


def test_kernels_are_the_union_in_model_order(make_run: MakeRun) -> None:
    described = overview_of(
        make_run("a", [0], "x", "y"), make_run("b", [0], "y", "z", "x")
    )
    assert [kernel["path"] for kernel in described["kernels"]] == ["x", "y", "z"]


def test_groups_are_in_model_order(make_run: MakeRun) -> None:
    run = make_run("a", [0], "x", "y", "z")
    groups = ["early", "late", "early"]
    kernels = tuple(
        replace(kernel, group=group)
        for kernel, group in zip(run.info.kernels, groups, strict=True)
    )
    run = replace(run, info=replace(run.info, kernels=kernels))
    assert overview_of(run)["groups"] == [
        {"name": "early", "kernels": [identifier("x"), identifier("z")]},
        {"name": "late", "kernels": [identifier("y")]},
    ]


def test_replicates_differ_in_the_seed_only(make_run: MakeRun) -> None:
    described = overview_of(
        make_run("none"),
        make_run("some, 1", l2=2e-4),
        make_run("some, 2", l2=2e-4),
    )
    assert described["replicates"] == [
        [identifier("none")],
        [identifier("some, 1"), identifier("some, 2")],
    ]


def test_baseline_is_the_run_without_decay(make_run: MakeRun) -> None:
    runs = summaries(make_run("some", l2=2e-4), make_run("none"))
    assert baseline_id(runs) == identifier("none")


def test_baseline_of_nothing_is_none() -> None:
    assert baseline_id([]) is None


def test_two_kernels_of_one_id_are_no_error(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tb_wdnorm.serve.run_summary.identifier", lambda name: "same")
    described = overview_of(make_run("a", [0], "x", "y"))
    assert [kernel["path"] for kernel in described["kernels"]] == ["x"]


def growing(wall_times_s: Sequence[float], now_s: float, make_run: MakeRun) -> bool:
    run = make_run("a", range(len(wall_times_s)))
    run = replace(run, wall_times_s=np.array(wall_times_s, np.float64))
    (summary,) = summaries(run)
    return summary.is_growing(now_s)


@pytest.mark.parametrize(
    ("wall_times_s", "age_s", "expected"),
    [
        ([100], 59, True),
        ([100], 61, False),
        # Every second: a minute counts.
        ([98, 99, 100], 59, True),
        ([98, 99, 100], 61, False),
        # Every 20 s.
        ([60, 80, 100], 199, True),
        ([60, 80, 100], 201, False),
        # The usual interval is no mean: one night between does not matter.
        ([0, 90_000, 90_020, 90_040, 90_060], 201, False),
        # Only the last ten intervals count.
        ([*range(0, 100_000, 1000), *range(100_000, 100_011)], 61, False),
    ],
)
def test_run_grows_while_its_last_frame_is_young(
    make_run: MakeRun, wall_times_s: list[float], age_s: float, expected: bool
) -> None:
    assert growing(wall_times_s, wall_times_s[-1] + age_s, make_run) is expected
