"""People in general: the smallest set of situations that the clauses in question can tell apart.

One person for each stretch of ages within which nothing changes, a parent who decides for those too young to, a
member of staff with the role asked about and no personal connection, and one case for each kind and level that
some clause names and one that none does. INVARIANT: nothing here comes from any record of anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from broker.casework import Case, CaseKind, Membership, Staff
from broker.consent.record import DEMANDABLE, ConsentDecision, ConsentRecord
from broker.dates import ALWAYS, Period, london_day, shift
from broker.decision.facts import Facts, HolderDecision, HolderRuling, RecordHeader
from broker.decision.papers import Paper
from broker.decision.request import VITAL_INTERESTS, Override, Request
from broker.people import DataSubject, Relationship, RelationshipKind
from broker.vocabulary.codes import Vocabulary

PARENT: Final = "somebody-with-parental-responsibility"
ASKING: Final = "a-member-of-staff"
SECOND: Final = "a-second-person"
CASE: Final = "a-case"
LEVELS: Final = (1, 2, 3, 4)
_PARENTS_AGE: Final = 40


@dataclass(frozen=True, slots=True)
class Band:
    """Ages in whole years within which no clause in question and no rule of standing makes a difference."""

    from_age: int
    under: int | None

    @property
    def person(self) -> str:
        """The id of the one person of this age."""
        return f"somebody-aged-{self.from_age}"


@dataclass(frozen=True, slots=True)
class World:
    """One situation: everybody of every band, in one case or none, and nothing agreed to or decided."""

    request: Request
    facts: Facts
    bands: tuple[Band, ...]

    def agreed(self, vocabulary: Vocabulary) -> World:
        """The same where everybody who might have to has agreed to everything, by name."""
        every_category = frozenset(vocabulary.categories)
        consents = tuple(
            ConsentRecord(
                f"{band.person}/{by}/{kind}",
                band.person,
                by,
                kind,
                ConsentDecision.GIVEN,
                self.request.at,
                categories=every_category,
            )
            for band in self.bands
            for by in (band.person, PARENT)
            for kind in sorted(DEMANDABLE)
        )
        return replace(self, facts=replace(self.facts, consents=consents))

    def released(self, vocabulary: Vocabulary, controller: str) -> World:
        """The same where the holder has decided to release everything of its own."""
        decisions = tuple(
            HolderDecision(
                band.person,
                category,
                controller,
                self.request.purpose,
                HolderRuling.RELEASE,
                SECOND,
                self.request.at,
            )
            for band in self.bands
            for category in sorted(vocabulary.categories)
        )
        return replace(self, facts=replace(self.facts, holder_decisions=decisions))

    def in_an_emergency(self, reason: str) -> World:
        """The same with emergency access, for which somebody at the holder's stands as second person."""
        override = Override(reason, "somebody is at risk now", VITAL_INTERESTS, SECOND)
        return replace(self, request=replace(self.request, override=override))


def worlds(
    vocabulary: Vocabulary,
    papers: Sequence[Paper],
    *,
    controller: str,
    recipient: str,
    role: str,
    purpose: str,
    at: datetime,
) -> tuple[World, ...]:
    """Every situation these clauses can tell apart. Codes must be known."""
    bands = bands_of(vocabulary, papers)
    day = london_day(at)
    people = {band.person: DataSubject(band.person, _born(day, band.from_age)) for band in bands}
    parent = DataSubject(PARENT, _born(day, max(_PARENTS_AGE, vocabulary.standing.adult_from)))
    about = tuple(people)
    facts = Facts(
        people={**people, PARENT: parent},
        relationships=tuple(
            Relationship(PARENT, person, RelationshipKind.PARENT, parental_responsibility=True) for person in about
        ),
        staff={
            ASKING: Staff(ASKING, recipient, frozenset({role})),
            SECOND: Staff(SECOND, controller, frozenset({role})),
        },
        # So that the controller's cells are asked about even where no clause names it.
        records=(
            RecordHeader(
                "a-record",
                controller,
                min(vocabulary.categories),
                frozenset(about),
                frozenset(),
                day,
                at,
            ),
        ),
    )
    request = Request(at, ASKING, role, purpose, about)
    found = [
        World(
            replace(request, case=case.id),
            replace(facts, cases={case.id: case}),
            bands,
        )
        for case in _cases(papers, purpose, about, at)
    ]
    if not vocabulary.purposes[purpose].case_required:
        found.append(World(request, facts, bands))
    return tuple(found)


def bands_of(vocabulary: Vocabulary, papers: Iterable[Paper]) -> tuple[Band, ...]:
    """The stretches of ages, youngest first."""
    ages = vocabulary.standing
    limits = {0, ages.own_decision_from, ages.adult_from}
    for paper in papers:
        if (age := paper.grant.age) is not None:
            limits |= {limit for limit in (age.from_age, age.under) if limit is not None}
    ordered = sorted(limits)
    return tuple(Band(one, after) for one, after in zip(ordered, [*ordered[1:], None], strict=True))


def _cases(papers: Iterable[Paper], purpose: str, about: Sequence[str], at: datetime) -> list[Case]:
    """A case of every kind and level that some clause names, and of one that none does."""
    terms = [paper.grant.case for paper in papers if paper.grant.case is not None]
    kinds = frozenset().union(*(term.kinds or () for term in terms))
    levels = frozenset().union(*(term.levels or () for term in terms))
    other_kind = [one for one in CaseKind if one not in kinds][:1]
    other_level = [one for one in LEVELS if one not in levels][:1]
    return [
        Case(
            CASE,
            kind,
            level,
            frozenset({purpose}),
            frozenset(about),
            at,
            members=(Membership(ASKING, ALWAYS),),
        )
        for kind in (*sorted(kinds), *other_kind)
        for level in (*sorted(levels), *other_level)
    ]


def _born(day: date, age: int) -> date:
    return shift(day, Period(years=age), -1)
