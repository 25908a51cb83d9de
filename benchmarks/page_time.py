"""Time of the page in a browser, beside TensorBoard's Histograms dashboard."""

from __future__ import annotations

import contextlib
import itertools
import os
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Frame, Page, ViewportSize, sync_playwright
from tensorboard.plugins.histogram import summary_v2 as histogram

from benchmarks.measurement import Row, milliseconds_row
from benchmarks.served_runs import served
from benchmarks.synthetic_runs import describe as describe_run
from benchmarks.synthetic_runs import frames, write_runs
from tb_wdnorm.wire import FrameEncoder
from tb_wdnorm.write.event_file import EventFile
from tests.tensorboard_server import Server

_SIZE = (20, 500, 54)
_N_HISTOGRAM_KERNELS = 12
# What the dashboard draws before it is asked for more: two tags in twelve runs.
_N_HISTOGRAMS = 24
_FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"]
_USUAL: ViewportSize = {"width": 1280, "height": 800}
_TALL: ViewportSize = {"width": 1280, "height": 6000}
_REDRAWN = {
    "panels of Distributions": ("distributions", {"width": 1700, "height": 900}),
    "cards of Trends": ("trends", {"width": 2560, "height": 2400}),
}
# Of what changes all charts and needs no new data: whether peaks are cut, log y.
_TOGGLE = ".toggle input"
_Redrawn = tuple[int, list[dict[str, float]], list[dict[str, float]]]
_SLOW = {"latency": 200, "downloadThroughput": 625_000, "uploadThroughput": 625_000}
_DRAWN = "() => window.__wdnorm?.charts().length > 0"
_IDLE = "() => window.__wdnorm?.idle() && window.__wdnorm.charts().length > 0"
# Clicks, then counts frames until the page is idle; times in milliseconds. `received`
# is when the last answer had come.
_UNTIL_IDLE = """async (selector) => {
  const frame = () => new Promise(requestAnimationFrame)
  await frame(); await frame()
  const began = performance.now()
  document.querySelector(selector).click()
  const gaps = []
  let last = began
  do {
    await frame()
    const now = performance.now()
    gaps.push(now - last)
    last = now
  } while (!window.__wdnorm.idle())
  const asked = performance.getEntriesByType('resource')
  const received = Math.max(began, ...asked.map((entry) => entry.responseEnd))
  return {
    taken: last - began,
    longest: Math.max(...gaps),
    received: received - began,
  }
}"""
_SCROLL = """async (pixels) => {
  const frame = () => new Promise(requestAnimationFrame)
  const view = document.getElementById('view')
  const box = [view, ...view.querySelectorAll('*')].find(
    (element) => element.scrollWidth > element.clientWidth + 1000)
  await frame()
  const began = performance.now()
  let n = 0
  for (let at = 0; at < box.scrollWidth - box.clientWidth; at += pixels, n++) {
    box.scrollLeft = at
    await frame()
  }
  return n / (performance.now() - began) * 1000
}"""


def page(n_rounds: int = 5) -> list[Row]:
    """Measures the page of 20 runs × 54 kernels × 500 steps."""
    runs: list[tuple[EventFile, FrameEncoder, Iterator[Any]]] = []

    def write(logdir: str) -> None:
        write_runs(logdir, *_SIZE)
        n_runs, n_frames, n_kernels = _SIZE
        for number in range(n_runs):
            info = describe_run(n_kernels, l2=number * 1e-4)
            more = frames(info, n_frames + 1000, seed=number)
            file = EventFile(os.path.join(logdir, str(number)))
            encoder = FrameEncoder(info, scalars=False)
            runs.append((file, encoder, itertools.islice(more, n_frames, None)))

    def grow() -> None:
        for file, encoder, more in runs:
            frame = next(more)
            file.write(encoder.summary(frame, n_before=0), frame.step, time.time())
            file.flush()

    with _browser() as browser, served(write, "--reload_interval=1") as server:
        numbers = itertools.count(1)
        first = [_first_charts(browser, server, numbers) for _ in range(n_rounds + 1)]
        slow = [_first_charts(browser, server, numbers, _SLOW) for _ in range(n_rounds)]
        redrawn = [
            _redraw(browser, server, *view, n_rounds) for view in _REDRAWN.values()
        ]
        fps = _scroll(browser, server, n_rounds)
        live = _live(browser, server, grow, n_rounds)
        for file, _, _ in runs:
            file.close()
    return [
        milliseconds_row("first charts after the click on the tab", first[1:], 1000),
        milliseconds_row("the same at 5 Mbit/s and 200 ms", slow, 3000),
        *itertools.chain.from_iterable(map(_redraw_rows, _REDRAWN, redrawn)),
        _frame_rate_row("scrolling through 324 panels", fps, 45),
        _limited(
            "a live step of all runs: the page, once it has the answer",
            [each["taken"] - each["received"] for each in live],
            50,
        ),
        _limited("the same with the server", [each["taken"] for each in live]),
    ]


def histograms(n_rounds: int = 3) -> list[Row]:
    """Measures TensorBoard's dashboard with the norms of the first kernels."""
    with _browser() as browser, served(_write_histograms) as server:
        times = [_first_histograms(browser, server) for _ in range(n_rounds + 1)]
    what = f"Histograms dashboard: {_N_HISTOGRAMS} charts, after the click on its tab"
    return [milliseconds_row(what, times[1:])]


@contextlib.contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM"), args=_FLAGS
        )
        yield browser
        browser.close()


