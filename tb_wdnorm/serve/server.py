"""What the plugin does once it is asked: from a request to a response."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from tensorboard import plugin_util
from tensorboard.backend import http_util
from tensorboard.data import provider as tb
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

_PAGE_EXPIRES_S = 365 * 24 * 3600
_CHUNK_BYTES = 2**16


class Server:
    """Answers with data, and with the modules of the page.

    Args:
        provider: TensorBoard's data provider.
        modules: The page's modules by name.
        cache_bytes: Memory for frames and answers.
    """

    def __init__(
        self,
        provider: tb.DataProvider,
        modules: Mapping[str, bytes],
        cache_bytes: int,
    ) -> None:
        self._provider = provider
        cache = ByteCache(cache_bytes)
        self._store = FrameStore(cache)
        self._answers = AnswerCache(cache)
        serve: dict[str, Callable[[Request], Response]] = {
            name: functools.partial(self._serve_data, name, route)
            for name, route in ROUTES.items()
        }
        for name, content in modules.items():
            serve[name] = functools.partial(self._serve_module, content)
        self._apps = {
            name: Request.application(_only_get(app)) for name, app in serve.items()
        }

    def __call__(self, name: str, environ: Any, start_response: Any) -> Iterable[bytes]:
        """Answers a request, as WSGI wants it.

        Args:
            name: The route's name, or a module's.
            environ: The request.
            start_response: Takes status and headers.
        """
        return self._apps[name](environ, start_response)

    def _serve_module(self, content: bytes, request: Request) -> Response:
        query.parameters(request.args, [])
        return http_util.Respond(
            request, content, "text/javascript", expires=_PAGE_EXPIRES_S
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
