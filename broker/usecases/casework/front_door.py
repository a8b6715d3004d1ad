"""Which contacts somebody at a front door may see, and what they may see of them.

Decides that a contact is seen by the staff of the organisation whose front door it is, and not where it is about
somebody protected (who does not exist), where it is restricted and they are no member, or where they have a
personal connection to anybody it is about (which alerts silently when they name it). Whatever hides a contact, the
answer is that of one never recorded. From docs/casework.md and docs/rules.md ("protected", conflict of interest).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from broker.casework import Case, Staff
from broker.casework.front_door import Contact, contact_of
from broker.casework.steps import Step
from broker.decision.admission import has_personal_connection
from broker.decision.facts import Facts
from broker.errors import CallWrong
from broker.people import DataSubject, ProtectionMarker
from broker.store.cases import find_cases
from broker.store.households import find_households
from broker.store.notices import NewNotice
from broker.store.people import NOBODY_READ, PeopleRead
from broker.store.relationships import find_relationships
from broker.store.session import Act
from broker.store.steps import find_steps
from broker.usecases.acting import AlertingRefusal
from broker.usecases.release.alerts import CONFLICT
from broker.usecases.world import World
from broker.vocabulary.clocks import FrontDoor


@dataclass(frozen=True, slots=True)
class Seen:
    """A contact somebody may see: the case it is, how it stands, its steps and the people it is about."""

    case: Case
    contact: Contact
    steps: tuple[Step, ...]
    people: Mapping[str, DataSubject]


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at some contacts found: those seen, by case id, and those hidden for a personal connection."""

    seen: Mapping[str, Seen]
    connected: frozenset[str]


def front_door_of(world: World, organisation: str) -> FrontDoor:
    """The front door that works for an organisation's area. Raises CallWrong where there is none."""
    vocabulary = world.partnership.vocabulary
    area = vocabulary.organisations[organisation].area
    found = vocabulary.front_doors.get(area)
    if found is None:
        raise CallWrong("front door", f"there is none for the area `{area}`; add a row to policies/clocks.yaml")
    return found


def look(
    act: Act,
    staff: Staff,
    case_ids: Iterable[str],
    theirs: Callable[[Contact], bool] | None = None,
    people_read: PeopleRead = NOBODY_READ,
) -> Looked:
    """The contacts among these cases that the member of staff may see now: those of their own front door, or those
    that `theirs` says are their organisation's business. `people_read` are not read again."""

    def is_theirs(contact: Contact) -> bool:
        return theirs(contact) if theirs is not None else contact.organisation == staff.organisation

    cases = find_cases(act, case_ids)
    steps = find_steps(act, cases)
    people = people_read.with_others(act, {one for case in cases.values() for one in case.about})
    own = nearby(act, staff)
    seen: dict[str, Seen] = {}
    connected: set[str] = set()
    for case_id, case in sorted(cases.items()):
        contact = contact_of(case_id, steps.get(case_id, ()))
        if contact is None or not is_theirs(contact) or is_about_protected(case, people):
            continue
        if case.restricted and not case.has_member(staff.id, act.at):
            continue
        if has_personal_connection(own, staff, case.about):
            connected.add(case_id)
            continue
        about = {one: people[one] for one in sorted(case.about) if one in people}
        seen[case_id] = Seen(case, contact, steps[case_id], about)
    return Looked(seen, frozenset(connected))


def require_seen(act: Act, staff: Staff, case_id: str) -> Seen:
    """The contact. Raises NotAllowed, in the same words whether it was never recorded, is another front door's, or
    is hidden; a personal connection alerts."""
    looked = look(act, staff, [case_id])
    found = looked.seen.get(case_id)
    if found is None:
        body = {"about": sorted(find_cases(act, [case_id])[case_id].about)} if looked.connected else {}
        alerts = [NewNotice(CONFLICT, staff.organisation, act.at, {**body, "by": staff.id})]
        raise AlertingRefusal(
            f"contact `{case_id}`",
            "is not one you can open; check its reference, or ask a colleague to take it",
            alerts if looked.connected else (),
        )
    return found


def then(seen: Seen, step: Step) -> Contact:
    """The contact after one more step."""
    found = contact_of(seen.case.id, (*seen.steps, step))
    # INVARIANT: what was seen is a contact, and a step takes nothing away.
    if found is None:
        raise LookupError("a contact stays one")
    return found


def is_about_protected(case: Case, people: Mapping[str, DataSubject]) -> bool:
    """A record about somebody protected is taken out with them, and a contact is one."""
    return any(is_protected(people.get(one)) for one in case.about)


def is_protected(person: DataSubject | None) -> bool:
    """Whether somebody known does not exist for anyone."""
    return person is not None and ProtectionMarker.PROTECTED in person.markers


def require_unconnected(act: Act, staff: Staff, case: Case) -> None:
    """Raises NotAllowed, and alerts, where the member of staff has a personal connection to anybody a case is
    about."""
    require_no_tie(act, staff, case.about, f"case `{case.id}`")


def require_no_tie(act: Act, staff: Staff, about: Iterable[str], where: str) -> None:
    """Raises NotAllowed about `where`, and alerts, where the member of staff has a personal connection to any of
    these people."""
    people = frozenset(about)
    if has_personal_connection(nearby(act, staff), staff, people):
        alert = NewNotice(CONFLICT, staff.organisation, act.at, {"about": sorted(people), "by": staff.id})
        raise AlertingRefusal(where, "is not available to you; ask a colleague to look", [alert])


def nearby(act: Act, staff: Staff) -> Facts:
    """What a personal connection can rest on, and no more."""
    own = [staff.person] if staff.person is not None else []
    return Facts({}, find_relationships(act, own), find_households(act, own))