def _opened(browser: Browser, url: str, size: Any, controls: str) -> tuple[Page, Frame]:
    page = browser.new_page(viewport=size)
    page.goto(f"{url}/#wdnorm{controls}")
    return page, _drawn_frame(page, _IDLE)


def _drawn_frame(page: Page, drawn: str) -> Frame:
    element = page.wait_for_selector("iframe")
    frame = element.content_frame() if element is not None else None
    if frame is None:
        raise RuntimeError("TensorBoard shows no frame of the plugin")
    frame.wait_for_function(drawn, polling=10)
    return frame


def _first_charts(
    browser: Browser, server: Server, numbers: Iterator[int], network: Any = None
) -> float:
    """Seconds from the click on the tab to the first charts, nothing in memory."""
    page = browser.new_page(viewport=_USUAL)
    # Of an experiment that it does not know the plugin has nothing in memory.
    page.goto(f"{server.url}/experiment/{next(numbers)}/")
    tab = page.get_by_role("tab", name="Kernel Norms")
    tab.wait_for()
    page.wait_for_load_state("networkidle")
    if network is not None:
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", {"offline": False, **network})
    began_s = time.perf_counter()
    tab.click()
    _drawn_frame(page, _DRAWN)
    taken_s = time.perf_counter() - began_s
    page.context.close()
    return taken_s


def _redraw(
    browser: Browser, server: Server, view: str, size: Any, n_rounds: int
) -> _Redrawn:
    """The number of charts in sight, and how long they take to be drawn otherwise.

    That is first as they have not been drawn before, then between both as they have.
    """
    controls = f"&p.wdnorm.view={view}"
    first = []
    for _ in range(n_rounds):
        page, frame = _opened(browser, server.url, size, controls)
        first.append(frame.evaluate(_UNTIL_IDLE, _TOGGLE))
        page.context.close()
    page, frame = _opened(browser, server.url, size, controls)
    n_visible = len(frame.evaluate("() => __wdnorm.charts()"))
    again = [frame.evaluate(_UNTIL_IDLE, _TOGGLE) for _ in range(2 * n_rounds + 2)]
    page.context.close()
    return n_visible, first, again[2:]


def _scroll(browser: Browser, server: Server, n_rounds: int) -> list[float]:
    controls = "&p.wdnorm.view=distributions"
    page, frame = _opened(browser, server.url, _USUAL, controls)
    found = [frame.evaluate(_SCROLL, 60) for _ in range(n_rounds + 1)]
    page.context.close()
    return [float(each) for each in found[1:]]


def _live(
    browser: Browser, server: Server, grow: Callable[[], None], n_rounds: int
) -> list[dict[str, float]]:
    """How long a live step takes, from the question for what is new."""
    page, frame = _opened(browser, server.url, _USUAL, "&p.wdnorm.view=trends")
    last = "() => Math.min(...__wdnorm.charts()[0].runs.map((run) => run.x.at(-1)))"
    found = []
    for _ in range(n_rounds + 1):
        before = frame.evaluate(last)
        grow()
        # Until TensorBoard has read what was written, there is nothing new.
        while frame.evaluate(last) == before:
            time.sleep(2)
            asked = frame.evaluate(_UNTIL_IDLE, "[aria-label=Reload]")
        found.append(asked)
    page.context.close()
    return found[1:]


def _first_histograms(browser: Browser, server: Server) -> float:
    page = browser.new_page(viewport=_TALL)
    page.goto(server.url)
    tab = page.get_by_role("tab", name="Histograms")
    tab.wait_for()
    page.wait_for_load_state("networkidle")
    began_s = time.perf_counter()
    tab.click()
    page.locator("vz-histogram-timeseries").nth(_N_HISTOGRAMS - 1).wait_for()
    page.wait_for_load_state("networkidle")
    taken_s = time.perf_counter() - began_s
    page.context.close()
    return taken_s


def _write_histograms(logdir: str) -> None:
    write_runs(logdir, *_SIZE)
    n_runs, n_frames, n_kernels = _SIZE
    for number in range(n_runs):
        info = describe_run(n_kernels, l2=number * 1e-4)
        file = EventFile(os.path.join(logdir, str(number)))
        for frame in frames(info, n_frames, seed=number):
            for kernel, values in zip(
                info.kernels[:_N_HISTOGRAM_KERNELS], frame.values, strict=False
            ):
                # Channel norms as the frame has them: 33 quantiles.
                summary = histogram.histogram_pb(kernel.path, values[-33:])
                file.write(summary, frame.step, frame.wall_time_s)
        file.close()


def _redraw_rows(what: str, found: _Redrawn) -> tuple[Row, ...]:
    n_visible, first, again = found
    return (
        _limited(f"redraw of {n_visible} {what}", [t["taken"] for t in again], 80),
        _limited("longest frame meanwhile", [t["longest"] for t in again], 20),
        _limited("the first redraw after they came", [t["taken"] for t in first]),
        _limited("its longest frame", [t["longest"] for t in first]),
    )


def _limited(what: str, times_ms: list[float], limit_ms: float = 0) -> Row:
    return milliseconds_row(what, np.divide(times_ms, 1e3).tolist(), limit_ms)


def _frame_rate_row(what: str, found: list[float], at_least: float) -> Row:
    middle = statistics.median(found)
    measured = f"{middle:.0f} frames/s ({min(found):.0f} to {max(found):.0f})"
    return Row(what, measured, f"≥ {at_least:g} frames/s", middle >= at_least)
