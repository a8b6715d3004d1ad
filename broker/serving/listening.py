"""Sockets on this machine's own address.

Decides that nothing listens to a network: what partners reach is a proxy's, which speaks TLS (deploy/proxy/).
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from broker.errors import CallWrong
from broker.settings import Settings

HOST: Final = "127.0.0.1"
_WAITING: Final = 1024  # connections the system keeps until a worker takes them


@contextmanager
def listening(port: int, option: str = "--port") -> Iterator[socket.socket]:
    """A socket on this machine's own address. Raises CallWrong where the port is taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as error:
            raise CallWrong(option, f"`{port}` cannot be used: {error.strerror}; 0 finds a free one") from None
        listener.listen(_WAITING)
        yield listener
    finally:
        listener.close()


def address_of(listener: socket.socket) -> str:
    """What to type into a browser."""
    return f"http://{HOST}:{listener.getsockname()[1]}/"


def authority_of(settings: Settings, listener: socket.socket) -> str:
    """The one name partners reach this server by."""
    return settings.authority or f"{HOST}:{listener.getsockname()[1]}"
