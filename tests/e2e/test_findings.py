"""The Findings view, and its verdicts in Overview."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import DEMO_RUNS, SCREENSHOTS, OpenTab, Tab
from tests.tensorboard_server import Server

VIEW = "&p.wdnorm.view=findings"


@pytest.fixture(scope="module")
def found(demo_server: Server) -> Any:
    """What the server says, which has half of the frames, as TensorBoard samples."""
    return demo_server.plugin("findings").json()


@pytest.fixture
def tab(demo_server: Server, open_tab: OpenTab) -> Tab:
    return open_findings(demo_server, open_tab)


def open_findings(
    server: Server, open_tab: OpenTab, *, width: int = 1280, dark: bool = False
) -> Tab:
    tab = open_tab(server.url, width=width, dark=dark, controls=VIEW)
    expect(tab.frame.get_by_role("heading", name="Runs side by side")).to_be_visible()
    tab.wait_until_idle()
    return tab


def test_every_run_and_kernel_has_the_sentence_of_the_server(
    tab: Tab, found: Any
) -> None:
    for run in found["runs"]:
        region = tab.frame.get_by_role("region", name=run["name"], exact=True)
        for kernel in run["kernels"]:
            expect(region).to_contain_text(kernel["sentence"])
        for group in run["groups"]:
            expect(region).to_contain_text(group["sentence"])


def test_groups_are_told_of_once(tab: Tab, found: Any) -> None:
    for run in found["runs"]:
        region = tab.frame.get_by_role("region", name=run["name"], exact=True)
        for group in run["groups"]:
            expect(region.get_by_text(f"{group['name']}: ")).to_have_count(1)


def test_sentences_start_below_each_other(tab: Tab) -> None:
    sentences = tab.frame.locator(".judged > :last-child")
    boxes = [sentence.bounding_box() for sentence in sentences.all()]
    assert len(boxes) > 10
    assert len({box["x"] for box in boxes if box}) == 1


def test_runs_are_compared_in_the_words_of_the_server(tab: Tab, found: Any) -> None:
    view = tab.frame.get_by_role("tabpanel")
    assert found["comparisons"]
    assert found["responses"]
    for sentence in found["comparisons"]:
        expect(view).to_contain_text(sentence)
    for response in found["responses"]:
        expect(view).to_contain_text(response["sentence"])


def test_verdicts_are_counted(tab: Tab, found: Any) -> None:
    counts = Counter(
        k["verdict"]["name"] for run in found["runs"] for k in run["kernels"]
    )
    label = "Number of kernels, in all runs shown, by verdict"
    chips = tab.frame.get_by_role("list", name=label).get_by_role("listitem")
    texts = {text.split(maxsplit=1)[1] for text in chips.all_inner_texts()}
    assert texts == {f"{n} {name}" for name, n in counts.items()}


def test_filter_of_kernels_chooses_what_is_said(tab: Tab) -> None:
    tab.frame.get_by_placeholder("Filter kernels").fill("output")
    region = tab.frame.get_by_role("region", name="wd=2e-3", exact=True)
    expect(region).to_contain_text("output/kernel")
    expect(region).not_to_contain_text("input/kernel:")


def test_unticked_run_is_not_told_of(tab: Tab) -> None:
    tab.frame.get_by_role("checkbox", name="wd=2e-2").uncheck()
    expect(tab.frame.get_by_role("region", name="wd=2e-2")).to_have_count(0)
    tab.wait_until_idle()
    expect(tab.frame.get_by_role("tabpanel")).not_to_contain_text("l2=0.02")


def test_a_finding_leads_to_its_curves_at_its_step(tab: Tab, found: Any) -> None:
    kernel = next(
        kernel
        for run in found["runs"]
        for kernel in run["kernels"]
        if (run["name"], kernel["path"]) == ("wd=2e-3", "output/kernel")
    )
    name = "Show the trends behind: " + kernel["sentence"]
    tab.frame.get_by_role("button", name=name).click()
    dialog = tab.frame.get_by_role("dialog", name="output/kernel")
    expect(dialog).to_be_visible()
    expect(tab.frame.locator(".step-slider output, output").last).to_have_text("1,000")


def test_table_has_the_verdicts(tab: Tab, found: Any) -> None:
    tab.frame.get_by_role("button", name="Take away this view").click()
    tab.frame.get_by_role("menuitem", name="Show as table").click()
    rows = tab.frame.get_by_role("dialog").get_by_role("row")
    expect(rows.first).to_have_text("kernelrunverdictcertainsentence")
    shown = {tuple(row.split("\t")[:3]) for row in rows.all_inner_texts()[1:]}
    assert shown == {
        (kernel["path"], run["name"], kernel["verdict"]["name"])
        for run in found["runs"]
        for kernel in run["kernels"]
    }


def test_picture_has_nothing_to_press(tab: Tab) -> None:
    shown = """() => {
      const view = document.getElementById('view')
      new MutationObserver(() => {
        if (!view.classList.contains('pictured')) return
        const buttons = [...view.querySelectorAll('button')]
        window.n_pictured = buttons.filter((one) => one.checkVisibility()).length
      }).observe(view, {attributes: true})
    }"""
    tab.frame.evaluate(shown)
    tab.frame.get_by_role("button", name="Take away this view").click()
    with tab.page.expect_download() as download:
        tab.frame.get_by_role("menuitem", name="Save as PNG").click()
    download.value.save_as(SCREENSHOTS / "saved-findings.png")
    assert tab.frame.evaluate("() => window.n_pictured") == 0
    expect(
        tab.frame.get_by_role("button", name="Show the trends").first
    ).to_be_visible()


def test_cells_of_overview_have_the_verdicts(
    demo_server: Server, open_tab: OpenTab, found: Any
) -> None:
    tab = open_tab(demo_server.url, controls="&p.wdnorm.view=overview")
    tab.wait_until_drawn()
    verdicts = {
        (row["kernel"], cell["run"]): cell["verdict"]
        for row in tab.charts("overview")
        for cell in row["cells"]
    }
    assert verdicts == {
        (kernel["path"], run["name"]): kernel["verdict"]["name"]
        for run in found["runs"]
        for kernel in run["kernels"]
    }
    assert {run for _, run in verdicts} == set(DEMO_RUNS)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_pictures(
    demo_server: Server, open_tab: OpenTab, width: int, dark: bool
) -> None:
    tab = open_findings(demo_server, open_tab, width=width, dark=dark)
    tab.screenshot(f"findings-{width}-{'dark' if dark else 'light'}")
    assert tab.frame.evaluate("document.documentElement.scrollWidth") <= width
