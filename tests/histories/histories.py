"""Histories: several workers with clocks that disagree give, withdraw and release about one family at once.

Every worker is a thread with a connection of its own; between statements each waits a random moment, so that the
acts interleave in every way the database lets them. What each operation was told, and when it began and ended (by
one counter for all), is what `tests.histories.checker` judges. The same seed makes the same plan; how it
interleaves is the machine's.
"""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from psycopg import Cursor
from sqlalchemy import event

from broker.audit.events import Event
from broker.casework import Case, CaseKind, Membership
from broker.consent.record import ConsentDecision, ConsentKind
from broker.dates import Interval
from broker.people import DataSubject, Relationship, RelationshipKind
from broker.store.cases import record_case
from broker.store.people import add_people, record_people
from broker.store.records import NewRecord, put_records
from broker.store.relationships import record_relationships
from broker.store.session import Act
from broker.usecases.acting import AS_OPERATOR, entry_of
from broker.usecases.consent.record_consent import ConsentStatement, record_consent
from broker.usecases.consent.withdraw_consent import Withdrawal, withdraw_consent
from broker.usecases.release.decided_request import Asked
from broker.usecases.release.release_profile import release_profile
from broker.wiring import Broker
from tests.functional.usecases.office import KIM, REASON, START_AT, Office, open_office

RELEASERS: Final = 2
MOST_SKEW: Final = 3.0
"""Seconds by which a worker's clock may be ahead or behind."""
LONGEST_WAIT: Final = 0.002
"""Seconds before a statement, at most."""
BETWEEN: Final = 0.02
"""Seconds between two operations of a worker, at most."""
TURNS: Final = (2, 3)
CHANGES: Final = (1, 2, 3, 5)
"""How often a worker asks for a release, and how often one withdraws and gives in turn."""
WORKERS: Final = RELEASERS + 2
DOUBTER: Final = WORKERS - 1
BORN: Final = date(1988, 5, 1)
ATTENDANCE: Final = "attendance"


@dataclass(frozen=True, slots=True)
class Operation:
    """What one worker did and was told: `give`, `withdraw`, `release` or `doubt`; through the door also `changed`,
    where a retry was told to ask anew, and `again`, a withdrawal's retry. `began` and `ended` are counted by one
    counter. `consent_id` is what was given or withdrawn; `told` the releases a withdrawal found;
    `shown` whether a release contained the child's attendance."""

    kind: str
    began: int
    ended: int
    consent_id: str = ""
    disclosure_id: str = ""
    shown: bool = False
    told: frozenset[str] = frozenset()
    failed: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """The operations about one child, in the order in which they ended."""

    seed: int
    child: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True)
class SkewedClock:
    """Runs, and is wrong by so much."""

    skew: float
    began: float

    def now(self) -> datetime:
        """The instant it shows."""
        return START_AT + timedelta(days=1, seconds=time.monotonic() - self.began + self.skew)


@dataclass
class Desk:
    """An office with rules and staff, and no family yet."""

    office: Office
    count: Iterator[int]
    began: float

    def family(self, seed: int) -> tuple[str, str, str, str]:
        """A child with a record, a mother and a case; returns their ids and that of the consent."""
        child, mum, case = f"p-child-{seed}", f"p-mum-{seed}", f"k-{seed}"

        def work(act: Act) -> None:
            details = {"batch": f"b-{seed}", "controller": "oakdale-primary", "accepted": 1, "refused": 0}
            entry = entry_of(act, AS_OPERATOR, Event.RECORDS_INGESTED, details)
            add_people(act, [DataSubject(child, date(2015, 6, 1)), DataSubject(mum, BORN)], entry=entry)
            mother = Relationship(mum, child, RelationshipKind.MOTHER, parental_responsibility=True)
            record_relationships(act, [(f"e-{seed}", mother)], entry=entry)
            members = (Membership("kim", Interval(act.at, None)),)
            purposes, about = frozenset({"family-support"}), frozenset({child, mum})
            opened = Case(case, CaseKind.TEAM, 2, purposes, about, act.at, members=members)
            record_case(act, opened, entry=entry)
            key, people = f"oakdale-primary/{seed}", frozenset({child})
            new = NewRecord(key, ATTENDANCE, people, frozenset(), date(2026, 1, 20), {"percentage": 81})
            put_records(act, "oakdale-primary", [new], entry=entry)

        clock = SkewedClock(0.0, self.began)
        self.office.broker.store.perform(clock, work)
        given = record_consent(self.at(0.0), KIM, ConsentStatement(child, mum, ConsentKind.ENGAGEMENT))
        return child, mum, case, given.consent_id

    def at(self, skew: float) -> Broker:
        """The broker as a worker with this clock has it."""
        return replace(self.office.broker, clock=SkewedClock(skew, self.began))


