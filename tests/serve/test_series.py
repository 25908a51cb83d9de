"""Statistics along training."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.serve.identifier import identifier
from tb_wdnorm.serve.series import Resolution, merged_series, series
from tests.serve.framed_answer import FramedAnswer

MakeRun = Callable[..., RunFrames]


def answer(
    runs: Sequence[RunFrames],
    columns: Sequence[str] = ("mean",),
    max_points: int = 500,
    *,
    rounded: bool = True,
) -> FramedAnswer:
    kernels = runs[0].paths if runs else ()
    resolution = Resolution(columns, max_points, rounded=rounded)
    return FramedAnswer(series(runs, kernels, resolution))


def merged(
    *sets: Sequence[RunFrames],
    since: int | None = None,
    max_points: int = 500,
    **since_of: int,
) -> FramedAnswer:
    after = {run.name: since_of.get(run.name, since) for runs in sets for run in runs}
    resolution = Resolution(["mean"], max_points, rounded=True)
    return FramedAnswer(merged_series(sets, after, sets[0][0].paths, resolution))


def test_header(make_run: MakeRun) -> None:
    runs = [make_run("a", [0, 1], "x"), make_run("b", [0], "x")]
    assert answer(runs, ["mean", "max"]).header == {
        "kernels": ["x"],
        "columns": ["mean", "max"],
        "rounded": True,
        "runs": [
            {
                "id": identifier("a"),
                "step": 0,
                "epoch": 1,
                "wall_time_s": 2,
                "values": 3,
            },
            {
                "id": identifier("b"),
                "step": 4,
                "epoch": 5,
                "wall_time_s": 6,
                "values": 7,
            },
        ],
        "arrays": [
            {"dtype": "float64", "shape": [2]},
            {"dtype": "float32", "shape": [2]},
            {"dtype": "float64", "shape": [2]},
            {"dtype": "float32", "shape": [1, 2, 2]},
            {"dtype": "float64", "shape": [1]},
            {"dtype": "float32", "shape": [1]},
            {"dtype": "float64", "shape": [1]},
            {"dtype": "float32", "shape": [1, 2, 1]},
        ],
    }


def test_values_are_by_kernel_column_and_point(make_run: MakeRun) -> None:
    run = make_run("a", [0, 5], "x", "y", mean=[[1, 2], [3, 4]], max=[[5, 6], [7, 8]])
    values = answer([run], ["mean", "max"]).array("values")
    assert values.tolist() == [[[1, 3], [5, 7]], [[2, 4], [6, 8]]]


def test_series_says_when(make_run: MakeRun) -> None:
    got = answer([make_run("a", [0, 5], "x", epoch=[[0], [1.5]])])
    assert got.array("step").tolist() == [0, 5]
    assert got.array("epoch").tolist() == [0, 1.5]
    assert got.array("wall_time_s").tolist() == [1000, 1005]


def test_long_series_is_put_together(make_run: MakeRun) -> None:
    column = np.array([[8], [1], [2], [6], [7]])
    run = make_run("a", [0, 10, 20, 30, 40], "x", mean=column, max=column, min=column)
    got = answer([run], ["mean", "max", "min"], 3)
    assert got.array("step").tolist() == [0, 20, 40]
    assert got.array("values").tolist() == [[[8, 3, 7], [8, 6, 7], [8, 1, 7]]]


def test_values_are_rounded(make_run: MakeRun) -> None:
    got = answer([make_run("a", [0], "x", mean=1 + 2**-20)])
    assert got.array("values").tolist() == [[[1]]]


def test_values_can_be_as_they_are(make_run: MakeRun) -> None:
    got = answer([make_run("a", [0], "x", mean=1 + 2**-20)], rounded=False)
    assert got.header["rounded"] is False
    assert got.array("values").tolist() == [[[1 + 2**-20]]]


def test_run_without_frames_has_no_points(make_run: MakeRun) -> None:
    got = answer([make_run("a", [], "x", "y")], ["mean", "max"])
    assert got.array("step").shape == (0,)
    assert got.array("values").shape == (2, 2, 0)


def test_series_without_runs_is_empty() -> None:
    assert answer([]).header == {
        "kernels": [],
        "columns": ["mean"],
        "rounded": True,
        "runs": [],
        "arrays": [],
    }


def test_merged_header(make_run: MakeRun) -> None:
    sets = [[make_run("a")], [make_run("b", l2=1.0), make_run("c", l2=1.0)]]
    header = merged(*sets).header
    assert [run["id"] for run in header["runs"]] == [identifier("a"), identifier("b")]
    assert [run["runs"] for run in header["runs"]] == [
        [identifier("a")],
        [identifier("b"), identifier("c")],
    ]
    assert [array["shape"] for array in header["arrays"][:7]] == [
        *([3], [3], [3]),
        *([1, 1, 3], [1, 1, 3], [1, 1, 3], [3]),
    ]
    assert header["runs"][1]["n_runs"] == 13


def test_merged_series_have_mean_range_and_number(make_run: MakeRun) -> None:
    one = make_run("a", [0, 10, 20], "x", mean=[[1], [2], [4]])
    other = make_run("b", [0, 10], "x", mean=[[3], [8]])
    got = merged([one, other])
    assert got.array("step").tolist() == [0, 10, 20]
    assert got.array("values").tolist() == [[[2, 5, 4]]]
    assert got.array("low").tolist() == [[[1, 2, 4]]]
    assert got.array("high").tolist() == [[[3, 8, 4]]]
    assert got.array("n_runs").tolist() == [2, 2, 1]


def test_long_merged_series_keep_their_range(make_run: MakeRun) -> None:
    steps = range(5)
    one = make_run("a", steps, "x", mean=[[1], [2], [0], [4], [1]])
    other = make_run("b", steps, "x", mean=[[1], [4], [8], [2], [3]])
    got = merged([one, other], max_points=3)
    assert got.array("step").tolist() == [0, 2, 4]
    np.testing.assert_allclose(got.array("values"), [[[1, 10 / 3, 2]]], rtol=2**-12)
    assert got.array("low").tolist() == [[[1, 0, 1]]]
    assert got.array("high").tolist() == [[[1, 8, 3]]]


def test_merged_series_go_on_from_the_least_step(make_run: MakeRun) -> None:
    # At 10 the second run is interpolated between what is before and after.
    one = make_run("a", [0, 10, 20], "x", mean=[[1], [2], [4]])
    other = make_run("b", [0, 5, 15], "x", mean=[[1], [1], [3]])
    got = merged([one, other], a=10, b=5)
    assert got.array("step").tolist() == [10, 15, 20]
    assert got.array("values").tolist() == [[[2, 3, 4]]]
    assert got.array("n_runs").tolist() == [2, 2, 1]


def test_merged_series_of_a_new_run_are_whole(make_run: MakeRun) -> None:
    got = merged([make_run("a", [0, 10]), make_run("b", [0, 10])], a=10)
    assert got.array("step").tolist() == [0, 10]


def test_runs_that_are_no_replicates_any_more_stay_apart(make_run: MakeRun) -> None:
    got = merged([make_run("a"), make_run("b", l2=2e-4)])
    assert [len(run["runs"]) for run in got.header["runs"]] == [1, 1]
