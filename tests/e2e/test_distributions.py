"""The Distributions view as people see it, and the numbers that it draws."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Request, expect

import tb_wdnorm
from tb_wdnorm.core.epochs import batches_of_epochs
from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.serve.payload import round_mantissa
from tests.e2e.conftest import DEMO_RUNS, SCREENSHOTS, OpenTab, Serve, Tab, pixels_like
from tests.tensorboard_server import Server

KERNELS = ["input/kernel", "bottleneck/kernel", "output/kernel"]
OUTPUT = hashlib.sha256(b"output/kernel").hexdigest()[:12]
OpenDistributions = Callable[..., Tab]
MakeRun = Callable[..., RunFrames]


def link(**controls: object) -> str:
    """The controls of the Distributions view as a link has them."""
    all_controls = {"view": "distributions"} | controls
    return "".join(f"&p.wdnorm.{name}={value}" for name, value in all_controls.items())


@pytest.fixture
def open_demo(demo_server: Server, open_tab: OpenTab) -> OpenDistributions:
    """Opens the demo's distributions by a link: `open_demo(shape="density")`."""

    def open_it(**controls: object) -> Tab:
        tab = open_tab(demo_server.url, controls=link(**controls))
        tab.wait_until_drawn()
        return tab

    return open_it


def _area(density: list[float], x: list[float]) -> float:
    """The integral of a curve through equally spaced points."""
    width = (x[1] - x[0]) / (len(density) - 1)
    return float(np.trapezoid(density, dx=width))


def test_histograms_are_those_of_the_logged_edges(
    open_demo: OpenDistributions, demo_logs: Path
) -> None:
    logged = tb_wdnorm.read_logdir(demo_logs)
    charts = open_demo(bins=37).charts("distributions")
    assert len(charts) == 5 * len(KERNELS)
    for chart in charts:
        k = KERNELS.index(chart["kernel"])
        low, high = chart["x"]
        bounds = np.linspace(low, high, 38)
        for drawn in chart["runs"]:
            run = logged[drawn["run"]]
            (t,) = np.flatnonzero(run.steps == drawn["place"])
            edges = round_mantissa(run.edges[t, k]).astype(float)
            assert drawn["mean"] == round_mantissa(run.column("mean")[t, k])
            shares = np.interp(bounds, edges, np.arange(33) / 32)
            if np.unique(edges).size == edges.size:
                wanted = np.diff(shares) / np.diff(bounds)
                np.testing.assert_allclose(drawn["density"], wanted, atol=1e-6)
            assert np.sum(drawn["density"] * np.diff(bounds)) == pytest.approx(1)


@pytest.mark.parametrize("shape", ["density", "ridgeline"])
def test_smooth_curves_have_an_area_of_1(
    open_demo: OpenDistributions, shape: str
) -> None:
    charts = open_demo(shape=shape, hidden="").charts("distributions")
    panels = [panel for chart in charts for panel in chart.get("ridges", [chart])]
    assert len(panels) == (12 if shape == "ridgeline" else 5) * len(KERNELS)
    for panel in panels:
        for drawn in panel["runs"]:
            if drawn["edges"][0] < 0.1:  # a needle at zero, thinner than the points
                continue
            # A curve may end outside the axis.
            assert _area(drawn["density"], panel["x"]) == pytest.approx(1, abs=0.12)


def test_epochs_are_rows(open_demo: OpenDistributions) -> None:
    # TensorBoard keeps 500 of the 1001 frames, so that the nearest may be another.
    charts = open_demo(axis="epoch").charts("distributions")
    for kernel in KERNELS:
        rows = [
            {round(drawn["place"], 1) for drawn in chart["runs"]}
            for chart in sorted(charts, key=lambda chart: int(chart["row"]))
            if chart["kernel"] == kernel
        ]
        assert rows == [{0}, {1}, {3}, {4}, {5}]


def test_rows_end_at_the_chosen_step(open_demo: OpenDistributions) -> None:
    charts = open_demo(step=400).charts("distributions")
    places = {drawn["place"] for chart in charts for drawn in chart["runs"]}
    assert (min(places), max(places)) == (0, pytest.approx(400, abs=5))


