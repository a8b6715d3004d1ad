"""Consent, objections and opt-outs of one person over the whole grid at once.

The rules for a single cell are in `broker.consent.effect`; here the grid is split into parts within which every
cell gets the same answer (the same events cover it, the same people have standing), and the rule is asked once a
part. The split never changes an answer, only how often it is worked out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from broker.decision.universe import split
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
    _standing: dict[str, Callable[[datetime], frozenset[str]]] = field(default_factory=dict)
    _by_category: bool = field(init=False)
    _best_interests: bool | None = None

    def __post_init__(self) -> None:
        self._by_category = any(competence.categories is not None for competence in self.person.competences)

    def effects(self, kind: ConsentKind, wanted: int) -> dict[ConsentEffect, int]:
        """For each effect, the wanted cells that have it; together they are all that were wanted."""
        events = [e for e in self.events if e.kind is kind and e.at <= self.at]
        silenced = self.silenced
        hidden = (
            [e for e in silenced.consents if e.about == self.person.id and e.kind is kind and e.at <= self.at]
            if silenced is not None
            else []
        )
        result: dict[ConsentEffect, int] = {}
        for part, here, there in self._parts(events, hidden, wanted):
            effect = self._effect(kind, part, here, there)
            result[effect] = result.get(effect, 0) | part
        return result

    def _effect(
        self,
        kind: ConsentKind,
        part: int,
        here: Sequence[ConsentRecord],
        there: Sequence[ConsentRecord],
    ) -> ConsentEffect:
        """The effect for every cell of the part, which the same events cover."""
        best_interests = self._may_be_best_interests()
        if not here and not best_interests:
            return ConsentEffect.ABSENT
        category = self._category_of(part)
        effect = consent_effect(
            here, kind, self.at, self._standing_at(category), may_be_best_interests=best_interests
        )
        if effect is ConsentEffect.GIVEN and there and self._protected_refusal(there, kind, category):
            return ConsentEffect.ABSENT
        return effect

    def relied_on(self, kind: ConsentKind, category: str, controller: str) -> tuple[ConsentRecord, ...]:
        """The events that make the consent of this kind *given* for one cell; empty where it is not."""
        cell = 1 << self.plan.universe.bit(controller, category)
        events = [e for e in self.events if e.kind is kind and e.at <= self.at and self._scope(e) & cell]
        if not self.effects(kind, cell).get(ConsentEffect.GIVEN, 0):
            return ()
        return relied_on(events, kind, self.at, self._standing_at(category))

    def raised(self, kind: ConsentKind, wanted: int) -> int:
        """The wanted cells for which an objection or opt-out stands."""
        events = [e for e in self.events if e.kind is kind and e.at <= self.at]
        standing_cells = 0
        for part, here, _ in self._parts(events, [], wanted) if events else ():
            if here and stands_raised(here, kind, self.at, self._standing_at(self._category_of(part))):
                standing_cells |= part
        return standing_cells

    def _category_of(self, part: int) -> str:
        """A category of the part: any, because all of a part have the same answer."""
        return self.plan.universe.pair(part.bit_length() - 1)[1]

    def _parts(
        self, events: list[ConsentRecord], hidden: list[ConsentRecord], wanted: int
    ) -> list[tuple[int, tuple[ConsentRecord, ...], tuple[ConsentRecord, ...]]]:
        """The wanted cells in parts, each with the events (ordinary, then of protected people) that cover it."""
        parts: list[tuple[int, tuple[ConsentRecord, ...], tuple[ConsentRecord, ...]]] = [(wanted, (), ())]
        if not wanted:
            return []
        for event in events:
            parts = [
                (cells, (*here, event) if covered else here, there)
                for whole, here, there in parts
                for cells, covered in split(whole, self._scope(event))
            ]
        for event in hidden:
            parts = [
                (cells, here, (*there, event) if covered else there)
                for whole, here, there in parts
                for cells, covered in split(whole, self._scope(event))
            ]
        if self._by_category and (events or hidden):
            # Who stands differs by category only where a competence assessment names categories.
            for competence in self.person.competences:
                named = self.plan.universe.of_categories(competence.categories or ())
                parts = [(cells, here, there) for whole, here, there in parts for cells, _ in split(whole, named)]
        return parts

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
        """Who stands for the person and category, by instant; asked often for the same instants."""
        key = category if self._by_category else ""
        known = self._standing.get(key)
        if known is None:
            found: dict[datetime, frozenset[str]] = {}

            def known(at: datetime) -> frozenset[str]:
                who = found.get(at)
                if who is None:
                    who = found[at] = standing(self.kinship, self.ages, self.person, category, at)
                return who

            self._standing[key] = known
        return known

    def _protected_refusal(self, hidden: Sequence[ConsentRecord], kind: ConsentKind, category: str) -> bool:
        """Whether somebody protected, who has standing, has refused or withdrawn."""
        if self.silenced is None:
            return False
        standing_now = standing(self.silenced.kinship, self.ages, self.person, category, self.at)
        return any(
            event.signatory in standing_now and event.decision is not ConsentDecision.GIVEN
            for event in governing_by_signatory(hidden, kind)
        )

    def _may_be_best_interests(self) -> bool:
        """Alive, of an age to decide for themselves, and lacking capacity."""
        if self._best_interests is None:
            person, at = self.person, self.at
            self._best_interests = (
                person.born is not None
                and person.lacks_capacity(at)
                and not person.has_died(at)
                and age_on(person.born, london_day(at)) >= self.ages.own_decision_from
            )
        return self._best_interests
