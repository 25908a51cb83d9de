"""The answers of the plugin's routes, on plain arguments."""

from __future__ import annotations

import gzip
import json
import math
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.serve.routes import (
    distributions,
    identifier,
    kernels_of,
    overview,
    series,
)

MakeRun = Callable[..., RunFrames]


class Answer:
    """A binary answer; its framing has tests of its own."""

    def __init__(self, payload: bytes) -> None:
        content = gzip.decompress(payload)
        (length,) = struct.unpack_from("<I", content)
        self.header = json.loads(content[4 : 4 + length])
        self._arrays = []
        start = 4 + length
        for described in self.header["arrays"]:
            dtype = np.dtype(described["dtype"]).newbyteorder("<")
            size = math.prod(described["shape"])
            shuffled = np.frombuffer(content, np.uint8, size * dtype.itemsize, start)
            values = shuffled.reshape(dtype.itemsize, size).T.copy().view(dtype)
            self._arrays.append(values.reshape(described["shape"]))
            start += -(-size * dtype.itemsize // 8) * 8

    def array(self, name: str, *, run: int = 0) -> npt.NDArray[Any]:
        """The array that a run's description names."""
        return self._arrays[self.header["runs"][run][name]]


def test_identifier_is_the_beginning_of_the_sha256() -> None:
    # echo -n wd=2e-4 | sha256sum
    assert identifier("wd=2e-4") == "ade503fcf5d3"


def test_identifier_of_any_text_is_url_safe() -> None:
    assert identifier("Größe \udcff/ ?&").isalnum()


def test_overview_without_runs() -> None:
    assert overview([]) == {"runs": [], "kernels": [], "baseline": None, "norm": "l2"}


def test_overview_of_a_run(make_run: MakeRun) -> None:
    run = make_run("wd=2e-4", [0, 10, 20], "a/kernel", l2=2e-4, epoch=1.5)
    assert overview([run])["runs"] == [
        {
            "id": identifier("wd=2e-4"),
            "name": "wd=2e-4",
            "label": "l2=2e-4",
            "decay": 2e-4,
            "kernels": [identifier("a/kernel")],
            "n_frames": 3,
            "first_step": 0,
            "last_step": 20,
            "last_epoch": 1.5,
            "first_wall_time_s": 1000.0,
            "last_wall_time_s": 1020.0,
        }
    ]


def test_overview_of_a_kernel(make_run: MakeRun) -> None:
    assert overview([make_run("a", [0], "dense/kernel")])["kernels"] == [
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
    described = overview([make_run("a", [0], epoch=math.nan)])
    assert json.loads(json.dumps(described, allow_nan=False)) == described


def test_epoch_that_is_unknown_is_null(make_run: MakeRun) -> None:
    described = overview([make_run("a", [0], epoch=math.nan)])
    assert described["runs"][0]["last_epoch"] is None


def test_baseline_is_the_first_run(make_run: MakeRun) -> None:
    runs = [make_run("none"), make_run("some", l2=2e-4)]
    assert overview(runs)["baseline"] == identifier("none")


def test_kernels_are_the_union_in_model_order(make_run: MakeRun) -> None:
    runs = [make_run("a", [0], "x", "y"), make_run("b", [0], "y", "z")]
    assert list(kernels_of(runs)) == ["x", "y", "z"]


def test_series_header(make_run: MakeRun) -> None:
    runs = [make_run("a", [0, 1], "x"), make_run("b", [0], "x")]
    header = Answer(series(runs, ["x"], ["mean", "max"], 500)).header
    assert header == {
        "kernels": [identifier("x")],
        "columns": ["mean", "max"],
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


def test_series_values_are_by_kernel_column_and_point(make_run: MakeRun) -> None:
    run = make_run("a", [0, 5], "x", "y", mean=[[1, 2], [3, 4]], max=[[5, 6], [7, 8]])
    answer = Answer(series([run], ["x", "y"], ["mean", "max"], 500))
    assert answer.array("values").tolist() == [[[1, 3], [5, 7]], [[2, 4], [6, 8]]]


def test_series_says_when(make_run: MakeRun) -> None:
    run = make_run("a", [0, 5], "x", epoch=[[0], [1.5]])
    answer = Answer(series([run], ["x"], ["mean"], 500))
    assert answer.array("step").tolist() == [0, 5]
    assert answer.array("epoch").tolist() == [0, 1.5]
    assert answer.array("wall_time_s").tolist() == [1000, 1005]


def test_series_has_the_kernels_asked_for_in_their_order(make_run: MakeRun) -> None:
    run = make_run("a", [0], "x", "y", "z", mean=[[1, 2, 3]])
    answer = Answer(series([run], ["z", "x"], ["mean"], 500))
    assert answer.array("values").tolist() == [[[3]], [[1]]]


def test_series_of_a_kernel_that_a_run_lacks_is_nan(make_run: MakeRun) -> None:
    runs = [make_run("a", [0], "x", mean=1), make_run("b", [0], "y", mean=2)]
    answer = Answer(series(runs, ["x", "y"], ["mean"], 500))
    np.testing.assert_array_equal(answer.array("values", run=0), [[[1]], [[math.nan]]])
    np.testing.assert_array_equal(answer.array("values", run=1), [[[math.nan]], [[2]]])


def test_long_series_is_put_together(make_run: MakeRun) -> None:
    column = np.array([[8], [1], [2], [6], [7]])
    run = make_run("a", [0, 10, 20, 30, 40], "x", mean=column, max=column, min=column)
    answer = Answer(series([run], ["x"], ["mean", "max", "min"], 3))
    assert answer.array("step").tolist() == [0, 20, 40]
    assert answer.array("values").tolist() == [[[8, 3, 7], [8, 6, 7], [8, 1, 7]]]


def test_series_without_runs_is_empty() -> None:
    header = Answer(series([], [], ["mean"], 500)).header
    assert header == {"kernels": [], "columns": ["mean"], "runs": [], "arrays": []}


def test_distributions_header(make_run: MakeRun) -> None:
    run = make_run("a", [0, 1], "x", "y")
    header = Answer(distributions([run], ["x", "y"], [0, 1, 7])).header
    assert header == {
        "kernels": [identifier("x"), identifier("y")],
        "steps": [0, 1, 7],
        "runs": [
            {
                "id": identifier("a"),
                "step": 0,
                "epoch": 1,
                "edges": 2,
                "mean": 3,
                "max": 4,
            }
        ],
        "arrays": [
            {"dtype": "float64", "shape": [3]},
            {"dtype": "float32", "shape": [3]},
            {"dtype": "float32", "shape": [2, 3, 33]},
            {"dtype": "float32", "shape": [2, 3]},
            {"dtype": "float32", "shape": [2, 3]},
        ],
    }


def test_distributions_are_by_kernel_step_and_edge(make_run: MakeRun) -> None:
    run = make_run("a", [0, 5], "x", "y")
    # Of as few bits as the answer keeps.
    run.edges[:] = np.arange(2 * 2 * 33).reshape(2, 2, 33)
    edges = Answer(distributions([run], ["y", "x"], [0, 5])).array("edges")
    np.testing.assert_array_equal(edges, run.edges.transpose(1, 0, 2)[::-1])


def test_distributions_have_mean_and_max(make_run: MakeRun) -> None:
    run = make_run("a", [0, 5], "x", mean=[[1], [2]], max=[[3], [4]])
    answer = Answer(distributions([run], ["x"], [5, 0]))
    assert answer.array("mean").tolist() == [[2, 1]]
    assert answer.array("max").tolist() == [[4, 3]]


@pytest.mark.parametrize(
    ("wanted", "found"), [(0, 0), (4, 0), (5, 0), (6, 10), (14, 10), (99, 20)]
)
def test_nearest_frame_is_found_the_earlier_of_two(
    make_run: MakeRun, wanted: int, found: int
) -> None:
    answer = Answer(distributions([make_run("a", [0, 10, 20], "x")], ["x"], [wanted]))
    assert answer.array("step").tolist() == [found]


def test_distribution_is_the_last_by_default(make_run: MakeRun) -> None:
    runs = [make_run("a", [0, 10], "x"), make_run("b", [0, 7, 9], "x")]
    answer = Answer(distributions(runs, ["x"], []))
    assert answer.array("step", run=0).tolist() == [10]
    assert answer.array("step", run=1).tolist() == [9]


def test_distribution_of_a_kernel_that_a_run_lacks_is_nan(make_run: MakeRun) -> None:
    answer = Answer(distributions([make_run("a", [0], "x")], ["y"], []))
    assert np.isnan(answer.array("edges")).all()
