"""The broker behind a real socket, in a thread of this process, with the office's own clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from broker.serving.listening import listening
from broker.serving.server import server_config


@contextmanager
def serving(make: Callable[[str], ASGIApp]) -> Iterator[str]:
    """Serves the application that `make` gives for an authority, and yields `127.0.0.1:port`."""
    with listening(0) as listener:
        authority = f"127.0.0.1:{listener.getsockname()[1]}"
        server = uvicorn.Server(server_config(make(authority)))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield authority
        finally:
            server.should_exit = True
            thread.join(timeout=20)
