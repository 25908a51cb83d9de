"""Clients that a server must not wait for."""

from __future__ import annotations

import contextlib
import socket
import threading
import urllib.parse
from collections.abc import Iterator

_RECEIVE_BUFFER_BYTES = 4096
_BYTE_INTERVAL_S = 1.0
_PART_BYTES = 10


@contextlib.contextmanager
def difficult_clients(url: str, n_of_each: int) -> Iterator[None]:
    """Keeps clients connected that take a byte per second, or are dead.

    Of the dead ones some have sent part of a request, others never read the
    answer.

    Args:
        url: What to ask for. Its answer should have several megabytes: less
            than that the system takes on behalf of the client.
        n_of_each: Number of clients of each of the three kinds.
    """
    address = urllib.parse.urlsplit(url)
    request = (
        f"GET {address.path}?{address.query} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n"
    ).encode()
    stop = threading.Event()

    def connect(sent: bytes) -> socket.socket:
        client = stack.enter_context(socket.socket())
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER_BYTES)
        client.connect((address.hostname, address.port))
        client.sendall(sent)
        return client

    def read_slowly(client: socket.socket) -> None:
        while client.recv(1) and not stop.wait(_BYTE_INTERVAL_S):
            pass

    with contextlib.ExitStack() as stack:
        for _ in range(n_of_each):
            connect(request[:_PART_BYTES])
            connect(request)
        slow = [connect(request) for _ in range(n_of_each)]
        readers = [threading.Thread(target=read_slowly, args=[c]) for c in slow]
        for reader in readers:
            reader.start()
        try:
            yield
        finally:
            stop.set()
            for reader in readers:
                reader.join()
