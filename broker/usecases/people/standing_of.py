"""Who can decide for somebody, told so that nobody is pointed to who must not be.

Decides, category by category, whose signature counts (`broker.consent.standing`) and how that is said: by what
they are to the person, never by name. Nobody protected is counted or told of, and nobody marked unsafe to approach
is ever pointed to. From docs/rules.md (standing) and 1.2 (remedies).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from broker.consent.standing import Kinship, standing
from broker.decision.facts import Facts
from broker.people import ProtectionMarker, RelationshipKind
from broker.vocabulary.codes import Tier, Vocabulary

SELF = "the person themselves"
"""What somebody is who decides for themselves."""
NOBODY = "Nobody can be named here. Ask your safeguarding lead who can decide."


@dataclass(frozen=True, slots=True)
class StandingAnswer:
    """Whether the signatory's decision counts. `counts_for` and `not_for` are category codes, sorted; `who` says
    whose signature would count where theirs does not, in words."""

    counts_for: tuple[str, ...]
    not_for: tuple[str, ...]
    who: tuple[str, ...]

    @property
    def in_words(self) -> str:
        """One or two plain sentences for the worker at the desk."""
        if not self.not_for:
            return "Whoever decided can decide."
        some = "for part of this " if self.counts_for else ""
        who = "; ".join(self.who) or NOBODY
        return f"No standing {some}yet: written down, and nothing is shared because of it. Who can decide: {who}"


@dataclass(frozen=True, slots=True)
class Decider:
    """Somebody whose signature counts now: their id (an organisation's code under a care order), and what they are
    to the person."""

    id: str
    words: str


def deciders_of(facts: Facts, vocabulary: Vocabulary, person_id: str, at: datetime) -> tuple[Decider, ...]:
    """Everybody who can decide for the person now about something that is no private service, without those who
    are unsafe to approach. The facts must already be without protected persons."""
    person = facts.people[person_id]
    kinship = Kinship.of(facts.people, facts.relationships)
    found: dict[str, Decider] = {}
    for category, row in sorted(vocabulary.categories.items()):
        for one in sorted(standing(kinship, vocabulary.standing, person, category, at)):
            known = facts.people.get(one)
            unsafe = known is not None and ProtectionMarker.UNSAFE_TO_APPROACH in known.markers
            if row.tier < Tier.T4 and not unsafe and one not in found:
                found[one] = Decider(one, relation_words(facts, vocabulary, person_id, one, at))
    return tuple(found.values())


def relation_words(facts: Facts, vocabulary: Vocabulary, person_id: str, other: str, at: datetime) -> str:
    """What somebody whose signature counts is to the person."""
    return _in_words(Kinship.of(facts.people, facts.relationships), vocabulary, person_id, other, at)


def standing_of(
    facts: Facts,
    vocabulary: Vocabulary,
    person_id: str,
    signatory: str,
    categories: Iterable[str] | None,
    at: datetime,
) -> StandingAnswer:
    """Whether `signatory` can decide for the person now, over these categories (None: all but private services:
    that a child was found competent for one is itself the secret). The facts must already be without protected
    persons."""
    person = facts.people[person_id]
    kinship = Kinship.of(facts.people, facts.relationships)
    counts, lacks = [], []
    who: dict[str, None] = {}
    everything = (code for code, row in vocabulary.categories.items() if row.tier < Tier.T4)
    for category in sorted(everything if categories is None else categories):
        those = standing(kinship, vocabulary.standing, person, category, at)
        if signatory in those:
            counts.append(category)
            continue
        lacks.append(category)
        for one in sorted(those):
            found = facts.people.get(one)
            if found is None or ProtectionMarker.UNSAFE_TO_APPROACH not in found.markers:
                who[_in_words(kinship, vocabulary, person_id, one, at)] = None
    return StandingAnswer(tuple(counts), tuple(lacks), tuple(who))


def _in_words(kinship: Kinship, vocabulary: Vocabulary, person_id: str, signatory: str, at: datetime) -> str:
    """What they are to the person, as the reason why they count."""
    if signatory == person_id:
        return SELF
    for relationship in kinship.towards.get(person_id, ()):
        if relationship.from_id != signatory or not relationship.interval.covers(at):
            continue
        if relationship.kind is RelationshipKind.CARE_ORDER:
            known = vocabulary.organisations.get(signatory)
            return f"{known.name if known else 'the authority'}, under a care order"
        if relationship.kind in (RelationshipKind.ATTORNEY, RelationshipKind.DEPUTY):
            return f"their {relationship.kind.value} for health and welfare"
        if relationship.parental_responsibility:
            return f"their {relationship.kind.value.replace('-', ' ')}, who has parental responsibility"
    return "somebody with parental responsibility"


def who_can_agree(facts: Facts, vocabulary: Vocabulary, person_id: str, at: datetime) -> tuple[str, ...]:
    """Who can agree for the person now, in words that name nobody; private services left out, as in `standing_of`.
    Where nobody can be pointed to, one sentence that is the same whatever the cause. The facts must already be
    without protected persons."""
    found = standing_of(facts, vocabulary, person_id, "", None, at)
    return found.who or (NOBODY,)
