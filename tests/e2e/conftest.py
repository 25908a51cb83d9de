"""A real browser on a real TensorBoard."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Frame,
    Locator,
    Page,
    sync_playwright,
)

from tb_wdnorm.core.frames import RunFrames
from tests.e2e.servers import MODULE, running_tensorboard
from tests.e2e.trend_logs import RUNS, STEPS, write_sweep
from tests.tensorboard_server import Server, StartServer

DEMO_RUNS = ["wd=0", "wd=2e-4", "wd=2e-3", "wd=2e-2"]
SCREENSHOTS = Path(__file__).parents[2] / "screenshots"
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_IDLE = "() => window.__wdnorm?.idle() && window.__wdnorm.charts().length > 0"


@dataclass(frozen=True)
class Tab:
    """The plugin's tab, opened.

    Attributes:
        page: TensorBoard's page.
        frame: The plugin's frame in it.
    """

    page: Page
    frame: Frame

    def wait_until_idle(self) -> None:
        """Waits until nothing more is to come, which may be no chart at all."""
        self.frame.wait_for_function("() => window.__wdnorm?.idle()")

    def wait_until_drawn(self) -> None:
        """Waits until everything visible is fetched and drawn."""
        self.frame.wait_for_function(_IDLE)
        # Two frames: what was just asked for may not have begun.
        self.frame.evaluate(
            "() => new Promise(r => requestAnimationFrame("
            "() => requestAnimationFrame(r)))"
        )
        self.frame.wait_for_function(_IDLE)

    def show(self, view: str) -> None:
        """Shows a view by its name."""
        self.frame.get_by_role("tab", name=view).click()
        self.wait_until_drawn()

    def charts(self, view: str) -> list[dict[str, Any]]:
        """What is drawn, in data units."""
        charts: list[dict[str, Any]] = self.frame.evaluate("() => __wdnorm.charts()")
        assert {chart["view"] for chart in charts} == {view}
        return charts

    def overflow(self) -> int:
        """By how many pixels the page is wider than what is seen of it."""
        pixels: int = self.frame.evaluate(
            "() => document.documentElement.scrollWidth"
            " - document.documentElement.clientWidth"
        )
        return pixels

    def screenshot(self, name: str, height: float | None = None) -> None:
        """Keeps a picture of the page for people to look at.

        Args:
            name: Of the file.
            height: Of the picture, from the top, in pixels; by default all.
        """
        SCREENSHOTS.mkdir(exist_ok=True)
        size = self.page.viewport_size
        assert size is not None
        self.page.screenshot(
            path=SCREENSHOTS / f"{name}.png",
            clip={
                "x": 0,
                "y": 0,
                "width": size["width"],
                "height": size["height"] if height is None else height,
            },
        )


OpenTab = Callable[..., Tab]


@pytest.fixture(scope="session")
def demo_server(demo_logs: Path) -> Iterator[Server]:
    """A TensorBoard that shows the demo's logs."""
    with running_tensorboard(demo_logs) as server:
        server.wait_for_frames(dict.fromkeys(DEMO_RUNS, 1000))
        yield server


@pytest.fixture(scope="session")
def sweep_logs(
    tmp_path_factory: pytest.TempPathFactory,
    write_run: Callable[[Path, RunFrames], Path],
) -> Path:
    """Logs of the sweep of `trend_logs`."""
    logdir = tmp_path_factory.mktemp("sweep")
    write_sweep(logdir, write_run)
    return logdir


@pytest.fixture(scope="session")
def sweep_server(sweep_logs: Path) -> Iterator[Server]:
    """A TensorBoard that shows them."""
    with running_tensorboard(sweep_logs) as server:
        server.wait_for_frames(dict.fromkeys(RUNS, int(STEPS[-1])))
        yield server


@pytest.fixture
def tensorboard_module() -> str:
    return MODULE


Serve = Callable[..., Server]


@pytest.fixture
def serve(
    tensorboard: StartServer,
    write_run: Callable[[Path, RunFrames], Path],
    tmp_path: Path,
) -> Serve:
    """Writes runs, and shows them in a TensorBoard."""

    def serve(*runs: RunFrames) -> Server:
        for run in runs:
            write_run(tmp_path, run)
        server = tensorboard(tmp_path)
        server.wait_for_frames({run.name: int(run.steps[-1]) for run in runs})
        return server

    return serve


@pytest.fixture
def demo_tab(demo_server: Server, open_tab: OpenTab) -> Tab:
    """The demo's logs in the plugin's tab, drawn."""
    tab = open_tab(demo_server.url)
    tab.wait_until_drawn()
    return tab


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["CHROMIUM"], args=_FLAGS
        )
        yield browser
        browser.close()


@pytest.fixture
def open_tab(browser: Browser) -> Iterator[OpenTab]:
    """Opens TensorBoard at the tab; any console error fails the test.

    With `controls`, such as `&p.wdnorm.view=sweep`, it opens a link to them.
    """
    said: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        ours = "plugin/wdnorm" in message.location["url"]
        if message.type == "error" or (message.type == "warning" and ours):
            said.append(f"{message.text} ({message.location['url']})")

    def open_it(
        url: str,
        *,
        width: int = 1280,
        height: int = 800,
        dark: bool = False,
        controls: str = "",
        server_may_stop: bool = False,
    ) -> Tab:
        page = browser.new_page(viewport={"width": width, "height": height})
        if not server_may_stop:
            page.on("console", listen)
        page.on("pageerror", lambda error: said.append(str(error)))
        # TensorBoard itself opens with another tab, which takes a while to be drawn.
        page.goto(f"{url}/?darkMode={str(dark).lower()}#wdnorm{controls}")
        element = page.wait_for_selector("iframe#wdnorm, iframe[id*=wdnorm], iframe")
        assert element is not None
        frame = element.content_frame()
        assert frame is not None
        return Tab(page, frame)

    yield open_it
    for context in browser.contexts:
        context.close()
    assert said == []


def pixels_like(element: Locator, colour: str) -> int:
    """Counts the pixels of an element that have a colour, roughly.

    Args:
        element: What to look at.
        colour: As computed style gives it, `rgb(1, 2, 3)` or `#010203`.
    """
    wanted = np.array(_channels(colour))
    image = Image.open(io.BytesIO(element.screenshot())).convert("RGB")
    pixels: npt.NDArray[np.int64] = np.asarray(image, np.int64)
    return int((np.abs(pixels - wanted).max(axis=2) <= 12).sum())


def _channels(colour: str) -> list[int]:
    if colour.startswith("#"):
        return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return [int(number) for number in re.findall(r"\d+", colour)[:3]]