def test_batches_of_epochs_are_drawn_as_they_were_logged(
    serve: Serve, open_tab: OpenTab, make_run: MakeRun
) -> None:
    rng = np.random.default_rng(0)
    names = ["a", "b"]
    logged = {}
    for name in names:
        means = rng.uniform(1, 2, (61, 2))
        epoch = np.arange(61)[:, np.newaxis] / 20
        columns = {"mean": means, "max": 2 * means, "epoch": epoch}
        logged[name] = make_run(name, range(61), "k/kernel", "l/kernel", **columns)
    server = serve(*logged.values())
    tab = open_tab(server.url, controls=link(over="batches"))
    tab.wait_until_drawn()
    charts = tab.charts("distributions")
    assert len(charts) == 3 * 2
    for chart in charts:
        k = ["k/kernel", "l/kernel"].index(chart["kernel"])
        assert [(drawn["run"], drawn["of"]) for drawn in chart["runs"]] == [
            (run, of) for run in names for of in ("mean", "max")
        ]
        for drawn in chart["runs"]:
            epochs, of_mean, of_max, n_frames = batches_of_epochs(logged[drawn["run"]])
            assert drawn["place"] == chart["row"] + 1
            (e,) = np.flatnonzero(epochs == drawn["place"])
            edges = (of_mean if drawn["of"] == "mean" else of_max)[e, k]
            assert drawn["edges"] == round_mantissa(edges).tolist()
            assert drawn["nFrames"] == n_frames[e] == 20


def test_mean_is_orange_and_max_blue_over_batches(open_demo: OpenDistributions) -> None:
    tab = open_demo(over="batches", hidden=",".join(_ids(DEMO_RUNS[1:])))
    style = "(name) => document.documentElement.style.getPropertyValue(name)"
    panel = tab.frame.get_by_role("figure").first
    for name in ("--batchMean", "--batchMax"):
        assert pixels_like(panel, tab.frame.evaluate(style, name)) > 10


def _ids(names: list[str]) -> list[str]:
    return [hashlib.sha256(name.encode()).hexdigest()[:12] for name in names]


@pytest.mark.parametrize(
    ("sharing", "n_axes", "in_row"),
    [("column", 3, 3), ("row", 5, 1), ("all", 1, 1), ("none", 15, 3)],
)
def test_axes_are_shared(
    open_demo: OpenDistributions, sharing: str, n_axes: int, in_row: int
) -> None:
    charts = open_demo(shareX=sharing).charts("distributions")
    assert len({tuple(chart["x"]) for chart in charts}) == n_axes
    first_row = {tuple(chart["x"]) for chart in charts if chart["row"] == 0}
    assert len(first_row) == in_row


def test_limits_hold_for_all_panels_and_in_the_link(
    open_demo: OpenDistributions,
) -> None:
    tab = open_demo()
    tab.frame.get_by_label("Norm to").fill("1.5")
    tab.frame.get_by_label("Norm from").fill("0.25")
    tab.frame.get_by_label("Density to").fill("8")
    tab.wait_until_drawn()
    for chart in tab.charts("distributions"):
        assert (chart["x"], chart["y"]) == ([0.25, 1.5], [0, 8])
        for drawn in chart["runs"]:
            assert drawn["isCut"] == (max(drawn["density"]) > 8)
    tab.page.wait_for_function(
        "() => location.hash.includes('xLimits=0.25%2C1.5')"
        " && location.hash.includes('yLimits=0%2C8')"
    )
    tab.frame.get_by_label("Norm from").fill("2")
    assert tab.frame.get_by_label("Norm from").get_attribute("aria-invalid") == "true"
    assert {tuple(chart["x"]) for chart in tab.charts("distributions")} == {(0.25, 1.5)}


def test_peaks_are_cut_on_request(open_demo: OpenDistributions) -> None:
    tab = open_demo()
    cut = [d for c in tab.charts("distributions") for d in c["runs"] if d["isCut"]]
    assert cut != []
    figures = tab.frame.get_by_role("figure").all()
    sentences = [figure.get_attribute("aria-label") or "" for figure in figures]
    told = [re.search(r" (\d+) peaks? cut\.$", sentence) for sentence in sentences]
    assert sum(int(found[1]) for found in told if found) == len(cut)
    tab.frame.get_by_label("Cut high peaks").uncheck()
    tab.wait_until_drawn()
    for chart in tab.charts("distributions"):
        peaks = [max(drawn["density"]) for drawn in chart["runs"]]
        assert chart["y"][1] == pytest.approx(max(peaks))
        assert not any(drawn["isCut"] for drawn in chart["runs"])


