"""What the page of a summary says of the case that it was made for, to whoever is in that case.

Decides that it is told to a member in post and to nobody else, and to a member only what the case's own pages tell
them: how to reach the family as the contact's page does, with the same entry in the log, and who is in the case as
the team's page does. A personal connection, a purpose that names nobody, or anything that hides the case there
leaves it out here. From docs/casework.md.
"""

from __future__ import annotations

from typing import Final

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Case, CaseKind, Staff
from broker.casework.contact import KNOWS_IN_WORDS
from broker.dates import london_day
from broker.decision.admission import has_personal_connection
from broker.release.own_case import Colleague, OwnCase, Reaching
from broker.store.cases import find_cases
from broker.store.session import Act
from broker.store.staff import find_staff
from broker.store.steps import open_words
from broker.usecases.acting import Acting, entry_of
from broker.usecases.casework.front_door import look, nearby
from broker.usecases.casework.front_door_queue import contact_words
from broker.usecases.casework.show_team import members_of
from broker.usecases.world import World

ERASED: Final = "What was said has been erased. Do not ring, text or write."


def own_case(world: World, act: Act, acting: Acting, case_id: str, purpose: str) -> OwnCase:
    """What may be told; nothing to whoever is not in the case."""
    staff = find_staff(act, [acting.by]).get(acting.by)
    case = find_cases(act, [case_id]).get(case_id)
    if staff is None or case is None or not case.is_open(act.at) or not case.has_member(staff.id, act.at):
        return OwnCase()
    if world.partnership.vocabulary.purposes[purpose].secondary:
        return OwnCase()
    if has_personal_connection(nearby(act, staff), staff, case.about):
        return OwnCase()

    def may(verb: Verb) -> bool:
        return world.access.find_role([acting.role], verb) is not None

    return OwnCase(
        case.kind,
        _team(world, act, staff, case) if may(Verb.TEAM_READ) else (),
        _reaching(act, staff, case) if may(Verb.CONTACT_READ) else None,
    )


def _team(world: World, act: Act, staff: Staff, case: Case) -> tuple[Colleague, ...]:
    vocabulary = world.partnership.vocabulary
    members = members_of(world, act, staff, case)
    names = {one.staff_id: one.name for one in members}
    first = "Has this contact" if case.kind is CaseKind.CONTACT else "Lead practitioner"
    return tuple(
        Colleague(
            one.name,
            first if one is members[0] else "",
            tuple(vocabulary.roles[role].title for role in one.roles),
            vocabulary.organisations[one.organisation].name,
            one.phone,
            london_day(one.since_at) if one.since_at is not None else None,
            names.get(one.cover_for, "a colleague") if one.cover_for is not None else "",
            one.staff_id == staff.id,
        )
        for one in members
    )


def _reaching(act: Act, staff: Staff, case: Case) -> Reaching | None:
    seen = look(act, staff, [case.id]).seen.get(case.id)
    if seen is None:
        return None
    act.record(entry_of(act, staff, Event.CONTACT_SHOWN, {"case": case.id}, about=seen.people))
    contact = seen.contact
    said = open_words(act, [contact.words_row]).get(contact.words_row)
    safe = contact_words(said).safe.in_words if said is not None else ERASED
    safe = safe.replace("`", "“", 1).replace("`", "”", 1)
    return Reaching(safe, KNOWS_IN_WORDS[contact.family_knows], london_day(contact.received_at))
