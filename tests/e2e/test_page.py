"""The tab as people see it."""

from __future__ import annotations

import math
import re
from pathlib import Path

import keras
import numpy as np
import pytest

import tb_wdnorm
from tb_wdnorm.serve.payload import round_mantissa
from tests.e2e.conftest import DEMO_RUNS as RUNS
from tests.e2e.conftest import OpenTab, Tab, pixels_like
from tests.tensorboard_server import Server, StartServer

KERNELS = ["input/kernel", "bottleneck/kernel", "output/kernel"]


def test_runs_are_listed_by_decay(demo_tab: Tab) -> None:
    rows = demo_tab.frame.get_by_role("complementary").get_by_role("listitem")
    # Runs that ended long before the last one are said to have stopped.
    texts = [re.sub(r" · stopped .*", "", row) for row in rows.all_inner_texts()]
    assert [text.split("\n") for text in texts] == [
        ["wd=0", "no decay"],
        ["wd=2e-4", "l2=2e-4"],
        ["wd=2e-3", "l2=0.002"],
        ["wd=2e-2", "l2=0.02"],
    ]


def test_trends_draw_the_logged_numbers(demo_tab: Tab, demo_logs: Path) -> None:
    logged = tb_wdnorm.read_logdir(demo_logs)
    charts = demo_tab.charts("trends")
    assert [chart["kernel"] for chart in charts] == KERNELS
    for k, chart in enumerate(charts):
        assert [drawn["run"] for drawn in chart["runs"]] == RUNS
        for drawn in chart["runs"]:
            run = logged[drawn["run"]]
            assert (drawn["x"][0], drawn["x"][-1]) == (0, 1000)
            # The first and the last frame are never put together with others.
            for statistic, line in (("mean", "main"), ("max", "max")):
                ends = round_mantissa(run.column(statistic)[[0, -1], k])
                drawn_ends = [drawn[line][0], drawn[line][-1]]
                assert drawn_ends == ends.tolist()


def test_trends_describe_themselves(demo_tab: Tab) -> None:
    figures = demo_tab.frame.get_by_role("figure")
    assert figures.count() == len(KERNELS)
    sentence = figures.nth(2).get_attribute("aria-label") or ""
    assert sentence.startswith(
        "Channel norms of output/kernel, 4 runs, steps 0 to 1,000: mean ends between "
    )


def test_trends_have_every_runs_colour(demo_tab: Tab) -> None:
    swatches = demo_tab.frame.locator("aside .swatch line")
    colours = [swatches.nth(i).get_attribute("stroke") or "" for i in range(len(RUNS))]
    assert len(set(colours)) == len(RUNS)
    figure = demo_tab.frame.get_by_role("figure").nth(2)
    for colour in colours:
        assert pixels_like(figure, colour) > 100


def test_unticked_run_disappears(demo_tab: Tab) -> None:
    colour = demo_tab.frame.locator("aside .swatch line").nth(3).get_attribute("stroke")
    figure = demo_tab.frame.get_by_role("figure").nth(2)
    demo_tab.frame.get_by_role("checkbox", name="wd=2e-2").uncheck()
    demo_tab.wait_until_drawn()
    for chart in demo_tab.charts("trends"):
        assert [drawn["run"] for drawn in chart["runs"]] == RUNS[:3]
    assert pixels_like(figure, colour or "") == 0


def test_axis_can_be_the_epoch(demo_tab: Tab) -> None:
    demo_tab.frame.get_by_text("Epoch", exact=True).click()
    demo_tab.wait_until_drawn()
    for chart in demo_tab.charts("trends"):
        assert chart["axis"] == "epoch"
        for drawn in chart["runs"]:
            assert (drawn["x"][0], drawn["x"][-1]) == (0, 5)


def test_distributions_draw_the_logged_edges(demo_tab: Tab, demo_logs: Path) -> None:
    logged = tb_wdnorm.read_logdir(demo_logs)
    demo_tab.show("Distributions")
    charts = demo_tab.charts("distributions")
    assert len(charts) == 5 * len(KERNELS)
    for chart in charts:
        k = KERNELS.index(chart["kernel"])
        assert [drawn["run"] for drawn in chart["runs"]] == RUNS
        for drawn in chart["runs"]:
            run = logged[drawn["run"]]
            (t,) = np.flatnonzero(run.steps == drawn["place"])
            edges = round_mantissa(run.edges[t, k])
            assert drawn["edges"] == edges.tolist()


def test_distributions_span_the_training(demo_tab: Tab) -> None:
    demo_tab.show("Distributions")
    charts = demo_tab.charts("distributions")
    places = [{run["place"] for run in chart["runs"]} for chart in charts]
    for row, wanted in ((0, 0), (4, 1000)):
        found = [p for p, c in zip(places, charts, strict=True) if c["row"] == row]
        assert found == [{wanted}] * len(KERNELS)


