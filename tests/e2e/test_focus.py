"""Where the keyboard is when what was pressed is gone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Locator, expect

from tb_wdnorm.core.frames import RunFrames
from tests.e2e.conftest import OpenTab, Tab
from tests.e2e.servers import running_tensorboard
from tests.tensorboard_server import Server

KERNEL = "output/kernel"


def _press(button: Locator) -> None:
    """Presses a button with the keyboard."""
    button.focus()
    button.press("Enter")


@pytest.mark.parametrize(
    ("field", "offer"),
    [("Filter kernels", "Show all kernels"), ("Filter runs", "Select all")],
)
def test_all_that_a_filter_hid_is_shown(demo_tab: Tab, field: str, offer: str) -> None:
    box = demo_tab.frame.get_by_role("searchbox", name=field)
    box.fill("no such")
    _press(demo_tab.frame.get_by_role("button", name=offer))
    expect(box).to_be_focused()
    expect(box).to_have_value("")


def test_all_kernels_are_shown_where_the_filter_is_folded_away(
    demo_server: Server, open_tab: OpenTab
) -> None:
    tab = open_tab(demo_server.url, width=320, controls="&p.wdnorm.kernelFilter=none")
    _press(tab.frame.get_by_role("button", name="Show all kernels"))
    expect(tab.frame.get_by_role("tabpanel")).to_be_focused()


def test_zoom_is_reset(demo_server: Server, open_tab: OpenTab) -> None:
    tab = open_tab(demo_server.url, controls="&p.wdnorm.zoom=100%2C200")
    _press(tab.frame.get_by_role("button", name="Reset zoom"))
    expect(tab.frame.get_by_role("slider", name="Smoothing")).to_be_focused()


def test_all_rows_of_a_table_are_shown(demo_tab: Tab) -> None:
    menu = demo_tab.frame.get_by_role("button", name="Take away this view")
    _press(menu)
    demo_tab.page.keyboard.press("Enter")
    dialog = demo_tab.frame.get_by_role("dialog")
    _press(dialog.get_by_role("button", name="Show all"))
    expect(dialog.get_by_role("region", name="Values")).to_be_focused()
    _press(dialog.get_by_role("button", name="Close"))
    expect(menu).to_be_focused()


def test_group_is_folded_and_unfolded(demo_tab: Tab) -> None:
    demo_tab.show("Overview")
    fold = demo_tab.frame.get_by_role("button", name="Conv1D, 3 kernels")
    _press(fold)
    for is_open in ("false", "true"):
        expect(fold).to_have_attribute("aria-expanded", is_open)
        expect(fold).to_be_focused()
        demo_tab.page.keyboard.press("Enter")


@pytest.mark.parametrize("way", ["Escape", "Close"])
def test_large_card_is_closed(demo_tab: Tab, way: str) -> None:
    opener = demo_tab.frame.get_by_role("button", name=f"Show {KERNEL} large")
    _press(opener)
    _close(demo_tab, way)
    expect(opener).to_be_focused()


@pytest.mark.parametrize("way", ["Escape", "Close"])
def test_large_card_that_another_view_opened_is_closed(demo_tab: Tab, way: str) -> None:
    demo_tab.show("Overview")
    _press(demo_tab.frame.get_by_role("button", name=KERNEL))
    _close(demo_tab, way)
    button = demo_tab.frame.get_by_role("button", name=f"Show {KERNEL} large")
    expect(button).to_be_focused()


def test_large_group_that_has_no_card_is_closed(demo_tab: Tab) -> None:
    demo_tab.show("Overview")
    demo_tab.frame.get_by_role("button", name="Collapse all").click()
    row = demo_tab.frame.locator(".heat-map tbody .tail")
    _press(row)
    _close(demo_tab, "Escape")
    expect(demo_tab.frame.get_by_role("tabpanel")).to_be_focused()


def _close(tab: Tab, way: str) -> None:
    dialog = tab.frame.get_by_role("dialog")
    if way == "Close":
        _press(dialog.get_by_role("button", name=way))
    else:
        expect(dialog).to_be_visible()
        tab.page.keyboard.press(way)
    expect(dialog).to_have_count(0)


def test_server_is_back(
    tmp_path: Path,
    make_run: Callable[..., RunFrames],
    write_run: Callable[[Path, RunFrames], Path],
    open_tab: OpenTab,
) -> None:
    write_run(tmp_path, make_run("a"))
    with running_tensorboard(tmp_path) as server:
        server.wait_for_frames({"a": 2})
        tab = open_tab(server.url, server_may_stop=True)
        tab.wait_until_drawn()
    tab.frame.get_by_role("button", name="Reload").click()
    retry = tab.frame.get_by_role("button", name="Retry now")
    retry.focus()
    port = str(urlparse(server.url).port)
    with running_tensorboard(tmp_path, "--port", port):
        expect(retry).to_have_count(0, timeout=40_000)
        expect(tab.frame.get_by_role("tabpanel")).to_be_focused()
