"""Protection markers: set and lifted, with a reason.

Decides that everybody under one roof is touched by a marker (a protected address protects the household) and that
marking somebody `protected` asks for their household to be marked `address-protected`. Lifting `protected` takes
two people in two acts: `broker.usecases.people.lift_protection`. From docs/rules.md (protected).
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
from broker.errors import CallWrong
from broker.people import DataSubject, ProtectionMarker
from broker.store.audit_private import put_private
from broker.store.cases import find_cases_about
from broker.store.households import find_households
from broker.store.notices import NewNotice, queue_notices
from broker.store.people import find_people, record_people
from broker.store.session import Act
from broker.store.steps import find_steps
from broker.usecases.acting import Acting, entry_of, perform, random_32
from broker.usecases.kinds import VersionedKind
from broker.usecases.people.lift_protection import note_protected
from broker.usecases.release.alerts import PROTECTED_IN_CONTACT, custodians_of
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class Marking:
    """What is marked. `lift` takes the marker off, any but `protected`. `reason` is wanted for every lifting and
    for `protected`."""

    marker: ProtectionMarker
    lift: bool = False
    reason: str = ""


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
    if marking.lift and marker is ProtectionMarker.PROTECTED:
        raise CallWrong("lift", "of `protected` takes two people: propose it, and let another organisation agree")

    def work(act: Act, staff: Staff) -> Marked:
        person = find_people(act, [person_id]).get(person_id)
        if person is None or ProtectionMarker.PROTECTED in person.markers:
            raise CallWrong("person", f"nobody here has the id `{person_id}`; find or add the person first")
        entry = _record(act, staff, person, marking, reason)
        if marking.lift or marker is not ProtectionMarker.PROTECTED:
            return Marked(())
        note_protected(act, staff, person_id, entry=entry)
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
