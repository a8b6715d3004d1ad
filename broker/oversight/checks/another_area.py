"""A person was looked at for the first time from an area in which nobody knows them."""

from __future__ import annotations

from collections.abc import Iterator

from broker.oversight.finding import CheckFinding, about_one
from broker.oversight.known import Known
from broker.oversight.log import Log, looks_in


def check(log: Log, known: Known) -> Iterator[CheckFinding]:
    """Only the first look from an area, and only at people whom some organisation knows: for anybody else every
    area is the first."""
    seen = {
        (one, area)
        for logged in looks_in(log.before)
        if (area := known.areas.get(logged.entry.organisation)) is not None
        for one in logged.entry.about
    }
    for logged in log.looks():
        area = known.areas.get(logged.entry.organisation)
        if area is None:
            continue
        first = [
            one
            for one in logged.entry.about
            if one in known.people
            and known.people[one].areas
            and area not in known.people[one].areas
            and (one, area) not in seen
        ]
        seen.update((one, area) for one in logged.entry.about)
        if first:
            yield about_one(logged, *first)
