"""Somebody looked at more people in a day than nearly all of their peers ever do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from broker.dates import london_day
from broker.oversight.finding import CheckFinding
from broker.oversight.known import Known
from broker.oversight.log import Log, looks_in

PERCENTILE: Final = 99
FEWEST_DAYS: Final = 20
"""Fewer days of peers than these say nothing about what is usual."""
FEWEST_PEOPLE: Final = 10
"""So many people in a day are nobody's surprise."""


def check(log: Log, known: Known) -> Iterator[CheckFinding]:
    """Peers share a role, at any organisation. Compared are people a day; the percentile is that of the peers'
    days within the horizon, by the nearest rank, and their own days do not count."""
    people: dict[tuple[str, date], set[str]] = {}
    entries: dict[tuple[str, date], list[int]] = {}
    recent = {logged.index for logged in log.recent}
    for logged in looks_in(log.whole()):
        key = (logged.entry.actor, london_day(logged.entry.occurred_at))
        people.setdefault(key, set()).update(logged.entry.about)
        if logged.index in recent:
            entries.setdefault(key, []).append(logged.index)
    for (actor, day), indexes in entries.items():
        colleague = known.staff.get(actor)
        many = len(people[actor, day])
        if colleague is None or many < FEWEST_PEOPLE:
            continue
        peers = sorted(
            len(met)
            for (other, _), met in people.items()
            if other != actor and other in known.staff and known.staff[other].staff.roles & colleague.staff.roles
        )
        if len(peers) >= FEWEST_DAYS and many > peers[-(-len(peers) * PERCENTILE // 100) - 1]:
            about = tuple(sorted(people[actor, day]))
            yield CheckFinding(actor, colleague.staff.organisation, tuple(indexes), about)
