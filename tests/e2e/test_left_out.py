"""What Distributions says of runs that it cannot draw."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import expect

from tb_wdnorm.core.frames import RunFrames
from tests.e2e.conftest import OpenTab, Serve, Tab
from tests.tensorboard_server import Server

DISTRIBUTIONS = "&p.wdnorm.view=distributions"


@pytest.fixture
def broken_server(serve: Serve, make_run: Callable[..., RunFrames]) -> Server:
    """Two runs; the norms of one are not finite at its last step."""
    spread = {"mean": 1.5, "max": 2} | {f"q{i}": 1 + i / 32 for i in range(33)}
    broken = {
        name: np.array([[value]] * 10 + [[np.nan]]) for name, value in spread.items()
    }
    return serve(
        make_run("whole", range(11), **spread), make_run("broken", range(11), **broken)
    )


def _figures(tab: Tab) -> list[str]:
    figures = tab.frame.get_by_role("figure").all()
    return [" ".join(figure.inner_text().split()) for figure in figures]


def test_run_that_is_not_finite_is_told(
    broken_server: Server, open_tab: OpenTab
) -> None:
    tab = open_tab(broken_server.url, controls=DISTRIBUTIONS)
    tab.wait_until_drawn()
    said = "1 run left out: not finite at this step"
    assert _figures(tab) == ["", "", "", "", said]
    expect(tab.frame.get_by_role("figure").last).to_have_attribute(
        "aria-label",
        "Distribution of 4 channel norms of dense/kernel at step 10, 1 run: "
        f"mean 1.500. {said}.",
    )
    tab.screenshot("distributions-left-out", 500)
    tab.frame.get_by_role("combobox", name="Shape").select_option("ridgeline")
    tab.wait_until_drawn()
    assert _figures(tab) == ["1 run left out: not finite at some steps"]
    tab.screenshot("distributions-left-out-ridges", 500)


def test_panels_say_that_all_is_outside_the_limits(
    broken_server: Server, open_tab: OpenTab
) -> None:
    controls = DISTRIBUTIONS + "&p.wdnorm.xLimits=5%2C9"
    tab = open_tab(broken_server.url, controls=controls)
    tab.wait_until_drawn()
    said = "outside the limits"
    last = f"{said} 1 run left out: not finite at this step"
    assert _figures(tab) == [*(4 * [said]), last]
    tab.screenshot("distributions-outside", 500)


def test_wrong_limits_are_told_in_words(
    broken_server: Server, open_tab: OpenTab
) -> None:
    tab = open_tab(broken_server.url, controls=DISTRIBUTIONS)
    tab.wait_until_drawn()
    low = tab.frame.get_by_role("spinbutton", name="Norm from")
    high = tab.frame.get_by_role("spinbutton", name="Norm to")
    high.fill("0.1")
    low.fill("0.2")
    sentence = "The second number must be given and larger than the first."
    fault = tab.frame.get_by_text(sentence)
    expect(fault).to_be_visible()
    expect(low).to_have_accessible_description(sentence)
    expect(high).to_have_accessible_description(sentence)
    tab.screenshot("limits-fault", 400)
    high.fill("0.3")
    expect(fault).to_have_count(0)
    expect(low).to_have_accessible_description("")
