"""Before a family summary is asked for: which cases it may be for, for which purposes, and whom each is about.

Decides that a case is told of to its members, and a contact to the front door it came to; that a case that was
never opened, one that is closed, one that is somebody else's and one about somebody the reader knows otherwise
than from work are one answer; and that somebody protected is nobody a case is about. From docs/casework.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Case, CaseKind, Staff
from broker.casework.front_door import contact_of
from broker.dates import age_on, london_day
from broker.decision.admission import has_personal_connection
from broker.store.cases import find_cases, find_cases_of
from broker.store.notices import NewNotice
from broker.store.people import find_people
from broker.store.session import Act
from broker.store.steps import find_steps
from broker.store.vault import find_identities
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.front_door import (
    Looked,
    is_about_protected,
    is_protected,
    look,
    nearby,
)
from broker.usecases.partners.not_here import HiddenHere, NotHere
from broker.usecases.release.alerts import CONFLICT
from broker.usecases.world import World

_NOT_YOURS: Final = "is not one you can ask about; check its reference, or ask a colleague to take it"
MOST_CASES: Final = 30
"""Cases offered to choose from: the last opened."""


@dataclass(frozen=True, slots=True, repr=False)
class CasePerson:
    """Somebody a case is about. Printing it shows nothing."""

    person_id: str
    name: str
    age: int | None


@dataclass(frozen=True, slots=True)
class CaseToAsk:
    """A case, the purposes it is open for that the reader's role may ask for, and whom it is about."""

    case_id: str
    kind: CaseKind
    purposes: tuple[str, ...]
    people: tuple[CasePerson, ...]


def get_case_to_ask(world: World, acting: Acting, case_id: str) -> CaseToAsk:
    """The case. Raises NotAllowed, and NotHere for a case that is not one of theirs."""

    def work(act: Act, staff: Staff) -> CaseToAsk:
        case = find_cases(act, [case_id]).get(case_id)
        looked = look(act, staff, [case_id])
        if case is None or not case.is_open(act.at) or not _is_theirs(act, staff, case, looked):
            raise NotHere(f"case `{case_id}`", _NOT_YOURS)
        if looked.connected or has_personal_connection(nearby(act, staff), staff, case.about):
            body = {"about": sorted(case.about), "by": staff.id}
            alert = NewNotice(CONFLICT, staff.organisation, act.at, body)
            raise HiddenHere(f"case `{case_id}`", _NOT_YOURS, [alert])
        act.record(entry_of(act, staff, Event.CASE_SHOWN, {"case": case_id}, about=case.about))
        return _shown(world, act, acting, [case])[0]

    return perform(world, acting, Verb.PROFILE_REQUEST, work)


def list_cases_to_ask(world: World, acting: Acting) -> tuple[CaseToAsk, ...]:
    """Their open cases that are open for a purpose their role may ask for, the last opened first. Raises
    NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[CaseToAsk, ...]:
        mine = find_cases_of(act, staff.id).values()
        own = nearby(act, staff)
        role = world.partnership.vocabulary.roles[acting.role]
        cases = [
            one
            for one in mine
            if one.is_open(act.at)
            and one.has_member(staff.id, act.at)
            and one.purposes & role.purposes
            and not has_personal_connection(own, staff, one.about)
        ]
        people = find_people(act, {one for case in cases for one in case.about})
        steps = find_steps(act, [one.id for one in cases])
        # A contact about somebody protected is taken out with them.
        cases = [
            one
            for one in cases
            if contact_of(one.id, steps.get(one.id, ())) is None or not is_about_protected(one, people)
        ]
        cases.sort(key=lambda one: (one.opened_at, one.id), reverse=True)
        shown = _shown(world, act, acting, cases[:MOST_CASES])
        about = {person.person_id for one in shown for person in one.people}
        details = {"report": "cases-to-ask-for", "rows": len(shown)}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details, about=about))
        return shown

    return perform(world, acting, Verb.PROFILE_REQUEST, work)


def _is_theirs(act: Act, staff: Staff, case: Case, looked: Looked) -> bool:
    if case.id in looked.seen or case.id in looked.connected:
        return True
    is_contact = contact_of(case.id, find_steps(act, [case.id]).get(case.id, ())) is not None
    return not is_contact and case.has_member(staff.id, act.at)


def _shown(world: World, act: Act, acting: Acting, cases: list[Case]) -> tuple[CaseToAsk, ...]:
    asked_by_role = world.partnership.vocabulary.roles[acting.role].purposes
    everybody = find_people(act, {one for case in cases for one in case.about})
    known = {one: person for one, person in everybody.items() if not is_protected(person)}
    names = find_identities(act, known)
    today = london_day(act.at)
    found = []
    for case in cases:
        people = [
            CasePerson(
                one,
                (names[one].full_name() if one in names else "") or one,
                age_on(born, today) if (born := known[one].born) is not None else None,
            )
            for one in sorted(case.about & known.keys())
        ]
        people.sort(key=lambda one: (-(one.age if one.age is not None else -1), one.name))
        found.append(CaseToAsk(case.id, case.kind, tuple(sorted(case.purposes & asked_by_role)), tuple(people)))
    return tuple(found)
