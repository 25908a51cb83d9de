"""The plugin as TensorBoard loads it: wiring only."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any

from tensorboard import plugin_util
from tensorboard.backend import http_util
from tensorboard.plugins import base_plugin
from werkzeug import Request, Response

from tb_wdnorm.core.frames import RunFrames
from tb_wdnorm.serve import query, routes
from tb_wdnorm.serve.source import ProviderTensors
from tb_wdnorm.serve.store import FrameStore
from tb_wdnorm.wire import PLUGIN_NAME

TAB_NAME = "Kernel Norms"
DEFAULT_SAMPLES = 500
"""Frames of a run that TensorBoard keeps, unless `--samples_per_plugin` says."""

_PAGE_EXPIRES_S = 365 * 24 * 3600


class KernelNormsLoader(base_plugin.TBLoader):
    """Loads the plugin; TensorBoard finds it by its entry point."""

    def fix_flags(self, flags: argparse.Namespace) -> None:
        """Asks TensorBoard to keep more frames than the 10 of an unknown plugin."""
        # Data servers of before 2.5 have no such flag.
        samples = getattr(flags, "samples_per_plugin", None)
        if samples is not None:
            samples.setdefault(PLUGIN_NAME, DEFAULT_SAMPLES)

    def load(self, context: base_plugin.TBContext) -> KernelNormsPlugin:
        """Returns the plugin for a server."""
        return KernelNormsPlugin(context)


class KernelNormsPlugin(base_plugin.TBPlugin):
    """Serves frames, and the page that shows them.

    Args:
        context: TensorBoard's; its data provider is all that is used.
    """

    plugin_name = PLUGIN_NAME

    def __init__(self, context: base_plugin.TBContext) -> None:
        self._provider = context.data_provider
        self._store = FrameStore()
        static = resources.files("tb_wdnorm.serve") / "static"
        self._page = (static / "index.js").read_bytes()

    def is_active(self) -> bool:
        """Returns False: TensorBoard shows the tab by itself once there is data."""
        return False

    def frontend_metadata(self) -> base_plugin.FrontendMetadata:
        """Names the tab and its module, whose address changes with its content."""
        digest = hashlib.sha256(self._page).hexdigest()[:12]
        return base_plugin.FrontendMetadata(
            es_module_path=f"/index.js?h={digest}", tab_name=TAB_NAME
        )

    def get_plugin_apps(self) -> Mapping[str, Callable[..., Any]]:
        """Returns the WSGI application of each route."""
        return {
            "/index.js": Request.application(self._serve_page),
            "/overview": Request.application(self._serve_overview),
            "/series": Request.application(self._serve_series),
            "/distributions": Request.application(self._serve_distributions),
        }

    def _serve_page(self, request: Request) -> Response:
        expires = _PAGE_EXPIRES_S if "h" in request.args else 0
        return http_util.Respond(
            request, self._page, "text/javascript", expires=expires
        )

    def _serve_overview(self, request: Request) -> Response:
        overview = routes.overview(self._runs(request))
        return http_util.Respond(request, overview, "application/json")

    def _serve_series(self, request: Request) -> Response:
        runs = query.runs(request.args, self._runs(request))
        payload = routes.series(
            runs,
            query.kernels(request.args, runs),
            query.columns(request.args),
            query.max_points(request.args),
        )
        return _respond_binary(request, payload)

    def _serve_distributions(self, request: Request) -> Response:
        runs = query.runs(request.args, self._runs(request))
        payload = routes.distributions(
            runs, query.kernels(request.args, runs), query.steps(request.args)
        )
        return _respond_binary(request, payload)

    def _runs(self, request: Request) -> list[RunFrames]:
        return self._store.runs(
            ProviderTensors(
                self._provider,
                plugin_util.context(request.environ),
                plugin_util.experiment_id(request.environ),
            )
        )


def _respond_binary(request: Request, gzipped: bytes) -> Response:
    return http_util.Respond(
        request, gzipped, "application/octet-stream", content_encoding="gzip"
    )
