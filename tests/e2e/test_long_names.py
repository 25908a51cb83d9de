"""Names of 200 characters, in all views."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tb_wdnorm.core.frames import RunFrames
from tests.e2e.conftest import OpenTab
from tests.e2e.servers import running_tensorboard
from tests.tensorboard_server import Server

MakeRun = Callable[..., RunFrames]
WriteRun = Callable[[Path, RunFrames], Path]


@pytest.fixture(scope="module")
def long_server(
    tmp_path_factory: pytest.TempPathFactory, make_run: MakeRun, write_run: WriteRun
) -> Iterator[Server]:
    """Runs, kernels and groups with long names, without any place to break a line."""
    logdir = tmp_path_factory.mktemp("long")
    kernels = [letter * 193 + "/kernel" for letter in "abc"]
    last = {}
    for l2 in (0.0, 1e-4, 1e-3, 1e-2):
        name = f"wd={l2:g}_".ljust(200, "r")
        run = make_run(name, range(30), *kernels, l2=l2, mean=1 / (1 + 1e3 * l2))
        long = tuple(
            replace(kernel, group="g" * 200, target=(0.4, 0.6))
            for kernel in run.info.kernels
        )
        write_run(logdir, replace(run, info=replace(run.info, kernels=long)))
        last[name] = 29
    with running_tensorboard(logdir) as server:
        server.wait_for_frames(last)
        yield server


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize(
    "view", ["overview", "trends", "distributions", "sweep", "findings"]
)
def test_the_page_is_no_wider_than_the_screen(
    view: str, width: int, long_server: Server, open_tab: OpenTab
) -> None:
    tab = open_tab(long_server.url, width=width, controls=f"&p.wdnorm.view={view}")
    tab.wait_until_idle()
    tab.screenshot(f"long-names-{view}-{width}")
    assert tab.overflow() <= 0
