"""Charts as SVG and curves as text."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from tb_wdnorm.report.chart import Line, chart, decay_colours
from tb_wdnorm.report.curves import extent, mean_curve, sparkline
from tests.core.judged_runs import STEPS, judged_run


def labels(drawing: str) -> list[str | None]:
    return [text.text for text in ET.fromstring(drawing).iter("text")]


def points(drawing: str) -> list[str]:
    lines = ET.fromstring(drawing).findall("path[@class='line']")
    return [re.sub(r"[\d. ]", "", line.attrib["d"]) for line in lines]


def test_axes_have_round_numbers() -> None:
    drawing = chart("t", [Line("a", "red", [0, 400], [0.3, 0.9])])
    assert labels(drawing) == [
        "0",
        "0.25",
        "0.5",
        "0.75",
        "1",
        *["0", "100", "200", "300", "400"],
    ]


def test_curve_is_interrupted_where_it_is_not_finite() -> None:
    norms = [1.0, 0.5, math.nan, 0.5, 0.4]
    assert points(chart("t", [Line("a", "red", range(5), norms)])) == ["MLML"]


def test_names_are_escaped() -> None:
    drawing = chart("<t> & co", [Line("<run>", "red", [0, 1], [1, 1])])
    titles = [title.text for title in ET.fromstring(drawing).iter("title")]
    assert titles == ["<t> & co", "<run>"]


@pytest.mark.parametrize("values", [[], [math.nan], [0.0]])
def test_chart_of_nothing_has_axes(values: list[float]) -> None:
    drawing = chart("t", [Line("a", "red", range(len(values)), values)])
    assert labels(drawing)[0] == "0"


def test_target_is_a_band() -> None:
    drawing = ET.fromstring(chart("t", [Line("a", "red", [0, 1], [1, 1])], (0.5, 1.0)))
    band = drawing.find("rect[@class='band']")
    assert band is not None
    assert float(band.attrib["height"]) == pytest.approx((220 - 42) / 2, abs=0.1)


def test_sparkline() -> None:
    assert sparkline([1, 1.5, 2, math.nan, 3], (1, 2)) == "▁▅█ █"


def test_sparkline_of_one_value_is_in_the_middle() -> None:
    assert sparkline([0.5, math.nan, 0.5], (0.5, 0.5)) == "▅ ▅"


def test_mean_curve_keeps_first_and_last_frame() -> None:
    run = judged_run("a", np.linspace(2, 1, len(STEPS)))
    steps, means = mean_curve(run, "a/kernel", 10)
    assert len(steps) == 10
    assert (means[0], means[-1]) == pytest.approx((2, 1))
    assert steps[[0, -1]].tolist() == [0, 1000]


def test_extent_of_a_kernels_norms() -> None:
    runs = [judged_run("a", [1, 3, math.inf]), judged_run("b", [5, 1], path="b/kernel")]
    assert extent(runs, "a/kernel") == (1, 3)
    assert extent([], "a/kernel") == (0, 0)


def test_colours_go_from_blue_to_orange_with_decay() -> None:
    colours = decay_colours({"none": 0, "weak": 1e-4, "middle": 1e-3, "strong": 1e-2})
    assert colours == {
        "none": "#8a8a8a",
        "weak": "#4454d6",
        "middle": "#ca3894",
        "strong": "#e68014",
    }


def test_one_decay_has_the_colour_in_the_middle() -> None:
    assert decay_colours({"only": 0.1, "odd": math.inf}) == {
        "only": "#ca3894",
        "odd": "#8a8a8a",
    }
