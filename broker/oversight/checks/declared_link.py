"""Somebody looked at, or approved emergency access about, a person they have declared a link to."""

from __future__ import annotations

from collections.abc import Iterator

from broker.audit.events import Event
from broker.oversight.finding import CheckFinding, about_one
from broker.oversight.known import Known
from broker.oversight.log import LOOKS, Log

_ACTS = LOOKS | {Event.OVERRIDE_REQUESTED, Event.OVERRIDE_OPENED}


def check(log: Log, known: Known) -> Iterator[CheckFinding]:
    """Emergency access counts when it is asked for and when it is approved: nobody is stopped from either."""
    for logged in log.recent:
        colleague = known.staff.get(logged.entry.actor)
        if colleague is None or logged.entry.event not in _ACTS:
            continue
        linked = colleague.links.intersection(logged.entry.about)
        if linked:
            yield about_one(logged, *linked)
