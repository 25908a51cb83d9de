"""TensorBoard's application with this plugin, without a server around it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tensorboard.backend.application import TensorBoardWSGI
from tensorboard.backend.event_processing import data_provider
from tensorboard.backend.event_processing import plugin_event_multiplexer as tb
from tensorboard.data import provider
from tensorboard.plugins.base_plugin import TBContext
from werkzeug.test import Client, TestResponse

import tb_wdnorm
from tb_wdnorm.serve.plugin import KernelNormsLoader
from tests.serve.framed_answer import FramedAnswer

_STATIC = Path(tb_wdnorm.__file__).parent / "serve" / "static"
PAGE = next(_STATIC.glob("index-*.js")).name
"""The route of the page's module."""

_KEEP_ALL = dict.fromkeys(("tensors", "scalars", "histograms"), 0)


class App:
    """The application; its answers are whole responses.

    Args:
        data: TensorBoard's data provider.
        **flags: TensorBoard's flags.
    """

    def __init__(self, data: provider.DataProvider, **flags: Any) -> None:
        context = TBContext(data_provider=data, flags=argparse.Namespace(**flags))
        plugin = KernelNormsLoader().load(context)
        self._client = Client(TensorBoardWSGI([plugin], data_provider=data))

    def get(
        self,
        route: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        experiment: str = "",
    ) -> TestResponse:
        """Asks one of the plugin's routes."""
        prefix = f"/experiment/{experiment}" if experiment else ""
        address = f"{prefix}/data/plugin/wdnorm/{route}"
        accepted = {"Accept-Encoding": "gzip"} | dict(headers or {})
        return self._client.open(address, method=method, headers=accepted)

    def framed(self, route: str) -> FramedAnswer:
        """Asks a binary route."""
        response = self.get(route)
        assert response.status_code == 200, response.text
        return FramedAnswer(response.data)


class LogdirApp(App):
    """The application on a log directory, read as by `--load_fast=false`."""

    def __init__(self, logdir: Path, **flags: Any) -> None:
        self._logdir = logdir
        self._events = tb.EventMultiplexer(size_guidance=_KEEP_ALL)
        self.reload()
        data = data_provider.MultiplexerDataProvider(self._events, str(logdir))
        super().__init__(data, **flags)

    def reload(self) -> None:
        """Reads what has been written, as TensorBoard does every few seconds."""
        self._events.AddRunsFromDirectory(str(self._logdir))
        self._events.Reload()
