"""The page's controls, and the address that holds them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import DEMO_RUNS, OpenTab, Tab
from tests.tensorboard_server import Server


def _hash(tab: Tab) -> str:
    return tab.page.evaluate("() => location.hash")


def _wait_for_hash(tab: Tab, wanted: str) -> None:
    tab.page.wait_for_function("(wanted) => location.hash === wanted", arg=wanted)


def _drawn_kernels(tab: Tab) -> list[str]:
    tab.wait_until_drawn()
    return [chart["kernel"] for chart in tab.charts("trends")]


def test_address_says_nothing_of_defaults(demo_tab: Tab) -> None:
    demo_tab.page.wait_for_timeout(500)
    assert _hash(demo_tab) == "#wdnorm"


def test_link_shows_the_same_again(demo_server: Server, open_tab: OpenTab) -> None:
    tab = open_tab(demo_server.url)
    tab.wait_until_drawn()
    tab.frame.get_by_role("checkbox", name="wd=2e-2").uncheck()
    tab.frame.get_by_role("searchbox", name="Filter kernels").fill("^(in|out)put/")
    tab.frame.get_by_text("Epoch", exact=True).click()
    _wait_for_hash(
        tab,
        "#wdnorm&p.wdnorm.hidden=ff5fb665b3e8"
        "&p.wdnorm.kernelFilter=%5E(in%7Cout)put%2F&p.wdnorm.axis=epoch",
    )
    again = open_tab(demo_server.url, controls=_hash(tab).removeprefix("#wdnorm"))
    again.wait_until_drawn()
    charts = again.charts("trends")
    assert charts == tab.charts("trends")
    assert [chart["kernel"] for chart in charts] == ["input/kernel", "output/kernel"]
    assert {chart["axis"] for chart in charts} == {"epoch"}
    for chart in charts:
        assert [run["run"] for run in chart["runs"]] == DEMO_RUNS[:3]


def test_other_tabs_of_tensorboard_keep_the_controls(demo_tab: Tab) -> None:
    demo_tab.frame.get_by_role("tab", name="Sweep").click()
    _wait_for_hash(demo_tab, "#wdnorm&p.wdnorm.view=sweep")
    demo_tab.page.get_by_role("tab", name="Time Series").click()
    _wait_for_hash(demo_tab, "#timeseries&p.wdnorm.view=sweep")
    demo_tab.page.get_by_role(
        "tab", name=re.compile("kernel norms", re.IGNORECASE)
    ).click()
    _wait_for_hash(demo_tab, "#wdnorm&p.wdnorm.view=sweep")


def test_nonsense_in_the_address_is_ignored(
    demo_server: Server, open_tab: OpenTab
) -> None:
    nonsense = "&p.wdnorm.view=scalars&p.wdnorm.bins=-1&p.wdnorm.baseline=nobody"
    tab = open_tab(demo_server.url, controls=nonsense)
    tab.wait_until_drawn()
    assert len(tab.charts("trends")) == 3


def test_kernels_are_grouped_by_a_pattern(demo_tab: Tab) -> None:
    demo_tab.frame.get_by_role("combobox", name="Group by").select_option("own regex")
    pattern = demo_tab.frame.get_by_role("searchbox", name="Regex with a capture group")
    pattern.fill("(..)put/")
    demo_tab.frame.get_by_role("heading", name="in", exact=True).wait_for()
    assert _drawn_kernels(demo_tab) == ["in", "bottleneck/kernel", "ut"]


def test_wrong_filter_is_told_and_filters_nothing(demo_tab: Tab) -> None:
    field = demo_tab.frame.get_by_role("searchbox", name="Filter kernels")
    field.fill("input(")
    sentence = "This is no regular expression: Unterminated group."
    expect(demo_tab.frame.get_by_text(sentence)).to_be_visible()
    expect(field).to_have_accessible_description(sentence)
    assert len(_drawn_kernels(demo_tab)) == 3


def test_filter_that_matches_no_kernel_shows_the_way_out(demo_tab: Tab) -> None:
    demo_tab.frame.get_by_role("searchbox", name="Filter kernels").fill("conv9")
    expect(demo_tab.frame.get_by_text("No kernel matches “conv9”.")).to_be_visible()
    demo_tab.frame.get_by_role("button", name="Show all kernels").click()
    assert len(_drawn_kernels(demo_tab)) == 3


def test_filter_that_matches_no_run_shows_the_way_out(demo_tab: Tab) -> None:
    demo_tab.frame.get_by_role("searchbox", name="Filter runs").fill("seed")
    expect(demo_tab.frame.get_by_text("No ticked run matches “seed”.")).to_be_visible()
    demo_tab.frame.get_by_role("button", name="Select all").click()
    demo_tab.wait_until_drawn()
    assert len(demo_tab.charts("trends")[0]["runs"]) == 4


def test_one_run_of_all_is_shown_alone(demo_tab: Tab) -> None:
    demo_tab.frame.get_by_text("wd=2e-3", exact=True).hover()
    demo_tab.frame.get_by_role("button", name="Show only wd=2e-3").click()
    demo_tab.wait_until_drawn()
    for chart in demo_tab.charts("trends"):
        assert [run["run"] for run in chart["runs"]] == ["wd=2e-3"]


def test_star_chooses_the_baseline(demo_tab: Tab) -> None:
    star = demo_tab.frame.get_by_role("button", name="is the baseline")
    expect(star).to_have_accessible_name("wd=0 is the baseline")
    demo_tab.frame.get_by_text("wd=2e-4", exact=True).hover()
    demo_tab.frame.get_by_role("button", name="Compare with wd=2e-4").click()
    expect(star).to_have_accessible_name("wd=2e-4 is the baseline")
    _wait_for_hash(demo_tab, "#wdnorm&p.wdnorm.baseline=ade503fcf5d3")


def test_theme_of_ones_own_is_kept(demo_server: Server, open_tab: OpenTab) -> None:
    tab = open_tab(demo_server.url)
    tab.frame.get_by_role("button", name="Settings").click()
    tab.frame.get_by_role("combobox", name="Theme").select_option("dark")
    tab.page.reload()
    element = tab.page.wait_for_selector("iframe")
    assert element is not None
    frame = element.content_frame()
    assert frame is not None
    frame.wait_for_function(
        "() => document.documentElement.style.colorScheme === 'dark'"
    )


def test_views_are_reached_by_keyboard(demo_tab: Tab) -> None:
    demo_tab.frame.get_by_role("tab", name="Trends").focus()
    for name in ("Distributions", "Sweep", "Findings", "Overview"):
        demo_tab.page.keyboard.press("ArrowRight")
        selected = demo_tab.frame.get_by_role("tab", selected=True)
        expect(selected).to_have_text(name)
        expect(selected).to_be_focused()


def test_large_card_covers_the_page_until_escape(demo_tab: Tab) -> None:
    demo_tab.frame.get_by_role("heading", name="input/kernel").hover()
    demo_tab.frame.get_by_role("button", name="Show input/kernel large").click()
    dialog = demo_tab.frame.get_by_role("dialog", name="input/kernel")
    expect(dialog).to_be_visible()
    _wait_for_hash(demo_tab, "#wdnorm&p.wdnorm.large=d4e884184bb8")
    demo_tab.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    _wait_for_hash(demo_tab, "#wdnorm")


def test_pinned_card_comes_first(demo_tab: Tab) -> None:
    demo_tab.frame.get_by_role("heading", name="output/kernel").hover()
    demo_tab.frame.get_by_role("button", name="Pin output/kernel to the top").click()
    headings = demo_tab.frame.get_by_role("heading", level=3)
    expect(headings.first).to_have_text("output/kernel")


@pytest.mark.parametrize("view", ["trends", "distributions", "sweep"])
def test_step_slider_serves_every_view(
    view: str, demo_server: Server, open_tab: OpenTab
) -> None:
    tab = open_tab(demo_server.url, controls=f"&p.wdnorm.view={view}")
    slider = tab.frame.get_by_role("slider", name="Step")
    expect(slider).to_have_attribute("aria-valuetext", "last")
    slider.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", "998")
    slider.press("End")
    expect(slider).to_have_attribute("aria-valuetext", "last")
