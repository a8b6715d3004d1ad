"""What rests on a yes: what the rules in force let flow on the ground of one decision, were it given.

Decides which clauses count at an instant (in force, signed, their gateway open), for whom and about what, from the
rules alone and nobody's record, so that it is the same for everybody who decides the same. A private service (tier
T4) is never named. From docs/rules.md part 1 (tests 6a to 6d).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from broker.consent.record import ConsentRecord
from broker.decision.plan import gateway_holds
from broker.decision.table import DecisionTable, counting_version
from broker.decision.terms import Grant, Terms
from broker.release.sheets import SheetWord, group_of, kind_group
from broker.vocabulary.codes import Tier, Vocabulary

PRIVATE_SERVICE: Final = "a private service that you named to us"
PRIVATE_BODY: Final = "a private service that works with you"


@dataclass(frozen=True, slots=True)
class Sharing:
    """For one purpose: the kinds of information that rest on the decision, who would tell and who would be told.
    All three are titles and names, sorted."""

    purpose: str
    kinds: tuple[str, ...]
    sources: tuple[str, ...]
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """What rests on a consent of this kind and scope, and the purposes (titles) for which something may be shared
    without anybody's agreement: where something else for the same purpose rests on it, with the kinds that do not.
    """

    rests: tuple[Sharing, ...]
    goes_on: tuple[str, ...]
    groups: Mapping[str, SheetWord] = field(default_factory=dict)
    """Which group each of the titles and names that are no private service's is read in."""


def consent_reach(table: DecisionTable, event: ConsentRecord, at: datetime) -> Reach:
    """What the rules in force at `at` let flow on the ground of this event, were it a yes with this scope."""
    vocabulary = table.vocabulary
    found: dict[str, tuple[set[str], set[str], set[str]]] = {}
    free: dict[str, set[str]] = {}
    for terms in counting_terms(table, at):
        for grant in terms.grants:
            if not grant_holds(vocabulary, terms, grant, at):
                continue
            if grant.consent is None:
                for purpose in grant.purposes:
                    free.setdefault(purpose, set()).update(_open_kinds(vocabulary, grant))
            elif grant.consent is event.kind:
                for purpose in sorted(_both(grant.purposes, event.purposes)):
                    _add(found, purpose, vocabulary, terms, grant, event, at)
    rests = tuple(
        Sharing(vocabulary.purposes[code].title, *(tuple(sorted(part)) for part in parts))
        for code, parts in sorted(found.items())
        if all(parts)
    )
    resting = {sharing.purpose for sharing in rests}
    goes_on = []
    for code, kinds in free.items():
        title = vocabulary.purposes[code].title
        goes_on.append(f"{title} ({', '.join(sorted(kinds)).lower()})" if title in resting and kinds else title)
    groups = {row.title: kind_group(code) for code, row in vocabulary.categories.items()}
    groups |= {one.name: group_of(one.types) for one in vocabulary.organisations.values()}
    named = {name for one in rests for name in (*one.kinds, *one.sources, *one.recipients)}
    return Reach(rests, tuple(sorted(goes_on)), {name: groups[name] for name in sorted(named & groups.keys())})


def merged(reaches: Iterable[Reach]) -> tuple[Sharing, ...]:
    """What rests on several decisions together, purpose by purpose."""
    found: dict[str, tuple[set[str], set[str], set[str]]] = {}
    for reach in reaches:
        for one in reach.rests:
            kinds, sources, recipients = found.setdefault(one.purpose, (set(), set(), set()))
            kinds |= {*one.kinds}
            sources |= {*one.sources}
            recipients |= {*one.recipients}
    return tuple(Sharing(purpose, *(tuple(sorted(part)) for part in parts)) for purpose, parts in found.items())


def _open_kinds(vocabulary: Vocabulary, grant: Grant) -> Iterator[str]:
    """The titles of the kinds of information a grant is about, private services left out."""
    rows = (vocabulary.categories[code] for code in grant.categories)
    return (row.title for row in rows if row.tier < Tier.T4)


def counting_terms(table: DecisionTable, at: datetime) -> Iterator[Terms]:
    """The duties and, of each agreement, the version that counts where it is in force."""
    yield table.duties
    versions: dict[str, list[Terms]] = {}
    for terms in table.agreements:
        versions.setdefault(terms.reference, []).append(terms)
    for those in versions.values():
        terms = counting_version(those, at)
        begun = terms.begins_at is None or terms.begins_at <= at
        over = any(end is not None and end <= at for end in (terms.ends_at, terms.lapses_at))
        if begun and not over:
            yield terms


def grant_holds(vocabulary: Vocabulary, terms: Terms, grant: Grant, at: datetime) -> bool:
    """Whether the grant is in force, and its gateway for some recipient and purpose."""
    if not grant.in_force.covers(at):
        return False
    gateway = vocabulary.gateways.get(grant.basis.gateway or "")
    return gateway is None or any(
        gateway_holds(gateway, purpose, vocabulary.organisations[code], at)
        for purpose in grant.purposes
        for code in recipients_of(vocabulary, terms, grant, None, at)
    )


def _add(
    found: dict[str, tuple[set[str], set[str], set[str]]],
    purpose: str,
    vocabulary: Vocabulary,
    terms: Terms,
    grant: Grant,
    event: ConsentRecord,
    at: datetime,
) -> None:
    names = vocabulary.organisations
    kinds, sources, recipients = found.setdefault(purpose, (set(), set(), set()))
    for code in recipients_of(vocabulary, terms, grant, event.recipients, at):
        recipients.add(names[code].name if names[code].tier < Tier.T4 else PRIVATE_BODY)
    for code, organisation in names.items():
        if not any(one.covers(organisation) for one in grant.disclosers) or not is_signed(terms, code, at):
            continue
        if event.controllers is not None and code not in event.controllers:
            continue
        for category in _both(grant.categories, event.categories):
            row = vocabulary.categories[category]
            silent = max(row.tier, organisation.tier) >= Tier.T4
            if row.tier is Tier.T5 or (silent and event.categories is None):
                continue
            kinds.add(PRIVATE_SERVICE if silent else row.title)
            sources.add(PRIVATE_SERVICE if silent else organisation.name)


def recipients_of(
    vocabulary: Vocabulary, terms: Terms, grant: Grant, wanted: frozenset[str] | None, at: datetime
) -> Iterator[str]:
    for code, organisation in vocabulary.organisations.items():
        if wanted is not None and code not in wanted:
            continue
        covered = any(one.organisation == code or one.type in organisation.types for one in grant.recipients)
        if covered and is_signed(terms, code, at):
            yield code


def is_signed(terms: Terms, party: str, at: datetime) -> bool:
    if terms.parties is None:
        return True
    standing = (terms.signatures or {}).get(party, ())
    return party in terms.parties and any(interval.covers(at) for interval in standing)


def _both(named: frozenset[str], scope: frozenset[str] | None) -> frozenset[str]:
    return named if scope is None else named & scope
