"""Which records of a decision may be opened, at what detail and for whom: headers only, no content.

Source: rule 1.1, "A record". Decides who the record is cleared for, look-back, retention and masking. What the
opened content then shows, field by field, is `broker.release.redact`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from broker.dates import london_day, shift
from broker.decision.decision import Decision
from broker.decision.facts import RecordHeader
from broker.decision.outcome import Passing
from broker.decision.reasons import Effect, Reason, RecordReason
from broker.people import ProtectionMarker
from broker.vocabulary.codes import Category, Detail, Joint, Tier


@dataclass(frozen=True, slots=True)
class Clearance:
    """A person's standing towards one record: their cell's passing grants that reach it (empty when not cleared),
    and whether only the look-back keeps them from being cleared."""

    reaching: tuple[Passing, ...]
    beyond_look_back: bool

    @property
    def cleared(self) -> bool:
        """Requested, permitted, and reached by some passing grant's look-back."""
        return bool(self.reaching)


@dataclass(frozen=True, slots=True)
class RecordRuling:
    """The answer for one record. `detail` None means withheld, for `reasons` (codes); `cleared` are the people it
    is about who are cleared and `masked` those who are not though it is released. `clauses` are those of grants
    that reach it and give at least its detail; `override` says that emergency access cleared somebody."""

    header: RecordHeader
    category: Category
    detail: Detail | None
    reasons: tuple[str, ...]
    cleared: frozenset[str]
    masked: frozenset[str]
    clauses: tuple[str, ...]
    override: bool = False

    @property
    def released(self) -> bool:
        """Whether its content may be opened."""
        return self.detail is not None


class Clearances:
    """Who is cleared for which record under one decision, and who is marked or housed with somebody marked
    `address-protected`."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        self.day = london_day(decision.request.at)
        self._rulings = {ruling.person.id: ruling for ruling in decision.rulings}
        marked = {
            person.id
            for person in decision.facts.people.values()
            if ProtectionMarker.ADDRESS_PROTECTED in person.markers
        }
        self.address_protected: frozenset[str] = frozenset(marked).union(
            *(household.members for household in decision.facts.households if household.members & marked)
        )

    def of(self, person: str, header: RecordHeader) -> Clearance:
        """The person's clearance for the record, whether it is about them, mentions them or names them."""
        ruling = self._rulings.get(person)
        if ruling is None:
            return Clearance((), beyond_look_back=False)
        bit = ruling.plan.universe.find_bit(header.controller, header.category)
        if bit is None:
            return Clearance((), beyond_look_back=False)
        outcome = ruling.outcome(bit)
        reaching = tuple(passing for passing in outcome.passing if self._reaches(passing, header))
        return Clearance(reaching, beyond_look_back=outcome.effect is Effect.PERMIT and not reaching)

    def _reaches(self, passing: Passing, header: RecordHeader) -> bool:
        return passing.look_back is None or header.occurred_on >= shift(self.day, passing.look_back, -1)


def record_rulings(decision: Decision) -> Iterator[RecordRuling]:
    """The answer for every record about a requested person that was recorded by now, in the facts' order; worked
    out once."""
    if not decision.ruled:
        clearances = Clearances(decision)
        requested = frozenset(ruling.person.id for ruling in decision.rulings)
        decision.ruled[:] = [
            rule_record(clearances, header)
            for header in decision.facts.records
            if header.recorded_at <= decision.request.at and not requested.isdisjoint(header.about)
        ]
    return iter(decision.ruled)


def rule_record(clearances: Clearances, header: RecordHeader) -> RecordRuling:
    """The answer for one record about a requested person."""
    category = clearances.decision.table.vocabulary.categories[header.category]
    by_person = {person: clearances.of(person, header) for person in sorted(header.about)}
    cleared = frozenset(person for person, clearance in by_person.items() if clearance.cleared)
    masked = header.about - cleared
    if masked and not (cleared and _may_mask(clearances, category, header, cleared)):
        reasons = _withheld_because(clearances, header, by_person)
        return RecordRuling(header, category, None, reasons, cleared, frozenset(), ())
    if _beyond_retention(clearances, category, header):
        reasons = (RecordReason.BEYOND_RETENTION.value,)
        return RecordRuling(header, category, None, reasons, cleared, frozenset(), ())
    reaching = [by_person[person].reaching for person in sorted(cleared)]
    detail = min(max(passing.detail for passing in theirs) for theirs in reaching)
    if masked:
        detail = min(detail, Detail.SUMMARY)
    carrying = {
        passing.clause
        for theirs in reaching
        for passing in theirs
        if passing.detail >= detail and passing.grant is not None
    }
    clauses = tuple(sorted(carrying))
    override = any(passing.grant is None for theirs in reaching for passing in theirs)
    return RecordRuling(header, category, detail, (), cleared, masked, clauses, override)


def _may_mask(clearances: Clearances, category: Category, header: RecordHeader, cleared: frozenset[str]) -> bool:
    """Whether a record some of whose people are cleared may be released for those alone: the category masks, or
    the purpose is protective (or emergency access clears every one of them) and the tier is at most T3."""
    if category.joint is Joint.MASK:
        return True
    decision = clearances.decision
    tier = max(category.tier, decision.table.vocabulary.organisations[header.controller].tier)
    if tier > Tier.T3:
        return False
    if decision.plan is not None and decision.plan.purpose.protective:
        return True
    return decision.emergency is not None and all(_by_override(decision, person, header) for person in cleared)


def _by_override(decision: Decision, person: str, header: RecordHeader) -> bool:
    outcome = decision.find_outcome(person, header.category, header.controller)
    return outcome is not None and Reason.OVERRIDE in outcome.reasons


def _withheld_because(
    clearances: Clearances, header: RecordHeader, by_person: dict[str, Clearance]
) -> tuple[str, ...]:
    """Why a record is withheld for who it is about: the look-back if that alone is missing, else the cell's own
    reasons if it is about one person, else that it is about others too."""
    if all(clearance.cleared or clearance.beyond_look_back for clearance in by_person.values()):
        return (RecordReason.BEYOND_LOOK_BACK.value,)
    if len(by_person) == 1:
        (person,) = by_person
        outcome = clearances.decision.find_outcome(person, header.category, header.controller)
        if outcome is not None:
            return tuple(reason.value for reason in outcome.reasons)
    return (RecordReason.THIRD_PARTY.value,)


def _beyond_retention(clearances: Clearances, category: Category, header: RecordHeader) -> bool:
    """Whether the retention period is over: from the birth of the youngest it is about whose birth is known where
    the category counts from birth, else from the day it occurred; over on the day the period ends."""
    start = header.occurred_on
    if category.retention.from_birth:
        people = clearances.decision.facts.people
        births = [
            person.born
            for person in (people.get(identifier) for identifier in header.about)
            if person is not None and person.born is not None
        ]
        start = max(births, default=start)
    return clearances.day >= shift(start, category.retention.keep)
