"""How one's own front door did, by week: counts and medians for those who govern.

Decides that every contact of the organisation is counted, the ones nobody there may see included: so that marking
somebody protected, restricting a case or knowing a family changes no number, and no number tells of it. Names and
words are not touched. From docs/how-to-front-door.md.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.front_door import contact_of
from broker.casework.statistics import REPEAT_WITHIN, Counted, Week, weeks_of
from broker.dates import london_day
from broker.errors import CallWrong
from broker.store.cases import find_cases
from broker.store.session import Act
from broker.store.steps import find_steps
from broker.store.work_items import WorkKind, find_every
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.front_door import front_door_of
from broker.usecases.world import World

MOST_WEEKS: Final = 104
"""Two years."""


def front_door_statistics(world: World, acting: Acting, weeks: int) -> tuple[Week, ...]:
    """The last weeks, this one included, the oldest first. Raises NotAllowed, CallWrong."""
    if not 1 <= weeks <= MOST_WEEKS:
        raise CallWrong("weeks", f"`{weeks}` is not between 1 and {MOST_WEEKS}")

    def work(act: Act, staff: Staff) -> tuple[Week, ...]:
        front_door_of(world, staff.organisation)
        today = london_day(act.at)
        since = today - timedelta(weeks=weeks - 1)
        found = _counted(act, staff.organisation)
        # Whether the first of them is a repeat rests on the year before.
        from_at = act.at - timedelta(weeks=weeks) - REPEAT_WITHIN
        told = weeks_of((one for one in found if one.contact.received_at >= from_at), since, today)
        act.record(
            entry_of(act, staff, Event.REPORT_PRODUCED, {"report": "front-door-statistics", "rows": len(told)})
        )
        return told

    return perform(world, acting, Verb.STATISTICS_READ, work)


def _counted(act: Act, organisation: str) -> list[Counted]:
    ids = {one.case_id for one in find_every(act, organisation, WorkKind.CONTACT)}
    cases, steps = find_cases(act, ids), find_steps(act, ids)
    found = []
    for case_id, case in sorted(cases.items()):
        contact = contact_of(case_id, steps.get(case_id, ()))
        if contact is not None:
            found.append(Counted(contact, case.about, steps[case_id]))
    return found
