"""How long it takes from a withdrawal to the moment at which the recipient's system knows: over real HTTP, signed,
verified by a receiver on this machine, with the worker that `broker serve` starts."""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from broker.usecases.consent.withdraw_consent import Withdrawal, withdraw_consent
from broker.usecases.partners.follow_notices import telling
from broker.wiring import open_answer_signer
from tests.functional.usecases.office import KIM, open_office, working
from tests.functional.webhooks.receiver import receiving
from tests.functional.webhooks.told import tell_at

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
    withdrawal is asked for until the receiver has verified the message."""
    took = []
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
            for _ in range(many):
                given = office.consent("child", "mum").consent_id
                disclosure = office.ask()
                began = time.time()
                withdraw_consent(office.broker, KIM, Withdrawal(given))
                while time.time() < began + LONGEST:
                    known = {said["disclosure"]: notice for notice, said in dict(receiver.taken).items()}
                    if disclosure.id in known:
                        took.append(receiver.told_at[known[disclosure.id]] - began)
                        break
                    time.sleep(0.002)
        refused = len(receiver.wrong)
    if not took:
        return {"bad": many + refused}
    milliseconds = sorted(round(one * 1000) for one in took)
    return {
        "bad": many - len(took) + refused,
        "median_ms": round(statistics.median(milliseconds)),
        "p99_ms": milliseconds[min(len(milliseconds) - 1, round(0.99 * len(milliseconds)))],
        "longest_ms": milliseconds[-1],
    }
