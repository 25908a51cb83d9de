"""The page while runs grow, and while the server is away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlparse

from playwright.sync_api import expect

from tb_wdnorm.core.frames import RunFrames
from tests.e2e.conftest import OpenTab, Tab
from tests.e2e.servers import running_tensorboard
from tests.tensorboard_server import StartServer

MakeRun = Callable[..., RunFrames]
WriteRun = Callable[[Path, RunFrames], Path]


def _drawn_steps(tab: Tab) -> list[float]:
    tab.wait_until_drawn()
    (chart,) = tab.charts("trends")
    (run,) = chart["runs"]
    steps: list[float] = run["x"]
    return steps


def test_only_new_frames_are_asked_for(
    tmp_path: Path,
    make_run: MakeRun,
    write_run: WriteRun,
    tensorboard: StartServer,
    open_tab: OpenTab,
) -> None:
    write_run(tmp_path, make_run("a", range(0, 100, 10)))
    server = tensorboard(tmp_path)
    server.wait_for_frames({"a": 90})
    tab = open_tab(server.url)
    assert _drawn_steps(tab) == list(range(0, 100, 10))
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))

    write_run(tmp_path, make_run("a", range(100, 130, 10)))
    server.wait_for_frames({"a": 120})
    tab.frame.get_by_role("button", name="Reload").click()
    tab.frame.wait_for_function("() => __wdnorm.charts()[0]?.runs[0].x.at(-1) === 120")
    assert _drawn_steps(tab) == list(range(0, 130, 10))
    (series,) = [url for url in asked if urlparse(url).path.endswith("/series")]
    assert parse_qs(urlparse(series).query)["since"] == ["90"]


def test_view_stays_where_it_is_when_there_is_more(
    tmp_path: Path,
    make_run: MakeRun,
    write_run: WriteRun,
    tensorboard: StartServer,
    open_tab: OpenTab,
) -> None:
    paths = [f"layer{i}/kernel" for i in range(12)]
    write_run(tmp_path, make_run("a", range(0, 100, 10), *paths))
    server = tensorboard(tmp_path)
    server.wait_for_frames({"a": 90})
    tab = open_tab(server.url, controls="&p.wdnorm.zoom=20%2C60")
    tab.wait_until_drawn()
    view = tab.frame.locator("#view")
    view.evaluate("(view) => view.scrollTo(0, 700)")
    tab.wait_until_drawn()
    shown = [(chart["kernel"], chart["x"]) for chart in tab.charts("trends")]

    write_run(tmp_path, make_run("a", range(100, 130, 10), *paths))
    server.wait_for_frames({"a": 120})
    tab.frame.get_by_role("button", name="Reload").click()
    tab.frame.wait_for_function("() => __wdnorm.charts()[0]?.runs[0].x.at(-1) === 120")
    tab.wait_until_drawn()
    assert view.evaluate("(view) => view.scrollTop") == 700
    assert [(chart["kernel"], chart["x"]) for chart in tab.charts("trends")] == shown
    assert {tuple(x) for _, x in shown} == {(20, 60)}


def test_new_run_appears_by_itself(
    tmp_path: Path,
    make_run: MakeRun,
    write_run: WriteRun,
    tensorboard: StartServer,
    open_tab: OpenTab,
) -> None:
    write_run(tmp_path, make_run("a"))
    server = tensorboard(tmp_path)
    server.wait_for_frames({"a": 2})
    tab = open_tab(server.url)
    tab.frame.get_by_role("button", name="Settings").click()
    tab.frame.get_by_role("combobox", name="Reload every").select_option("5 s")
    write_run(tmp_path, make_run("b", l2=1e-3))
    tab.frame.get_by_text("b", exact=True).wait_for()
    tab.wait_until_drawn()
    (chart,) = tab.charts("trends")
    assert [run["run"] for run in chart["runs"]] == ["a", "b"]


def test_age_of_the_last_step_is_told(
    tmp_path: Path,
    make_run: MakeRun,
    write_run: WriteRun,
    tensorboard: StartServer,
    open_tab: OpenTab,
) -> None:
    write_run(tmp_path, make_run("a"))  # Its last frame is of 1970.
    server = tensorboard(tmp_path)
    server.wait_for_frames({"a": 2})
    tab = open_tab(server.url)
    tab.frame.get_by_text("last step 2", exact=False).wait_for()
    days = tab.frame.locator(".last-step").inner_text()
    assert 20_000 < int(days.removeprefix("last step ").removesuffix(" d ago")) < 60_000


def test_page_survives_a_server_that_goes_away(
    tmp_path: Path, make_run: MakeRun, write_run: WriteRun, open_tab: OpenTab
) -> None:
    write_run(tmp_path, make_run("a"))
    with running_tensorboard(tmp_path) as server:
        server.wait_for_frames({"a": 2})
        tab = open_tab(server.url, server_may_stop=True)
        assert _drawn_steps(tab) == [0, 1, 2]
    tab.frame.get_by_role("button", name="Reload").click()
    banner = tab.frame.get_by_text("TensorBoard does not answer.")
    expect(banner).to_be_visible()
    expect(banner).to_contain_text("Trying again")
    assert _drawn_steps(tab) == [0, 1, 2]
    tab.screenshot("server-gone")

    write_run(tmp_path, make_run("a", [3, 4]))
    port = str(urlparse(server.url).port)
    with running_tensorboard(tmp_path, "--port", port):
        expect(banner).to_be_hidden(timeout=40_000)
        tab.frame.get_by_role("button", name="Reload").click()
        tab.frame.wait_for_function(
            "() => __wdnorm.charts()[0]?.runs[0].x.at(-1) === 4"
        )
        assert _drawn_steps(tab) == [0, 1, 2, 3, 4]


def test_view_that_could_not_be_fetched_comes_when_the_server_is_back(
    tmp_path: Path, make_run: MakeRun, write_run: WriteRun, open_tab: OpenTab
) -> None:
    write_run(tmp_path, make_run("a"))
    write_run(tmp_path, make_run("b", l2=1e-3))
    with running_tensorboard(tmp_path) as server:
        server.wait_for_frames({"a": 2, "b": 2})
        tab = open_tab(server.url, server_may_stop=True)
        tab.wait_until_drawn()
    tab.frame.get_by_role("tab", name="Sweep").click()
    view = tab.frame.get_by_role("tabpanel")
    expect(view).to_have_text("TensorBoard does not answer.")
    retry = tab.frame.get_by_role("button", name="Retry now")
    expect(retry).to_be_visible()

    port = str(urlparse(server.url).port)
    with running_tensorboard(tmp_path, "--port", port):
        retry.click()
        tab.frame.get_by_role("figure").wait_for()
        tab.wait_until_drawn()
        (chart,) = tab.charts("sweep")
        assert [run["run"] for run in chart["runs"]] == ["a", "b"]
