"""What I asked of holders, with the names of whom I asked about.

Decides that a name is shown only where whoever asked is in the case that they asked for and the case is about
that person: a question about anybody else tells nobody how they are called, and one about somebody protected since
reads like one about an id never issued. From docs/how-to-holder.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Staff
from broker.decision.admission import has_personal_connection
from broker.store.cases import find_cases
from broker.store.people import find_people
from broker.store.session import Act
from broker.store.vault import find_identities
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.front_door import is_protected, nearby
from broker.usecases.holders.ask_holder import AskedOf, asked_by
from broker.usecases.world import World


@dataclass(frozen=True, slots=True, repr=False)
class AskedRow:
    """A question of one's own, with the name of whom it is about; empty where it is not shown. Printing it shows
    nothing."""

    asked: AskedOf
    name: str


def recall_asked(world: World, acting: Acting) -> tuple[AskedRow, ...]:
    """What whoever looks has asked and not taken back, the first due first. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[AskedRow, ...]:
        found = asked_by(act, staff)
        cases = find_cases(act, {one.matter.case for one in found if one.matter.case is not None})
        own = nearby(act, staff)
        inside = {
            person
            for case in cases.values()
            if case.is_open(act.at)
            and case.has_member(staff.id, act.at)
            and not has_personal_connection(own, staff, case.about)
            for person in case.about
        }
        people = find_people(act, inside & {one.matter.about for one in found})
        named = {one for one in people if not is_protected(people[one])}
        details = {"report": "holder-asked", "rows": len(found)}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details, about=named))
        names = find_identities(act, named)
        return tuple(
            AskedRow(one, names[one.matter.about].full_name() if one.matter.about in names else "")
            for one in found
        )

    return perform(world, acting, Verb.HOLDER_ASK, work)
