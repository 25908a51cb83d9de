"""What keeps people from using the page, as axe-core finds it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenTab, Tab
from tests.tensorboard_server import Server, StartServer

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
VIEWS = ["overview", "trends", "distributions", "sweep", "findings"]


@pytest.fixture(params=[False, True], ids=["light", "dark"])
def dark(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def _violations(tab: Tab) -> list[str]:
    """What axe finds serious or critical, as `rule: element (why)`."""
    tab.frame.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = tab.frame.evaluate(
        "() => axe.run(document, {resultTypes: ['violations']})"
    )
    return [
        f"{rule['id']}: {node['html']} ({node['failureSummary']})"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("view", VIEWS)
def test_views(
    view: str, width: int, dark: bool, sweep_server: Server, open_tab: OpenTab
) -> None:
    tab = open_tab(
        sweep_server.url, width=width, dark=dark, controls=f"&p.wdnorm.view={view}"
    )
    tab.wait_until_idle()
    assert _violations(tab) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_everything_in_use(
    width: int, dark: bool, sweep_server: Server, open_tab: OpenTab
) -> None:
    controls = (
        "&p.wdnorm.seeds=merge&p.wdnorm.smoothing=0.5&p.wdnorm.step=400"
        "&p.wdnorm.order=target&p.wdnorm.zoom=100%2C700&p.wdnorm.runFilter=%5B"
    )
    tab = open_tab(sweep_server.url, width=width, dark=dark, controls=controls)
    tab.wait_until_drawn()
    for folded in tab.frame.locator("summary").all():
        folded.click()
    # What was unfolded pushed the charts off the screen, where none are drawn.
    tab.frame.get_by_role("article").first.scroll_into_view_if_needed()
    tab.wait_until_drawn()
    tab.frame.get_by_role("figure").first.focus()
    tab.page.keyboard.press("ArrowRight")
    expect(tab.frame.get_by_role("tooltip")).to_be_visible()
    assert _violations(tab) == []


@pytest.mark.parametrize("name", ["Settings", "Take away this view"])
def test_menus(name: str, dark: bool, sweep_server: Server, open_tab: OpenTab) -> None:
    tab = open_tab(sweep_server.url, dark=dark)
    tab.wait_until_drawn()
    tab.frame.get_by_role("button", name=name).click()
    assert _violations(tab) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_dialogs(
    width: int, dark: bool, sweep_server: Server, open_tab: OpenTab
) -> None:
    tab = open_tab(sweep_server.url, width=width, dark=dark)
    tab.wait_until_drawn()
    tab.frame.get_by_role("button", name="Show encoder/kernel large").click()
    tab.wait_until_drawn()
    large = tab.frame.get_by_role("dialog", name="encoder/kernel")
    expect(large).to_be_visible()
    assert _violations(tab) == []
    large.get_by_role("button", name="Take away encoder/kernel").click()
    tab.frame.get_by_role("menuitem", name="Show as table").click()
    table = tab.frame.get_by_role("dialog", name="Channel norms of encoder/kernel")
    expect(table).to_be_visible()
    assert _violations(tab) == []


@pytest.mark.parametrize(
    "controls", ["&p.wdnorm.runFilter=none%20such", "&p.wdnorm.kernelFilter=no%20such"]
)
def test_nothing_that_matches(
    controls: str, dark: bool, sweep_server: Server, open_tab: OpenTab
) -> None:
    tab = open_tab(sweep_server.url, dark=dark, controls=controls)
    tab.frame.get_by_role("status").first.wait_for()
    tab.wait_until_idle()
    assert _violations(tab) == []


def test_no_data(
    dark: bool, tensorboard: StartServer, open_tab: OpenTab, tmp_path: Path
) -> None:
    server = tensorboard(tmp_path)
    tab = open_tab(server.url, dark=dark, controls="&p.wdnorm.view=trends")
    tab.frame.get_by_text("No kernel norms here yet").wait_for()
    assert _violations(tab) == []
