"""The sequencer: follows the log while the broker works, so that what is written is published within a second.

Decides how often it looks, who of several does it, and that it never gives up: a signer or a database that fails
is tried again, and a log that its signer refuses is told in the system's own log, again and again, and not
published. Writers never wait for it. From docs/security.md section 3, point 2.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from broker.audit.export import EntryLost
from broker.audit.note import NoteRefused
from broker.audit.tree import ProofRefused
from broker.errors import BrokerError
from broker.logs import get_log
from broker.usecases.alone import alone
from broker.usecases.log.publish_log import sequence_once
from broker.usecases.log.signing import CheckpointSigner, open_signer
from broker.usecases.world import World

PACE: Final = 0.2
"""Seconds between two looks: a fifth of the promise."""
WHILE_MORE_COMES: Final = 0.1
"""The part of the pace that is kept while more was written than one look saw."""
AFTER_FAILURE: Final = 2.0
LOCK_FILE: Final = "sequencer.lock"


def follow_log(world: World, stop: threading.Event, pace: float = PACE) -> None:
    """Sequences until `stop` is set. Of several on one machine one does it, and another when it ends; on several
    machines each does, which costs a little and harms nothing. Raises SystemFailed where its lock cannot be
    had."""
    while not stop.is_set():
        with alone(world.settings.data_dir, LOCK_FILE) as mine:
            if mine:
                _follow(world, stop, pace)
            else:
                stop.wait(pace)


def _follow(world: World, stop: threading.Event, pace: float) -> None:
    signer: CheckpointSigner | None = None
    while not stop.is_set():
        wait = pace
        try:
            signer = signer or open_signer(world.settings)
            if sequence_once(world, signer).waiting:
                wait = pace * WHILE_MORE_COMES
        except (EntryLost, NoteRefused, ProofRefused) as refused:
            get_log().error("log.not-what-was-signed", error_type=type(refused).__name__)
            wait = AFTER_FAILURE
        except BrokerError as failed:
            get_log().error("log.not-sequenced", error_type=type(failed).__name__)
            wait = AFTER_FAILURE
        stop.wait(wait)


@contextmanager
def following(world: World) -> Iterator[None]:
    """Follows the log in a thread of its own while the block runs."""
    stop = threading.Event()
    thread = threading.Thread(target=_guarded, args=(world, stop), name="sequencer", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _guarded(world: World, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            follow_log(world, stop)
        except Exception as error:  # a thread that died of what nobody foresaw would leave the log unpublished
            get_log().error("log.not-sequenced", error_type=type(error).__name__)
            stop.wait(AFTER_FAILURE)
