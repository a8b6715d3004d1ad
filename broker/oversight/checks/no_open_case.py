"""Something was released about a person of whom no case was open."""

from __future__ import annotations

from collections.abc import Iterator

from broker.audit.events import Event
from broker.oversight.finding import CheckFinding, about_one
from broker.oversight.known import Known
from broker.oversight.log import Log


def check(log: Log, known: Known) -> Iterator[CheckFinding]:
    """Any case counts, whosever it is: the purpose's own rule about cases is the decision's."""
    for logged in log.recent:
        if logged.entry.event is not Event.PROFILE_RELEASED:
            continue
        at = logged.entry.occurred_at
        without = [
            one
            for one in logged.entry.about
            if one in known.people and not any(case.covers(at) for case in known.people[one].cases)
        ]
        if without:
            yield about_one(logged, *without)
