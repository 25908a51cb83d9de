"""Frames as a table."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable

import numpy as np
import pytest

from tb_wdnorm.core.export import FIELDS, csv_lines, json_lines, rows
from tb_wdnorm.core.frames import RunFrames

MakeRun = Callable[..., RunFrames]


@pytest.fixture
def run(make_run: MakeRun) -> RunFrames:
    """One frame of one kernel, with numbers that float32 does not have."""
    return make_run(
        "wd=2e-4",
        [7],
        "dense/kernel",
        mean=0.1,
        max=0.7,
        min=0.01,
        std=1e-7,
        total=12.5,
        nonfinite=0,
        epoch=1.5,
        learning_rate=1e-3,
        l2=2e-4,
        weight_decay=0,
    )


def test_fields_are_those_promised() -> None:
    assert ", ".join(FIELDS) == (
        "run, step, wall_time_s, epoch, kernel, group, n_channels, mean, max, min, "
        "std, total, nonfinite, learning_rate, l2, weight_decay"
    )


def test_row_has_the_shortest_decimals_of_its_float32(run: RunFrames) -> None:
    assert list(rows([run])) == [
        {
            "run": "wd=2e-4",
            "step": 7,
            "wall_time_s": 1007.0,
            "epoch": 1.5,
            "kernel": "dense/kernel",
            "group": "Dense",
            "n_channels": 4,
            "mean": 0.1,
            "max": 0.7,
            "min": 0.01,
            "std": 1e-7,
            "total": 12.5,
            "nonfinite": 0,
            "learning_rate": 0.001,
            "l2": 0.0004,
            "weight_decay": 0.0,
        }
    ]


def test_row_has_its_fields_in_order(run: RunFrames) -> None:
    assert [tuple(row) for row in rows([run])] == [FIELDS]


def test_rows_go_run_by_run_step_by_step_kernel_by_kernel(make_run: MakeRun) -> None:
    runs = [make_run("a", [0, 5], "x/kernel", "y/kernel"), make_run("b", [3], "z")]
    assert [(row["run"], row["step"], row["kernel"]) for row in rows(runs)] == [
        ("a", 0, "x/kernel"),
        ("a", 0, "y/kernel"),
        ("a", 5, "x/kernel"),
        ("a", 5, "y/kernel"),
        ("b", 3, "z"),
    ]


def test_kernel_that_a_frame_lacks_has_no_row(make_run: MakeRun) -> None:
    run = make_run("a", [0, 1], "x/kernel", "y/kernel")
    run.values[0, 1] = math.nan
    assert [(row["step"], row["kernel"]) for row in rows([run])] == [
        (0, "x/kernel"),
        (1, "x/kernel"),
        (1, "y/kernel"),
    ]


def test_edges_are_the_33_quantiles(make_run: MakeRun) -> None:
    run = make_run("a", [0])
    run.edges[0, 0] = np.arange(33) / 4
    (row,) = rows([run], with_edges=True)
    assert row["edges"] == [i / 4 for i in range(33)]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_number_that_is_not_finite_is_none(make_run: MakeRun, value: float) -> None:
    (row,) = rows([make_run("a", [0], mean=value)])
    assert row["mean"] is None


def test_csv(run: RunFrames) -> None:
    assert "".join(csv_lines([run])) == (
        "run,step,wall_time_s,epoch,kernel,group,n_channels,mean,max,min,std,total,"
        "nonfinite,learning_rate,l2,weight_decay\r\n"
        "wd=2e-4,7,1007.0,1.5,dense/kernel,Dense,4,0.1,0.7,0.01,1e-07,12.5,0,0.001,"
        "0.0004,0.0\r\n"
    )


def test_csv_leaves_cells_empty_that_are_not_finite(make_run: MakeRun) -> None:
    _, line = csv_lines([make_run("a", [0], mean=math.nan, epoch=math.nan)])
    assert line.startswith("a,0,1000.0,,dense/kernel,Dense,4,,")


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ('say "wd"', '"say ""wd"""'),
        ("a,b", '"a,b"'),
        ("two\nlines", '"two\nlines"'),
        ("carriage\rreturn", '"carriage\rreturn"'),
        ("Größe λ 🙂", "Größe λ 🙂"),
    ],
)
def test_csv_quotes_names(make_run: MakeRun, name: str, cell: str) -> None:
    _, line = csv_lines([make_run(name, [0])])
    assert line.startswith(f"{cell},0,1000.0,")


def test_csv_reads_back(make_run: MakeRun) -> None:
    text = "".join(csv_lines([make_run('"\r\n,', [0], ";'\t/kernel")]))
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["run"], row["kernel"]) == ('"\r\n,', ";'\t/kernel")


def test_csv_without_runs_is_the_header() -> None:
    assert list(csv_lines([])) == [",".join(FIELDS) + "\r\n"]


def test_json_is_the_rows_with_edges(make_run: MakeRun) -> None:
    runs = [make_run("a", [0, 1]), make_run('quote " and \n', [2])]
    expected = list(rows(runs, with_edges=True))
    assert json.loads("".join(json_lines(runs))) == expected


def test_json_has_null_where_a_number_is_not_finite(make_run: MakeRun) -> None:
    (row,) = json.loads("".join(json_lines([make_run("a", [0], q3=math.inf)])))
    assert row["edges"][3] is None


def test_json_without_runs_is_an_empty_array() -> None:
    assert "".join(json_lines([])) == "[]\n"


@pytest.mark.parametrize("value", [math.inf, -math.inf])
def test_count_that_is_no_number_is_none(make_run: MakeRun, value: float) -> None:
    (row,) = rows([make_run("a", [0], nonfinite=value)])
    assert row["nonfinite"] is None
