"""Asking a server for what a browser would."""

from __future__ import annotations

import gzip
import http.client
import time
import urllib.parse
from dataclasses import dataclass
from typing import Any

_TIMEOUT_S = 600.0
_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True)
class Fetched:
    """An answer.

    Attributes:
        status: HTTP status.
        etag: What the content is known by, if the server says.
        body: As on the wire, mostly gzip'ed.
        n_bytes: Bytes on the wire, headers included.
        taken_s: Seconds until all of it was there.
    """

    status: int
    etag: str | None
    body: bytes
    n_bytes: int
    taken_s: float

    def text(self) -> str:
        """Returns the content of a textual answer."""
        is_gzipped = self.body.startswith(_GZIP_MAGIC)
        return (gzip.decompress(self.body) if is_gzipped else self.body).decode()


def fetch(url: str, etag: str | None = None, timeout_s: float = _TIMEOUT_S) -> Fetched:
    """Asks for a URL on a connection of its own, as TensorBoard closes them.

    Args:
        url: An `http` address.
        etag: What is known already, if it is this.
        timeout_s: After so many seconds without a byte there is an `OSError`.
    """
    address = urllib.parse.urlsplit(url)
    headers = {"Accept-Encoding": "gzip"}
    if etag is not None:
        headers["If-None-Match"] = etag
    began_s = time.perf_counter()
    connection = http.client.HTTPConnection(address.netloc, timeout=timeout_s)
    try:
        connection.request(
            "GET", urllib.parse.urlunsplit(("", "", *address[2:])), headers=headers
        )
        response = connection.getresponse()
        body = response.read()
    finally:
        connection.close()
    taken_s = time.perf_counter() - began_s
    return Fetched(
        response.status,
        response.headers.get("ETag"),
        body,
        _head_bytes(response) + len(body),
        taken_s,
    )


def _head_bytes(response: Any) -> int:
    status_line = f"HTTP/1.1 {response.status} {response.reason}\r\n"
    lines = [f"{name}: {value}\r\n" for name, value in response.headers.items()]
    return len("".join([status_line, *lines, "\r\n"]).encode("latin-1"))
