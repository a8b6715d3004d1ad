"""The same histories through the door: partner systems withdraw, give and ask at a server of several workers, with
retries under idempotency keys that they share.

Each worker of the server has a clock of its own, ahead or behind, and waits a random moment before its statements.
What each request was answered, and when it began and ended, is judged by `tests.histories.checker`.
"""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from broker.http_signatures import MessageRefused
from tests.functional.api.door import Got, Partner
from tests.functional.usecases.office import REASON, START_AT
from tests.histories.histories import (
    ATTENDANCE,
    BETWEEN,
    CHANGES,
    DOUBTER,
    RELEASERS,
    WORKERS,
    Desk,
    History,
    Operation,
    doubt,
)
from tests.scorecard.serving import NoAnswer, RunningClock, Served, serving, slow_statements

KEYS: Final = 2
"""Idempotency keys that those who ask for one child share."""
ASKS: Final = (3, 4, 5)
"""How often each of them asks."""
TRIES: Final = 5
HELD_UP: Final = 503
UNEVEN: Final = """
import os
now = SystemClock.now
SystemClock.now = lambda clock: now(clock) + timedelta(seconds=os.getpid() % 7 - 3)
""" + slow_statements(0.3, 0.002)
"""Clocks that disagree by up to six seconds, and statements that come when they come."""


@dataclass(frozen=True)
class Counter:
    """A server, and the desk at which families are made for it."""

    served: Served
    desk: Desk


@contextmanager
def open_counter(one: Partner, spoiled: str = "", workers: int = 4) -> Iterator[Counter]:
    """A server before an office with rules and staff and no family."""
    one.office.agree()
    one.office.clock.at = START_AT + timedelta(days=1)
    with serving(one, workers, UNEVEN + spoiled) as served:
        clock = one.office.clock
        assert isinstance(clock, RunningClock)
        yield Counter(served, Desk(one.office, itertools.count(1), clock.began))


def run_api_history(counter: Counter, seed: int) -> History:
    """One history with this plan."""
    dice = random.Random(seed)
    child, mum, case, first = counter.desk.family(seed)
    systems = [
        PartnerSystem(counter, seed, child, mum, case, random.Random(dice.random())) for _ in range(WORKERS)
    ]
    turns = [dice.choice(ASKS if number < RELEASERS else CHANGES) for number in range(WORKERS)]
    ready = threading.Barrier(WORKERS)
    released = systems[0].ask(0)  # before anything changes: what its retries may not outlive

    def work(number: int) -> list[Operation]:
        system, done = systems[number], []
        ready.wait(60)
        for turn in range(turns[number]):
            time.sleep(system.dice.random() * BETWEEN)
            if number < RELEASERS:
                done.append(system.ask(system.dice.randrange(KEYS + 1)))
            elif number == DOUBTER:
                done.append(doubt(counter.desk, counter.desk.at(0.0), mum, turn))
            elif turn % 2 == 0:
                given = next((one.consent_id for one in reversed(done) if one.kind == "give"), first)
                done += system.withdraw(given, turn)
            else:
                done.append(system.give(turn))
        return done

    with ThreadPoolExecutor(WORKERS) as pool:
        found = [one for done in pool.map(work, range(WORKERS)) for one in done]
    opening = Operation("give", 0, 0, first)
    return History(seed, child, (opening, released, *sorted(found, key=lambda one: one.ended)))


@dataclass
class PartnerSystem:
    """One partner system about one child."""

    counter: Counter
    seed: int
    child: str
    mum: str
    case: str
    dice: random.Random

    def ask(self, number: int) -> Operation:
        """Asks for the child's profile: under a key that others use for the very same, or anew (KEYS)."""
        key = f"ask-{self.seed}-{number}" if number < KEYS else None
        body = {
            **_KIM,
            "purpose": "family-support",
            "about": [self.child],
            "reason": REASON,
            "case": self.case,
        }
        began, got, failed = self._post("/v1/profiles", body, key)
        ended = next(self.counter.desk.count)
        if got is None or (got.status != 200 and not (key and got.status == 409)):
            return Operation("release", began, ended, failed=failed)
        if got.status == 409:
            return Operation("changed", began, ended)
        items = [item for section in got.json["sections"].values() for item in section]
        shown = any(item["papers"]["category"] == ATTENDANCE for item in items)
        return Operation("release", began, ended, disclosure_id=got.json["disclosure"], shown=shown)

    def withdraw(self, consent_id: str, turn: int) -> list[Operation]:
        """Withdraws; and now and then asks once more, as if the answer had been lost."""
        path, key = f"/v1/consents/{consent_id}/withdrawal", f"withdraw-{self.seed}-{turn}"
        began, got, failed = self._post(path, dict(_KIM), key)
        ended = next(self.counter.desk.count)
        if got is None or got.status != 201 or got.json["repeated"]:
            return [Operation("withdraw", began, ended, consent_id, failed=failed)]
        told = frozenset(one["disclosure"] for one in got.json["told"])
        done = [Operation("withdraw", began, ended, consent_id, told=told)]
        if self.dice.random() < 0.5:
            began, again, failed = self._post(path, dict(_KIM), key)
            same = again is not None and again.status == 201 and again.json["repeated"]
            same = same and again.json["consent"] == got.json["consent"]
            done.append(Operation("again", began, next(self.counter.desk.count), failed="" if same else failed))
        return done

    def give(self, turn: int) -> Operation:
        """The mother agrees."""
        body = {**_KIM, "about": self.child, "signatory": self.mum}
        began, got, failed = self._post("/v1/consents", body, f"give-{self.seed}-{turn}")
        ended = next(self.counter.desk.count)
        if got is None or got.status != 201:
            return Operation("give", began, ended, failed=failed)
        return Operation("give", began, ended, got.json["consent"])

    def _post(self, path: str, body: dict[str, Any], key: str | None) -> tuple[int, Got | None, str]:
        """The moment at which it was first sent, what was answered, and how to say that it failed. Whoever is told
        to come later does."""
        began = next(self.counter.desk.count)
        for _ in range(TRIES):
            try:
                got = self.counter.served.ask("POST", path, body, key)
            except (NoAnswer, MessageRefused) as error:
                return began, None, repr(error)
            if got.status != HELD_UP:
                break
        return began, got, f"{got.status}"


_KIM: Final = {"by": "kim", "role": "lead-practitioner"}
