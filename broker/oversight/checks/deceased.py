"""Somebody looked at a person who had died."""

from __future__ import annotations

from collections.abc import Iterator

from broker.dates import london_day
from broker.oversight.finding import CheckFinding, about_one
from broker.oversight.known import Known
from broker.oversight.log import Log


def check(log: Log, known: Known) -> Iterator[CheckFinding]:
    """From the day after the day of death, as it is known now."""
    for logged in log.looks():
        day = london_day(logged.entry.occurred_at)
        dead = [
            one
            for one in logged.entry.about
            if one in known.people and (died := known.people[one].died_on) is not None and died < day
        ]
        if dead:
            yield about_one(logged, *dead)
