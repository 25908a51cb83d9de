"""The examples of `http_api.md`, asked of a real TensorBoard."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tb_wdnorm
from tb_wdnorm.core.frames import COLUMNS, EDGES, Decay, KernelInfo, RunFrames, RunInfo
from tb_wdnorm.serve.routes import ROUTES
from tests.tensorboard_server import Answer, Server, running_tensorboard

WriteRun = Callable[[Path, RunFrames], Path]

DOCUMENT = Path(tb_wdnorm.__file__).parent / "serve" / "http_api.md"
_EXAMPLE = re.compile(
    r"```http\nGET (?P<asked>\S+)\n\n(?P<status>\d+) (?P<type>\S+)\n```\n\n"
    r"```(?:json|text)\n(?P<body>.*?)```\n",
    re.DOTALL,
)
ANYTHING = "…"
"""Stands in the document for what it does not tell."""


@dataclass(frozen=True)
class Example:
    asked: str
    status: int
    content_type: str
    body: str


EXAMPLES = [
    Example(found["asked"], int(found["status"]), found["type"], found["body"])
    for found in _EXAMPLE.finditer(DOCUMENT.read_text("utf-8"))
]


def documented_run(name: str, l2: float) -> RunFrames:
    """A run as the document describes it."""
    decay = Decay(l2=l2)
    kernels = (
        KernelInfo(
            path="conv/kernel",
            layer="conv",
            layer_class="Conv1D",
            role="kernel",
            shape=(3, 2, 4),
            channel_axes=(2,),
            group="Conv1D",
            target=(1.0, 1.0),
            decay=decay,
        ),
        KernelInfo(
            path="dense/kernel",
            layer="dense",
            layer_class="Dense",
            role="kernel",
            shape=(3, 4),
            channel_axes=(1,),
            group="Dense",
            decay=decay,
        ),
    )
    columns = {"mean": 1, "max": 2, "min": 0.5, "std": 0.25, "total": 4}
    growth = np.array([1, 1.5, 2])[:, np.newaxis]
    values = np.zeros((3, len(kernels), len(COLUMNS)), np.float32)
    for column, start in columns.items():
        values[..., COLUMNS.index(column)] = start * growth
    edges = np.linspace(columns["min"], columns["max"], len(EDGES))
    values[..., COLUMNS.index(EDGES[0]) :] = edges * growth[..., np.newaxis]
    values[..., COLUMNS.index("epoch")] = [[0], [1], [2]]
    values[..., COLUMNS.index("learning_rate")] = 0.5
    values[..., COLUMNS.index("l2")] = l2
    steps = np.array([0, 100, 200])
    return RunFrames(
        name=name,
        info=RunInfo(kernels, "l2", decay.label),
        steps=steps,
        wall_times_s=1_700_000_000.0 + steps,
        values=values,
    )


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, write_run: WriteRun
) -> Iterator[Server]:
    logdir = tmp_path_factory.mktemp("documented")
    decays = {"wd=0": 0.0, "wd=2e-4/seed=1": 2e-4, "wd=2e-4/seed=2": 2e-4}
    for name, l2 in decays.items():
        write_run(logdir, documented_run(name, l2))
    with running_tensorboard(logdir) as server:
        server.wait_for_frames(dict.fromkeys(decays, 200))
        yield server


def described(answer: Answer) -> Any:
    """What the document shows of an answer."""
    content_type = answer.headers["Content-Type"].partition(";")[0]
    if content_type == "application/octet-stream":
        return answer.arrays()[0]
    if content_type == "application/json":
        return answer.json()
    return answer.body.decode().replace("\r\n", "\n").strip()


def without_details(told: Any, answered: Any) -> Any:
    """The answer with `…` wherever the document says so."""
    if told in (ANYTHING, {ANYTHING: ANYTHING}):
        return told
    if isinstance(told, dict) and isinstance(answered, dict):
        return {key: without_details(told.get(key), answered[key]) for key in answered}
    are_lists = isinstance(told, list) and isinstance(answered, list)
    if are_lists and len(told) == len(answered):
        return [without_details(*pair) for pair in zip(told, answered, strict=True)]
    return answered


@pytest.mark.parametrize("example", EXAMPLES, ids=[e.asked for e in EXAMPLES])
def test_example_is_answered_as_it_says(server: Server, example: Example) -> None:
    answer = server.plugin(example.asked)
    assert answer.status == example.status
    assert answer.headers["Content-Type"].partition(";")[0] == example.content_type
    is_text = example.content_type.startswith("text/")
    told = example.body.strip() if is_text else json.loads(example.body)
    got = described(answer)
    assert without_details(told, got) == told


def test_each_route_has_an_example() -> None:
    assert {example.asked.partition("?")[0] for example in EXAMPLES} == set(ROUTES)


def test_each_example_is_found() -> None:
    assert len(EXAMPLES) == DOCUMENT.read_text("utf-8").count("```http")


@pytest.mark.parametrize(
    ("route", "parameter"),
    [(name, p) for name, route in ROUTES.items() for p in route.parameters],
)
def test_each_parameter_is_in_a_table(route: str, parameter: str) -> None:
    _, section = DOCUMENT.read_text("utf-8").split(f"\n## `{route}`\n")
    section = section.partition("\n## ")[0]
    tables = [line for line in section.splitlines() if line.startswith("|")]
    assert any(f"`{parameter}`" in line.split("|")[1] for line in tables)


def test_column_that_the_document_lists_is_answered(server: Server) -> None:
    columns = ",".join(COLUMNS)
    header, _ = server.plugin(f"series?columns={columns}").arrays()
    assert header["columns"] == list(COLUMNS)
