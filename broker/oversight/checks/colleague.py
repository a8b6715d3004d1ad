"""Somebody looked at a colleague: a member of staff of their own organisation, as a person."""

from __future__ import annotations

from collections.abc import Iterator

from broker.oversight.finding import CheckFinding, about_one
from broker.oversight.known import Known
from broker.oversight.log import Log


def check(log: Log, known: Known) -> Iterator[CheckFinding]:
    """Colleagues are those of the organisation for which the look was made."""
    at_work: dict[str, set[str]] = {}
    for colleague in known.staff.values():
        if colleague.person is not None:
            at_work.setdefault(colleague.staff.organisation, set()).add(colleague.person)
    for logged in log.looks():
        own = known.staff.get(logged.entry.actor)
        others = at_work.get(logged.entry.organisation, set()) - {own.person if own is not None else None}
        met = others.intersection(logged.entry.about)
        if met:
            yield about_one(logged, *met)