def test_one_kernel_large_has_a_ridge_per_moment_and_run(
    open_demo: OpenDistributions, demo_logs: Path
) -> None:
    logged = tb_wdnorm.read_logdir(demo_logs)
    tab = open_demo()
    tab.frame.get_by_role("button", name="Show output/kernel large").click()
    tab.wait_until_drawn()
    large = [chart for chart in tab.charts("distributions") if chart.get("large")]
    assert [chart["ridges"][0]["runs"][0]["run"] for chart in large] == DEMO_RUNS
    assert len({str(chart["ridges"][0]["x"]) for chart in large}) == 1
    for chart in large:
        assert len(chart["ridges"]) == 24
        for ridge in chart["ridges"]:
            (drawn,) = ridge["runs"]
            run = logged[drawn["run"]]
            (t,) = np.flatnonzero(run.steps == drawn["place"])
            assert drawn["edges"] == round_mantissa(run.edges[t, 2]).tolist()
    figure = tab.frame.get_by_role("dialog").get_by_role("figure").nth(1)
    figure.hover()
    tooltip = tab.frame.get_by_role("tooltip").inner_text()
    assert [run for run in DEMO_RUNS if run in tooltip] == DEMO_RUNS
    tab.page.keyboard.press("Escape")
    tab.wait_until_drawn()
    assert not any(chart.get("large") for chart in tab.charts("distributions"))


def test_keyboard_leads_through_the_panels(open_demo: OpenDistributions) -> None:
    tab = open_demo()
    tab.frame.get_by_role("region", name="Distributions of channel norms").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        tab.page.keyboard.press(key)
    label = tab.frame.evaluate(
        "() => document.activeElement.getAttribute('aria-label')"
    )
    assert label.startswith(
        "Distribution of 32 channel norms of bottleneck/kernel at step "
    )
    assert "2" in tab.frame.get_by_role("tooltip").inner_text().splitlines()[0]
    tab.page.keyboard.press("Enter")
    dialog = tab.frame.get_by_role("dialog", name="bottleneck/kernel")
    dialog.wait_for()
    tab.wait_until_drawn()


def test_tooltip_sorts_all_runs(open_demo: OpenDistributions) -> None:
    tab = open_demo()
    last = tab.charts("distributions")
    means = {
        drawn["run"]: drawn["mean"]
        for chart in last
        if chart["kernel"] == "input/kernel" and chart["row"] == 2
        for drawn in chart["runs"]
    }
    tab.frame.get_by_role("figure").nth(2).hover()
    cells = tab.frame.get_by_role("tooltip").locator(".name").all_inner_texts()
    assert cells == sorted(means, key=lambda run: -means[run])


def test_values_of_a_column_are_shown_as_a_table(open_demo: OpenDistributions) -> None:
    tab = open_demo(over="batches")
    tab.frame.get_by_role("button", name="Take away input/kernel").click()
    tab.frame.get_by_role("menuitem", name="Show as table").click()
    dialog = tab.frame.get_by_role("dialog")
    dialog.wait_for()
    assert dialog.get_by_role("columnheader").all_inner_texts()[:6] == [
        *("kernel", "run", "step", "epoch"),
        *("frames", "distribution of"),
    ]
    # Below the head: mean and max of 4 runs in 5 epochs.
    assert dialog.get_by_role("row").count() == 1 + 2 * 4 * 5


def test_picture_of_a_column_names_its_rows(open_demo: OpenDistributions) -> None:
    tab = open_demo()
    box = tab.frame.get_by_role("region", name="input/kernel").bounding_box()
    assert box is not None
    tab.frame.get_by_role("button", name="Take away input/kernel").click()
    with tab.page.expect_download() as download:
        tab.frame.get_by_role("menuitem", name="Save as PNG").click()
    SCREENSHOTS.mkdir(exist_ok=True)
    path = SCREENSHOTS / "distributions-column.png"
    download.value.save_as(path)
    # Twice as sharp as the screen, and wider than the column by the names and margins,
    # of which the one beside the next column is none of the picture.
    with Image.open(path) as image:
        assert image.width == pytest.approx(2 * (box["width"] - 12 + 84 + 24), abs=4)


def test_pinned_column_comes_first(open_demo: OpenDistributions) -> None:
    tab = open_demo()
    pin = tab.frame.get_by_role("button", name="Pin output/kernel to the top")
    pin.press("Enter")
    headings = tab.frame.locator(".column h3")
    expect(headings.first).to_have_text("output/kernel")
    unpin = tab.frame.get_by_role("button", name="Unpin output/kernel")
    expect(unpin).to_be_focused()
    tab.show("Trends")
    expect(tab.frame.get_by_role("heading", level=3).first).to_have_text(
        "output/kernel"
    )


def test_names_of_columns_have_the_room_of_hidden_buttons(
    serve: Serve, open_tab: OpenTab, make_run: MakeRun
) -> None:
    paths = [f"block{i}_dense{i}/kernel" for i in range(9)]
    server = serve(make_run("run", [0, 1], *paths, **_spread()))
    tab = open_tab(server.url, controls=link())
    tab.wait_until_drawn()
    tab.screenshot("distributions-names")
    for name in tab.frame.locator(".column h3").all():
        assert name.evaluate("(name) => name.scrollWidth - name.clientWidth") == 0


