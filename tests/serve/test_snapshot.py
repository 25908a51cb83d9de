"""Statistics at one step."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tb_wdnorm.core.frames import Decay, RunFrames
from tb_wdnorm.serve.identifier import identifier
from tb_wdnorm.serve.snapshot import snapshot
from tb_wdnorm.serve.view import KernelItem, View
from tests.serve.framed_answer import FramedAnswer

MakeRun = Callable[..., RunFrames]


def answer(
    runs: Sequence[RunFrames],
    *paths: str,
    columns: Sequence[str] = ("mean",),
    step: int | None = None,
    **options: Any,
) -> FramedAnswer:
    view = View([KernelItem(path, (path,)) for path in paths], **options)
    return FramedAnswer(snapshot(runs, view, columns, step))


def with_target(run: RunFrames, low: float, high: float) -> RunFrames:
    kernels = tuple(replace(k, target=(low, high)) for k in run.info.kernels)
    return replace(run, info=replace(run.info, kernels=kernels))


def with_decay(run: RunFrames, decay: Decay) -> RunFrames:
    kernels = tuple(replace(k, decay=decay) for k in run.info.kernels)
    return replace(run, info=replace(run.info, kernels=kernels))


def test_header(make_run: MakeRun) -> None:
    runs = [
        make_run("a", [0, 10], "x", "y", epoch=[[0], [0.5]]),
        make_run("b", [0, 30], "x", l2=2e-4, epoch=math.nan),
    ]
    assert answer(runs, "x", "y", columns=["mean", "max"]).header == {
        "kernels": ["x", "y"],
        "columns": ["mean", "max"],
        "runs": [
            {"id": identifier("a"), "decay": 0, "kind": "", "step": 10, "epoch": 0.5},
            {
                "id": identifier("b"),
                "decay": 2e-4,
                "kind": "l2",
                "step": 30,
                "epoch": None,
            },
        ],
        "kinds": ["l2"],
        "values": 0,
        "target_decay": 1,
        "arrays": [
            {"dtype": "float32", "shape": [2, 2, 2]},
            {"dtype": "float64", "shape": [1, 2]},
        ],
    }


def test_values_are_by_run_kernel_and_column(make_run: MakeRun) -> None:
    runs = [
        make_run("a", [0], "x", "y", mean=[[1, 2]], max=[[3, 4]]),
        make_run("b", [0], "y", mean=[[5]], max=[[6]]),
    ]
    values = answer(runs, "x", "y", columns=["max", "mean"]).array("values", run=None)
    np.testing.assert_array_equal(
        values, [[[3, 1], [4, 2]], [[math.nan, math.nan], [6, 5]]]
    )


@pytest.mark.parametrize(
    ("wanted", "found"), [(None, 20), (0, 0), (5, 0), (6, 10), (99, 20)]
)
def test_nearest_frame_is_taken(
    make_run: MakeRun, wanted: int | None, found: int
) -> None:
    run = make_run("a", [0, 10, 20], "x", mean=[[1], [2], [3]])
    got = answer([run], "x", step=wanted)
    assert got.header["runs"][0]["step"] == found
    assert got.array("values", run=None).item() == 1 + found / 10


def test_values_are_relative(make_run: MakeRun) -> None:
    run = make_run("a", [0, 10, 20], "x", mean=[[4], [2], [1]])
    got = answer([run], "x", step=10, relative="start")
    assert got.array("values", run=None).item() == 0.5


def test_target_decay_is_where_the_norm_meets_the_target(make_run: MakeRun) -> None:
    # In (log, log) half way from (1e-4, 4) to (1e-2, 1) is (1e-3, 2).
    runs = [
        with_target(make_run(name, [0], "x", l2=l2, mean=mean), 1.0, 4.0)
        for name, l2, mean in (("a", 0.0, 9), ("b", 1e-4, 4), ("c", 1e-2, 1))
    ]
    got = answer(runs, "x", relative="start")
    np.testing.assert_allclose(got.array("target_decay", run=None), [[1e-3]])


def test_target_decay_is_of_one_kind_of_decay(make_run: MakeRun) -> None:
    runs = [
        with_decay(with_target(make_run(str(i), [0], "x", mean=mean), 2, 2), decay)
        for i, (decay, mean) in enumerate(
            [
                (Decay(l2=1e-4), 4),
                (Decay(weight_decay=1e-3), 4),
                (Decay(l2=1e-2), 1),
                (Decay(weight_decay=1e-1), 1),
                (Decay(l2=1e-2, weight_decay=1e-3), 4),
                (Decay(l2=1e-1, weight_decay=1e-3), 1),
            ]
        )
    ]
    got = answer(runs, "x")
    kinds = ["l2", "weight_decay", "l2 and weight_decay"]
    assert got.header["kinds"] == kinds
    assert [run["kind"] for run in got.header["runs"]] == [
        *kinds[:2] * 2,
        *kinds[2:] * 2,
    ]
    np.testing.assert_allclose(
        got.array("target_decay", run=None), [[1e-3], [1e-2], [math.nan]]
    )


def test_target_decay_without_target_is_nan(make_run: MakeRun) -> None:
    runs = [make_run("a", [0], "x", l2=1e-4), make_run("b", [0], "x", l2=1e-2)]
    assert np.isnan(answer(runs, "x").array("target_decay", run=None)).all()


def test_snapshot_without_runs_is_empty() -> None:
    got = answer([])
    assert got.header["runs"] == []
    assert got.array("values", run=None).shape == (0, 0, 1)
    assert got.array("target_decay", run=None).shape == (0, 0)
