"""The answer of the route `findings`."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tb_wdnorm
from tb_wdnorm.core.frames import Decay, RunFrames
from tb_wdnorm.serve.findings import findings
from tb_wdnorm.serve.identifier import identifier
from tests.core.judged_runs import STEPS, judged_run
from tests.serve.wsgi_app import LogdirApp

MakeRun = Callable[..., RunFrames]
WriteRun = Callable[[Path, RunFrames], Path]


@pytest.fixture
def runs() -> list[RunFrames]:
    """Runs `none` and `some` of the kernel `x`; with decay its norm is halved."""
    level = np.ones(len(STEPS))
    return [
        judged_run("none", level, fraction=0, path="x"),
        judged_run("some", level / 2, decay=Decay(l2=0.1), fraction=0.01, path="x"),
    ]


def asked(app: LogdirApp, route: str) -> Any:
    return json.loads(gzip.decompress(app.get(route).data))


def told(runs: list[RunFrames], *, details: bool = True) -> Any:
    return json.loads(findings(runs[0], runs, details=details))


def test_answer_is_what_analyze_finds_with_ids(
    tmp_path: Path, runs: list[RunFrames], write_run: WriteRun
) -> None:
    for run in runs:
        write_run(tmp_path, run)
    expected = tb_wdnorm.analyze(tmp_path).as_dict()
    expected["baseline"] = identifier("none")
    for run in expected["runs"]:
        run["id"] = identifier(run["name"])
        run["kernels"][0]["id"] = identifier("x")
    got = asked(LogdirApp(tmp_path), "findings")
    assert got == json.loads(json.dumps(expected))


def test_baseline_need_not_be_asked_for(
    tmp_path: Path, runs: list[RunFrames], write_run: WriteRun
) -> None:
    for run in runs:
        write_run(tmp_path, run)
    got = asked(LogdirApp(tmp_path), f"findings?runs={identifier('some')}")
    assert got["baseline"] == identifier("none")
    assert [run["name"] for run in got["runs"]] == ["some"]
    assert got["runs"][0]["kernels"][0]["evidence"]["against"]["ratio"] == 0.5


def test_details_can_be_left_out(runs: list[RunFrames]) -> None:
    with_details = told(runs)["runs"][1]["kernels"][0]
    without = told(runs, details=False)["runs"][1]["kernels"][0]
    assert with_details["facts"]["mechanism"] == "L2 penalty"
    assert with_details["evidence"]["norm"] == 0.5
    assert set(with_details) - set(without) == {"facts", "evidence"}


def test_no_runs() -> None:
    assert json.loads(findings(None, [], details=True)) == {
        "baseline": None,
        "runs": [],
        "responses": [],
        "comparisons": [],
    }


def test_names_that_are_no_utf8_are_replaced(make_run: MakeRun) -> None:
    run = make_run("\udcff", [0], "x")
    assert told([run])["runs"][0]["name"] == "�"