def _spread() -> dict[str, Any]:
    """Columns of frames whose norms spread from 1 to 2."""
    return {"mean": 1.5, "max": 2, "min": 1} | {f"q{i}": 1 + i / 32 for i in range(33)}


def test_runs_without_epochs_are_left_out_over_batches(
    serve: Serve, open_tab: OpenTab, make_run: MakeRun
) -> None:
    spread = _spread()
    epochs = np.array([[0], [0.5], [1], [1.5]])
    server = serve(
        make_run("with", range(4), epoch=epochs, **spread),
        make_run("without", range(4), epoch=np.nan, **spread),
    )
    tab = open_tab(server.url, controls=link(over="batches"))
    tab.wait_until_drawn()
    remark = "1 run left out: without the epoch, it is not known which batches"
    assert remark in tab.frame.locator("main").inner_text()
    charts = tab.charts("distributions")
    drawn = [(d["run"], d["place"], d["nFrames"]) for c in charts for d in c["runs"]]
    assert drawn == [("with", 1, 2), ("with", 1, 2), ("with", 2, 1), ("with", 2, 1)]
    tab.frame.get_by_role("checkbox", name=re.compile(r"^with\b")).uncheck()
    tab.frame.get_by_role("region", name="Distributions of channel").wait_for(
        state="detached"
    )
    assert remark in tab.frame.locator("main").inner_text()


def test_states_of_runs_and_kernels(
    serve: Serve, open_tab: OpenTab, make_run: MakeRun
) -> None:
    spread = _spread()
    name = "n" * 200
    broken = {
        column: np.array([[value, np.nan, value]]) for column, value in spread.items()
    }
    server = serve(
        make_run("one", [0], f"{name}/kernel", "nan/kernel", "own/kernel", **broken),
        make_run("two", [0], f"{name}/kernel", **spread),
    )
    tab = open_tab(server.url, width=320, controls=link())
    tab.wait_until_drawn()
    runs = [[d["run"] for d in c["runs"]] for c in tab.charts("distributions")]
    assert runs[0] == ["one", "two"]
    overflow = "() => document.body.scrollWidth - document.body.clientWidth"
    assert tab.frame.evaluate(overflow) == 0
    tab.page.set_viewport_size({"width": 1280, "height": 800})
    tab.wait_until_drawn()
    runs = [[d["run"] for d in c["runs"]] for c in tab.charts("distributions")]
    assert runs == [["one", "two"], [], ["one"]]
    nan = tab.frame.get_by_role("figure").nth(1)
    assert nan.inner_text().strip() == "no finite values"
    tab.frame.get_by_role("checkbox", name="one").uncheck()
    tab.wait_until_drawn()
    runs = [[d["run"] for d in c["runs"]] for c in tab.charts("distributions")]
    assert runs == [["two"]]


def test_only_columns_in_sight_are_asked_for(
    serve: Serve, open_tab: OpenTab, make_run: MakeRun
) -> None:
    paths = [f"layer{i}/kernel" for i in range(300)]
    server = serve(make_run("run", [0, 1], *paths, **_spread()))
    tab = open_tab(server.url)
    tab.wait_until_drawn()
    asked: list[str] = []

    def listen(request: Request) -> None:
        if "/distributions?" in request.url:
            kernels = request.url.split("kernels=")[1].split("&")[0]
            asked.extend(kernels.split(","))

    tab.page.on("request", listen)
    tab.show("Distributions")
    assert 4 <= len(asked) <= 12
    drawn = {chart["kernel"] for chart in tab.charts("distributions")}
    assert drawn == set(paths[: len(drawn)])
    assert len(drawn) == len(asked)


@pytest.mark.parametrize(("width", "dark"), [(320, True), (1280, False), (2560, True)])
@pytest.mark.parametrize(
    ("name", "controls"),
    [
        ("density", {"shape": "density", "shareX": "row"}),
        ("ridgeline", {"shape": "ridgeline"}),
        ("batches", {"over": "batches"}),
        ("large", {"large": OUTPUT}),
    ],
)
def test_pictures(
    demo_server: Server,
    open_tab: OpenTab,
    name: str,
    controls: dict[str, str],
    width: int,
    dark: bool,
) -> None:
    tab = open_tab(
        demo_server.url, width=width, height=900, dark=dark, controls=link(**controls)
    )
    tab.wait_until_drawn()
    theme = "dark" if dark else "light"
    tab.screenshot(f"distributions-{name}-{theme}-{width}")
    overflow = "() => document.body.scrollWidth - document.body.clientWidth"
    assert tab.frame.evaluate(overflow) == 0
