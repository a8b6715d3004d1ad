"""Already open: who is the lead? The answer with the most use and the least data; and passing a contact to them.

Decides that an open case is told of only through the decision: where the kind of information that says who is
involved, about that person and held by the lead's organisation, is permitted to whoever asks, in summary at least
(`broker.usecases.casework.leads`). What was decided is a disclosure like any other; the log says how many leads it
told of. From docs/casework.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.front_door import Contact, require_step
from broker.casework.steps import StepKind
from broker.errors import CallWrong, NotAllowed
from broker.release.disclosure import Disclosure
from broker.release.profile import ProfileItem
from broker.store.cases import record_case
from broker.store.disclosures import ReleasedCell
from broker.store.notices import NewNotice, queue_notices
from broker.store.session import Act
from broker.store.staff import find_members
from broker.store.steps import append_step
from broker.store.work_items import finish_work
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.front_door import Seen, front_door_of, require_seen, then
from broker.usecases.casework.leads import LEAST, Asking, Lead, Led
from broker.usecases.casework.waiting import require_nothing_waits
from broker.usecases.casework.write_down import write_down
from broker.usecases.notices import TO
from broker.usecases.release.decided_request import Asked
from broker.usecases.release.release_profile import release_profile
from broker.usecases.world import World
from broker.vocabulary.clocks import FrontDoor
from broker.vocabulary.codes import Detail

PASSED: Final = "contact-passed"
"""The topic of the notice to a lead that a contact was passed to them."""


@dataclass(frozen=True, slots=True)
class LeadAnswer:
    """The disclosure it is (refused, perhaps), the leads of open cases, and who else said they are involved."""

    disclosure: Disclosure
    leads: tuple[Lead, ...]
    involved: tuple[ProfileItem, ...]


@dataclass(frozen=True, slots=True)
class Passed:
    """The contact, closed, and the lead who has it now."""

    contact: Contact
    lead: Lead
    disclosure_id: str


@dataclass(slots=True)
class _Along:
    """What is done in the act of the release: the leads found, and the contact passed to one of them."""

    world: World
    acting: Acting
    front_door: FrontDoor
    case_id: str
    passing: bool = False
    to_case: str | None = None
    leads: tuple[Lead, ...] = ()
    passed: Contact | None = None
    lead: Lead | None = None

    def __call__(self, act: Act, disclosure: Disclosure, cells: tuple[ReleasedCell, ...]) -> None:
        staff = find_members(act, [self.acting.by])[self.acting.by].staff
        people = tuple(disclosure.profile.people) if disclosure.profile is not None else ()
        self.leads = tuple(_leads(act, self, people, cells))
        details = {"disclosure": disclosure.id, "found": len(self.leads), "case": self.case_id}
        act.record(entry_of(act, staff, Event.LEAD_ANSWERED, details, about=people))
        if self.passing:
            self.lead = self._chosen()
            if self.lead is not None:
                self.passed = _pass(self.world, act, staff, require_seen(act, staff, self.case_id), self.lead)

    def _chosen(self) -> Lead | None:
        """The lead of the case that was named; where none was, of the only one there is."""
        if self.to_case is None:
            return self.leads[0] if len({one.case_id for one in self.leads}) == 1 else None
        return next((one for one in self.leads if one.case_id == self.to_case), None)


def find_lead(world: World, acting: Acting, case_id: str, reason: str) -> LeadAnswer:
    """Whether anybody a contact is about is open to somebody already, and who leads. A refusal is a result: look
    at the disclosure. Raises NotAllowed, CallWrong."""
    return _ask(world, acting, Verb.CONTACT_READ, case_id, reason)[1]


def pass_to_lead(world: World, acting: Acting, case_id: str, to_case: str | None, reason: str) -> Passed:
    """Passes a contact to the lead of an open case in one step: asks again, closes the contact as open already,
    and tells the lead. Where no case is named (None) it goes to the only one this question answers with. Raises
    NotAllowed for a case that it does not answer with, and CallWrong, also where none is named and there is not
    just one."""
    along, answer = _ask(world, acting, Verb.CONTACT_TAKE, case_id, reason, passing=True, to_case=to_case)
    if along.passed is None and to_case is None:
        raise CallWrong("to", "is missing: ask who leads, and choose whom to pass it to")
    if along.lead is None or along.passed is None:
        raise NotAllowed(f"case `{to_case}`", "is not one this can be passed to; ask `broker contact lead` first")
    return Passed(along.passed, along.lead, answer.disclosure.id)


def _ask(
    world: World,
    acting: Acting,
    verb: Verb,
    case_id: str,
    reason: str,
    *,
    passing: bool = False,
    to_case: str | None = None,
) -> tuple[_Along, LeadAnswer]:
    def work(act: Act, staff: Staff) -> Seen:
        seen = require_seen(act, staff, case_id)
        if passing:
            require_step(seen.contact, StepKind.PASSED_ON)
        return seen

    seen = perform(world, acting, verb, work)
    front_door = front_door_of(world, seen.contact.organisation)
    along = _Along(world, acting, front_door, case_id, passing, to_case)
    asked = Asked(
        front_door.purpose,
        tuple(seen.people),
        reason,
        case_id,
        channel="already-open",
        categories=frozenset({front_door.lead_category}),
    )
    disclosure = release_profile(world, acting, asked, along)
    items = disclosure.profile.items if disclosure.profile is not None else ()
    return along, LeadAnswer(disclosure, along.leads, items)


def _leads(act: Act, along: _Along, people: tuple[str, ...], cells: tuple[ReleasedCell, ...]) -> Iterator[Lead]:
    told = {
        (cell.person_id, cell.controller)
        for cell in cells
        if cell.category == along.front_door.lead_category and Detail[cell.detail.upper()] >= LEAST
    }
    asking = Asking(along.acting.by, along.case_id, along.front_door, act.at)
    return Led.around(act, people).leads(people, asking, told)


def _pass(world: World, act: Act, staff: Staff, seen: Seen, lead: Lead) -> Contact:
    case_id = seen.case.id
    require_step(seen.contact, StepKind.PASSED_ON)
    # A lead who has it by name now is an explicit reason.
    require_nothing_waits(act, staff, seen.case, explained=True)
    entry = entry_of(
        act, staff, Event.CONTACT_PASSED, {"case": case_id, "to": lead.case_id}, about=seen.case.about
    )
    record_case(act, replace(seen.case, closed_at=act.at), entry=entry)
    step = append_step(act, case_id, StepKind.PASSED_ON, staff.id, {"to": lead.case_id}, entry=entry)
    finish_work(act, [case_id, *(check.id for check in seen.contact.checks)], entry=entry)
    # The notice says that there is a contact and whom to ring, and nothing that was said.
    body = {TO: lead.staff_id, "case": lead.case_id, "contact": case_id, "by": staff.id}
    queue_notices(act, [NewNotice(PASSED, lead.organisation, act.at, body)], entry=entry)
    ended = then(seen, step)
    write_down(world, act, staff, seen.case, ended)
    return ended
