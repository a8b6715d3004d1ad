"""Protection markers: set and lifted, with a reason, and `protected` lifted by two.

Decides that everybody under one roof is touched by a marker (a protected address protects the household), that
marking somebody `protected` asks for their household to be marked `address-protected`, and that lifting it takes
two members of staff who may decide for a holder and know the person in no private way, and tells the custodians
silently: a lifted protection shows somebody to everybody again. From docs/rules.md (protected).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from broker.access import Verb
from broker.audit.commitment import commit_private
from broker.audit.entry import AuditEntry
from broker.audit.events import Event
from broker.canonical import canonical_json
from broker.casework import Staff
from broker.casework.front_door import contact_of
from broker.casework.second_person import are_one_person
from broker.decision.admission import has_personal_connection
from broker.errors import CallWrong, NotAllowed
from broker.people import DataSubject, ProtectionMarker
from broker.store.audit_private import put_private
from broker.store.cases import find_cases_about
from broker.store.gather import gather_facts
from broker.store.households import find_households
from broker.store.notices import NewNotice, queue_notices
from broker.store.people import find_people, record_people
from broker.store.session import Act
from broker.store.staff import find_staff
from broker.store.steps import find_steps
from broker.usecases.acting import Acting, entry_of, perform, random_32
from broker.usecases.kinds import VersionedKind
from broker.usecases.release.alerts import PROTECTED_IN_CONTACT, PROTECTION_LIFTED, custodians_of
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class Marking:
    """What is marked. `lift` takes the marker off. `reason` is wanted for every lifting and for `protected`;
    `second` is the staff id of whoever agrees to `protected` being lifted."""

    marker: ProtectionMarker
    lift: bool = False
    reason: str = ""
    second: str | None = None

    @property
    def exposes(self) -> bool:
        """Whether it shows somebody again who was hidden from everybody."""
        return self.lift and self.marker is ProtectionMarker.PROTECTED


@dataclass(frozen=True, slots=True)
class Marked:
    """What marking somebody did: the organisations asked to mark the household too. INVARIANT: never shown to
    whoever marked: that an organisation knows somebody may itself be the secret."""

    asked: tuple[str, ...]


def mark(world: World, acting: Acting, person_id: str, marking: Marking) -> Marked:
    """Sets or lifts a marker. Whoever may decide for a holder may. The reason is kept sealed, under the person's
    own key. Raises NotAllowed, CallWrong."""
    marker, reason = marking.marker, marking.reason.strip()
    if not reason and (marking.lift or marker is ProtectionMarker.PROTECTED):
        raise CallWrong("reason", "is missing: say in a sentence why")
    if marking.exposes and marking.second is None:
        raise CallWrong("second", "is missing: name the staff id of a second person who agrees to this")

    def work(act: Act, staff: Staff) -> Marked:
        agreed = _require_second(act, world, staff, person_id, marking.second) if marking.exposes else None
        person = find_people(act, [person_id]).get(person_id)
        hidden = person is not None and ProtectionMarker.PROTECTED in person.markers
        if person is None or (hidden and not marking.exposes):
            raise CallWrong("person", f"nobody here has the id `{person_id}`; find or add the person first")
        entry = _record(act, staff, person, marking, reason)
        if agreed is not None:
            details = {"change": "protection-lift-agreed"}
            act.record(entry_of(act, agreed, Event.STANDING_CHANGED, details, about=[person_id]))
        if marking.exposes and hidden:
            body = {"about": [person_id], "by": staff.id, "second": marking.second}
            lifted = [NewNotice(PROTECTION_LIFTED, one, act.at, body) for one in custodians_of(act, [person_id])]
            queue_notices(act, lifted, entry=entry)
        if marking.lift or marker is not ProtectionMarker.PROTECTED:
            return Marked(())
        _tell_of_contacts(act, person_id, entry)
        return _ask_for_household(act, person_id, entry)

    return perform(world, acting, Verb.HOLDER_DECIDE, work)


def _record(act: Act, staff: Staff, person: DataSubject, marking: Marking, reason: str) -> AuditEntry:
    marker = marking.marker
    event = Event.MARKER_LIFTED if marking.lift else Event.MARKER_SET
    private = canonical_json({"marker": marker.value, "reason": reason}) if reason else None
    blinding = random_32(act)
    commitment = commit_private(private, blinding) if private is not None else None
    details = {"marker": marker.value}
    entry = entry_of(act, staff, event, details, about=[person.id], commitment=commitment)
    markers = person.markers - {marker} if marking.lift else person.markers | {marker}
    act.bump(entry, VersionedKind.PERSON, {person.id, *_housed_with(act, person.id)})
    record_people(act, [replace(person, markers=markers)], entry=entry)
    if private is not None:
        put_private(act, person.id, blinding, private, entry=entry)
    return entry


def _require_second(act: Act, world: World, staff: Staff, person_id: str, second_id: str | None) -> Staff:
    """Somebody else in post who may decide for a holder; neither of the two has a personal connection to the
    person. One answer for whatever is wrong: why somebody is unsuitable may be about the person."""
    wanted = second_id or ""
    second = find_staff(act, [wanted]).get(wanted)
    unsuitable = NotAllowed("second", "is nobody who can agree to this with you; ask another member of staff")
    if second is None or are_one_person(staff, second):
        raise unsuitable
    if not second.is_in_post(act.at):
        raise unsuitable
    if world.access.find_role(second.roles, Verb.HOLDER_DECIDE) is None:
        raise unsuitable
    facts = gather_facts(act, [person_id], staff_ids=[staff.id, second.id])
    about = frozenset([person_id])
    if any(has_personal_connection(facts, facts.staff[one.id], about) for one in (staff, second)):
        raise unsuitable
    return second


def _tell_of_contacts(act: Act, person_id: str, entry: AuditEntry) -> None:
    """A contact about somebody protected is gone from the front door's queue, whoever else it is about: their
    custodians are told which, so that a worry about a brother or sister is not lost with it."""
    cases = find_cases_about(act, person_id)
    for case_id, steps in sorted(find_steps(act, cases).items()):
        contact = contact_of(case_id, steps)
        if contact is not None and contact.closed_at is None:
            body = {"about": [person_id], "case": case_id}
            custodians = custodians_of(act, [person_id])
            queue_notices(
                act, [NewNotice(PROTECTED_IN_CONTACT, one, act.at, body) for one in custodians], entry=entry
            )


def _ask_for_household(act: Act, person_id: str, entry: AuditEntry) -> Marked:
    others = sorted(_housed_with(act, person_id) - {person_id})
    body = {"mark": ProtectionMarker.ADDRESS_PROTECTED.value, "people": others}
    custodians = custodians_of(act, [person_id]) if others else ()
    asked = [NewNotice("mark-household", one, act.at, body) for one in custodians]
    queue_notices(act, asked, entry=entry)
    return Marked(tuple(one.recipient for one in asked))


def _housed_with(act: Act, person_id: str) -> frozenset[str]:
    return frozenset(one for home in find_households(act, [person_id]) for one in home.members)
