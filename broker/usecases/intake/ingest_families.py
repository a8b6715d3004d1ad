"""Relationships and households that a batch claims, brought to what is recorded already.

Decides that a claim is taken as far as it warns and no further: that somebody is a child's father makes a
conflict of interest from now on, and that people live under one roof protects an address. It gives nobody
standing: parental responsibility is recorded by whoever saw the evidence (docs/policies.md), and is only counted
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
from broker.store.households import Moves, find_households
from broker.store.relationships import find_relationships
from broker.store.session import View

CLAIMED: Final = "claimed-"
"""How ids of relationships and households begin that rest on a sender's word."""


@dataclass(slots=True)
class FamilyNews:
    """What is not recorded yet: relationships under their ids, and who joins or leaves which household. `unproven`
    counts people said to hold parental responsibility for somebody, for which nobody has seen the evidence."""

    relationships: dict[str, Relationship] = field(default_factory=dict, repr=False)
    joined: dict[str, set[str]] = field(default_factory=dict, repr=False)
    left: dict[str, set[str]] = field(default_factory=dict, repr=False)
    unproven: int = 0

    def moves(self) -> dict[str, Moves]:
        """Who joins and leaves each household."""
        return {
            household_id: Moves(
                frozenset(self.joined.get(household_id, ())), frozenset(self.left.get(household_id, ()))
            )
            for household_id in sorted(self.joined.keys() | self.left.keys())
        }

    def is_empty(self) -> bool:
        """Whether all of it is recorded."""
        return not (self.relationships or self.joined or self.left)


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
            news.relationships[CLAIMED + key] = Relationship(
                claim.from_id, claim.to_id, claim.kind, interval=claim.interval
            )
    news.unproven = len(unproven)


def _house(view: View, together: Iterable[frozenset[str]], news: FamilyNews, new_id: Callable[[str], str]) -> None:
    """Whoever is said to live with somebody lives with everybody that one is said to live with: the order in which
    that is said never matters, and a protected address protects one too many rather than one too few."""
    told = {one for one in together if len(one) > 1}
    there = find_households(view, {person for one in told for person in one})
    told = {one for one in told if not any(one <= household.members for household in there)}
    # Households that somebody recorded by hand are left as they are.
    ours = {household.id: household.members for household in there if household.id.startswith(CLAIMED)}
    for members in _joined_up([*ours.values(), *told]):
        merged = {one: inside for one, inside in ours.items() if inside <= members}
        # The largest stays; of two as large always the same one.
        kept = max(sorted(merged), key=lambda one: len(merged[one]), default=None)
        if kept is None or merged[kept] != members:
            news.joined[kept or new_id(CLAIMED)] = set(members - merged.get(kept or "", frozenset()))
        for other in merged.keys() - {kept}:
            news.left[other] = set(merged[other])


def _joined_up(groups: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """The groups, those that share somebody made one."""
    found: dict[str, set[str]] = {}
    for group in groups:
        whole = set(group).union(*(found[person] for person in group if person in found))
        found.update(dict.fromkeys(whole, whole))
    return list({id(whole): frozenset(whole) for whole in found.values()}.values())
