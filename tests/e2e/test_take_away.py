"""What people take away from the page: tables, CSV, JSON, pictures, links."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Download, Locator, expect

from tb_wdnorm.core.frames import RunFrames
from tests.e2e.conftest import SCREENSHOTS, OpenTab, Tab
from tests.e2e.servers import running_tensorboard
from tests.e2e.trend_logs import KERNELS, RUNS, STEPS
from tests.tensorboard_server import Server

VIEWS = ["overview", "trends", "distributions", "sweep", "findings"]


@pytest.fixture
def tab(sweep_server: Server, open_tab: OpenTab) -> Tab:
    tab = open_tab(sweep_server.url, controls="&p.wdnorm.view=trends")
    tab.wait_until_drawn()
    return tab


def _item(tab: Tab, menu: str, item: str) -> Locator:
    """Opens a menu and returns one of its items."""
    button = tab.frame.get_by_role("button", name=menu)
    button.focus()
    button.press("Enter")
    return tab.frame.get_by_role("menuitem", name=item)


def _saved(tab: Tab, menu: str, item: str) -> Download:
    with tab.page.expect_download() as download:
        _item(tab, menu, item).click()
    return download.value


def _text(download: Download) -> str:
    return Path(download.path()).read_bytes().decode()


def _picture(download: Download, name: str) -> Image.Image:
    SCREENSHOTS.mkdir(exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    download.save_as(path)
    return Image.open(path).convert("RGB")


def _n_pixels(picture: Image.Image, colour: str) -> int:
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    pixels = np.asarray(picture, np.int64)
    return int((np.abs(pixels - wanted).max(axis=2) <= 12).sum())


def test_csv_of_a_card_is_what_it_shows(tab: Tab) -> None:
    download = _saved(tab, f"Take away {KERNELS[1]}", "Save as CSV")
    assert download.suggested_filename == "attention_kernel_trends.csv"
    rows = list(csv.DictReader(io.StringIO(_text(download), newline="")))
    columns = ["kernel", "run", "step", "mean", "max", "low", "high", "nonfinite"]
    assert list(rows[0]) == columns
    chart = tab.charts("trends")[1]
    drawn = [
        (run["run"], x, mean, high)
        for run in chart["runs"]
        for x, mean, high in zip(run["x"], run["main"], run["high"], strict=True)
    ]
    saved = [
        (row["run"], int(row["step"]), float(row["mean"]), float(row["high"]))
        for row in rows
    ]
    assert {row["kernel"] for row in rows} == {KERNELS[1]}
    assert [row[:2] for row in saved] == [row[:2] for row in drawn]
    np.testing.assert_allclose(
        [row[2:] for row in saved], [row[2:] for row in drawn], rtol=5e-6
    )


def test_json_of_a_card_has_null_for_nan(tab: Tab) -> None:
    download = _saved(tab, f"Take away {KERNELS[0]}", "Save as JSON")
    rows = json.loads(_text(download))
    last = [row for row in rows if row["step"] == STEPS[-1]]
    assert [row["run"] for row in last] == list(RUNS)
    assert last[-1]["mean"] is None
    assert last[-1]["nonfinite"] == 33


def test_csv_of_a_zoom_is_that_part(sweep_server: Server, open_tab: OpenTab) -> None:
    controls = "&p.wdnorm.zoom=100%2C200&p.wdnorm.axis=epoch&p.wdnorm.smoothing=0.5"
    tab = open_tab(sweep_server.url, controls=controls.replace("100%2C200", "1%2C2"))
    tab.wait_until_drawn()
    download = _saved(tab, f"Take away {KERNELS[0]}", "Save as CSV")
    rows = list(csv.DictReader(io.StringIO(_text(download), newline="")))
    columns = ["kernel", "run", "step", "epoch", "mean", "smoothed"]
    assert list(rows[0])[:6] == columns
    epochs = {float(row["epoch"]) for row in rows}
    assert (min(epochs), max(epochs)) == (1, 2)


@pytest.mark.parametrize("view", ["overview", "sweep"])
def test_csv_of_a_moment_says_which(
    view: str, sweep_server: Server, open_tab: OpenTab
) -> None:
    tab = open_tab(sweep_server.url, controls=f"&p.wdnorm.view={view}")
    tab.wait_until_idle()
    download = _saved(tab, "Take away this view", "Save as CSV")
    rows = list(csv.DictReader(io.StringIO(_text(download), newline="")))
    assert list(rows[0])[:4] == ["kernel", "run", "step", "epoch"]
    assert {int(row["step"]) for row in rows} == {int(STEPS[-1])}
    assert all(float(row["epoch"]) > 0 for row in rows)


@pytest.mark.parametrize("view", VIEWS)
def test_csv_of_a_view_has_all_kernels(
    view: str, sweep_server: Server, open_tab: OpenTab
) -> None:
    tab = open_tab(sweep_server.url, height=500, controls=f"&p.wdnorm.view={view}")
    tab.wait_until_idle()
    download = _saved(tab, "Take away this view", "Save as CSV")
    assert download.suggested_filename == f"kernel_norms_{view}.csv"
    rows = list(csv.DictReader(io.StringIO(_text(download), newline="")))
    assert {row["kernel"] for row in rows} == set(KERNELS)
    assert {row["run"] for row in rows} == set(RUNS)


def test_picture_of_a_card_shows_heading_chart_and_runs(tab: Tab) -> None:
    card = tab.frame.get_by_role("article").first
    box = card.bounding_box()
    assert box is not None
    download = _saved(tab, f"Take away {KERNELS[0]}", "Save as PNG")
    assert download.suggested_filename == "encoder_kernel_trends.png"
    picture = _picture(download, "saved-card")
    # Twice as sharp as on the screen, and a margin.
    assert picture.width == pytest.approx(2 * (box["width"] + 24), abs=4)
    swatches = tab.frame.locator("aside .swatch line").all()
    for colour in {swatch.get_attribute("stroke") or "" for swatch in swatches}:
        assert _n_pixels(picture, colour) > 400
        legend = picture.crop((0, int(2 * (box["height"] + 24)), *picture.size))
        assert _n_pixels(legend, colour) > 100
    assert _n_pixels(picture, "#212121") > 200


def test_picture_of_a_view_shows_what_is_below_the_screen(
    sweep_server: Server, open_tab: OpenTab
) -> None:
    tab = open_tab(sweep_server.url, width=700, height=500, dark=True)
    tab.wait_until_drawn()
    assert len(tab.charts("trends")) < len(KERNELS)
    picture = _picture(_saved(tab, "Take away this view", "Save as PNG"), "saved-view")
    orange = "#ffc65c"
    third = picture.height // 3
    for i in range(3):
        part = picture.crop((0, i * third, picture.width, (i + 1) * third))
        assert _n_pixels(part, orange) > 400
    tab.wait_until_drawn()
    assert len(tab.charts("trends")) < len(KERNELS)


def test_table_shows_the_drawn_values(tab: Tab) -> None:
    _item(tab, f"Take away {KERNELS[2]}", "Show as table").click()
    dialog = tab.frame.get_by_role(
        "dialog", name=f"Channel norms of {KERNELS[2]}: mean"
    )
    header = dialog.get_by_role("columnheader")
    columns = ["kernel", "run", "step", "mean", "max", "low", "high", "nonfinite"]
    expect(header).to_have_text(columns)
    cells = dialog.get_by_role("row").nth(1).get_by_role("cell").all_inner_texts()
    (drawn, *_) = tab.charts("trends")[2]["runs"]
    assert cells[:3] == [KERNELS[2], "wd=0", "0"]
    assert float(cells[3]) == pytest.approx(drawn["main"][0], rel=5e-6)
    tab.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_long_table_is_shown_on_request(tab: Tab) -> None:
    _item(tab, "Take away this view", "Show as table").click()
    dialog = tab.frame.get_by_role("dialog", name="kernel norms trends")
    rows = dialog.get_by_role("row")
    expect(rows).to_have_count(301)
    n_rows = len(KERNELS) * len(RUNS) * len(STEPS)
    dialog.get_by_role("button", name=f"Show all {n_rows} rows").click()
    expect(rows).to_have_count(1 + n_rows)


def test_link_is_copied_with_all_controls(tab: Tab) -> None:
    tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.frame.get_by_label("Log y").check()
    _item(tab, "Take away this view", "Copy link").click()
    expect(tab.frame.get_by_text("Link copied")).to_be_visible()
    link = tab.page.evaluate("() => navigator.clipboard.readText()")
    assert link.endswith("#wdnorm&p.wdnorm.logY=true")
    tab.page.goto("about:blank")
    tab.page.goto(link)
    element = tab.page.wait_for_selector("iframe")
    assert element is not None
    frame = element.content_frame()
    assert frame is not None
    expect(frame.get_by_label("Log y")).to_be_checked()


def test_link_is_copied_where_pages_may_not_use_the_clipboard(tab: Tab) -> None:
    # As on http:// addresses of other machines.
    tab.frame.evaluate("() => Object.defineProperty(navigator, 'clipboard', {})")
    tab.frame.evaluate(
        "() => document.addEventListener('copy', () => {"
        " window.copied = document.activeElement.value })"
    )
    _item(tab, "Take away this view", "Copy link").click()
    expect(tab.frame.get_by_text("Link copied")).to_be_visible()
    assert tab.frame.evaluate("() => window.copied").endswith("#wdnorm")


def test_menu_is_used_with_keys(tab: Tab) -> None:
    menu = f"Take away {KERNELS[0]}"
    first = _item(tab, menu, "Show as table")
    expect(first).to_be_focused()
    tab.page.keyboard.press("ArrowUp")
    expect(tab.frame.get_by_role("menuitem", name="Copy link")).to_be_focused()
    tab.page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    tab.page.keyboard.press("Escape")
    expect(first).to_have_count(0)
    expect(tab.frame.get_by_role("button", name=menu)).to_be_focused()


def test_nothing_incomplete_is_saved_while_the_server_is_away(
    tmp_path: Path,
    make_run: Callable[..., RunFrames],
    write_run: Callable[[Path, RunFrames], Path],
    open_tab: OpenTab,
) -> None:
    paths = [f"layer{i}/kernel" for i in range(40)]
    write_run(tmp_path, make_run("a", (0, 1), *paths))
    with running_tensorboard(tmp_path) as server:
        server.wait_for_frames({"a": 1})
        unprepared = open_tab(server.url, server_may_stop=True)
        unprepared.wait_until_drawn()
        tab = open_tab(server.url, server_may_stop=True)
        tab.wait_until_drawn()
        _item(tab, f"Take away {paths[0]}", "Show as table").click()
        tab.frame.get_by_role("dialog").wait_for()
        tab.page.keyboard.press("Escape")
        n_saved = 0

        def count(_download: Download) -> None:
            nonlocal n_saved
            n_saved += 1

        tab.page.on("download", count)

    said = "TensorBoard does not answer."
    _item(unprepared, f"Take away {paths[0]}", "Save as CSV").click()
    expect(unprepared.frame.locator(".said")).to_have_text(said)
    for item in ("Save as CSV", "Save as PNG", "Show as table"):
        _item(tab, "Take away this view", item).click()
        expect(tab.frame.locator(".said")).to_have_text(said)
        expect(tab.frame.locator(".said")).to_have_count(0)
    _item(tab, f"Take away {paths[-1]}", "Save as PNG").click()
    expect(tab.frame.locator(".said")).to_have_text(said)
    assert n_saved == 0
    card = _text(_saved(tab, f"Take away {paths[0]}", "Save as CSV"))
    assert [row["step"] for row in csv.DictReader(io.StringIO(card))] == ["0", "1"]
