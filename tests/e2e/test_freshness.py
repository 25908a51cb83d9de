"""How fresh the page is: reloads, runs that stopped, and what is still to come."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import Route, expect

from tb_wdnorm.core.frames import RunFrames
from tests.e2e.conftest import OpenTab, Serve, Tab
from tests.tensorboard_server import Server

MakeRun = Callable[..., RunFrames]


@pytest.fixture
def server(serve: Serve, make_run: MakeRun) -> Server:
    """Run `early` ended long ago, `late` is being written."""
    late = make_run("late", range(10), l2=1e-3)
    wall_times_s = time.time() + np.arange(-9000.0, 1000, 1000)
    return serve(make_run("early", range(10)), replace(late, wall_times_s=wall_times_s))


def _reload_every(tab: Tab, period: str) -> None:
    tab.frame.get_by_role("button", name="Settings").click()
    tab.frame.get_by_role("combobox", name="Reload every").select_option(period)


def _hide(tab: Tab, hidden: bool) -> None:
    """Lets the page find that it is hidden, as a tab in the background is."""
    tab.frame.evaluate(
        "(hidden) => { Object.defineProperty(document, 'hidden',"
        " {value: hidden, configurable: true});"
        " document.dispatchEvent(new Event('visibilitychange')) }",
        hidden,
    )


def test_runs_that_stopped_are_marked(server: Server, open_tab: OpenTab) -> None:
    tab = open_tab(server.url)
    tab.wait_until_drawn()
    rows = tab.frame.get_by_role("complementary").get_by_role("listitem")
    early, late = rows.all()
    expect(early).to_contain_text(re.compile(r"stopped \d+ d ago"))
    expect(late).not_to_contain_text("stopped")


def test_reloads_pause_while_the_page_is_hidden(
    server: Server, open_tab: OpenTab
) -> None:
    tab = open_tab(server.url)
    tab.wait_until_drawn()
    _reload_every(tab, "5 s")
    is_overview = "/wdnorm/overview"
    with tab.page.expect_request(lambda request: is_overview in request.url):
        pass
    _hide(tab, True)
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    tab.page.wait_for_timeout(6000)
    assert [url for url in asked if is_overview in url] == []
    with tab.page.expect_request(lambda request: is_overview in request.url):
        _hide(tab, False)


def test_period_of_reloads_is_kept_by_the_browser(
    server: Server, open_tab: OpenTab
) -> None:
    tab = open_tab(server.url, controls="&p.wdnorm.view=trends")
    tab.wait_until_drawn()
    _reload_every(tab, "2 min")
    tab.page.reload()
    element = tab.page.wait_for_selector("iframe")
    assert element
    frame = element.content_frame()
    assert frame
    frame.get_by_role("button", name="Settings").click()
    period = frame.get_by_role("combobox", name="Reload every")
    assert period.locator("option:checked").inner_text() == "2 min"


def test_bar_shows_the_progress_of_long_loads(
    server: Server, open_tab: OpenTab
) -> None:
    tab = open_tab(server.url)
    tab.wait_until_drawn()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    tab.page.route("**/wdnorm/snapshot?*", hold)
    tab.frame.get_by_role("tab", name="Overview").click()
    bar = tab.frame.get_by_role("progressbar", name="Loading")
    expect(bar).to_be_visible()
    for route in held:
        route.continue_()
    tab.page.unroute("**/wdnorm/snapshot?*")
    expect(bar).to_have_count(0)
