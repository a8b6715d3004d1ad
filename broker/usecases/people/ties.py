"""What is known of people beside who they are: relationships and households.

Decides what evidence a relationship needs before it gives anybody standing. From docs/rules.md (standing) and
docs/policies.md ("PR needs evidence, start/end, restrictions"). Markers and assessments are their own files.
"""

from __future__ import annotations

from collections.abc import Iterable

from broker.access import Verb
from broker.audit.commitment import commit_private
from broker.audit.events import Event
from broker.canonical import canonical_json
from broker.casework import Staff
from broker.dates import Interval
from broker.decision.protection import without_protected
from broker.errors import CallWrong, did_you_mean
from broker.people import Relationship, RelationshipKind
from broker.store.audit_private import put_private
from broker.store.gather import gather_facts
from broker.store.households import find_household, record_members
from broker.store.relationships import find_relationship, record_relationships
from broker.store.session import Act
from broker.usecases.acting import Acting, entry_of, perform, random_32
from broker.usecases.people.people import require_known
from broker.usecases.world import World


def relate(
    world: World, acting: Acting, relationship: Relationship, *, evidence: str, relationship_id: str | None = None
) -> str:
    """Records what one person is to another and returns the relationship's id; the same id again records what is
    now known of it. The evidence is kept sealed, under the key of the person it is to, with the entry.
    Raises NotAllowed, and CallWrong for parental responsibility or exclusivity without evidence.
    """
    if (relationship.parental_responsibility or relationship.exclusive) and not evidence.strip():
        raise CallWrong(
            "evidence", "is missing: say what shows the parental responsibility (a register, an order)"
        )
    require_forward(relationship.interval)

    def work(act: Act, staff: Staff) -> str:
        facts, _ = without_protected(gather_facts(act, [relationship.from_id, relationship.to_id]))
        people = [relationship.to_id]
        if relationship.kind is RelationshipKind.CARE_ORDER:
            known = world.partnership.vocabulary.organisations
            if relationship.from_id not in known:
                hint = did_you_mean(relationship.from_id, known)
                raise CallWrong("from", f"`{relationship.from_id}` is not an organisation{hint}")
        else:
            people.append(relationship.from_id)
        require_known(facts, people)
        if relationship_id is not None:
            _require_between_the_same(act, relationship_id, relationship)
        new_id = relationship_id or act.new_id("e-")
        details = {"change": f"relationship-{relationship.kind.value}"}
        private = canonical_json({"relationship": new_id, "evidence": evidence.strip()})
        blinding = random_32(act)
        commitment = commit_private(private, blinding)
        entry = entry_of(act, staff, Event.STANDING_CHANGED, details, about=people, commitment=commitment)
        record_relationships(act, [(new_id, relationship)], entry=entry)
        put_private(act, relationship.to_id, blinding, private, entry=entry)
        return new_id

    return perform(world, acting, Verb.CONTACT_RECORD, work)


def _require_between_the_same(act: Act, relationship_id: str, relationship: Relationship) -> None:
    """An id never issued and one of other people are one answer: its number tells nothing, and changes nothing."""
    found = find_relationship(act, relationship_id)
    if found is None or (found.from_id, found.to_id) != (relationship.from_id, relationship.to_id):
        raise CallWrong("id", f"`{relationship_id}` is no relationship of these two; leave it out for a new one")


def require_forward(interval: Interval) -> None:
    """Raises CallWrong for an interval that ends before it begins."""
    if interval.from_at is not None and interval.until_at is not None and interval.until_at <= interval.from_at:
        raise CallWrong("until", "ends before it begins; name a later day")


def house(
    world: World,
    acting: Acting,
    *,
    household_id: str | None = None,
    joined: Iterable[str] = (),
    left: Iterable[str] = (),
) -> str:
    """Records who joined or left a household and returns its id. Raises NotAllowed, CallWrong."""
    come, gone = tuple(dict.fromkeys(joined)), tuple(dict.fromkeys(left))
    if not come and not gone:
        raise CallWrong("household", "name somebody who joined or left")

    def work(act: Act, staff: Staff) -> str:
        facts, _ = without_protected(gather_facts(act, [*come, *gone]))
        require_known(facts, [*come, *gone])
        if household_id is not None:
            _require_household(act, household_id)
        home = household_id or act.new_id("o-")
        entry = entry_of(act, staff, Event.STANDING_CHANGED, {"change": "household"}, about=[*come, *gone])
        record_members(act, home, joined=come, left=gone, entry=entry)
        return home

    return perform(world, acting, Verb.CONTACT_RECORD, work)


def _require_household(act: Act, household_id: str) -> None:
    """An id never issued and one under whose roof only somebody protected lives are one answer."""
    members = find_household(act, household_id)
    facts, _ = without_protected(gather_facts(act, members or ()))
    if members is None or (members and members.isdisjoint(facts.people)):
        raise CallWrong("id", f"`{household_id}` is no household here; leave it out for a new one")
