"""Consent, objections and opt-outs of one person over the whole grid at once.

The rules for a single cell are in `broker.consent.effect`; here the grid is split into parts within which every
cell gets the same answer (the same events cover it, the same people have standing), and the rule is asked once a
part. The split never changes an answer, only how often it is worked out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from broker.consent.effect import (
    ConsentEffect,
    consent_effect,
    governing_by_signatory,
    relied_on,
    stands_raised,
)
from broker.consent.record import RAISED, ConsentDecision, ConsentKind, ConsentRecord
from broker.consent.standing import Kinship, standing
from broker.dates import age_on, london_day
from broker.decision.plan import Plan
from broker.decision.protection import Silenced
from broker.decision.universe import refine
from broker.people import DataSubject
from broker.vocabulary.codes import StandingAges


@dataclass(slots=True)
class PersonConsents:
    """The events about one person, answered by kind for every cell of the plan's grid."""

    person: DataSubject
    events: tuple[ConsentRecord, ...]
    silenced: Silenced | None
    kinship: Kinship
    ages: StandingAges
    plan: Plan
    at: datetime
    _standing: dict[tuple[bool, str, datetime], frozenset[str]] = field(default_factory=dict)

    def effects(self, kind: ConsentKind) -> dict[ConsentEffect, int]:
        """For each effect, the cells that have it; together they are the whole grid."""
        events = [e for e in self.events if e.kind is kind and e.at <= self.at]
        hidden = (
            [e for e in self.silenced.consents if e.about == self.person.id and e.kind is kind and e.at <= self.at]
            if self.silenced is not None
            else []
        )
        result: dict[ConsentEffect, int] = {}
        for part, here, there in self._parts(events, hidden):
            _, category = self.plan.universe.pair(part.bit_length() - 1)
            effect = consent_effect(
                here,
                kind,
                self.at,
                self._standing_at(category),
                may_be_best_interests=self._may_be_best_interests(),
            )
            if effect is ConsentEffect.GIVEN and there and self._protected_refusal(there, kind, category):
                effect = ConsentEffect.ABSENT
            result[effect] = result.get(effect, 0) | part
        return result

    def relied_on(self, kind: ConsentKind, category: str, controller: str) -> tuple[ConsentRecord, ...]:
        """The events that make the consent of this kind *given* for one cell; empty where it is not."""
        cell = 1 << self.plan.universe.bit(controller, category)
        events = [e for e in self.events if e.kind is kind and e.at <= self.at and self._scope(e) & cell]
        if not self.effects(kind).get(ConsentEffect.GIVEN, 0) & cell:
            return ()
        return relied_on(events, kind, self.at, self._standing_at(category))

    def raised(self, kind: ConsentKind) -> int:
        """The cells for which an objection or opt-out stands."""
        events = [e for e in self.events if e.kind is kind and e.at <= self.at]
        if not events:
            return 0
        cells = 0
        for part, here, _ in self._parts(events, []):
            _, category = self.plan.universe.pair(part.bit_length() - 1)
            if here and stands_raised(here, kind, self.at, self._standing_at(category)):
                cells |= part
        return cells

    def _parts(
        self, events: list[ConsentRecord], hidden: list[ConsentRecord]
    ) -> Iterable[tuple[int, list[ConsentRecord], list[ConsentRecord]]]:
        """The grid in parts, each with the events (ordinary, then of protected people) that cover it."""
        universe = self.plan.universe
        if not universe.everything:
            return
        scoped = [(event, self._scope(event)) for event in events]
        scoped_hidden = [(event, self._scope(event)) for event in hidden]
        parts = [universe.everything]
        for _, cells in (*scoped, *scoped_hidden):
            parts = refine(parts, cells)
        if events or hidden:
            # Standing may differ by category only where a competence assessment names categories.
            for competence in self.person.competences:
                if competence.categories is not None:
                    parts = refine(parts, universe.of_categories(competence.categories))
        for part in parts:
            yield (
                part,
                [event for event, cells in scoped if cells & part],
                [event for event, cells in scoped_hidden if cells & part],
            )

    def _scope(self, event: ConsentRecord) -> int:
        """The cells the event scopes. A `given` for all categories never covers a cell of tier T4, whose
        category must be named; a refusal or withdrawal for all does; for objections and opt-outs all is all."""
        plan = self.plan
        if event.purposes is not None and plan.purpose.code not in event.purposes:
            return 0
        if event.recipients is not None and plan.recipient.code not in event.recipients:
            return 0
        if event.categories is not None:
            cells = plan.universe.of_categories(event.categories)
        elif event.decision is ConsentDecision.GIVEN and event.kind not in RAISED:
            cells = plan.universe.everything & ~plan.silent_tier
        else:
            cells = plan.universe.everything
        if event.controllers is not None:
            cells &= plan.universe.of_controllers(event.controllers)
        return cells

    def _standing_at(self, category: str) -> Callable[[datetime], frozenset[str]]:
        return lambda at: self._standing_of(self.kinship, category, at, hidden=False)

    def _standing_of(self, kinship: Kinship, category: str, at: datetime, *, hidden: bool) -> frozenset[str]:
        key = (hidden, category, at)
        known = self._standing.get(key)
        if known is None:
            known = self._standing[key] = standing(kinship, self.ages, self.person, category, at)
        return known

    def _protected_refusal(self, hidden: list[ConsentRecord], kind: ConsentKind, category: str) -> bool:
        """Whether somebody protected, who has standing, has refused or withdrawn."""
        if self.silenced is None:
            return False
        standing_now = self._standing_of(self.silenced.kinship, category, self.at, hidden=True)
        return any(
            event.signatory in standing_now and event.decision is not ConsentDecision.GIVEN
            for event in governing_by_signatory(hidden, kind)
        )

    def _may_be_best_interests(self) -> bool:
        """Alive, of an age to decide for themselves, and lacking capacity."""
        person, at = self.person, self.at
        return (
            person.born is not None
            and not person.has_died(at)
            and age_on(person.born, london_day(at)) >= self.ages.own_decision_from
            and person.lacks_capacity(at)
        )
