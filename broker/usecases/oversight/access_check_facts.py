"""What the access checks compare: staff of the organisations that looked, and the people who were looked at.

Decides whose pseudonyms are worth working out: everybody asked for, found or named in emergency access in the
stretch of log that is checked, and the staff as people. Protected people are left out wholly, as if they had never
been: a finding must not tell that they are known. Identities are opened to be compared and are not handed on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from broker.audit.events import Event
from broker.casework.staff import StaffMember
from broker.dates import Interval
from broker.identifiers import NhsNumber
from broker.oversight.known import Colleague, Known, LookedAt, Whereabouts
from broker.oversight.log import Log
from broker.people import DataSubject, ProtectionMarker
from broker.store.audit_private import find_private_people
from broker.store.cases import find_cases_about
from broker.store.disclosures import find_people_asked_for
from broker.store.links import find_links
from broker.store.overrides import find_override
from broker.store.oversight import find_watched
from broker.store.people import find_people
from broker.store.session import View
from broker.store.staff import find_enrolled_at, find_members, find_staff_at
from broker.store.vault import Identity, find_identities
from broker.usecases.acting import AUDIT_DOMAIN
from broker.vocabulary.codes import Organisation

_EMERGENCY: Final = frozenset({Event.OVERRIDE_REQUESTED, Event.OVERRIDE_OPENED})


def gather_known(view: View, log: Log, organisations: Mapping[str, Organisation]) -> Known:
    """The facts for this stretch of log."""
    members = _members(view, log)
    staff_people = {one.staff.person for one in members.values() if one.staff.person is not None}
    linked = {link for one in members.values() for link in one.staff.links}
    looked_at = _looked_at(view, log)
    found = find_people(view, looked_at | staff_people | linked)
    hidden = {one.id for one in found.values() if ProtectionMarker.PROTECTED in one.markers}
    identities = find_identities(view, (looked_at | staff_people) - hidden)
    people = {
        _pseudonym(view, one): _person(view, found[one], identities.get(one), organisations)
        for one in sorted(looked_at - hidden)
        if one in found
    }
    enrolled = find_enrolled_at(view, members)
    return Known(
        {
            staff_id: Colleague(
                member.staff,
                enrolled[staff_id],
                _of(view, member.staff.person, hidden),
                frozenset(_pseudonym(view, one) for one in member.staff.links - hidden),
                _whereabouts(identities.get(member.staff.person or ""), member.name),
            )
            for staff_id, member in members.items()
        },
        people,
        find_watched(view) - {_pseudonym(view, one) for one in hidden},
        {code: organisation.area for code, organisation in organisations.items()},
    )


def _members(view: View, log: Log) -> dict[str, StaffMember]:
    """Whoever did something, in what is checked or before, and everybody at the organisations that looked."""
    actors = {logged.entry.actor for logged in log.whole()}
    at_work = find_staff_at(view, {logged.entry.organisation for logged in log.looks()})
    return {**at_work, **find_members(view, actors)}


def _looked_at(view: View, log: Log) -> set[str]:
    """The people as they were named or found, by id."""
    looks = [logged.entry for logged in log.looks()]
    found: set[str] = set()
    if looks:
        organisations = {entry.organisation for entry in looks}
        found = find_people_asked_for(view, organisations, looks[0].occurred_at, looks[-1].occurred_at)
    found.update(find_private_people(view, [one.commitment for one in looks if one.commitment is not None]))
    overrides = {logged.entry.details["override"] for logged in log.recent if logged.entry.event in _EMERGENCY}
    for override_id in overrides:
        access = find_override(view, override_id)
        found.update(access.about if access is not None else ())
    return found


def _person(
    view: View, person: DataSubject, identity: Identity | None, organisations: Mapping[str, Organisation]
) -> LookedAt:
    numbers = identity.identifiers.get(NhsNumber.type_code, ()) if identity is not None else ()
    areas = {
        organisations[one.controller].area
        for one in find_links(view, [person.id])
        if one.controller in organisations
    }
    cases = find_cases_about(view, person.id).values()
    return LookedAt(
        person.id,
        _whereabouts(identity, ""),
        tuple(int(one[:-1]) for one in numbers),
        person.died_on,
        frozenset(areas),
        tuple(Interval(case.opened_at, case.closed_at) for case in cases),
    )


def _whereabouts(identity: Identity | None, name: str) -> Whereabouts:
    """To be compared: without case, and for somebody known by their name alone its last word."""
    if identity is None:
        return Whereabouts(name.rpartition(" ")[2].casefold())
    return Whereabouts(
        identity.family_name.casefold(),
        identity.postcode.replace(" ", "").upper(),
        " ".join((*identity.address, identity.postcode)).casefold() if identity.address else "",
    )


def _of(view: View, person_id: str | None, hidden: Iterable[str]) -> str | None:
    return None if person_id is None or person_id in hidden else _pseudonym(view, person_id)


def _pseudonym(view: View, person_id: str) -> str:
    return view.keys.pseudonym_text(AUDIT_DOMAIN, person_id)