_dice = threading.local()


@contextmanager
def open_desk(folder: Path, database: str) -> Iterator[Desk]:
    """An office whose statements each wait a random moment once a history has begun."""
    with open_office(folder, database=database) as office:
        office.agree()
        engine: Any = office.broker.store._engine
        desk = Desk(office, itertools.count(1), time.monotonic())
        if engine.dialect.name == "sqlite":
            event.listen(engine, "before_cursor_execute", lambda *_: _wait())
            yield desk
            return
        # The driver itself is asked as well as SQLAlchemy.
        execute: Any = Cursor.execute

        def slowly(*given: Any, **named: Any) -> Any:
            _wait()
            return execute(*given, **named)

        with patch.object(Cursor, "execute", slowly):
            yield desk


def _wait() -> None:
    dice = getattr(_dice, "dice", None)
    if dice is not None and dice.random() < 0.3:
        time.sleep(dice.random() * LONGEST_WAIT)


def run_history(desk: Desk, seed: int) -> History:
    """One history with this plan."""
    dice = random.Random(seed)
    child, mum, case, first = desk.family(seed)
    ready = threading.Barrier(WORKERS)
    plans = [
        (dice.random(), dice.uniform(-MOST_SKEW, MOST_SKEW), dice.choice(TURNS if number < RELEASERS else CHANGES))
        for number in range(WORKERS)
    ]

    def worker(number: int) -> list[Operation]:
        own, skew, turns = plans[number]
        _dice.dice = random.Random(own)
        broker = desk.at(skew)
        ready.wait(60)
        done: list[Operation] = []
        try:
            for turn in range(turns):
                time.sleep(_dice.dice.random() * BETWEEN)
                if number < RELEASERS:
                    done.append(_release(desk, broker, child, case))
                elif number == DOUBTER:
                    done.append(doubt(desk, broker, mum, turn))
                elif turn % 2 == 0:
                    given = next((one.consent_id for one in reversed(done) if one.kind == "give"), first)
                    done.append(_withdraw(desk, broker, given))
                else:
                    done.append(_give(desk, broker, child, mum))
        finally:
            _dice.dice = None
        return done

    with ThreadPoolExecutor(WORKERS) as pool:
        found = [one for done in pool.map(worker, range(WORKERS)) for one in done]
    opening = Operation("give", 0, 0, first)
    return History(seed, child, (opening, *sorted(found, key=lambda one: one.ended)))


def _release(desk: Desk, broker: Broker, child: str, case: str) -> Operation:
    began = next(desk.count)
    try:
        answer = release_profile(broker, KIM, Asked("family-support", (child,), REASON, case))
    except Exception as error:
        return Operation("release", began, next(desk.count), failed=repr(error))
    shown = answer.profile is not None and any(one.papers.category == ATTENDANCE for one in answer.profile.items)
    return Operation("release", began, next(desk.count), disclosure_id=answer.id, shown=shown)


def _withdraw(desk: Desk, broker: Broker, consent_id: str) -> Operation:
    began = next(desk.count)
    try:
        done = withdraw_consent(broker, KIM, Withdrawal(consent_id))
    except Exception as error:
        return Operation("withdraw", began, next(desk.count), consent_id, failed=repr(error))
    told = frozenset(one.disclosure_id for one in done.told)
    return Operation("withdraw", began, next(desk.count), consent_id, told=told)


def doubt(desk: Desk, broker: Broker, mum: str, turn: int) -> Operation:
    """Records that the mother's birth is not known, and then that it is: whose birth is unknown decides for
    nobody. A fact about somebody near, who is not asked about."""
    began = next(desk.count)

    def work(act: Act) -> None:
        entry = entry_of(act, AS_OPERATOR, Event.STANDING_CHANGED, {"change": "person-corrected"})
        born = None if turn % 2 == 0 else BORN
        record_people(act, [DataSubject(mum, born)], entry=entry)

    try:
        broker.store.perform(broker.clock, work)
    except Exception as error:
        return Operation("doubt", began, next(desk.count), failed=repr(error))
    return Operation("doubt", began, next(desk.count))


def _give(desk: Desk, broker: Broker, child: str, mum: str) -> Operation:
    began = next(desk.count)
    statement = ConsentStatement(child, mum, ConsentKind.ENGAGEMENT, ConsentDecision.GIVEN)
    try:
        done = record_consent(broker, KIM, statement)
    except Exception as error:
        return Operation("give", began, next(desk.count), failed=repr(error))
    return Operation("give", began, next(desk.count), done.consent_id)