def test_distributions_share_an_axis_in_each_column(demo_tab: Tab) -> None:
    demo_tab.show("Distributions")
    for kernel in KERNELS:
        axes = {
            tuple(chart["x"])
            for chart in demo_tab.charts("distributions")
            if chart["kernel"] == kernel
        }
        assert len(axes) == 1


def test_pointing_at_a_chart_lists_all_runs(demo_tab: Tab) -> None:
    demo_tab.frame.get_by_role("figure").nth(2).hover()
    tooltip = demo_tab.frame.get_by_role("tooltip")
    assert sorted(RUNS) == sorted(run for run in RUNS if run in tooltip.inner_text())


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (400, 800)])
def test_pictures(
    demo_server: Server, open_tab: OpenTab, width: int, height: int, dark: bool
) -> None:
    tab = open_tab(demo_server.url, width=width, height=height, dark=dark)
    tab.wait_until_drawn()
    theme = tab.frame.evaluate("() => document.documentElement.style.colorScheme")
    assert theme == ("dark" if dark else "light")
    suffix = f"{theme}-{width}"
    tab.screenshot(f"trends-{suffix}")
    tab.show("Distributions")
    tab.screenshot(f"distributions-{suffix}")
    overflow = "() => document.body.scrollWidth - document.body.clientWidth"
    assert tab.frame.evaluate(overflow) == 0


@pytest.mark.parametrize("view", ["Trends", "Distributions", "Sweep"])
def test_pictures_of_the_readme_have_all_charts(
    demo_server: Server, open_tab: OpenTab, view: str
) -> None:
    # To be copied by hand, screenshots/readme-trends.png to docs/trends.png, say.
    height = 900
    tab = open_tab(demo_server.url, width=1400, height=height)
    tab.wait_until_drawn()
    tab.show(view)
    canvases = tab.frame.locator("canvas").all()
    boxes = [box for canvas in canvases if (box := canvas.bounding_box())]
    assert len(boxes) >= len(KERNELS)
    bottom = max(box["y"] + box["height"] for box in boxes)
    assert bottom <= height
    tab.page.mouse.move(0, 0)  # what was clicked is not pointed at
    # What is around a chart, and as much again.
    tab.screenshot(f"readme-{view.lower()}", min(height, bottom + 32))


@pytest.mark.parametrize("n_runs", [1, 50])
def test_few_and_many_runs(
    n_runs: int, tensorboard: StartServer, open_tab: OpenTab, tmp_path: Path
) -> None:
    names = [f"run {i:02d}" for i in range(n_runs)]
    for i, name in enumerate(names):
        _log_shrinking_kernel(
            tmp_path / name, l2=float(f"{1e-5 * 1.2**i:.2g}") if i else 0
        )
    server = tensorboard(tmp_path)
    server.wait_for_frames(dict.fromkeys(names, 20))
    tab = open_tab(server.url)
    tab.wait_until_drawn()
    (chart,) = tab.charts("trends")
    assert sorted(drawn["run"] for drawn in chart["runs"]) == names
    tab.screenshot(f"trends-{n_runs}-runs")
    tab.show("Distributions")
    tab.screenshot(f"distributions-{n_runs}-runs")


def test_names_are_text(
    tensorboard: StartServer, open_tab: OpenTab, tmp_path: Path
) -> None:
    name = "<img src=x onerror=alert(1)>" + "long" * 40
    _log_shrinking_kernel(tmp_path / name, l2=0)
    server = tensorboard(tmp_path)
    server.wait_for_frames({name: 20})
    tab = open_tab(server.url)
    tab.wait_until_drawn()
    assert tab.frame.locator("img").count() == 0
    assert name in tab.frame.get_by_role("complementary").inner_text()
    tab.screenshot("long-name")


def _log_shrinking_kernel(logdir: Path, l2: float) -> None:
    """Logs a kernel that shrinks by a share of its decay at each step."""
    keras.utils.set_random_seed(1)
    layer = keras.layers.Dense(
        16, kernel_regularizer=keras.regularizers.L2(l2), name="dense"
    )
    model = keras.Sequential([keras.Input((8,)), layer])
    with tb_wdnorm.KernelNormWriter(logdir, model) as norms:
        for step in range(21):
            norms.write(step)
            layer.kernel.assign(layer.kernel * math.exp(-30 * l2))


@pytest.mark.parametrize("view", ["overview", "sweep", "findings"])
def test_tab_of_the_view_is_in_sight(
    demo_server: Server, open_tab: OpenTab, view: str
) -> None:
    tab = open_tab(demo_server.url, width=320, controls=f"&p.wdnorm.view={view}")
    tab.wait_until_idle()
    box = tab.frame.get_by_role("tab", selected=True).bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320


def test_all_tabs_are_in_sight_on_the_narrowest_screen(
    demo_server: Server, open_tab: OpenTab
) -> None:
    tab = open_tab(demo_server.url, width=320)
    tab.wait_until_idle()
    boxes = [each.bounding_box() for each in tab.frame.get_by_role("tab").all()]
    assert len(boxes) == 5
    assert all(
        box and box["x"] >= 0 and box["x"] + box["width"] <= 320 for box in boxes
    )
