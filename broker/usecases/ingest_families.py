"""Relationships and households that a batch claims, brought to what is recorded already.

Decides that a claim is taken as far as it warns and no further: that somebody is a child's father makes a
conflict of interest from now on, and that people live under one roof protects an address. It gives nobody
standing: parental responsibility is recorded by whoever saw the evidence (domain notes, 2.4), and is only counted
until then.
Writes nothing. Sending the same claims again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from broker.agencies import IncomingRecord, RelationshipClaim
from broker.agencies.incoming import key_of
from broker.dates import Interval, start_of_day
from broker.people import Relationship
from broker.store.households import find_households
from broker.store.relationships import find_relationships
from broker.store.session import View

HOUSEHOLD_PREFIX: Final = "hh-"


@dataclass(slots=True)
class FamilyNews:
    """What is not recorded yet: relationships under their ids, and who joins which household. `unproven` counts
    people said to hold parental responsibility for somebody, for which nobody has seen the evidence."""

    relationships: dict[str, Relationship] = field(default_factory=dict, repr=False)
    joined: dict[str, set[str]] = field(default_factory=dict, repr=False)
    unproven: int = 0


def family_news(
    view: View,
    records: Iterable[tuple[IncomingRecord, Mapping[str, str]]],
    new_id: Callable[[str], str],
) -> FamilyNews:
    """What these records claim beyond what is known; with each record, whom its refs mean."""
    claims: list[Relationship] = []
    together: list[frozenset[str]] = []
    for record, people in records:
        claims += [_relationship(claim, people) for claim in record.relationships]
        together += [frozenset(people[ref] for ref in claim.refs) for claim in record.households]
    news = FamilyNews()
    # Two refs may turn out to be one person.
    _relate(view, [claim for claim in claims if claim.from_id != claim.to_id], news)
    _house(view, together, news, new_id)
    return news


def _relationship(claim: RelationshipClaim, people: Mapping[str, str]) -> Relationship:
    since = start_of_day(claim.since_on) if claim.since_on is not None else None
    until = start_of_day(claim.until_on) if claim.until_on is not None else None
    return Relationship(
        people[claim.from_ref],
        people[claim.to_ref],
        claim.kind,
        parental_responsibility=claim.parental_responsibility,
        interval=Interval(since, until),
    )


def _relate(view: View, claims: Iterable[Relationship], news: FamilyNews) -> None:
    claims = list(claims)
    there = find_relationships(view, {claim.to_id for claim in claims})
    known = {(one.from_id, one.to_id, one.kind, one.interval) for one in there}
    proven = {(one.from_id, one.to_id) for one in there if one.parental_responsibility}
    unproven = set()
    for claim in claims:
        if claim.parental_responsibility and (claim.from_id, claim.to_id) not in proven:
            unproven.add((claim.from_id, claim.to_id))
        if (claim.from_id, claim.to_id, claim.kind, claim.interval) not in known:
            since = claim.interval.from_at
            key = key_of(claim.from_id, claim.to_id, claim.kind.value, since.isoformat() if since else "")
            # An end that became known is a later version of the same relationship.
            news.relationships["claimed-" + key] = Relationship(
                claim.from_id, claim.to_id, claim.kind, interval=claim.interval
            )
    news.unproven = len(unproven)


def _house(view: View, together: Iterable[frozenset[str]], news: FamilyNews, new_id: Callable[[str], str]) -> None:
    together = sorted({one for one in together if len(one) > 1}, key=sorted)
    everybody = {person for one in together for person in one}
    households = {one.id: set(one.members) for one in find_households(view, everybody)}
    of_person: dict[str, set[str]] = {}
    for household_id, members in households.items():
        for person in members:
            of_person.setdefault(person, set()).add(household_id)
    for people in together:
        shared = {one for person in people for one in of_person.get(person, ())}
        if any(people <= households[one] for one in shared):
            continue
        # The household most of them live in already; of several, always the same one.
        best = max(sorted(shared), key=lambda one: len(households[one] & people), default=None)
        household_id = best if best is not None else new_id(HOUSEHOLD_PREFIX)
        members = households.setdefault(household_id, set())
        news.joined.setdefault(household_id, set()).update(people - members)
        members |= people
        for person in people:
            of_person.setdefault(person, set()).add(household_id)
