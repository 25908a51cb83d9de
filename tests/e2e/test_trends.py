"""The Trends view: what its curves are, and what people do with them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

import tb_wdnorm
from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.serve.payload import round_mantissa
from tests.e2e.conftest import OpenTab, Tab, pixels_like
from tests.e2e.trend_logs import (
    BROKEN_STEP,
    KERNELS,
    N_CHANNELS,
    RUNS,
    STEPS,
    TARGETS,
    write_sweep,
)
from tests.tensorboard_server import Server, StartServer

WHOLE = [0, 1000]
SEEDS = [name for name in RUNS if "seed" in name]


def _open(
    sweep_server: Server, open_tab: OpenTab, controls: str = "", **size: int
) -> Tab:
    """Opens Trends, high enough for all charts."""
    size = {"width": 1280, "height": 1400} | size
    tab = open_tab(
        sweep_server.url, controls=f"&p.wdnorm.view=trends{controls}", **size
    )
    tab.wait_until_drawn()
    return tab


@pytest.fixture
def tab(sweep_server: Server, open_tab: OpenTab) -> Tab:
    return _open(sweep_server, open_tab)


def _chart(tab: Tab, kernel: str) -> dict[str, Any]:
    (chart,) = (c for c in tab.charts("trends") if c["kernel"] == kernel)
    return chart


def _figure(tab: Tab, index: int) -> Locator:
    return tab.frame.get_by_role("figure").nth(index)


def _drag(tab: Tab, figure: Locator, start: float, end: float) -> None:
    """Drags across a chart, from and to a share of its width."""
    box = figure.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    tab.page.mouse.move(box["x"] + start * box["width"], y)
    tab.page.mouse.down()
    tab.page.mouse.move(box["x"] + end * box["width"], y, steps=4)
    tab.page.mouse.up()


@pytest.mark.parametrize("statistic", ["mean", "max", "total", "std"])
def test_statistic_is_that_of_the_log(
    statistic: str, sweep_server: Server, open_tab: OpenTab, sweep_logs: Path
) -> None:
    tab = _open(sweep_server, open_tab, f"&p.wdnorm.statistic={statistic}")
    logged = tb_wdnorm.read_logdir(sweep_logs)
    for k, kernel in enumerate(KERNELS):
        chart = _chart(tab, kernel)
        assert [drawn["run"] for drawn in chart["runs"]] == list(RUNS)
        for drawn in chart["runs"]:
            wanted = round_mantissa(logged[drawn["run"]].column(statistic)[:, k])
            assert drawn["x"] == STEPS.tolist()
            np.testing.assert_array_equal(drawn["main"], wanted)


def test_median_is_the_middle_edge(
    sweep_server: Server, open_tab: OpenTab, sweep_logs: Path
) -> None:
    tab = _open(sweep_server, open_tab, "&p.wdnorm.statistic=median")
    run = tb_wdnorm.read_logdir(sweep_logs)["wd=0"]
    (drawn, *_) = _chart(tab, KERNELS[2])["runs"]
    assert drawn["main"] == round_mantissa(run.edges[:, 2, 16]).tolist()


@pytest.mark.parametrize(
    ("band", "edges"), [("none", None), ("quantiles", (4, 28)), ("minmax", (0, 32))]
)
def test_band_lies_between_edges(
    band: str,
    edges: tuple[int, int] | None,
    sweep_server: Server,
    open_tab: OpenTab,
    sweep_logs: Path,
) -> None:
    tab = _open(sweep_server, open_tab, f"&p.wdnorm.band={band}")
    run = tb_wdnorm.read_logdir(sweep_logs)["wd=0"]
    (drawn, *_) = _chart(tab, KERNELS[1])["runs"]
    for end, line in enumerate(("low", "high")):
        wanted: list[float] = []
        if edges is not None:
            wanted = round_mantissa(run.edges[:, 1, edges[end]]).tolist()
        assert drawn[line] == wanted


def test_relative_to_the_start(
    sweep_server: Server, open_tab: OpenTab, sweep_logs: Path
) -> None:
    tab = _open(sweep_server, open_tab, "&p.wdnorm.relation=start")
    mean = tb_wdnorm.read_logdir(sweep_logs)["wd=1e-2"].column("mean")[:, 1]
    chart = _chart(tab, KERNELS[1])
    assert chart["reference"] == [1, 1]
    assert chart["runs"][-1]["main"] == pytest.approx(mean / mean[0], rel=3e-4)


def test_relative_to_the_baseline(sweep_server: Server, open_tab: OpenTab) -> None:
    tab = _open(sweep_server, open_tab, "&p.wdnorm.relation=baseline")
    baseline, *others = _chart(tab, KERNELS[1])["runs"]
    assert baseline["main"] == [1] * len(STEPS)
    assert others[-1]["main"][-1] < 0.2


def test_relative_to_the_target(sweep_server: Server, open_tab: OpenTab) -> None:
    tab = _open(sweep_server, open_tab, "&p.wdnorm.relation=target&p.wdnorm.logY=true")
    inside = _chart(tab, KERNELS[0])
    assert (inside["reference"], inside["yKind"]) == ([0, 0], "linear")
    assert inside["runs"][0]["main"][0] == 0
    without = tab.frame.get_by_role("article").filter(has_text=KERNELS[2])
    expect(without).to_contain_text("No target is known")


def test_target_is_drawn_in_the_text_colour(tab: Tab) -> None:
    charts = tab.charts("trends")
    assert [chart["reference"] for chart in charts] == [
        None if target is None else pytest.approx(target) for target in TARGETS
    ]
    text = "#212121"
    dashes = pixels_like(_figure(tab, 1), text) - pixels_like(_figure(tab, 2), text)
    assert dashes > 200


def test_rows_out_of_target_come_first(sweep_server: Server, open_tab: OpenTab) -> None:
    tab = _open(sweep_server, open_tab, "&p.wdnorm.order=target")
    headings = tab.frame.get_by_role("heading", level=3)
    expect(headings).to_have_text([KERNELS[1], KERNELS[0], KERNELS[2]])


def test_seeds_are_one_band(
    sweep_server: Server, open_tab: OpenTab, sweep_logs: Path
) -> None:
    tab = _open(sweep_server, open_tab, "&p.wdnorm.seeds=merge")
    logged = tb_wdnorm.read_logdir(sweep_logs)
    means = np.stack([logged[name].column("mean")[:, 0] for name in SEEDS])
    lone, merged, _ = _chart(tab, KERNELS[0])["runs"]
    assert merged["run"] == "wd=1e-3 (3 seeds)"
    assert merged["main"] == pytest.approx(means.mean(axis=0), rel=3e-4)
    assert merged["low"] == pytest.approx(means.min(axis=0), rel=3e-4)
    assert merged["high"] == pytest.approx(means.max(axis=0), rel=3e-4)
    assert lone["low"] == []


def test_smoothing_keeps_the_line_that_was_logged(
    sweep_server: Server, open_tab: OpenTab, sweep_logs: Path
) -> None:
    tab = _open(sweep_server, open_tab, "&p.wdnorm.smoothing=0.9")
    mean = round_mantissa(
        tb_wdnorm.read_logdir(sweep_logs)["wd=0"].column("mean")[:, 0]
    )
    (drawn, *_) = _chart(tab, KERNELS[0])["runs"]
    assert drawn["raw"] == mean.tolist()
    assert np.std(np.diff(drawn["main"])) < 0.2 * np.std(np.diff(mean))
    legend = tab.frame.get_by_role("list", name="Legend")
    expect(legend).to_contain_text("mean of the channel norms, smoothed as logged")


def test_log_axis_spans_what_is_positive(
    sweep_server: Server, open_tab: OpenTab
) -> None:
    tab = _open(sweep_server, open_tab, "&p.wdnorm.logY=true")
    for chart in tab.charts("trends"):
        assert chart["yKind"] == "log"
        assert chart["y"][0] > 0


@pytest.mark.parametrize(
    ("axis", "ends"),
    [("epoch", [0, 5]), ("relative", [0, 500]), ("wall", [1.7e9, 1.7e9 + 500])],
)
def test_axis(
    axis: str, ends: list[float], sweep_server: Server, open_tab: OpenTab
) -> None:
    tab = _open(sweep_server, open_tab, f"&p.wdnorm.axis={axis}")
    for chart in tab.charts("trends"):
        assert (chart["axis"], chart["x"]) == (axis, ends)
        for drawn in chart["runs"]:
            assert [drawn["x"][0], drawn["x"][-1]] == ends


def test_where_values_stop_being_finite_is_marked(tab: Tab) -> None:
    marked = {
        (chart["kernel"], drawn["run"]): drawn["brokenAt"]
        for chart in tab.charts("trends")
        for drawn in chart["runs"]
        if drawn["brokenAt"] is not None
    }
    assert marked == {(KERNELS[0], "wd=1e-2"): BROKEN_STEP}
    expect(tab.frame.get_by_role("list", name="Legend")).to_contain_text(
        "from here on some channels are NaN or infinite"
    )
    label = _figure(tab, 0).get_attribute("aria-label") or ""
    assert label.endswith("; wd=1e-2 not finite from step 600 on.")


def test_keys_move_the_crosshair(tab: Tab) -> None:
    _figure(tab, 0).focus()
    tooltip = tab.frame.get_by_role("tooltip")
    for key, step in [
        ("ArrowRight", "0"),
        ("ArrowRight", "20"),
        ("Shift+ArrowRight", "220"),
        ("ArrowLeft", "200"),
        ("End", "1,000"),
    ]:
        tab.page.keyboard.press(key)
        expect(tooltip).to_contain_text(f"step {step}")
    expect(tooltip).to_contain_text(f"{N_CHANNELS} channels not finite")
    status = _figure(tab, 0).get_by_role("status")
    assert status.inner_text().startswith("step 1,000: wd=0 ")
    tab.page.keyboard.press("Escape")
    expect(tooltip).to_have_count(0)


def test_tooltip_lists_runs_by_value(tab: Tab) -> None:
    _figure(tab, 1).hover()
    rows = tab.frame.get_by_role("tooltip").locator("tbody tr")
    means = [float(row.locator(".number").first.inner_text()) for row in rows.all()]
    assert len(means) == len(RUNS)
    assert means == sorted(means, reverse=True)


def test_crosshair_is_in_all_charts(tab: Tab) -> None:
    muted = "#616161"
    before = pixels_like(_figure(tab, 1), muted)
    _figure(tab, 0).hover(position={"x": 200, "y": 30})
    tab.wait_until_drawn()
    # A dashed line as high as the chart.
    assert pixels_like(_figure(tab, 1), muted) > before + 100


def test_marker_is_at_the_step_in_all_charts(
    sweep_server: Server, open_tab: OpenTab
) -> None:
    muted = "#616161"
    counts = []
    for controls in ("", "&p.wdnorm.step=400"):
        tab = _open(sweep_server, open_tab, controls)
        counts.append([pixels_like(_figure(tab, i), muted) for i in range(3)])
    for without, marked in zip(*counts, strict=True):
        assert marked > without + 200


def test_drag_zooms_and_double_click_resets(tab: Tab) -> None:
    _drag(tab, _figure(tab, 0), 0.4, 0.7)
    tab.wait_until_drawn()
    zooms = [chart["x"] for chart in tab.charts("trends")]
    (low, high) = zooms[0]
    assert zooms == [[low, high]] * 3
    assert 300 < low < 450 < 600 < high < 750
    tab.page.wait_for_function("() => location.hash.includes('p.wdnorm.zoom=')")
    _figure(tab, 1).dblclick()
    tab.wait_until_drawn()
    assert [chart["x"] for chart in tab.charts("trends")] == [WHOLE] * 3


def test_zoom_fills_the_height(sweep_server: Server, open_tab: OpenTab) -> None:
    tab = _open(sweep_server, open_tab, "&p.wdnorm.zoom=0%2C100")
    low, high = _chart(tab, KERNELS[2])["y"]
    whole = _open(sweep_server, open_tab)
    assert high - low < _chart(whole, KERNELS[2])["y"][1]


def test_keys_zoom(tab: Tab) -> None:
    _figure(tab, 0).focus()
    tab.page.keyboard.press("+")
    tab.wait_until_drawn()
    assert _chart(tab, KERNELS[2])["x"] == [250, 750]
    tab.page.keyboard.press("Escape")
    tab.wait_until_drawn()
    assert _chart(tab, KERNELS[2])["x"] == WHOLE


def test_button_resets_the_zoom(sweep_server: Server, open_tab: OpenTab) -> None:
    tab = _open(sweep_server, open_tab, "&p.wdnorm.zoom=200%2C400")
    tab.frame.get_by_role("button", name="Reset zoom").click()
    tab.wait_until_drawn()
    assert _chart(tab, KERNELS[0])["x"] == WHOLE


def test_large_view_is_a_chart_like_the_others(tab: Tab) -> None:
    tab.frame.get_by_role("article").nth(1).hover()
    tab.frame.get_by_role("button", name=f"Show {KERNELS[1]} large").click()
    tab.wait_until_drawn()
    dialog = tab.frame.get_by_role("dialog", name=KERNELS[1])
    figure = dialog.get_by_role("figure")
    figure.focus()
    tab.page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("tooltip")).to_contain_text("step 0")
    tab.screenshot("trends-large")
    tab.page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    tab.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_one_frame_is_points(
    tensorboard: StartServer,
    open_tab: OpenTab,
    tmp_path: Path,
    write_run: Callable[[Path, RunFrames], Path],
) -> None:
    write_sweep(tmp_path, write_run, n_frames=1)
    server = tensorboard(tmp_path)
    server.wait_for_frames(dict.fromkeys(RUNS, 0))
    tab = _open(server, open_tab, height=800)
    for chart in tab.charts("trends"):
        assert chart["x"] == [0, 0]
    swatch = tab.frame.locator("aside .swatch line").last
    colour = swatch.get_attribute("stroke") or ""
    assert pixels_like(_figure(tab, 0), colour) > 10
    tab.screenshot("trends-one-frame")


@pytest.mark.parametrize(("width", "dark"), [(400, True), (1280, False), (2560, True)])
def test_pictures(
    dark: bool, width: int, sweep_server: Server, open_tab: OpenTab
) -> None:
    controls = "&p.wdnorm.view=trends&p.wdnorm.smoothing=0.8&p.wdnorm.step=400"
    tab = open_tab(sweep_server.url, width=width, dark=dark, controls=controls)
    tab.wait_until_drawn()
    figure = _figure(tab, 0)
    figure.hover(position={"x": 150, "y": 100})
    tab.wait_until_drawn()
    expect(tab.frame.get_by_role("tooltip")).to_contain_text("smoothed")
    tab.screenshot(f"trends-used-{'dark' if dark else 'light'}-{width}")


def test_few_cards_stay_beside_each_other(
    demo_server: Server, open_tab: OpenTab
) -> None:
    tab = open_tab(demo_server.url, width=3840)
    tab.wait_until_drawn()
    cards = tab.frame.get_by_role("article").all()
    boxes = [box for card in cards if (box := card.bounding_box())]
    assert len(boxes) == 3
    for left, right in pairwise(boxes):
        assert left["width"] > 700
        assert right["x"] - left["x"] - left["width"] == pytest.approx(16, abs=1)
