"""An assessment: that a child is competent to decide, or that a person lacks capacity from an instant on.

Decides that it is made by somebody who is in a case about the person, or whose organisation knows them, with what
it rests on in words, which are kept sealed under the person's own key. An assessment moves who decides about a
person: nobody makes one about a stranger, nor about somebody they know privately. From docs/rules.md (standing),
the Mental Capacity Act 2005 sections 2 and 3, and Gillick v West Norfolk and Wisbech AHA [1986] AC 112.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from broker.access import Verb
from broker.audit.commitment import commit_private
from broker.audit.events import Event
from broker.canonical import canonical_json
from broker.casework import Staff
from broker.decision.admission import has_personal_connection
from broker.errors import CallWrong, NotAllowed, did_you_mean
from broker.people import Competence, DataSubject, ProtectionMarker
from broker.store.audit_private import put_private
from broker.store.cases import find_cases_about
from broker.store.gather import gather_facts
from broker.store.links import find_links
from broker.store.people import find_people, record_people
from broker.store.session import Act
from broker.usecases.acting import Acting, entry_of, perform, random_32
from broker.usecases.people.ties import require_forward
from broker.usecases.world import World


@dataclass(frozen=True, slots=True, repr=False)
class Assessment:
    """What was assessed, one of the two, and what it rests on: who saw the person, when, what they understood.
    Printing it shows nothing."""

    evidence: str
    competence: Competence | None = None
    lacks_capacity_from: datetime | None = None


def assess(world: World, acting: Acting, person_id: str, made: Assessment) -> None:
    """Records an assessment. Raises CallWrong, and NotAllowed in the same words for somebody unknown, somebody
    protected and somebody whom neither a case of the assessor nor their organisation knows."""
    competence = made.competence
    if (competence is None) == (made.lacks_capacity_from is None):
        raise CallWrong("assessment", "is of competence or of capacity: give one of them")
    if not made.evidence.strip():
        raise CallWrong("evidence", "is missing: say who assessed it, when, and what showed it")
    if competence is not None:
        known = world.partnership.vocabulary.categories
        for code in sorted((competence.categories or frozenset()) - known.keys()):
            raise CallWrong("category", f"`{code}` is not known{did_you_mean(code, known)}")
        require_forward(competence.interval)

    def work(act: Act, staff: Staff) -> None:
        person = _require_own(act, staff, person_id)
        change = "competence" if competence is not None else "capacity"
        private, blinding = canonical_json({"evidence": made.evidence.strip()}), random_32(act)
        commitment = commit_private(private, blinding)
        details = {"change": change}
        entry = entry_of(act, staff, Event.STANDING_CHANGED, details, about=[person_id], commitment=commitment)
        assessed = (
            replace(person, competences=(*person.competences, competence))
            if competence is not None
            else replace(person, lacks_capacity_from=made.lacks_capacity_from)
        )
        record_people(act, [assessed], entry=entry)
        put_private(act, person_id, blinding, private, entry=entry)

    perform(world, acting, Verb.CONSENT_RECORD, work)


def _require_own(act: Act, staff: Staff, person_id: str) -> DataSubject:
    person = find_people(act, [person_id]).get(person_id)
    if person is None or ProtectionMarker.PROTECTED in person.markers or not _knows(act, staff, person_id):
        raise NotAllowed(
            "person",
            f"`{person_id}` is nobody whom a case of yours or your organisation knows; join the case first",
        )
    return person


def _knows(act: Act, staff: Staff, person_id: str) -> bool:
    facts = gather_facts(act, [person_id], staff_ids=[staff.id])
    if has_personal_connection(facts, facts.staff[staff.id], frozenset([person_id])):
        return False
    in_case = any(
        case.is_open(act.at) and case.has_member(staff.id, act.at)
        for case in find_cases_about(act, person_id).values()
    )
    return in_case or any(link.controller == staff.organisation for link in find_links(act, [person_id]))
