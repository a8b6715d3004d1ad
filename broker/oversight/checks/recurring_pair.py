"""The same second person approves the same requester's emergency access again and again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from broker.audit.events import Event
from broker.oversight.finding import CheckFinding
from broker.oversight.known import Known
from broker.oversight.log import Log

TIMES: Final = 3


def check(log: Log, known: Known) -> Iterator[CheckFinding]:
    """The third window of one pair within the horizon, and each after it. Not found by either of the two."""
    del known
    asked = {
        one.entry.details["override"]: one.entry
        for one in log.whole()
        if one.entry.event is Event.OVERRIDE_REQUESTED
    }
    recent = {one.index for one in log.recent}
    pairs: dict[tuple[str, str], list[int]] = {}
    for logged in log.whole():
        entry = logged.entry
        request = asked.get(entry.details.get("override", ""))
        second = entry.details.get("second")
        if entry.event is not Event.OVERRIDE_OPENED or request is None or second is None:
            continue
        together = pairs.setdefault((request.actor, second), [])
        together.append(logged.index)
        if len(together) >= TIMES and logged.index in recent:
            yield CheckFinding(request.actor, request.organisation, tuple(together), entry.about, second=second)
