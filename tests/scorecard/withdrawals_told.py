"""How long it takes from a withdrawal to the moment at which the recipient's system knows: over real HTTP, signed,
verified by a receiver on this machine, with the worker that `broker serve` starts."""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from broker.audit.events import Event
from broker.casework import CaseKind
from broker.people import Relationship, RelationshipKind
from broker.store.records import NewRecord, put_records
from broker.store.session import Act
from broker.usecases.acting import AS_OPERATOR, entry_of
from broker.usecases.casework.cases import NewCase, open_case
from broker.usecases.consent.withdraw_consent import Withdrawal, withdraw_consent
from broker.usecases.partners.follow_notices import telling
from broker.usecases.people.people import NewPerson, add_person
from broker.usecases.people.ties import relate
from broker.wiring import open_answer_signer
from tests.functional.usecases.office import KIM, TRIAGE, Office, open_office, working
from tests.functional.webhooks.receiver import receiving
from tests.functional.webhooks.told import tell_at

SCHOOL = "oakdale-primary"
LONGEST = 60.0
"""Seconds after which a withdrawal counts as not told."""


class RunningClock:
    """A clock that goes on from an instant as fast as time does."""

    def __init__(self, start: datetime) -> None:
        self._start, self._from = start, time.monotonic()

    def now(self) -> datetime:
        """The instant it shows."""
        return self._start + timedelta(seconds=time.monotonic() - self._from)


def withdrawal_told_sqlite(seeds: range) -> dict[str, int]:
    """Withdrawals of which the recipient's system was not told, on SQLite."""
    return told("sqlite", len(seeds))


def withdrawal_told_postgresql(seeds: range) -> dict[str, int]:
    """The same on PostgreSQL."""
    return told("postgresql", len(seeds))


def told(database: str, many: int) -> dict[str, int]:
    """One after the other: an agreement, a release that rests on it, its withdrawal. Counted from before the
    withdrawal is asked for, and from its commit, until the receiver has verified the message."""
    took: list[float] = []
    after: list[float] = []
    with (
        receiving() as receiver,
        tempfile.TemporaryDirectory() as folder,
        open_office(Path(folder) / "office", database=database) as office,
    ):
        working(office)
        tell_at(office, receiver)
        clock = RunningClock(office.clock.at)
        office.broker = replace(office.broker, clock=clock)
        receiver.now = lambda: clock.now().timestamp()
        with telling(office.broker, open_answer_signer(office.broker.settings)):
            for number in range(many):
                child = another_child(office, number)
                given = office.consent(child, "mum").consent_id
                disclosure = office.ask(about=(child,), case=office.cases[child])
                began = time.time()
                withdraw_consent(office.broker, KIM, Withdrawal(given))
                acknowledged = time.time()
                while time.time() < began + LONGEST:
                    known = {said["disclosure"]: notice for notice, said in dict(receiver.taken).items()}
                    if disclosure.id in known:
                        told_at = receiver.told_at[known[disclosure.id]]
                        took.append(told_at - began)
                        after.append(max(0.0, told_at - acknowledged))
                        break
                    time.sleep(0.002)
        refused, messages = len(receiver.wrong), len(receiver.taken)
    if not took:
        return {"bad": many + refused}
    return {
        "bad": many - len(took) + refused,
        "messages": messages,
        "median_ms": _median(took),
        "p99_ms": _p99(took),
        "after_commit_median_ms": _median(after),
        "after_commit_p99_ms": _p99(after),
    }


def another_child(office: Office, number: int) -> str:
    """One more child of mum's, with a team and a record of the school's: what others agreed to is not touched."""
    name = f"child-{number}"
    born = date(2012, 1, 1) + timedelta(days=number)
    person = add_person(office.broker, TRIAGE, NewPerson(f"Child{number}", "Testing", born, postcode="CM1 1LX"))
    office.people[name] = person
    mother = Relationship(office.people["mum"], person, RelationshipKind.MOTHER, parental_responsibility=True)
    relate(office.broker, TRIAGE, mother, evidence="birth register")
    new = NewCase(CaseKind.TEAM, 2, frozenset({"family-support"}), frozenset({person, office.people["mum"]}))
    office.cases[name] = open_case(office.broker, KIM, new).case.id

    def work(act: Act) -> None:
        details = {"batch": act.new_id("b-"), "controller": SCHOOL, "accepted": 1, "refused": 0}
        entry = entry_of(act, AS_OPERATOR, Event.RECORDS_INGESTED, details)
        seen = date(2026, 1, 20)
        record = NewRecord(name, "attendance", frozenset({person}), frozenset(), seen, {"percentage": 81})
        put_records(act, SCHOOL, [record], entry=entry)

    office.broker.store.perform(office.broker.clock, work)
    return name


def _median(seconds: list[float]) -> int:
    return round(statistics.median(seconds) * 1000)


def _p99(seconds: list[float]) -> int:
    return round(sorted(seconds)[min(len(seconds) - 1, round(0.99 * len(seconds)))] * 1000)
