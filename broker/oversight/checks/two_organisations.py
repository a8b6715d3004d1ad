"""One staff id acted for two organisations within a day: a login that is shared or was taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from broker.oversight.finding import CheckFinding
from broker.oversight.known import Known
from broker.oversight.log import Log, Logged

WITHIN: Final = timedelta(hours=24)


def check(log: Log, known: Known) -> Iterator[CheckFinding]:
    """A finding where the organisation changes from one entry of theirs to the next; only for ids that are
    staff's."""
    last: dict[str, Logged] = {one.entry.actor: one for one in log.before}
    for logged in log.recent:
        entry = logged.entry
        earlier = last.get(entry.actor)
        last[entry.actor] = logged
        if (
            entry.actor in known.staff
            and earlier is not None
            and earlier.entry.organisation != entry.organisation
            and entry.occurred_at - earlier.entry.occurred_at < WITHIN
        ):
            yield CheckFinding(entry.actor, entry.organisation, (earlier.index, logged.index))
