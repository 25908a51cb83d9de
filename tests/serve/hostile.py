"""Asking whatever there is to ask, and checking that it is answered."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping

from tests.serve.framed_answer import FramedAnswer
from tests.serve.wsgi_app import App


def ask(app: App, query: str, headers: Mapping[str, str]) -> int:
    """Asks a route.

    Returns:
        The status, after the answer was found to be one that a client can read.
    """
    response = app.get(query, headers=headers)
    status, body = response.status_code, response.data
    assert status in {200, 304, 400}, (status, body[:500])
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    if response.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    if status == 304:
        assert body == b""
    elif response.mimetype == "application/octet-stream":
        FramedAnswer(gzip.compress(body))
    elif response.mimetype == "application/json":
        # Strictly: Python alone knows NaN, Infinity and half a character.
        value = json.loads(body.decode(), parse_constant=_refuse)
        json.dumps(value, ensure_ascii=False).encode()
    else:
        text = body.decode()
        assert status == 200 or (text.count("\n") == 0 and ". Received: " in text)
    return status


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
