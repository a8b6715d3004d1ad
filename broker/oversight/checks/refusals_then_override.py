"""Somebody was refused again and again, and then asked for emergency access about the same person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from broker.audit.events import Event
from broker.oversight.finding import CheckFinding
from broker.oversight.known import Known
from broker.oversight.log import Log

REFUSALS: Final = 2
"""One refusal and then an emergency is how it is meant to be used."""
WITHIN: Final = timedelta(hours=24)


def check(log: Log, known: Known) -> Iterator[CheckFinding]:
    """Profiles refused within a day before, each about somebody the request is about."""
    del known
    refused = [one for one in log.whole() if one.entry.event is Event.PROFILE_REFUSED]
    for logged in log.recent:
        entry = logged.entry
        if entry.event is not Event.OVERRIDE_REQUESTED:
            continue
        earlier = [
            one
            for one in refused
            if one.entry.actor == entry.actor
            and one.index < logged.index
            and entry.occurred_at - WITHIN <= one.entry.occurred_at
            and not set(entry.about).isdisjoint(one.entry.about)
        ]
        if len(earlier) >= REFUSALS:
            indexes = (*(one.index for one in earlier), logged.index)
            yield CheckFinding(entry.actor, entry.organisation, indexes, entry.about)
