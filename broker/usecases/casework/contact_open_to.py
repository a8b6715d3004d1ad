"""Which organisations lead work with the family of one contact already: what its row in the queue says of it.

Decides as the queue does (`broker.usecases.casework.already_open`), for whoever looks, at that moment, and while
the contact can still be passed on; what was told of stands in an entry of its own. From docs/casework.md
("Already open").
"""

from __future__ import annotations

from dataclasses import dataclass

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.front_door import next_state
from broker.casework.steps import StepKind
from broker.store.cases import find_cases
from broker.store.session import Act
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.already_open import Nearby, already_open, rest_on
from broker.usecases.casework.front_door import front_door_of, require_seen
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class OpenTo:
    """The organisations, and how many cases that is: a contact is passed on in one step where there is one."""

    organisations: tuple[str, ...] = ()
    cases: int = 0


def find_open_to(world: World, acting: Acting, case_id: str) -> OpenTo:
    """Whom a contact is open to already, as far as whoever looks may be told. Raises NotAllowed, CallWrong."""
    resting: list[Nearby] = []

    def locking(act: Act) -> None:
        resting[:] = [rest_on(act, world, acting, find_cases(act, [case_id]))]

    def work(act: Act, staff: Staff) -> OpenTo:
        front_door = front_door_of(world, staff.organisation)
        seen = require_seen(act, staff, case_id)
        if next_state(seen.contact.state, StepKind.PASSED_ON) is None:
            return OpenTo()
        told = already_open(act, world, acting, front_door, resting[0], {case_id: seen})
        leads = told.leads.get(case_id, ())
        details = {"report": "front-door-contact", "rows": 1, "already_open": [case_id] if leads else None}
        entry = entry_of(
            act,
            staff,
            Event.REPORT_PRODUCED,
            details,
            about=seen.people,
            agreements_digest=told.agreements_digest,
            policies_digest=told.policies_digest,
        )
        act.record(entry)
        organisations = tuple(dict.fromkeys(one.organisation for one in leads))
        return OpenTo(organisations, len({one.case_id for one in leads}))

    return perform(world, acting, Verb.CONTACT_READ, work, locking=locking)
