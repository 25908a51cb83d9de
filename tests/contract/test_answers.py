"""What the plugin answers about the golden frames; the page's tests read the same."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest

from tests.golden.make_answers import COLUMNS, FILE, ask, numbers
from tests.tensorboard_server import Answer

ROUTES = ["series", "distributions"]


@pytest.fixture(scope="module")
def golden() -> Any:
    return json.loads(FILE.read_text("utf-8"))


def test_answers_are_the_golden_bytes(golden: Any) -> None:
    # Where `http_api.md` has changed, run `make_answers.py` and the page's tests.
    assert ask() == {
        route: base64.b64decode(golden[route]["base64"]) for route in golden
    }


@pytest.mark.parametrize("route", ROUTES)
def test_golden_numbers_are_those_of_the_frames(golden: Any, route: str) -> None:
    described = {name: golden[route][name] for name in golden[route]}
    del described["base64"]
    assert described == numbers(route)


@pytest.mark.parametrize("route", ROUTES)
def test_golden_bytes_hold_the_golden_numbers(golden: Any, route: str) -> None:
    expected = golden[route]
    body = base64.b64decode(expected["base64"])
    header, arrays = Answer(200, {}, body).arrays()
    (run,) = header["runs"]
    assert run["id"] == expected["run"]
    assert arrays[run["step"]].tolist() == expected["step"]
    assert arrays[run["epoch"]].tolist() == expected["epoch"]
    assert header["kernels"] == list(expected["kernels"])
    for row, kernel in enumerate(expected["kernels"].values()):
        for name, wanted in kernel.items():
            if route == "series":
                found = arrays[run["values"]][row, COLUMNS.index(name)]
            else:
                found = arrays[run[name]][row]
            np.testing.assert_array_equal(found, np.array(wanted, np.float32))
