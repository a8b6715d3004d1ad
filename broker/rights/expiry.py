"""What ends, or changes hands, soon: birthdays at which standing passes on, consents, orders, competence.

Decides which days of a person's facts are worth a warning. What is known of private services alone (tier T4) never
shows: a list of ends would tell of what it is the end. From docs/rules.md 1.3 and docs/how-to-expiring.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique

from broker.consent.record import ConsentDecision, ConsentRecord
from broker.dates import of_age_at
from broker.decision.facts import Facts
from broker.people import RelationshipKind
from broker.vocabulary.codes import Tier, Vocabulary


@unique
class ExpiryKind(StrEnum):
    """What ends or changes hands."""

    OWN_DECISION = "decides-alone-from"
    ADULT = "adult-from"
    CONSENT = "consent-ends"
    ORDER = "order-ends"
    COMPETENCE = "competence-ends"
    MEMBERSHIP = "membership-ends"
    TRAINING = "training-ends"
    POST = "post-ends"
    AGREEMENT_LAPSES = "agreement-lapses"
    AGREEMENT_ENDS = "agreement-ends"
    AGREEMENT_REVIEW = "agreement-review"
    QUESTION_LATE = "question-overdue"
    BANK_HOLIDAYS = "bank-holidays-end"


@dataclass(frozen=True, slots=True)
class Expiry:
    """Something that ends: when, about whom (a person, a member of staff or an agreement, by id) and, for a
    person, in which case it matters; `called` is an agreement's title."""

    kind: ExpiryKind
    at: datetime
    about: str
    case: str | None = None
    called: str = ""


_ORDERS = frozenset(
    {
        RelationshipKind.CARE_ORDER,
        RelationshipKind.SPECIAL_GUARDIAN,
        RelationshipKind.GUARDIAN,
        RelationshipKind.ATTORNEY,
        RelationshipKind.DEPUTY,
    }
)


def person_expiries(
    facts: Facts, vocabulary: Vocabulary, person_id: str, since: datetime, until: datetime, case: str | None
) -> tuple[Expiry, ...]:
    """What ends about one person in `[since, until)`, the first first. The facts are without protected people."""
    found = [
        Expiry(kind, at, person_id, case)
        for kind, at in _moments(facts, vocabulary, person_id)
        if since <= at < until
    ]
    return tuple(sorted(set(found), key=lambda one: (one.at, one.kind)))


def _moments(facts: Facts, vocabulary: Vocabulary, person_id: str) -> Iterator[tuple[ExpiryKind, datetime]]:
    person = facts.people.get(person_id)
    if person is None or person.died_on is not None:
        return
    if person.born is not None:
        yield ExpiryKind.OWN_DECISION, of_age_at(person.born, vocabulary.standing.own_decision_from)
        yield ExpiryKind.ADULT, of_age_at(person.born, vocabulary.standing.adult_from)
    for competence in person.competences:
        if competence.interval.until_at is not None and _told(vocabulary, competence.categories):
            yield ExpiryKind.COMPETENCE, competence.interval.until_at
    for tie in facts.relationships:
        standing = tie.parental_responsibility or tie.exclusive or tie.kind in _ORDERS
        if tie.to_id == person_id and standing and tie.interval.until_at is not None:
            yield ExpiryKind.ORDER, tie.interval.until_at
    mine = [one for one in facts.consents if one.about == person_id]
    for event in mine:
        given = event.decision is ConsentDecision.GIVEN and event.until_at is not None
        if given and event.until_at is not None and _told(vocabulary, event.categories) and not _over(event, mine):
            yield ExpiryKind.CONSENT, event.until_at


def _told(vocabulary: Vocabulary, categories: frozenset[str] | None) -> bool:
    """Whether it is about anything but private services alone."""
    return categories is None or any(vocabulary.categories[code].tier < Tier.T4 for code in categories)


def _over(event: ConsentRecord, every: Iterable[ConsentRecord]) -> bool:
    """Whether the same person decided the same matter anew since."""
    same = (event.signatory, event.kind, event.purposes, event.categories, event.controllers, event.recipients)
    return any(
        one.at > event.at
        and same == (one.signatory, one.kind, one.purposes, one.categories, one.controllers, one.recipients)
        for one in every
    )
