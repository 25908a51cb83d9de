"""The plugin as TensorBoard loads it: wiring only."""

from __future__ import annotations

import argparse
import functools
import threading
from collections.abc import Callable, Iterable, Mapping
from importlib import resources
from typing import TYPE_CHECKING, Any

from tensorboard.plugins import base_plugin

from tb_wdnorm.wire import PLUGIN_NAME

if TYPE_CHECKING:
    from tb_wdnorm.serve.server import Server

TAB_NAME = "Kernel Norms"
DEFAULT_SAMPLES = 500
"""Frames of a run that TensorBoard keeps, unless `--samples_per_plugin` says."""
DEFAULT_CACHE_MB = 512
"""Size of the cache, unless `--wdnorm_cache_mb` says."""

ROUTE_NAMES = (
    *("overview", "series", "snapshot", "distributions", "findings", "export"),
)
"""The routes that answer with data."""

_MB = 2**20


class KernelNormsLoader(base_plugin.TBLoader):
    """Loads the plugin; TensorBoard finds it by its entry point."""

    def define_flags(self, parser: argparse.ArgumentParser) -> None:
        """Adds `--wdnorm_cache_mb` to TensorBoard's flags."""
        group = parser.add_argument_group(f"{PLUGIN_NAME} plugin")
        group.add_argument(
            "--wdnorm_cache_mb",
            metavar="MB",
            type=_megabytes,
            default=DEFAULT_CACHE_MB,
            help="Memory for frames and answers; those that were not used for "
            "longest are read again when they are asked for (default: %(default)s)",
        )

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
        context: TensorBoard's; its data provider and flags are all that is used.
    """

    plugin_name = PLUGIN_NAME

    def __init__(self, context: base_plugin.TBContext) -> None:
        self._provider = context.data_provider
        # Who embeds TensorBoard may give other flags, or none.
        self._cache_mb = getattr(context.flags, "wdnorm_cache_mb", DEFAULT_CACHE_MB)
        static = resources.files("tb_wdnorm.serve") / "static"
        self._modules = {file.name: file.read_bytes() for file in static.iterdir()}
        self._lock = threading.Lock()
        self._server: Server | None = None

    def is_active(self) -> bool:
        """Returns False: TensorBoard shows the tab by itself once there is data."""
        return False

    def frontend_metadata(self) -> base_plugin.FrontendMetadata:
        """Names the tab and its module, whose name changes with its content."""
        (page,) = (name for name in self._modules if name.startswith("index-"))
        return base_plugin.FrontendMetadata(
            es_module_path=f"/{page}", tab_name=TAB_NAME
        )

    def get_plugin_apps(self) -> Mapping[str, Callable[..., Any]]:
        """Returns the WSGI application of each route."""
        return {
            f"/{name}": functools.partial(self._answer, name)
            for name in (*ROUTE_NAMES, *self._modules)
        }

    def _answer(self, name: str, environ: Any, start_response: Any) -> Iterable[bytes]:
        with self._lock:
            if self._server is None:
                # Not before it is asked for, lest TensorBoard starts later.
                from tb_wdnorm.serve.server import Server

                self._server = Server(
                    self._provider, self._modules, self._cache_mb * _MB
                )
            server = self._server
        return server(name, environ, start_response)


def _megabytes(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return int(text)
    raise argparse.ArgumentTypeError(
        f"must be a whole number of MB, 0 or more. Received: {text!r}"
    )
