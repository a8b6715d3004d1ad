"""Consent, objections and opt-outs of one person over the whole grid at once.

The rules are in `broker.consent.effect`; here are the cells an event's scope covers, and the classes of categories
within which the same people have standing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from broker.consent.effect import ConsentEffect, Scoped, consent_effects, governing, raised_cells, relied_on
from broker.consent.record import RAISED, ConsentDecision, ConsentKind, ConsentRecord
from broker.consent.standing import Kinship, standing
from broker.dates import age_on, london_day
from broker.decision.plan import Plan
from broker.decision.protection import Silenced
from broker.decision.universe import split
from broker.people import DataSubject
from broker.vocabulary.codes import StandingAges

ANY_CATEGORY = ""
"""Stands for every category where standing does not differ between them."""


@dataclass(slots=True)
class PersonConsents:
    """The events about one person, answered by kind for any cells of the plan's grid."""

    person: DataSubject
    events: tuple[ConsentRecord, ...]
    silenced: Silenced | None
    kinship: Kinship
    ages: StandingAges
    plan: Plan
    at: datetime
    _standing: dict[tuple[str, datetime], frozenset[str]] = field(default_factory=dict)
    _best_interests: bool | None = None

    def effects(self, kind: ConsentKind, wanted: int) -> dict[ConsentEffect, int]:
        """For each effect, the wanted cells that have it; together they are all that were wanted."""
        events = self._scoped(self.events, kind)
        hidden = self._hidden(kind)
        if not events and not self._may_be_best_interests():
            return {ConsentEffect.ABSENT: wanted} if wanted else {}
        result: dict[ConsentEffect, int] = {}
        for cells, category in self._classes(wanted):
            found = consent_effects(
                events,
                kind,
                self.at,
                self._standing_at(category),
                cells,
                may_be_best_interests=self._may_be_best_interests(),
            )
            given = found.get(ConsentEffect.GIVEN, 0)
            if hidden and given:
                # Somebody protected has said no: what would be given is as if nobody had been asked.
                silent_no = given & self._protected_refusals(hidden, kind, category)
                found[ConsentEffect.GIVEN] = given & ~silent_no
                found[ConsentEffect.ABSENT] = found.get(ConsentEffect.ABSENT, 0) | silent_no
            for effect, having in found.items():
                result[effect] = result.get(effect, 0) | having
        return result

    def relied_on(self, kind: ConsentKind, category: str, controller: str) -> tuple[ConsentRecord, ...]:
        """The events that make the consent of this kind *given* for one cell; empty where it is not."""
        cell = 1 << self.plan.universe.bit(controller, category)
        if not self.effects(kind, cell).get(ConsentEffect.GIVEN, 0):
            return ()
        events = self._scoped(self.events, kind)
        return tuple(event for event, _ in relied_on(events, kind, self.at, self._standing_at(category), cell))

    def relied_on_over(self, kind: ConsentKind, wanted: int) -> Iterator[ConsentRecord]:
        """The same for all of these cells; an event may come more than once."""
        given = self.effects(kind, wanted).get(ConsentEffect.GIVEN, 0)
        events = self._scoped(self.events, kind)
        for cells, category in self._classes(given):
            for event, _ in relied_on(events, kind, self.at, self._standing_at(category), cells):
                yield event

    def raised(self, kind: ConsentKind, wanted: int) -> int:
        """The wanted cells for which an objection or opt-out stands."""
        events = self._scoped(self.events, kind)
        standing_cells = 0
        for cells, category in self._classes(wanted) if events else ():
            standing_cells |= raised_cells(events, kind, self.at, self._standing_at(category), cells)
        return standing_cells

    def _scoped(self, events: Iterable[ConsentRecord], kind: ConsentKind) -> list[Scoped]:
        """The events of the kind made by now, each with the cells its scope covers."""
        return [(event, self._scope(event)) for event in events if event.kind is kind and event.at <= self.at]

    def _hidden(self, kind: ConsentKind) -> list[Scoped]:
        """The same for what protected people decided about this person."""
        if self.silenced is None:
            return []
        return self._scoped((e for e in self.silenced.consents if e.about == self.person.id), kind)

    def _scope(self, event: ConsentRecord) -> int:
        """The cells the event scopes. A `given` for all categories never covers a cell of tier T4, whose
        category must be named; a refusal or withdrawal for all does; for objections and opt-outs all is all."""
        plan = self.plan
        if event.purposes is not None and plan.purpose.code not in event.purposes:
            return 0
        if event.recipients is not None and plan.recipient.code not in event.recipients:
            return 0
        silent = event.categories is None and event.decision is ConsentDecision.GIVEN and event.kind not in RAISED
        cells = plan.covering(event.categories, event.controllers)
        return cells & ~plan.silent_tier if silent else cells

    def _classes(self, wanted: int) -> Iterator[tuple[int, str]]:
        """The wanted cells in classes with one standing each, with a category of the class. Who stands differs by
        category only where a competence assessment names categories."""
        if not wanted:
            return
        named = [c.categories for c in self.person.competences if c.categories is not None]
        if not named:
            yield wanted, ANY_CATEGORY
            return
        parts, universe = [wanted], self.plan.universe
        for categories in named:
            inside = universe.of_categories(categories)
            parts = [cells for whole in parts for cells, _ in split(whole, inside)]
        for cells in parts:
            yield cells, universe.pair(cells.bit_length() - 1)[1]

    def _standing_at(self, category: str) -> Callable[[datetime], frozenset[str]]:
        """Who stands for the person and category, by instant."""
        # Not kept in `self`: a cycle would leave every decision to the garbage collector.
        return partial(self._standing_of, category)

    def _standing_of(self, category: str, at: datetime) -> frozenset[str]:
        """The same, remembered: asked often for the same instants."""
        who = self._standing.get((category, at))
        if who is None:
            who = standing(self.kinship, self.ages, self.person, category, at)
            self._standing[(category, at)] = who
        return who

    def _protected_refusals(self, hidden: list[Scoped], kind: ConsentKind, category: str) -> int:
        """The cells that somebody protected, who has standing, has refused or withdrawn."""
        if self.silenced is None:
            return 0
        standing_now = standing(self.silenced.kinship, self.ages, self.person, category, self.at)
        cells = 0
        for event, governed in governing(hidden, kind):
            if event.signatory in standing_now and event.decision is not ConsentDecision.GIVEN:
                cells |= governed
        return cells

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
