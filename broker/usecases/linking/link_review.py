"""Possible matches: somebody who was made known apart, though they share something with somebody known.

Decides that an organisation sees its own doubts alone, with the evidence and what spoke against it, and that to
confirm one needs evidence from outside the broker. From broker/linkage and docs/how-to-link.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Staff
from broker.decision.protection import without_protected
from broker.errors import CallWrong
from broker.store.gather import gather_facts
from broker.store.links import SourceDecision, find_possible, find_source_people, record_source_people
from broker.store.session import Act
from broker.store.vault import find_identities
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.linking.merges import Merged, merge_people
from broker.usecases.matters import require_unconnected
from broker.usecases.world import World

CONFIRMED: Final = "confirmed"
NOT_LINKED: Final = "not-linked"


@dataclass(frozen=True, slots=True, repr=False)
class Possible:
    """Two who may be one: ids, names, and what they share with what spoke against it. Printing it shows
    nothing."""

    newcomer: str
    known: str
    newcomer_name: str
    known_name: str
    because: str


def list_possible(world: World, acting: Acting) -> tuple[Possible, ...]:
    """The organisation's possible matches that nobody decided yet, the longest waiting first. Raises
    NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[Possible, ...]:
        pairs = _pairs(act, staff)
        names = find_identities(act, {one for pair in pairs for one in pair[:2]})

        def name(person_id: str) -> str:
            return names[person_id].full_name() if person_id in names else ""

        found = tuple(
            Possible(newcomer, known, name(newcomer), name(known), decision.because)
            for newcomer, known, decision in pairs
        )
        details = {"report": "possible-matches", "rows": len(found)}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details))
        return found

    return perform(world, acting, Verb.LINK_REVIEW, work)


def confirm_match(world: World, acting: Acting, newcomer: str, known: str, evidence: str) -> Merged:
    """The two are one: what the organisation holds about the newcomer is about the known one from now on. Raises
    NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> Merged:
        if not evidence.strip():
            raise CallWrong("evidence", "is missing: say what was seen that shows it")
        decision = _pair(act, staff, newcomer, known)
        merged = merge_people(act, staff, newcomer, known, evidence)
        details = {"link": merged.matter_id, "finding": CONFIRMED}
        entry = entry_of(act, staff, Event.LINK_REVIEWED, details, about=[newcomer, known])
        record_source_people(
            act, [replace(decision, decision_code=CONFIRMED, because=merged.matter_id)], entry=entry
        )
        return merged

    return perform(world, acting, Verb.LINK_REVIEW, work)


def reject_match(world: World, acting: Acting, newcomer: str, known: str, reason: str) -> None:
    """The two are two. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> None:
        if not reason.strip():
            raise CallWrong("reason", "is missing: say what was looked at")
        decision = _pair(act, staff, newcomer, known)
        require_unconnected(act, staff, newcomer, known)
        details = {"link": act.new_id("m-"), "finding": NOT_LINKED}
        entry = entry_of(act, staff, Event.LINK_REVIEWED, details, about=[newcomer, known])
        rejected = replace(decision, decision_code=NOT_LINKED, because=reason.strip())
        record_source_people(act, [rejected], entry=entry)

    return perform(world, acting, Verb.LINK_REVIEW, work)


def _pair(act: Act, staff: Staff, newcomer: str, known: str) -> SourceDecision:
    for one, other, decision in _pairs(act, staff):
        if (one, other) == (newcomer, known):
            return decision
    raise CallWrong("match", "is none that waits here; list those that do with `broker link possible`")


def _pairs(act: Act, staff: Staff) -> list[tuple[str, str, SourceDecision]]:
    """(newcomer, known, decision) of each match that waits. Whoever is protected is in none."""
    waiting = find_possible(act, staff.organisation)
    keys = {one.source_id.rpartition("/")[0]: one for one in waiting}
    governing = find_source_people(act, staff.organisation, keys)
    people = {one.person_id for one in waiting} | {one.person_id for one in governing.values()}
    facts, _ = without_protected(gather_facts(act, people))
    found = []
    for one in waiting:
        newcomer = governing.get(one.source_id.rpartition("/")[0])
        if newcomer is not None and {newcomer.person_id, one.person_id} <= facts.people.keys():
            found.append((newcomer.person_id, one.person_id, one))
    return found
