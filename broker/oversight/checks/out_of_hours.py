"""Somebody looked at people at night, at a weekend or on a bank holiday."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import Final

from broker.casework.working_time import WorkingHours
from broker.dates import london_day
from broker.oversight.finding import CheckFinding
from broker.oversight.known import Known
from broker.oversight.log import Log, Logged

USUAL: Final = WorkingHours(time(7), time(20))


def check(log: Log, known: Known) -> Iterator[CheckFinding]:
    """Outside 7 to 20 of a working day; one finding for a person and day. A release with emergency access is left
    out: it is reviewed anyway."""
    del known
    days: dict[tuple[str, date], list[Logged]] = {}
    for logged in log.looks():
        if not USUAL.cover(logged.entry.occurred_at) and "override" not in logged.entry.details:
            days.setdefault((logged.entry.actor, london_day(logged.entry.occurred_at)), []).append(logged)
    for (actor, _), looks in days.items():
        about = tuple(sorted({one for logged in looks for one in logged.entry.about}))
        yield CheckFinding(actor, looks[0].entry.organisation, tuple(one.index for one in looks), about)
