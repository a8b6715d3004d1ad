"""What the processes of a server do: several answer partners at one shared socket, and one keeps the house.

Decides who does what: a worker answers and nothing else; the keeper follows the log, tells partners' systems,
forgets what the door and the web need not remember, and answers on the private port. Each opens the broker for
itself.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from broker.app import make_private_app, make_served
from broker.errors import BrokerError
from broker.logs import get_log, set_up_logs
from broker.serving.server import serve_app
from broker.settings import Settings
from broker.usecases.log.sequencer import following
from broker.usecases.partners.follow_notices import telling
from broker.usecases.partners.keep_door import keep_door
from broker.usecases.signing_in.sessions import keep_web
from broker.usecases.world import World
from broker.web.rendering import compile_templates
from broker.wiring import open_answer_signer, open_broker, open_sign_in

HOUSEKEEPING_EVERY: Final = 60.0


def prepare() -> None:
    """What is done once, before the processes part: a worker that was started again answers so much sooner."""
    compile_templates()


def answer_partners(
    settings: Settings, listener: socket.socket, authority: str, closed_until: datetime | None
) -> None:
    """A worker: serves the public addresses until it is stopped, and refuses what was created before
    `closed_until`."""
    with open_broker(settings) as world:
        set_up_logs(world.clock, settings.log_level)
        signer = open_answer_signer(settings)
        provider = open_sign_in(settings)
        app = make_served(world, signer, authority, closed_until=closed_until, provider=provider)
        serve_app(app, listener)


def keep_the_house(settings: Settings, listener: socket.socket) -> None:
    """The keeper: serves the private addresses, follows the log, tells partners' systems, keeps the memory of the
    door and of the web short."""
    with open_broker(settings) as world:
        set_up_logs(world.clock, settings.log_level)
        with following(world), telling(world, open_answer_signer(settings)), _keeping(world):
            serve_app(make_private_app(world), listener)


def _try(keep: Callable[[World], object], world: World, event: str) -> None:
    try:
        keep(world)
    except BrokerError as failed:
        get_log().error(event, error_type=type(failed).__name__)
    except Exception as error:  # a thread that died of what nobody foresaw would forget nothing any more
        get_log().error(event, error_type=type(error).__name__)


@contextmanager
def _keeping(world: World) -> Iterator[None]:
    stop = threading.Event()

    def keep() -> None:
        while not stop.is_set():
            _try(keep_door, world, "door.not-kept")
            _try(keep_web, world, "web.not-kept")
            stop.wait(HOUSEKEEPING_EVERY)

    thread = threading.Thread(target=keep, name="housekeeping", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
