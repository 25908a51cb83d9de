"""The plugin as TensorBoard loads it: wiring only."""

from __future__ import annotations

import argparse
import functools
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import resources
from typing import Any

import numpy as np
from tensorboard import plugin_util
from tensorboard.backend import http_util
from tensorboard.plugins import base_plugin
from werkzeug import Request, Response

from tb_wdnorm.serve import query
from tb_wdnorm.serve.answer_cache import AnswerCache
from tb_wdnorm.serve.byte_cache import ByteCache
from tb_wdnorm.serve.responses import (
    MethodNotAllowedError,
    respond_gzipped,
    respond_not_modified,
    respond_streamed,
)
from tb_wdnorm.serve.routes import ROUTES, Answer, Export, Route
from tb_wdnorm.serve.source import ProviderTensors
from tb_wdnorm.serve.store import FrameStore, Listing
from tb_wdnorm.wire import PLUGIN_NAME

TAB_NAME = "Kernel Norms"
DEFAULT_SAMPLES = 500
"""Frames of a run that TensorBoard keeps, unless `--samples_per_plugin` says."""
DEFAULT_CACHE_MB = 512
"""Size of the cache, unless `--wdnorm_cache_mb` says."""

_MB = 2**20
_PAGE_EXPIRES_S = 365 * 24 * 3600
_CHUNK_BYTES = 2**16


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
        cache_mb = getattr(context.flags, "wdnorm_cache_mb", DEFAULT_CACHE_MB)
        cache = ByteCache(cache_mb * _MB)
        self._store = FrameStore(cache)
        self._answers = AnswerCache(cache)
        static = resources.files("tb_wdnorm.serve") / "static"
        self._modules = {
            file.name: file.read_bytes()
            for file in static.iterdir()
            if file.name.endswith(".js")
        }

    def is_active(self) -> bool:
        """Returns False: TensorBoard shows the tab by itself once there is data."""
        return False

    def frontend_metadata(self) -> base_plugin.FrontendMetadata:
        """Names the tab and its module, whose address changes with its content."""
        (page,) = (name for name in self._modules if name.startswith("index-"))
        return base_plugin.FrontendMetadata(
            es_module_path=f"/{page}", tab_name=TAB_NAME
        )

    def get_plugin_apps(self) -> Mapping[str, Callable[..., Any]]:
        """Returns the WSGI application of each route."""
        apps: dict[str, Callable[[Request], Response]] = {
            f"/{name}": functools.partial(self._serve_data, name, route)
            for name, route in ROUTES.items()
        }
        for name in self._modules:
            apps[f"/{name}"] = functools.partial(self._serve_module, name)
        return {path: Request.application(_only_get(app)) for path, app in apps.items()}

    def _serve_module(self, name: str, request: Request) -> Response:
        query.parameters(request.args, [])
        return http_util.Respond(
            request, self._modules[name], "text/javascript", expires=_PAGE_EXPIRES_S
        )

    def _serve_data(self, name: str, route: Route, request: Request) -> Response:
        args = query.parameters(request.args, route.parameters)
        answer = route.answer(args, self._listing(request))
        if isinstance(answer, Export):
            chunks = _chunks(answer.lines)
            return respond_streamed(chunks, answer.content_type, answer.name)
        return self._respond(request, answer, [name, sorted(args.items())])

    def _respond(self, request: Request, answer: Answer, asked: object) -> Response:
        versions = [run.summary.version for run in answer.runs]
        state = json.dumps([self._store.token, asked, answer.state, versions])
        etag = hashlib.sha256(state.encode()).hexdigest()[:32]
        if request.if_none_match.contains_weak(etag):
            return respond_not_modified(answer.content_type, etag)

        def make() -> bytes:
            # Any numbers may have been logged.
            with np.errstate(all="ignore"):
                return answer.make()

        content, is_lasting = self._answers.get(
            etag, make, lambda: not any(run.has_changed for run in answer.runs)
        )
        return respond_gzipped(
            request, content, answer.content_type, etag if is_lasting else None
        )

    def _listing(self, request: Request) -> Listing:
        return self._store.listing(
            ProviderTensors(
                self._provider,
                plugin_util.context(request.environ),
                plugin_util.experiment_id(request.environ),
            )
        )


def _only_get(serve: Callable[[Request], Response]) -> Callable[[Request], Response]:
    def serve_get(request: Request) -> Response:
        if request.method != "GET":
            raise MethodNotAllowedError(request.method)
        return serve(request)

    return serve_get


def _chunks(lines: Iterable[str]) -> Iterator[bytes]:
    """Puts lines together to what is worth being sent alone."""
    chunk = bytearray()
    for line in lines:
        chunk += line.encode()
        if len(chunk) >= _CHUNK_BYTES:
            yield bytes(chunk)
            chunk.clear()
    if chunk:
        yield bytes(chunk)


def _megabytes(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return int(text)
    raise argparse.ArgumentTypeError(
        f"must be a whole number of MB, 0 or more. Received: {text!r}"
    )
