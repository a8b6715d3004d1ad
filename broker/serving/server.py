"""One server in one process: uvicorn with one parser, and nothing it would say or believe by itself.

Decides how it is set up (docs/security.md section 6): h11 alone, no header about the proxy believed, no name of
the software told, no lines of its own in the log; and that what is under way is finished when it is stopped.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp

from broker.app import make_served
from broker.errors import SystemFailed
from broker.serving.listening import address_of, authority_of
from broker.serving.protocol import MOST_HEAD_BYTES, StrictConnection
from broker.usecases.log.sequencer import following
from broker.usecases.partners.follow_notices import telling
from broker.usecases.world import World
from broker.wiring import open_answer_signer

FINISH_WITHIN: Final = 5
"""Seconds that requests under way are given once the server is stopped."""


def serve_app(app: ASGIApp, listener: socket.socket) -> None:
    """Serves until SIGINT or SIGTERM, lets requests under way finish, and returns. Raises SystemFailed."""
    with _stopped_quietly():
        server = uvicorn.Server(server_config(app))
        server.run(sockets=[listener])
        if not server.started:
            raise SystemFailed("server", "could not start; look at the log")


def server_config(app: ASGIApp) -> uvicorn.Config:
    """How every server of this broker is set up."""
    return uvicorn.Config(
        app,
        http=StrictConnection,  # one parser, stricter than it comes (docs/security.md section 6)
        h11_max_incomplete_event_size=MOST_HEAD_BYTES,
        ws="none",
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=FINISH_WITHIN,
    )


def serve_alone(world: World, listener: socket.socket) -> None:
    """Serves everything at one address from this process, health included, and follows the log: for
    the demo."""
    signer = open_answer_signer(world.settings)
    name = authority_of(world.settings, listener)
    app = make_served(world, signer, name, demo=True, beside=address_of(listener).rstrip("/"))
    with following(world), telling(world, signer):
        serve_app(app, listener)


@contextmanager
def _stopped_quietly() -> Iterator[None]:
    """uvicorn raises the signal that stopped it again once it is done: here that is the end of the matter."""

    def ignore(_number: int, _frame: Any) -> None:
        return None

    before = {number: signal.signal(number, ignore) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
