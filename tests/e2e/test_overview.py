"""The heat-map of kernels and runs."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

import tb_wdnorm
from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.serve.payload import round_mantissa
from tests.e2e.conftest import DEMO_RUNS, SCREENSHOTS, OpenTab, Serve, Tab, pixels_like
from tests.tensorboard_server import Server

KERNELS = ["input/kernel", "bottleneck/kernel", "output/kernel"]

MakeRun = Callable[..., RunFrames]


@pytest.fixture
def overview_tab(demo_tab: Tab) -> Tab:
    demo_tab.show("Overview")
    return demo_tab


def _choose(tab: Tab, measure: str) -> None:
    tab.frame.get_by_role("combobox", name=re.compile("^Show")).select_option(measure)
    tab.wait_until_drawn()


def _values(tab: Tab) -> dict[str, dict[str, float]]:
    """Values by kernel and run, in the order of the table."""
    rows = tab.charts("overview")
    return {
        row["kernel"]: {cell["run"]: cell["value"] for cell in row["cells"]}
        for row in rows
    }


def _names(tab: Tab) -> list[str]:
    """The row headers in order, those of groups too."""
    headers = tab.frame.locator(".heat-map tbody th")
    return [text.replace("\n", " ") for text in headers.all_inner_texts()]


def _row(tab: Tab, name: str) -> Locator:
    return tab.frame.locator(".heat-map tr", has_text=name)


def _logged(demo_logs: Path, measure: str) -> dict[str, dict[str, float]]:
    runs = tb_wdnorm.read_logdir(demo_logs)

    def value(run: str, k: int) -> float:
        frames, base = runs[run], runs["wd=0"]
        if measure == "retention":
            total = frames.column("total")[:, k]
            return total[-1] / total[0]
        mean = frames.column("mean")[-1, k]
        if measure == "ratio":
            return mean / base.column("mean")[-1, k]
        if measure == "spread":
            return frames.column("std")[-1, k] / mean
        return frames.column(measure)[-1, k]

    return {
        kernel: {run: value(run, k) for run in DEMO_RUNS}
        for k, kernel in enumerate(KERNELS)
    }


@pytest.mark.parametrize("measure", ["retention", "ratio", "mean", "max", "spread"])
def test_cells_have_the_logged_numbers(
    overview_tab: Tab, demo_logs: Path, measure: str
) -> None:
    _choose(overview_tab, measure)
    found = _values(overview_tab)
    wanted = _logged(demo_logs, measure)
    assert list(found) == KERNELS
    for kernel in KERNELS:
        assert list(found[kernel]) == DEMO_RUNS
        # The server rounds to 12 bits: twice for the spread.
        assert found[kernel] == pytest.approx(wanted[kernel], rel=3e-4)


def test_cells_follow_the_step(
    demo_server: Server, open_tab: OpenTab, demo_logs: Path
) -> None:
    tab = open_tab(
        demo_server.url,
        controls="&p.wdnorm.view=overview&p.wdnorm.measure=mean&p.wdnorm.step=100",
    )
    tab.wait_until_drawn()
    found = _values(tab)
    for name, run in tb_wdnorm.read_logdir(demo_logs).items():
        frame = int(np.argmin(np.abs(run.steps - 100)))
        means = round_mantissa(run.column("mean")[frame])
        assert [found[kernel][name] for kernel in KERNELS] == means.tolist()


def test_cells_print_their_numbers_in_the_colours_of_the_scale(
    overview_tab: Tab,
) -> None:
    _choose(overview_tab, "mean")
    for row in overview_tab.charts("overview"):
        cells = _row(overview_tab, row["kernel"]).locator("td").all()[1:]
        assert [cell.locator("span").inner_text() for cell in cells] == [
            cell["text"] for cell in row["cells"]
        ]
        for cell, drawn in zip(cells, row["cells"], strict=True):
            assert pixels_like(cell, drawn["colour"]) > 500


def test_rows_have_small_trends(overview_tab: Tab, demo_logs: Path) -> None:
    logged = tb_wdnorm.read_logdir(demo_logs)
    _choose(overview_tab, "max")
    for k, row in enumerate(overview_tab.charts("overview")):
        assert [line["run"] for line in row["trend"]] == DEMO_RUNS
        for line in row["trend"]:
            maxima = logged[line["run"]].column("max")[[0, -1], k]
            assert len(line["y"]) <= 60
            ends = [line["y"][0], line["y"][-1]]
            assert ends == round_mantissa(maxima).tolist()
    swatch = overview_tab.frame.locator("aside .swatch line").nth(3)
    trend = _row(overview_tab, KERNELS[2]).locator(".spark")
    assert pixels_like(trend, swatch.get_attribute("stroke") or "") > 20


def test_groups_collapse_to_what_their_kernels_have_together(
    overview_tab: Tab, demo_logs: Path
) -> None:
    _choose(overview_tab, "max")
    by_kernel = _values(overview_tab)
    assert _names(overview_tab) == ["▾Conv1D 3 kernels", *KERNELS]
    overview_tab.frame.get_by_role("button", name="Conv1D, 3 kernels").click()
    overview_tab.wait_until_drawn()
    merged = _values(overview_tab)
    assert list(merged) == ["Conv1D"]
    for run in DEMO_RUNS:
        largest = max(by_kernel[kernel][run] for kernel in KERNELS)
        assert merged["Conv1D"][run] == largest
    overview_tab.frame.get_by_role("button", name="Expand all").click()
    overview_tab.wait_until_drawn()
    assert list(_values(overview_tab)) == KERNELS


def test_rows_sort_by_a_run_with_the_keyboard(overview_tab: Tab) -> None:
    _choose(overview_tab, "mean")
    header = overview_tab.frame.get_by_role("columnheader", name="wd=2e-3")
    means = {kernel: runs["wd=2e-3"] for kernel, runs in _values(overview_tab).items()}
    ascending = sorted(KERNELS, key=means.__getitem__)
    assert ascending not in (KERNELS, KERNELS[::-1])
    orders = [
        ("descending", ascending[::-1]),
        ("ascending", ascending),
        (None, ["▾Conv1D 3 kernels", *KERNELS]),
    ]
    button = header.get_by_role("button")
    button.focus()
    for order, names in orders:
        button.press("Enter")
        overview_tab.wait_until_drawn()
        assert header.get_attribute("aria-sort") == order
        assert _names(overview_tab) == names


def test_rows_sort_by_name(overview_tab: Tab) -> None:
    header = overview_tab.frame.get_by_role("columnheader", name="Kernel")
    for order, names in [
        ("ascending", sorted(KERNELS)),
        ("descending", sorted(KERNELS, reverse=True)),
    ]:
        header.get_by_role("button").click()
        assert header.get_attribute("aria-sort") == order
        assert _names(overview_tab) == names


@pytest.mark.parametrize("grouping", ["kernel", "group"])
def test_a_row_opens_the_kernel(overview_tab: Tab, grouping: str) -> None:
    overview_tab.frame.get_by_label("Group by").select_option(grouping)
    overview_tab.frame.get_by_role("button", name="output/kernel").press("Enter")
    dialog = overview_tab.frame.get_by_role("dialog", name="output/kernel")
    expect(dialog).to_be_visible()
    overview_tab.wait_until_drawn()
    assert "output/kernel" in {c["kernel"] for c in overview_tab.charts("trends")}


def test_the_table_says_in_a_sentence_what_it_shows(overview_tab: Tab) -> None:
    caption = overview_tab.frame.locator(".heat-map caption")
    sentence = caption.inner_text()
    assert sentence.startswith(
        "Kernels and runs at the last step: retention ‖w‖ / ‖w₀‖, 12 values from "
    )
    assert sentence.endswith(" (bottleneck/kernel, wd=0).")


@pytest.fixture
def uneven_tab(serve: Serve, open_tab: OpenTab, make_run: MakeRun) -> Tab:
    """Run `base` has kernel `a/kernel`; `late` has also `b/kernel`, NaN from step 3."""
    steps = range(6)
    norms = np.linspace(1, 2, 6)
    base = make_run("base", steps, "a/kernel", mean=norms[:, None])
    broken = np.where(np.arange(6) < 3, norms, math.nan)
    late = make_run(
        "late",
        steps,
        *("a/kernel", "b/kernel"),
        l2=1e-3,
        mean=np.stack([norms, broken], axis=1),
    )
    server = serve(base, late)
    tab = open_tab(server.url, controls="&p.wdnorm.view=overview&p.wdnorm.measure=mean")
    tab.wait_until_drawn()
    return tab


def test_missing_and_broken_values_are_told_apart(uneven_tab: Tab) -> None:
    _, missing, broken = _row(uneven_tab, "b/kernel").locator("td").all()
    assert missing.inner_text() == "–"
    assert missing.get_attribute("title") == "b/kernel\nbase: not in this run"
    assert broken.locator("span").inner_text() == "NaN"
    expect(broken.get_by_role("img", name="diverged")).to_have_text("✕")
    expect(missing.get_by_role("img")).to_have_count(0)
    title = broken.get_attribute("title")
    assert title is not None
    assert title.startswith(
        "b/kernel\nlate: not finite since step 3\nb/kernel: diverged at step 3: "
        "4 of 4 channels are not finite; the last finite norm was 1.4."
    )
    pattern = "(cell) => getComputedStyle(cell).backgroundImage"
    assert missing.evaluate(pattern) == "none"
    assert "gradient" in broken.evaluate(pattern)


@pytest.mark.parametrize("view", ["overview", "trends"])
def test_kernels_that_only_a_hidden_run_has_are_hidden(
    uneven_tab: Tab, view: str
) -> None:
    uneven_tab.frame.get_by_role("checkbox", name="late").uncheck()
    uneven_tab.show(view.capitalize())
    kernels = {chart["kernel"] for chart in uneven_tab.charts(view)}
    assert kernels == {"a/kernel"}


def test_broken_trends_are_crossed_where_they_end(uneven_tab: Tab) -> None:
    fault = uneven_tab.frame.evaluate(
        "() => document.documentElement.style.getPropertyValue('--fault')"
    )
    crosses = [
        pixels_like(_row(uneven_tab, name).locator(".spark"), fault)
        for name in ("a/kernel", "b/kernel")
    ]
    # Where lines cross, their colours mix to some that are like it.
    assert crosses[0] < 5
    assert crosses[1] > 10


def test_kernels_that_the_baseline_lacks_have_no_ratio(uneven_tab: Tab) -> None:
    _choose(uneven_tab, "ratio")
    _, _, late = _row(uneven_tab, "b/kernel").locator("td").all()
    assert late.inner_text() == "–"
    title = late.get_attribute("title")
    assert title is not None
    assert title.startswith(
        "b/kernel\nlate: not in the baseline\nb/kernel: diverged at step 3: "
        "4 of 4 channels are not finite; the last finite norm was 1.4."
    )


def test_distance_needs_a_target(overview_tab: Tab) -> None:
    option = overview_tab.frame.get_by_role("option", name="distance to target")
    expect(option).to_be_disabled()


def _shown_marks(tab: Tab) -> set[str]:
    """The verdicts that cells show."""
    marks = tab.frame.locator(".heat-map td").get_by_role("img").all()
    return {mark.get_attribute("aria-label") or "" for mark in marks}


def _explained_marks(tab: Tab) -> set[str]:
    """The verdicts in the legend."""
    marks = tab.frame.locator(".heat-legend > span").nth(2).inner_text()
    return {text.split(" ", 1)[1] for text in marks.split("   ") if text}


def test_marks_are_explained_where_cells_show_them(uneven_tab: Tab) -> None:
    assert _explained_marks(uneven_tab) == _shown_marks(uneven_tab)
    assert len(_shown_marks(uneven_tab)) == 2
    uneven_tab.frame.get_by_role("checkbox", name="late").uncheck()
    uneven_tab.wait_until_drawn()
    assert (
        _explained_marks(uneven_tab)
        == _shown_marks(uneven_tab)
        == {"too early to judge"}
    )


def test_marks_are_about_the_last_step(uneven_tab: Tab) -> None:
    uneven_tab.frame.get_by_role("slider", name="Step").press("ArrowLeft")
    uneven_tab.wait_until_drawn()
    assert _shown_marks(uneven_tab) == set()
    assert uneven_tab.frame.locator(".heat-legend").inner_text().count("✕") == 0


def test_cells_without_numbers_mark_what_is_broken(uneven_tab: Tab) -> None:
    uneven_tab.page.set_viewport_size({"width": 250, "height": 800})
    legend = uneven_tab.frame.locator(".heat-legend")
    expect(legend).not_to_contain_text("too early")
    expect(legend).to_contain_text("✕ diverged")
    assert _shown_marks(uneven_tab) == {"diverged"}


@pytest.fixture
def large_server(serve: Serve, make_run: MakeRun) -> Server:
    """50 runs with 300 kernels, one of them with a name of 200 characters."""
    kernels = [f"block{i // 6}/layer{i}/kernel" for i in range(299)]
    kernels.append("<b>deep</b>/" * 16 + "w/kernel")
    runs = []
    for i in range(50):
        # All of one group; from the last kernel to the first in order of the norm.
        norms = np.arange(300, 0, -1) * (1 + i)
        name = f"wd={i}e-5"
        runs.append(make_run(name, (0, 10), *kernels, l2=i * 1e-5, mean=norms))
    return serve(*runs)


def test_only_visible_rows_are_drawn_and_all_are_sorted(
    large_server: Server, open_tab: OpenTab
) -> None:
    asked: list[str] = []
    tab = open_tab(large_server.url)
    tab.wait_until_drawn()
    tab.page.on("request", lambda request: asked.append(request.url))
    tab.show("Overview")
    _choose(tab, "mean")
    rows = tab.charts("overview")
    assert 10 < len(rows) < 60
    assert sum("/snapshot?" in url for url in asked) <= 4
    tab.frame.get_by_role("columnheader", name="wd=7e-5").get_by_role("button").click(
        click_count=2, delay=50
    )
    tab.wait_until_drawn()
    first = tab.charts("overview")[0]
    tab.screenshot("overview-300-kernels-50-runs")
    assert _explained_marks(tab) == _shown_marks(tab) == set()
    assert _names(tab)[0] == "<b>deep</b>/" * 16 + "w/kernel"
    assert _names(tab)[299] == "block0/layer0/kernel"
    assert {row["kernel"] for row in tab.charts("overview")} >= {first["kernel"]}
    assert tab.frame.locator(".heat-map tbody b").count() == 0


def test_headers_stay_in_sight(large_server: Server, open_tab: OpenTab) -> None:
    tab = open_tab(large_server.url, width=320, controls="&p.wdnorm.view=overview")
    tab.wait_until_drawn()
    assert tab.overflow() == 0
    box = tab.frame.locator(".heat-box")
    box.evaluate("(box) => box.scrollTo(600, 3000)")
    tab.wait_until_drawn()
    visible = _row(tab, "block19/layer114/kernel")
    corner = box.bounding_box()
    header = tab.frame.locator(".heat-map thead th").first.bounding_box()
    name = visible.locator("th").bounding_box()
    assert corner
    assert header
    assert name
    assert (header["x"], header["y"]) == (corner["x"], corner["y"])
    assert name["x"] == corner["x"]
    assert corner["y"] < name["y"] < corner["y"] + corner["height"]
    tab.screenshot("overview-320")


def test_picture_ends_where_the_rows_end(overview_tab: Tab) -> None:
    frame = overview_tab.frame
    table = frame.get_by_role("table").bounding_box()
    legend = frame.locator(".heat-legend").bounding_box()
    assert table
    assert legend
    frame.get_by_role("button", name="Take away this view").click()
    with overview_tab.page.expect_download() as download:
        frame.get_by_role("menuitem", name="Save as PNG").click()
    path = SCREENSHOTS / "saved-overview.png"
    download.value.save_as(path)
    # Twice as sharp as the screen, and a margin.
    bottom = table["y"] + table["height"]
    with Image.open(path) as image:
        assert image.height < 2 * (bottom - legend["y"] + 24)
        assert image.width < 2 * legend["width"]


@pytest.mark.parametrize(("width", "dark"), [(400, True), (1280, False), (2560, True)])
def test_pictures(
    demo_server: Server, open_tab: OpenTab, width: int, dark: bool
) -> None:
    tab = open_tab(
        demo_server.url, width=width, dark=dark, controls="&p.wdnorm.view=overview"
    )
    tab.wait_until_drawn()
    theme: Any = tab.frame.evaluate("() => document.documentElement.style.colorScheme")
    tab.screenshot(f"overview-{theme}-{width}")
    assert list(_values(tab)) == KERNELS
