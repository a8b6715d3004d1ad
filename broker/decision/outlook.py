"""What would become of one person's cells if some of those who can decide for them agreed now.

Asks the same consent rules that decided (`broker.decision.consents`) again, with events added that nobody made: no
second reading of the rules. Never names anybody to anybody; that is the remedies' and the next step's.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import combinations
from typing import Final

from broker.consent.effect import ConsentEffect
from broker.consent.record import ConsentDecision, ConsentKind, ConsentRecord
from broker.consent.standing import Kinship, standing
from broker.dates import age_on, london_day
from broker.decision.changes import Changes, ConsentGiven
from broker.decision.conditions import age_met, case_met
from broker.decision.consents import PersonConsents
from broker.decision.decision import Decision, PersonRuling
from broker.decision.facts import HolderRuling
from broker.decision.papers import Paper
from broker.decision.reasons import REFER_REASONS

_MOST_TOGETHER: Final = 4
"""Signatories of one remedy at most: four who can each decide and all said no are a matter for a court."""
_REFERRED: Final = frozenset(reason.value for reason in REFER_REASONS)


class PersonOutlook:
    """What would become of one person's cells if some of those with standing agreed now."""

    def __init__(self, decision: Decision, ruling: PersonRuling) -> None:
        self._decision = decision
        self._ruling = ruling
        self._kinship = Kinship.of(decision.facts.people, decision.facts.relationships)
        self._events = tuple(event for event in decision.facts.consents if event.about == ruling.person.id)
        self._after: dict[tuple[ConsentKind, tuple[str, ...]], tuple[int, int]] = {}
        case = decision.facts.cases.get(decision.request.case or "")
        born, day = ruling.person.born, london_day(decision.request.at)
        self._case = case
        self._age = None if born is None else age_on(born, day)

    @cached_property
    def objections(self) -> int:
        """The cells for which an objection stands."""
        return self._consents().raised(ConsentKind.OBJECTION, self._ruling.plan.universe.everything)

    @property
    def objected_to_a_new_clause(self) -> int:
        """The cells for which a new clause would be referred: unless the purpose is protective."""
        return 0 if self._ruling.plan.purpose.protective else self.objections

    def may_be_released(self, category: str, controller: str) -> bool:
        """Whether a holder's release made now would govern: not against one made at this very instant that
        withholds, or that has already ended."""
        request, person = self._decision.request, self._ruling.person.id
        return not any(
            decision.at == request.at
            and (decision.about, decision.category, decision.controller) == (person, category, controller)
            and decision.purpose == request.purpose
            and decision.case in (None, request.case)
            and (
                decision.ruling is HolderRuling.WITHHOLD
                or (decision.until_at is not None and decision.until_at <= request.at)
            )
            for decision in self._decision.facts.holder_decisions
        )

    def meets_condition(self, paper: Paper) -> bool:
        """Test e."""
        demand, protective = paper.demand, self._ruling.plan.purpose.protective
        return case_met(demand.case, self._case) and (
            demand.age is None or age_met(demand.age, self._age, protective=protective)
        )

    def agreeing(self, paper: Paper, bit: int, category: str) -> Iterator[tuple[Changes, bool]]:
        """The smallest groups whose agreement passes test f, and whether it then needs the holder as well."""
        kind = paper.demand.consent
        if kind is None:
            yield frozenset(), False
            return
        who = sorted(self._standing(category))
        enough: dict[bool, list[frozenset[str]]] = {False: [], True: []}
        for size in range(min(len(who), _MOST_TOGETHER) + 1):
            for group in combinations(who, size):
                agreed = frozenset(group)
                if any(one <= agreed for one in enough[False]):
                    continue
                given, referred = self._effects(kind, group)
                if given >> bit & 1:
                    enough[False].append(agreed)
                elif referred >> bit & 1 and not any(one <= agreed for one in enough[True]):
                    enough[True].append(agreed)
        for refers, groups in enough.items():
            for those in groups:
                yield frozenset(ConsentGiven(kind, one, category) for one in those), refers

    def _standing(self, category: str) -> frozenset[str]:
        decision = self._decision
        ages = decision.table.vocabulary.standing
        return standing(self._kinship, ages, self._ruling.person, category, decision.request.at)

    def _effects(self, kind: ConsentKind, group: tuple[str, ...]) -> tuple[int, int]:
        """The cells for which the consent would be given, and those that would be referred, had all of the group
        agreed now, each naming every category."""
        found = self._after.get((kind, group))
        if found is None:
            given = referred = 0
            everything = self._ruling.plan.universe.everything
            for effect, cells in self._consents(kind, group).effects(kind, everything).items():
                if effect is ConsentEffect.GIVEN:
                    given |= cells
                elif effect.value in _REFERRED:
                    referred |= cells
            found = self._after[(kind, group)] = given, referred
        return found

    def _consents(self, kind: ConsentKind | None = None, group: tuple[str, ...] = ()) -> PersonConsents:
        decision, person = self._decision, self._ruling.person
        every_category = frozenset(decision.table.vocabulary.categories)
        agreed = (
            ConsentRecord(
                "", person.id, one, kind, ConsentDecision.GIVEN, decision.request.at, categories=every_category
            )
            for one in group
            if kind is not None
        )
        return PersonConsents(
            person,
            (*self._events, *agreed),
            decision.silenced,
            self._kinship,
            decision.table.vocabulary.standing,
            self._ruling.plan,
            decision.request.at,
        )
