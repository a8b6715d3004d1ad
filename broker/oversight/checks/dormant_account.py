"""An account that nobody had used for a long time was used."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from broker.oversight.finding import CheckFinding, about_one
from broker.oversight.known import Known
from broker.oversight.log import HORIZON, Log


def check(log: Log, known: Known) -> Iterator[CheckFinding]:
    """Nothing by this member of staff within the horizon, although they were enrolled before it."""
    last: dict[str, datetime] = {one.entry.actor: one.entry.occurred_at for one in log.before}
    for logged in log.recent:
        entry = logged.entry
        colleague = known.staff.get(entry.actor)
        if colleague is not None:
            used_at = max(last.get(entry.actor, colleague.enrolled_at), colleague.enrolled_at)
            if entry.occurred_at - used_at >= HORIZON:
                yield about_one(logged, *entry.about)
        last[entry.actor] = entry.occurred_at
