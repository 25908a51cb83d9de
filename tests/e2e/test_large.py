"""One row, large over everything else."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import OpenTab, Tab, pixels_like
from tests.e2e.trend_logs import KERNELS, RUNS
from tests.tensorboard_server import Server

BROKEN = "from here on some channels are NaN or infinite"


def _open(server: Server, open_tab: OpenTab, view: str, controls: str = "") -> Tab:
    tab = open_tab(server.url, controls=f"&p.wdnorm.view={view}{controls}")
    tab.wait_until_drawn()
    return tab


def _enlarge(tab: Tab, kernel: str) -> None:
    tab.frame.get_by_role("button", name=f"Show {kernel} large").press("Enter")
    tab.wait_until_drawn()


def _said(tab: Tab, name: str) -> list[str]:
    """The entries of a list in the large card."""
    dialog = tab.frame.get_by_role("dialog")
    found = dialog.get_by_role("list", name=name).get_by_role("listitem")
    return [text.strip() for text in found.all_inner_texts()]


@pytest.mark.parametrize("view", ["trends", "sweep"])
def test_runs_are_named_in_their_colours(
    view: str, sweep_server: Server, open_tab: OpenTab
) -> None:
    tab = _open(sweep_server, open_tab, view)
    _enlarge(tab, KERNELS[1])
    assert _said(tab, "Runs") == list(RUNS)
    runs = tab.frame.get_by_role("dialog").get_by_role("list", name="Runs")
    for swatch in runs.locator("svg").all():
        colour = swatch.locator("line").get_attribute("stroke") or ""
        assert pixels_like(swatch, colour) > 10


def test_merged_seeds_are_named_as_one(sweep_server: Server, open_tab: OpenTab) -> None:
    tab = _open(sweep_server, open_tab, "trends", "&p.wdnorm.seeds=merge")
    _enlarge(tab, KERNELS[1])
    assert _said(tab, "Runs") == ["wd=0", "wd=1e-3 (3 seeds)", "wd=1e-2"]


def test_legend_is_about_that_row(sweep_server: Server, open_tab: OpenTab) -> None:
    tab = _open(sweep_server, open_tab, "trends")
    _enlarge(tab, KERNELS[0])
    always = ["mean of the channel norms", "largest", "middle 75 % of the channels"]
    assert _said(tab, "Legend") == [*always, "target", BROKEN]
    tab.page.keyboard.press("Escape")
    _enlarge(tab, KERNELS[2])
    assert _said(tab, "Legend") == always


@pytest.mark.parametrize(("width", "dark"), [(320, True), (1280, False)])
@pytest.mark.parametrize("view", ["trends", "sweep"])
def test_pictures(
    view: str, width: int, dark: bool, sweep_server: Server, open_tab: OpenTab
) -> None:
    tab = open_tab(
        sweep_server.url,
        width=width,
        dark=dark,
        controls=f"&p.wdnorm.view={view}",
    )
    tab.wait_until_drawn()
    _enlarge(tab, KERNELS[0])
    tab.screenshot(f"large-{view}-{width}-{'dark' if dark else 'light'}")
    dialog = tab.frame.get_by_role("dialog")
    assert dialog.evaluate("(box) => box.scrollHeight - box.clientHeight") == 0
    assert tab.overflow() == 0
