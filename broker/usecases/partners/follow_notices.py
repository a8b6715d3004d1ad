"""The worker that tells partners' systems while the broker works.

Decides how often it looks, that of several on one machine one works, and that one system that is slow or gone
holds up nobody else's: each organisation's messages go at their own pace. It never gives up; a database that fails
is tried again. On several machines each works, and claims keep them apart.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from broker.errors import BrokerError
from broker.http_signatures.answer_signer import AnswerSigner
from broker.logs import get_log
from broker.usecases.alone import alone
from broker.usecases.partners.deliver_notices import claim_due, deliver_claimed, find_told
from broker.usecases.world import World
from broker.webhooks.endpoint import Endpoint

PACE: Final = 0.2
AFTER_FAILURE: Final = 2.0
LOCK_FILE: Final = "webhooks.lock"
LOOKS_BACK: Final = timedelta(minutes=10)
"""How far back a quick look goes; every `WHOLE_EVERY` it goes back to the beginning, for what became due late."""
WHOLE_EVERY: Final = timedelta(seconds=30)


def follow_notices(world: World, signer: AnswerSigner, stop: threading.Event, pace: float = PACE) -> None:
    """Delivers until `stop` is set. Of several on one machine one does it, and another when it ends. Raises
    SystemFailed where its lock cannot be had."""
    while not stop.is_set():
        with alone(world.settings.data_dir, LOCK_FILE) as mine:
            if mine:
                asyncio.run(_follow(world, signer, stop, pace))
            else:
                stop.wait(pace)


@contextmanager
def telling(world: World, signer: AnswerSigner) -> Iterator[None]:
    """Delivers in a thread of its own while the block runs."""
    stop = threading.Event()
    thread = threading.Thread(target=_guarded, args=(world, signer, stop), name="webhooks", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _guarded(world: World, signer: AnswerSigner, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            follow_notices(world, signer, stop)
        except Exception as error:  # a thread that died of what nobody foresaw would tell nobody any more
            get_log().error("webhook.not-sent", error_type=type(error).__name__)
            stop.wait(AFTER_FAILURE)


async def _follow(world: World, signer: AnswerSigner, stop: threading.Event, pace: float) -> None:
    busy: dict[str, asyncio.Task[None]] = {}
    looked: dict[str, datetime] = {}
    try:
        while not stop.is_set():
            wait = pace
            try:
                for endpoint in await asyncio.to_thread(find_told, world):
                    if endpoint.id not in busy or busy[endpoint.id].done():
                        since = _since(world, looked, endpoint)
                        busy[endpoint.id] = asyncio.create_task(_drain(world, signer, endpoint, since))
            except BrokerError as failed:
                get_log().error("webhook.not-sent", error_type=type(failed).__name__)
                wait = AFTER_FAILURE
            await asyncio.sleep(wait)
    finally:
        # What is under way is let go: its claim runs out, and it is sent again under the same id.
        for task in busy.values():
            task.cancel()
        await asyncio.gather(*busy.values(), return_exceptions=True)


def _since(world: World, looked: dict[str, datetime], endpoint: Endpoint) -> datetime | None:
    now = world.clock.now()
    if endpoint.id not in looked or now - looked[endpoint.id] >= WHOLE_EVERY:
        looked[endpoint.id] = now
        return None
    return now - LOOKS_BACK


async def _drain(world: World, signer: AnswerSigner, endpoint: Endpoint, since: datetime | None) -> None:
    """Everything that is due to one system, some at a time."""
    try:
        while claimed := await asyncio.to_thread(claim_due, world, endpoint, since):
            await deliver_claimed(world, signer, endpoint, claimed)
    except BrokerError as failed:
        get_log().error("webhook.not-sent", error_type=type(failed).__name__)
        await asyncio.sleep(AFTER_FAILURE)
