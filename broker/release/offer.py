"""What a yes for one purpose could let flow, service by service: what is read aloud before somebody decides.

Made from the agreements in force, the person's age and the case alone, and from nobody's record: every service
that has a clause stands here, whether or not it knows anything. What is sensitive (told in confidence, resting on
data-protection consent, or a private service of tier T4) stands apart, each to be named by itself: a yes to
everything else never covers it. From docs/rules.md part 1.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from broker.casework import CaseKind
from broker.consent.record import ConsentKind
from broker.dates import age_on, london_day
from broker.decision.table import DecisionTable
from broker.decision.terms import Grant, Terms
from broker.release.reach import counting_terms, grant_holds, is_signed, recipients_of
from broker.vocabulary.codes import Organisation, Tier, Vocabulary


@dataclass(frozen=True, slots=True)
class OfferFor:
    """Whom and what for: when the person was born (None: not known), and the kind and level of the case (None:
    there is no case yet, and none is asked for)."""

    purpose: str
    born: date | None
    case_kind: CaseKind | None = None
    case_level: int | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """What one organisation could tell on a yes of this kind: codes of categories and of recipients, sorted."""

    controller: str
    kind: ConsentKind
    categories: tuple[str, ...]
    recipients: tuple[str, ...]

    @property
    def key(self) -> str:
        """What a form calls it by."""
        return f"{self.kind.value}/{self.controller}"


@dataclass(frozen=True, slots=True)
class Offer:
    """`services` may be agreed to together, each of `sensitive` by itself."""

    purpose: str
    services: tuple[Service, ...]
    sensitive: tuple[Service, ...]

    @property
    def recipients(self) -> tuple[str, ...]:
        """Everybody who would be told something, on the yes to everything that is not sensitive."""
        return tuple(sorted({code for one in self.services for code in one.recipients}))

    @property
    def kinds(self) -> tuple[ConsentKind, ...]:
        """The kinds of agreement that something here rests on."""
        found = {one.kind for one in (*self.services, *self.sensitive)}
        return tuple(kind for kind in ConsentKind if kind in found)

    @property
    def categories(self) -> tuple[str, ...]:
        """The kinds of information that a yes to everything not sensitive covers."""
        return tuple(sorted({code for one in self.services for code in one.categories}))


def make_offer(table: DecisionTable, wanted: OfferFor, at: datetime) -> Offer:
    """What rests on a yes for this purpose, by the rules in force at `at`."""
    vocabulary = table.vocabulary
    services: dict[tuple[ConsentKind, str], tuple[set[str], set[str]]] = {}
    sensitive: dict[tuple[ConsentKind, str], tuple[set[str], set[str]]] = {}
    for terms, grant in _grants(table, wanted, at):
        kind = grant.consent
        if kind is None:
            continue
        recipients = set(recipients_of(vocabulary, terms, grant, None, at))
        for organisation in _disclosers(vocabulary, terms, grant, at):
            for code in grant.categories:
                tier = max(vocabulary.categories[code].tier, organisation.tier)
                if tier is Tier.T5 or not recipients:
                    continue
                apart = tier >= Tier.T4 or kind is not ConsentKind.ENGAGEMENT
                found = sensitive if apart else services
                kinds, told = found.setdefault((kind, organisation.code), (set(), set()))
                kinds.add(code)
                told |= recipients
    return Offer(wanted.purpose, _sorted(services), _sorted(sensitive))


def _grants(table: DecisionTable, wanted: OfferFor, at: datetime) -> Iterator[tuple[Terms, Grant]]:
    for terms in counting_terms(table, at):
        for grant in terms.grants:
            fits = _is_of_age(grant, wanted.born, at) and _is_for_case(grant, wanted)
            if fits and wanted.purpose in grant.purposes and grant_holds(table.vocabulary, terms, grant, at):
                yield terms, grant


def _is_of_age(grant: Grant, born: date | None, at: datetime) -> bool:
    if grant.age is None:
        return True
    if born is None:
        return False
    age = max(0, age_on(born, london_day(at)))
    return (grant.age.from_age is None or age >= grant.age.from_age) and (
        grant.age.under is None or age < grant.age.under
    )


def _is_for_case(grant: Grant, wanted: OfferFor) -> bool:
    if grant.case is None or wanted.case_kind is None:
        return True
    return (grant.case.kinds is None or wanted.case_kind in grant.case.kinds) and (
        grant.case.levels is None or wanted.case_level in grant.case.levels
    )


def _disclosers(vocabulary: Vocabulary, terms: Terms, grant: Grant, at: datetime) -> Iterator[Organisation]:
    gateway = vocabulary.gateways.get(grant.basis.gateway or "")
    for code, organisation in vocabulary.organisations.items():
        if not any(one.covers(organisation) for one in grant.disclosers) or not is_signed(terms, code, at):
            continue
        if gateway is None or gateway.lets(organisation):
            yield organisation


def _sorted(found: dict[tuple[ConsentKind, str], tuple[set[str], set[str]]]) -> tuple[Service, ...]:
    return tuple(
        Service(controller, kind, tuple(sorted(kinds)), tuple(sorted(told)))
        for (kind, controller), (kinds, told) in sorted(found.items(), key=lambda one: (one[0][1], one[0][0]))
    )
