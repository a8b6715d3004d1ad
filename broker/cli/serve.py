"""`broker serve`: the server, on this machine only."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Final

import typer

from broker.cli.screen import console, plain, print_json
from broker.errors import CallWrong, SystemFailed
from broker.logs import set_up_logs
from broker.settings import Settings
from broker.usecases.log.sequencer import following
from broker.usecases.world import World
from broker.wiring import open_answer_signer, open_broker

HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8080
_WAITING: Final = 128  # connections the system keeps until they are taken


def register(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("serve", help=_HELP)(serve)


_HELP = """Serve the state of this broker to this machine: a page that says what it is, /healthz and /readyz.

Listens on 127.0.0.1 only. Stop it with Ctrl-C.

Example: broker serve --port 8080
"""


def serve(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 is any free port")] = DEFAULT_PORT,
    as_json: Annotated[bool, typer.Option("--json", help="print the address as JSON (docs/demo.md)")] = False,
) -> None:
    """Serves until it is stopped."""
    settings = Settings.read()
    with open_broker(settings) as broker, listening(port) as listener:
        set_up_logs(broker.clock, settings.log_level)
        if as_json:
            print_json({"address": address_of(listener)})
        else:
            console().print(plain(f"Serving at {address_of(listener)} (stop with Ctrl-C)"))
        run_server(broker, listener, authority_of(settings, listener))


@contextmanager
def listening(port: int) -> Iterator[socket.socket]:
    """A socket on this machine's own address. Raises CallWrong where the port is taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as error:
            raise CallWrong("--port", f"`{port}` cannot be used: {error.strerror}; 0 finds a free one") from None
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


def run_server(world: World, listener: socket.socket, authority: str) -> None:
    """Serves until SIGINT or SIGTERM, lets requests under way finish, and returns."""
    # Here and not above: the web's libraries take a second to load, and no other verb needs them.
    import uvicorn

    from broker.app import make_app

    signer = open_answer_signer(world.settings)
    config = uvicorn.Config(
        make_app(world, signer, authority),
        http="h11",  # one parser, tested with (docs/security.md section 6)
        ws="none",
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=5,
    )
    # The log is followed while requests are served; of several workers one does it.
    with following(world), _stopped_quietly():
        server = uvicorn.Server(config)
        server.run(sockets=[listener])
        if not server.started:
            raise SystemFailed("server", "could not start; look at the log")


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
