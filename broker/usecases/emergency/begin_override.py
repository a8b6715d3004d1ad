"""What somebody who needs emergency access chooses from: reasons, gateways, purposes, people, who may approve.

Decides that the people offered are those of a case that whoever asks is in already, as its own page shows them; a
case that is somebody else's, one never opened and one about somebody they know otherwise than from work offer
nobody, alike. From docs/how-to-override.md and docs/security.md section 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Case, Staff
from broker.casework.emergency_access import longest_minutes, window_of
from broker.decision.admission import has_personal_connection
from broker.decision.plan import gateway_holds
from broker.store.cases import find_cases
from broker.store.notices import NewNotice, queue_notices
from broker.store.people import find_people
from broker.store.session import Act
from broker.store.vault import find_identities
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.front_door import look, nearby
from broker.usecases.casework.look_at_team import PersonHere, people_here
from broker.usecases.release.alerts import CONFLICT
from broker.usecases.rules.rules import current_rules
from broker.usecases.world import World
from broker.vocabulary.codes import Detail, Gateway, Tier, Vocabulary


@dataclass(frozen=True, slots=True)
class Alone:
    """What acting alone lets be seen at most, and before when it is reviewed if it opens now."""

    detail: Detail
    max_tier: Tier
    review_due_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class Begun:
    """What can be chosen. `reasons` are titles by code; `gateways` those in force today for a purpose of
    the role, vital interests, which needs no provision, apart; `purposes` codes, those of the case alone where it
    is theirs; `seconds` the organisations whose staff may be asked to approve, one's own first; `alone` is None
    where the partnership lets nobody act alone. Printing it shows nothing."""

    reasons: Mapping[str, str]
    gateways: tuple[Gateway, ...]
    purposes: tuple[str, ...]
    people: tuple[PersonHere, ...]
    seconds: tuple[str, ...]
    minutes: int
    alone: Alone | None


def begin_override(world: World, acting: Acting, case_id: str | None) -> Begun:
    """The choices, with the people of a case where one is named and is theirs. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> Begun:
        vocabulary = current_rules(act, world).table.vocabulary
        case, connected = case_of(act, staff, case_id)
        people = people_of(act, case)
        entry = entry_of(
            act,
            staff,
            Event.REPORT_PRODUCED,
            {"report": "emergency-form", "rows": len(people)},
            about=[one.person_id for one in people],
        )
        act.record(entry)
        alert = NewNotice(CONFLICT, staff.organisation, act.at, {"about": sorted(connected), "by": staff.id})
        queue_notices(act, [alert] if connected else [], entry=entry)
        terms = vocabulary.override
        alone = Alone(
            terms.alone.detail, terms.alone.max_tier, window_of(terms, act.at, 1, second=None).review_due_at
        )
        purposes = _purposes(vocabulary, acting, case)
        return Begun(
            terms.reasons,
            _gateways(act, vocabulary, staff, purposes),
            purposes,
            people,
            _seconds(vocabulary, staff),
            longest_minutes(terms),
            alone if terms.alone.allowed else None,
        )

    return perform(world, acting, Verb.OVERRIDE_REQUEST, work)


def case_of(act: Act, staff: Staff, case_id: str | None) -> tuple[Case | None, frozenset[str]]:
    """The case if it is theirs, and the people of one that a personal connection hides."""
    case = find_cases(act, [case_id]).get(case_id) if case_id is not None else None
    if case is None or not case.is_open(act.at):
        return None, frozenset()
    if case.has_member(staff.id, act.at):
        connected = has_personal_connection(nearby(act, staff), staff, case.about)
        return (None, frozenset(case.about)) if connected else (case, frozenset())
    found = look(act, staff, [case.id])
    return (case if case.id in found.seen else None), frozenset(case.about if found.connected else ())


def people_of(act: Act, case: Case | None) -> tuple[PersonHere, ...]:
    """Those whom a case that is theirs is about; nobody protected."""
    if case is None:
        return ()
    return people_here(case, find_people(act, case.about), find_identities(act, case.about), act.at)


def _purposes(vocabulary: Vocabulary, acting: Acting, case: Case | None) -> tuple[str, ...]:
    known = [one for one in vocabulary.purposes if one in vocabulary.roles[acting.role].purposes]
    of_case = [one for one in known if case is not None and one in case.purposes]
    return tuple(of_case or known)


def _gateways(act: Act, vocabulary: Vocabulary, staff: Staff, purposes: tuple[str, ...]) -> tuple[Gateway, ...]:
    recipient = vocabulary.organisations[staff.organisation]
    return tuple(
        one
        for one in vocabulary.gateways.values()
        if any(gateway_holds(one, purpose, recipient, act.at) for purpose in purposes)
    )


def _seconds(vocabulary: Vocabulary, staff: Staff) -> tuple[str, ...]:
    """One's own organisation, and those that hold what only their own staff may open."""
    private = [code for code, one in vocabulary.organisations.items() if one.tier >= Tier.T4]
    return (staff.organisation, *(one for one in private if one != staff.organisation))
