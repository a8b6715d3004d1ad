"""Somebody looked at a person of their own family name, postcode or address."""

from __future__ import annotations

from collections.abc import Iterator

from broker.oversight.finding import CheckFinding, about_one
from broker.oversight.known import Known, Whereabouts
from broker.oversight.log import Log


def check(log: Log, known: Known) -> Iterator[CheckFinding]:
    """The whole postcode has to be the same: its district is shared by thousands. Oneself is `own-record`."""
    for logged in log.looks():
        colleague = known.staff.get(logged.entry.actor)
        if colleague is None:
            continue
        alike = [
            one
            for one in logged.entry.about
            if one in known.people
            and one != colleague.person
            and _alike(colleague.whereabouts, known.people[one].whereabouts)
        ]
        if alike:
            yield about_one(logged, *alike)


def _alike(mine: Whereabouts, theirs: Whereabouts) -> bool:
    pairs = (
        (mine.family_name, theirs.family_name),
        (mine.postcode, theirs.postcode),
        (mine.address, theirs.address),
    )
    return any(one and one == other for one, other in pairs)
