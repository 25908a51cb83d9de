"""Norm against weight decay."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

import tb_wdnorm
from tb_wdnorm.core.frames import Decay, RunFrames
from tb_wdnorm.serve.payload import round_mantissa
from tests.e2e.conftest import DEMO_RUNS, OpenTab, Serve, Tab, pixels_like
from tests.tensorboard_server import Server

KERNELS = ["input/kernel", "bottleneck/kernel", "output/kernel"]
DECAYS = [0, 2e-4, 2e-3, 2e-2]
SWEEP = "&p.wdnorm.view=sweep"
SIGNS = ["mean", "median and middle 75 % of the channels", "largest"]

MakeRun = Callable[..., RunFrames]


@pytest.fixture
def sweep_tab(demo_server: Server, open_tab: OpenTab) -> Tab:
    # As high as all its charts: only what is visible is drawn.
    tab = open_tab(demo_server.url, height=1200, controls=SWEEP)
    tab.wait_until_drawn()
    return tab


def _signs(tab: Tab) -> list[str]:
    legend = tab.frame.get_by_role("list", name="Legend").get_by_role("listitem")
    return [item.inner_text().strip() for item in legend.all()]


def test_points_are_the_logged_numbers(sweep_tab: Tab, demo_logs: Path) -> None:
    logged = tb_wdnorm.read_logdir(demo_logs)
    charts = sweep_tab.charts("sweep")
    assert [chart["kernel"] for chart in charts] == KERNELS
    for k, chart in enumerate(charts):
        assert [point["run"] for point in chart["runs"]] == DEMO_RUNS
        assert [point["decay"] for point in chart["runs"]] == DECAYS
        for point in chart["runs"]:
            run = logged[point["run"]]
            edges = run.edges[-1, k]
            wanted = [
                *(run.column("mean")[-1, k], run.column("max")[-1, k]),
                *(edges[4], edges[16], edges[28]),
            ]
            names = ("mean", "max", "low", "median", "high")
            found = [point[name] for name in names]
            assert found == round_mantissa(np.array(wanted, np.float32)).tolist()


def test_points_follow_the_step(
    demo_server: Server, open_tab: OpenTab, demo_logs: Path
) -> None:
    logged = tb_wdnorm.read_logdir(demo_logs)
    tab = open_tab(demo_server.url, controls=SWEEP + "&p.wdnorm.step=100")
    tab.wait_until_drawn()
    chart = tab.charts("sweep")[0]
    for point in chart["runs"]:
        run = logged[point["run"]]
        frame = int(np.argmin(np.abs(run.steps - 100)))
        mean = round_mantissa(run.column("mean")[frame, :1])
        assert point["mean"] == mean[0]


def test_runs_have_their_colours(sweep_tab: Tab) -> None:
    swatches = sweep_tab.frame.locator("aside .swatch line")
    figure = sweep_tab.frame.get_by_role("figure").first
    for i in range(len(DEMO_RUNS)):
        colour = swatches.nth(i).get_attribute("stroke") or ""
        assert pixels_like(figure, colour) > 30


def test_figures_describe_themselves(sweep_tab: Tab) -> None:
    figure = sweep_tab.frame.get_by_role("figure").nth(2)
    sentence = figure.get_attribute("aria-label") or ""
    assert sentence.startswith(
        "Channel norms of output/kernel against weight decay at the last step, "
        "4 runs: mean from "
    )
    assert " without decay to " in sentence
    assert sentence.endswith(" at 0.02.")


def test_pointing_at_a_decay_lists_its_runs(sweep_tab: Tab) -> None:
    figure = sweep_tab.frame.get_by_role("figure").nth(2)
    box = figure.bounding_box()
    assert box
    figure.hover(position={"x": box["width"] - 20, "y": 60})
    tooltip = sweep_tab.frame.get_by_role("tooltip")
    expect(tooltip).to_contain_text("l2 0.02")
    expect(tooltip.get_by_role("row")).to_have_count(2)
    figure.hover(position={"x": 30, "y": 60})
    expect(tooltip).to_contain_text("no decay")


def test_decays_are_read_with_the_keyboard(sweep_tab: Tab) -> None:
    plot = sweep_tab.frame.get_by_role("group", name="Values by weight decay").first
    plot.focus()
    tooltip = sweep_tab.frame.get_by_role("tooltip")
    for key, title in [
        ("ArrowRight", "no decay"),
        ("ArrowRight", "l2 2e-4"),
        ("ArrowLeft", "no decay"),
        ("ArrowLeft", "no decay"),
    ]:
        plot.press(key)
        expect(tooltip.get_by_role("paragraph")).to_have_text(title)
    plot.blur()
    expect(tooltip).to_have_count(0)


def test_a_card_is_shown_large(sweep_tab: Tab) -> None:
    sweep_tab.frame.get_by_role("article").first.hover()
    sweep_tab.frame.get_by_role("button", name="Show input/kernel large").click()
    dialog = sweep_tab.frame.get_by_role("dialog", name="input/kernel")
    canvas = dialog.locator("canvas").bounding_box()
    assert canvas
    assert canvas["height"] > 700


def test_one_decay_is_no_sweep(sweep_tab: Tab) -> None:
    for run in DEMO_RUNS[:3]:
        sweep_tab.frame.get_by_role("checkbox", name=run, exact=False).first.uncheck()
    notice = sweep_tab.frame.get_by_text("needs runs with at least two")
    expect(notice).to_have_text(
        "Norm against weight decay needs runs with at least two different decays. "
        "The run shown has weight decay 0.02."
    )
    assert sweep_tab.frame.evaluate("() => __wdnorm.charts()") == []
    sweep_tab.wait_until_idle()


@pytest.fixture
def seeds_server(serve: Serve, make_run: MakeRun) -> Server:
    """Two seeds per decay; the norm is 2 at 1e-4, and 0.5 at 1e-2.

    Kernel `met` is to have the norm 1, `low` 0.1; `free` has no target.
    """
    paths = ("met/kernel", "low/kernel", "free/kernel")
    targets = ((1.0, 1.0), (0.1, 0.1), None)
    runs = []
    for l2, norm in ((0.0, 3.0), (1e-4, 2.0), (1e-2, 0.5)):
        for seed, factor in enumerate((0.8, 1.25)):
            run = make_run(
                f"wd={l2:g}/seed={seed}",
                (0, 10),
                *paths,
                l2=l2,
                mean=norm * factor,
                max=norm * factor * 2,
                **{f"q{i}": norm * factor * (0.5 + i / 32) for i in range(33)},
            )
            kernels = tuple(
                replace(kernel, target=target)
                for kernel, target in zip(run.info.kernels, targets, strict=True)
            )
            runs.append(replace(run, info=replace(run.info, kernels=kernels)))
    return serve(*runs)


def test_the_decay_that_meets_the_target_is_marked(
    seeds_server: Server, open_tab: OpenTab
) -> None:
    tab = open_tab(seeds_server.url, height=1200, controls=SWEEP)
    tab.wait_until_drawn()
    met, low, free = tab.charts("sweep")
    assert [met["target"], low["target"], free["target"]] == [[1, 1], [0.1, 0.1], None]
    # Half way from 2 to 0.5, both axes being logarithmic.
    marked = [curve["targetDecay"] for c in (met, low, free) for curve in c["curves"]]
    assert marked == pytest.approx([1e-3, math.nan, math.nan], rel=1e-3, nan_ok=True)
    figures = tab.frame.get_by_role("figure")
    captions = [figure.inner_text().strip() for figure in figures.all()]
    assert captions == [
        "A decay of about 0.001 meets the target 1.",
        "With every decay shown the mean stays above the target 0.1.",
        "",
    ]
    for figure, caption in zip(figures.all(), captions, strict=True):
        assert (figure.get_attribute("aria-label") or "").endswith(caption)
    accent = tab.frame.evaluate(
        "() => document.documentElement.style.getPropertyValue('--accentText')"
    )
    assert pixels_like(figures.nth(0), accent) > 100
    assert pixels_like(figures.nth(1), accent) == 0
    tab.screenshot("sweep-target")


def test_seeds_of_one_decay_are_points_of_their_own(
    seeds_server: Server, open_tab: OpenTab
) -> None:
    tab = open_tab(seeds_server.url, controls=SWEEP)
    tab.wait_until_drawn()
    points = tab.charts("sweep")[0]["runs"]
    assert [point["decay"] for point in points] == [0, 0, 1e-4, 1e-4, 1e-2, 1e-2]
    assert [point["mean"] for point in points] == pytest.approx(
        [2.4, 3.75, 1.6, 2.5, 0.4, 0.625], rel=3e-4
    )


def test_what_lies_below_the_axis_is_marked_at_its_edge(
    serve: Serve, open_tab: OpenTab, make_run: MakeRun
) -> None:
    runs = []
    for l2, norm in ((1e-4, 2.0), (1e-3, 1.0), (1e-2, 1e-9)):
        edges = {f"q{i}": norm for i in range(33)}
        run = make_run(f"wd={l2:g}", (0, 10), l2=l2, mean=norm, max=norm, **edges)
        runs.append(run)
    server = serve(*runs)
    tab = open_tab(server.url, controls=SWEEP)
    tab.wait_until_drawn()
    (chart,) = tab.charts("sweep")
    assert chart["runs"][-1]["mean"] == pytest.approx(1e-9, rel=1e-3)
    assert chart["y"][0] > 1e-3
    swatch = tab.frame.locator("aside .swatch line").nth(2)
    colour = swatch.get_attribute("stroke") or ""
    assert pixels_like(tab.frame.get_by_role("figure"), colour) > 15
    assert _signs(tab) == [*SIGNS, "below the axis"]


def test_runs_that_are_not_finite_are_told_and_marked(
    serve: Serve, open_tab: OpenTab, make_run: MakeRun
) -> None:
    norms = {1e-4: 2.0, 1e-3: math.nan, 1e-2: 0.5, 1e-1: 0.2}
    paths = ("first/kernel", "second/kernel")
    runs = []
    for l2, norm in norms.items():
        broken = np.array([[norm, 1.0]])
        edges = {f"q{i}": broken for i in range(33)}
        run = make_run(
            f"wd={l2:g}", (0, 10), *paths, l2=l2, mean=broken, max=broken, **edges
        )
        runs.append(run)
    server = serve(*runs)
    tab = open_tab(server.url, controls=SWEEP)
    tab.wait_until_drawn()
    figures = tab.frame.get_by_role("figure")
    expect(figures.first).to_have_attribute(
        "aria-label",
        "Channel norms of first/kernel against weight decay at the last step, "
        "3 runs: mean from 2.000 at 1e-4 to 0.2000 at 0.1. "
        "1 run left out: not finite at this step.",
    )
    captions = [figure.inner_text().strip() for figure in figures.all()]
    assert captions == ["1 run left out: not finite at this step.", ""]
    assert _signs(tab) == [*SIGNS, "not finite or 0"]
    # Nothing but the cross has the run's colour where all its norms are missing.
    swatch = tab.frame.locator("aside .swatch line").nth(1)
    colour = swatch.get_attribute("stroke") or ""
    assert 5 < pixels_like(figures.first, colour) < 40
    tab.screenshot("sweep-left-out")
    plot = tab.frame.get_by_role("group", name="Values by weight decay").first
    plot.focus()
    plot.press("ArrowRight")
    plot.press("ArrowRight")
    tooltip = tab.frame.get_by_role("tooltip")
    expect(tooltip.get_by_role("paragraph")).to_have_text("l2 0.001")
    expect(tooltip.get_by_role("row").last).to_have_text(re.compile("wd=0.001.*n/a"))


def test_each_kind_of_decay_has_its_curve(
    serve: Serve, open_tab: OpenTab, make_run: MakeRun
) -> None:
    decays = [
        *((Decay(l2=l2), norm) for l2, norm in ((1e-4, 2), (1e-2, 0.5))),
        *(
            (Decay(weight_decay=d), norm)
            for d, norm in ((1e-3, 9), (1e-2, 3), (0.1, 4))
        ),
    ]
    runs = []
    for decay, norm in decays:
        run = make_run(
            decay.label, (0, 10), mean=norm, **{f"q{i}": norm for i in range(33)}
        )
        kernel = replace(run.info.kernels[0], decay=decay, target=(1.0, 1.0))
        info = replace(run.info, kernels=(kernel,), label=decay.label)
        runs.append(replace(run, info=info))
    server = serve(*runs)
    tab = open_tab(server.url, controls=SWEEP)
    tab.wait_until_drawn()
    (chart,) = tab.charts("sweep")
    l2, decoupled = chart["curves"]
    assert (l2["kind"], l2["decays"], l2["means"]) == ("l2", [1e-4, 1e-2], [2, 0.5])
    assert l2["targetDecay"] == pytest.approx(1e-3, rel=1e-3)
    assert (decoupled["kind"], decoupled["decays"]) == (
        "weight_decay",
        [1e-3, 1e-2, 0.1],
    )
    assert math.isnan(decoupled["targetDecay"])
    expect(tab.frame.locator("figcaption")).to_have_text(
        "An l2 of about 0.001 meets the target 1. "
        "With every weight decay shown the mean stays above the target 1."
    )
    assert _signs(tab)[-2:] == ["l2", "weight decay"]
    tab.screenshot("sweep-kinds")


def test_groups_are_charts(seeds_server: Server, open_tab: OpenTab) -> None:
    tab = open_tab(seeds_server.url, controls=SWEEP + "&p.wdnorm.groupBy=group")
    tab.wait_until_drawn()
    (chart,) = tab.charts("sweep")
    assert chart["kernel"] == "Dense"
    assert chart["target"] is None
    assert len(chart["runs"]) == 6


@pytest.mark.parametrize(("width", "dark"), [(320, True), (1280, False), (2560, True)])
def test_pictures(
    seeds_server: Server, open_tab: OpenTab, width: int, dark: bool
) -> None:
    tab = open_tab(seeds_server.url, width=width, dark=dark, controls=SWEEP)
    tab.wait_until_drawn()
    theme = tab.frame.evaluate("() => document.documentElement.style.colorScheme")
    tab.screenshot(f"sweep-{theme}-{width}")
    assert tab.overflow() == 0
