"""Answers as HTTP responses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tensorboard.backend import http_util
from tensorboard.errors import PublicError
from werkzeug import Request, Response
from werkzeug.datastructures import Headers


class MethodNotAllowedError(PublicError):
    """The answer to any method but `GET`, a 405."""

    http_code = 405

    def __init__(self, method: str) -> None:
        super().__init__(f"Method must be GET. Received: {method:.80}")
        self.headers.append(("Allow", "GET"))


class _NotModified(Response):
    """A 304 with a type, which werkzeug removes and TensorBoard wants to see."""

    def get_wsgi_headers(self, environ: Any) -> Headers:
        headers = super().get_wsgi_headers(environ)
        headers["Content-Type"] = self.headers["Content-Type"]
        return headers


def respond_gzipped(
    request: Request, content: bytes, content_type: str, etag: str | None
) -> Response:
    """Sends gzip'ed content.

    Args:
        request: What is answered.
        content: The content, gzip'ed.
        content_type: Its type.
        etag: What the content is known by; None if it may not be kept.
    """
    headers = [] if etag is None else [("ETag", f'W/"{etag}"')]
    response: Response = http_util.Respond(
        request, content, content_type, content_encoding="gzip", headers=headers
    )
    return response


def respond_not_modified(content_type: str, etag: str) -> Response:
    """Says that what the client has is still right."""
    headers = _headers(content_type)
    headers["ETag"] = f'W/"{etag}"'
    return _NotModified(status=304, headers=headers)


def respond_streamed(chunks: Iterable[bytes], content_type: str, name: str) -> Response:
    """Sends a file to keep, piece by piece.

    Args:
        chunks: Its content.
        content_type: Its type.
        name: What the file is to be called.
    """
    headers = _headers(content_type)
    headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Response(chunks, headers=headers)


def _headers(content_type: str) -> dict[str, Any]:
    return {
        "Content-Type": content_type,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-cache, must-revalidate",
    }
