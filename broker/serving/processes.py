"""Processes side by side: started together, each replaced when it dies, all stopped together.

Decides that a process that ended by itself is started again, at most once a second; that SIGTERM and SIGINT stop
all of them and wait until what they had under way is done; and that none outlives whoever started it. What they do
is not decided here. They are forked before anything is opened: no connection, file or thread is shared but the
sockets they listen at.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from broker.errors import BrokerError
from broker.logs import get_log

AGAIN_AFTER: Final = 1.0
"""Seconds from one start of a process to its next."""
STOPPED_WITHIN: Final = 20.0
"""Seconds until a process that was asked to stop is made to."""
_STOP: Final = frozenset({signal.SIGTERM, signal.SIGINT})
_HEARD: Final = _STOP | {signal.SIGCHLD}

Work = Callable[[], None]


@dataclass
class _Slot:
    """A place for one process: which it is now, and when it was started."""

    name: str
    work: Work
    process_id: int | None = None
    started: float = float("-inf")


def run_processes(works: Mapping[str, Work]) -> None:
    """Runs each work in a process of its own until this one is told to stop; then stops them and returns."""
    slots = [_Slot(name, work) for name, work in works.items()]
    alive, held = os.pipe()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)
    try:
        while True:
            for slot in slots:
                if slot.process_id is None and time.monotonic() - slot.started >= AGAIN_AFTER:
                    slot.started = time.monotonic()
                    slot.process_id = _fork(slot.work, before, alive, held)
            heard = signal.sigtimedwait(_HEARD, AGAIN_AFTER / 4)
            if heard is not None and heard.si_signo in _STOP:
                return
            for slot, code in _ended(slots):
                get_log().error(
                    "process.died", process_id=slot.process_id, worker_code=slot.name, status_code=code
                )
                slot.process_id = None
    finally:
        _stop(slots)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(alive)
        os.close(held)


def _fork(work: Work, mask: set[int | signal.Signals], alive: int, held: int) -> int:
    process_id = os.fork()
    if process_id:
        return process_id
    code = 3
    try:
        os.close(held)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        _end_with_parent(alive)
        work()
        code = 0
    except BrokerError as error:
        get_log().error("process.failed", error_type=type(error).__name__)
        code = error.exit_code
    except BaseException as error:
        # What nobody foresaw ends this process and no other, and is not printed: it may quote what it choked on.
        get_log().error("process.failed", error_type=type(error).__name__)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # never back into the program that was forked


def _end_with_parent(alive: int) -> None:
    """The pipe's other end is the parent's alone: it ends when the parent does, however that happened."""

    def watch() -> None:
        os.read(alive, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def _ended(slots: list[_Slot]) -> list[tuple[_Slot, int]]:
    found = []
    for slot in slots:
        if slot.process_id is not None:
            ended, status = os.waitpid(slot.process_id, os.WNOHANG)
            if ended:
                found.append((slot, os.waitstatus_to_exitcode(status)))
    return found


def _stop(slots: list[_Slot]) -> None:
    running = [slot for slot in slots if slot.process_id is not None]
    for slot in running:
        _send(slot, signal.SIGTERM)
    until = time.monotonic() + STOPPED_WITHIN
    while running and time.monotonic() < until:
        ended = {slot.name for slot, _ in _ended(running)}
        running = [slot for slot in running if slot.name not in ended]
        time.sleep(0.02)
    for slot in running:
        get_log().error("process.killed", process_id=slot.process_id, worker_code=slot.name)
        _send(slot, signal.SIGKILL)
        if slot.process_id is not None:
            os.waitpid(slot.process_id, 0)


def _send(slot: _Slot, number: signal.Signals) -> None:
    if slot.process_id is not None:
        os.kill(slot.process_id, number)
