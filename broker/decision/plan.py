"""What one kind of request may reach while nothing but people can change the answer.

For a purpose, recipient and role at an instant: which cells are hard stops or prohibited by the duties, which some
grant names, how far the grants that fail for everybody get (tests a to d of rule 6), and the grants that are left,
grouped by what they demand of a person (tests e to h).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from broker.consent.record import ConsentKind
from broker.dates import Period
from broker.decision.outcome import Outcome
from broker.decision.reasons import Test, Told
from broker.decision.terms import AgeTerm, CaseTerm, Discloser, Grant, Prohibition, Terms
from broker.decision.universe import Universe
from broker.vocabulary.codes import Detail, Gateway, ObjectionEffect, Organisation, Purpose, Tier, Vocabulary

_SCOPES_KEPT = 4096
"""Sets of categories and controllers remembered by a plan at most."""
_WORKED_KEPT = 256
"""Things worked out of a plan that are remembered at most."""
_OBJECTABLE = frozenset({"e", "f"})
"""The Article 6(1) bases a person may object to (UK GDPR Article 21(1))."""


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Demand:
    """What the tests e to h ask of a person and a case; grants with the same demand are tested together."""

    age: AgeTerm | None
    case: CaseTerm | None
    consent: ConsentKind | None
    objection: ObjectionEffect
    holder: bool


ANYBODY = Demand(None, None, None, ObjectionEffect.NONE, holder=False)
"""The demand of a grant that asks nothing of a person or a case."""


@dataclass(frozen=True, slots=True)
class PlannedGrant:
    """A grant that passed tests a to d for the cells in `cells`."""

    clause: str
    terms: Terms
    grant: Grant
    cells: int
    detail: Detail
    look_back: Period | None
    protected_address: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Grants with one demand; `cells` is the union of theirs."""

    demand: Demand
    grants: tuple[PlannedGrant, ...]
    cells: int


@dataclass(frozen=True, slots=True)
class Plan:
    """See the module. Sets of cells are integers over `universe`. `failed` maps each of the tests a to d to the
    cells where some naming grant failed there; `passed` is where some grant passed all four."""

    purpose: Purpose
    recipient: Organisation
    role: str
    universe: Universe
    hard_stop: int
    prohibited: int
    silent_tier: int
    named: int
    failed: dict[Test, int]
    passed: int
    groups: tuple[Group, ...]
    named_controllers: frozenset[str]
    demanding: dict[ConsentKind, int]
    """The cells for which some group demands a consent of the kind."""
    outcomes: dict[int, dict[int, Outcome]] = field(default_factory=dict)
    """Outcomes of permitted cells already built, by the groups whose demand fails there, and bit."""
    scopes: dict[tuple[frozenset[str] | None, frozenset[str] | None], int] = field(default_factory=dict)
    """The cells of sets of categories and controllers already asked for."""
    baseline: list[Outcome] = field(default_factory=list)
    """The answers by bit where nothing about the person matters, once they have been asked for."""
    explained: list[tuple[str, str, int]] = field(default_factory=list)
    """The cells that a grant names and that may be explained, by (controller, category, bit), once asked for."""
    told: dict[tuple[Told, int], str] = field(default_factory=dict)
    """What was said of a cell that is not shared for a reason, by reason and bit."""
    worked: dict[Hashable, Any] = field(default_factory=dict)
    """What was worked out of this plan and a key alone (`once`)."""

    def once(self, key: Hashable, work: Callable[[], T]) -> T:
        """What the work makes of this plan and the key, worked out once.

        INVARIANT: nothing else goes into it, and nothing of anybody: it is the same for everybody asked about.
        """
        found = self.worked.get(key, self)
        if found is self:
            found = work()
            if len(self.worked) >= _WORKED_KEPT:
                self.worked.clear()
            self.worked[key] = found
        answer: T = found
        return answer

    def covering(self, categories: frozenset[str] | None, controllers: frozenset[str] | None) -> int:
        """The cells of these categories and controllers (None: all); worked out once for each pair of sets."""
        key = (categories, controllers)
        cells = self.scopes.get(key)
        if cells is None:
            universe = self.universe
            cells = universe.everything if categories is None else universe.of_categories(categories)
            if controllers is not None:
                cells &= universe.of_controllers(controllers)
            if len(self.scopes) >= _SCOPES_KEPT:
                self.scopes.clear()
            self.scopes[key] = cells
        return cells


def make_plan(
    vocabulary: Vocabulary,
    purpose_code: str,
    recipient: Organisation,
    role: str,
    at: datetime,
    extra: Sequence[str],
    candidates: Sequence[tuple[Terms, Grant]],
    duty_prohibitions: Sequence[Prohibition],
) -> Plan:
    """Builds the plan from the grants that name this purpose, recipient and role in a version that counts, and the
    duties' prohibitions that cover them."""
    purpose = vocabulary.purposes[purpose_code]
    naming = [(terms, grant, disclosing_codes(vocabulary, grant.disclosers)) for terms, grant in candidates]
    named_controllers = frozenset(code for _, _, codes in naming for code in codes)
    universe = Universe.of(
        [*sorted(named_controllers), *(code for code in extra if code not in named_controllers)],
        sorted(vocabulary.categories),
    )
    failed = dict.fromkeys((Test.IN_FORCE, Test.SIGNED, Test.NOT_PROHIBITED, Test.GATEWAY), 0)
    named = 0
    grouped: dict[Demand, list[PlannedGrant]] = {}
    for terms, grant, disclosing in naming:
        cells = universe.of_controllers(disclosing) & universe.of_categories(grant.categories)
        named |= cells
        for test, failing in (
            (Test.IN_FORCE, 0 if in_force(terms, grant, at) else cells),
            (Test.SIGNED, _not_signed(universe, terms, recipient.code, at)),
            (
                Test.NOT_PROHIBITED,
                prohibited_cells(vocabulary, universe, terms.prohibitions, purpose_code, recipient, role, at)
                if terms.parties is not None
                else 0,
            ),
            (Test.GATEWAY, gateway_fails(vocabulary, universe, grant, purpose_code, recipient, at)),
        ):
            failed[test] |= cells & failing
            cells &= ~failing
        if cells:
            planned = PlannedGrant(
                terms.clause_reference(grant.clause),
                terms,
                grant,
                cells,
                grant.detail,
                grant.look_back,
                grant.protected_address,
            )
            grouped.setdefault(demand_of(vocabulary, grant, purpose), []).append(planned)
    groups = tuple(
        Group(demand, tuple(sorted(grants, key=lambda g: g.clause)), _union(grants))
        for demand, grants in grouped.items()
    )
    passed = 0
    demanding: dict[ConsentKind, int] = {}
    for group in groups:
        passed |= group.cells
        if (kind := group.demand.consent) is not None:
            demanding[kind] = demanding.get(kind, 0) | group.cells
    return Plan(
        purpose,
        recipient,
        role,
        universe,
        _of_tier(vocabulary, universe, Tier.T5),
        prohibited_cells(vocabulary, universe, duty_prohibitions, purpose_code, recipient, role, at),
        _of_tier(vocabulary, universe, Tier.T4),
        named,
        failed,
        passed,
        groups,
        named_controllers,
        demanding,
    )


def _union(grants: Sequence[PlannedGrant]) -> int:
    cells = 0
    for planned in grants:
        cells |= planned.cells
    return cells


def disclosing_codes(vocabulary: Vocabulary, disclosers: Sequence[Discloser]) -> frozenset[str]:
    """The organisations these disclosers cover, by code or type."""
    return frozenset(
        code
        for code, organisation in vocabulary.organisations.items()
        if any(discloser.covers(organisation) for discloser in disclosers)
    )


def in_force(terms: Terms, grant: Grant, at: datetime) -> bool:
    """Test a: not before `from`, not at or after `until`, not on or after the day it lapses."""
    return (
        grant.in_force.covers(at)
        and (terms.begins_at is None or terms.begins_at <= at)
        and (terms.ends_at is None or at < terms.ends_at)
        and (terms.lapses_at is None or at < terms.lapses_at)
    )


def _not_signed(universe: Universe, terms: Terms, recipient: str, at: datetime) -> int:
    """Test b: the cells whose controller, or whose recipient, is not a party whose signature stands."""
    if terms.parties is None:
        return 0
    signed = signed_parties(terms, at)
    if recipient not in signed:
        return universe.everything
    return universe.everything & ~universe.of_controllers(signed)


def signed_parties(terms: Terms, at: datetime) -> frozenset[str]:
    """The parties to an agreement whose signature stands."""
    signatures = terms.signatures or {}
    return frozenset(
        party
        for party in terms.parties or ()
        if any(interval.covers(at) for interval in signatures.get(party, ()))
    )


def prohibited_cells(
    vocabulary: Vocabulary,
    universe: Universe,
    prohibitions: Sequence[Prohibition],
    purpose: str,
    recipient: Organisation,
    role: str,
    at: datetime,
) -> int:
    """The cells that some prohibition in force covers; each thing it states must cover the cell."""
    cells = 0
    for prohibition in prohibitions:
        if not prohibition.in_force.covers(at):
            continue
        if prohibition.purposes is not None and purpose not in prohibition.purposes:
            continue
        if prohibition.recipients is not None and not any(
            term.covers(recipient, role) for term in prohibition.recipients
        ):
            continue
        covered = universe.everything
        if prohibition.disclosers is not None:
            covered &= universe.of_controllers(disclosing_codes(vocabulary, prohibition.disclosers))
        if prohibition.categories is not None:
            covered &= universe.of_categories(prohibition.categories)
        cells |= covered
    return cells


def gateway_fails(
    vocabulary: Vocabulary,
    universe: Universe,
    grant: Grant,
    purpose: str,
    recipient: Organisation,
    at: datetime,
) -> int:
    """Test d: the cells for which the grant's gateway does not hold."""
    if grant.basis.gateway is None:
        return 0
    gateway = vocabulary.gateways[grant.basis.gateway]
    if not gateway_holds(gateway, purpose, recipient, at):
        return universe.everything
    if gateway.disclosers is None and gateway.areas is None:
        return 0
    holding = [code for code in universe.controllers if gateway.lets(vocabulary.organisations[code])]
    return universe.everything & ~universe.of_controllers(holding)


def gateway_holds(gateway: Gateway, purpose: str, recipient: Organisation, at: datetime) -> bool:
    """Whether the gateway is in force for this recipient and purpose, whoever discloses."""
    return (
        gateway.in_force.covers(at)
        and gateway.reaches(recipient)
        and (gateway.purposes is None or purpose in gateway.purposes)
    )


def demand_of(vocabulary: Vocabulary, grant: Grant, purpose: Purpose) -> Demand:
    """What the grant demands of a person and a case for this purpose."""
    demand = Demand(
        grant.age, grant.case, grant.consent, _objection(vocabulary, grant, purpose), grant.holder_decides
    )
    return ANYBODY if demand == ANYBODY else demand


def _objection(vocabulary: Vocabulary, grant: Grant, purpose: Purpose) -> ObjectionEffect:
    """Test g: what an objection would do to this grant for this purpose."""
    effect = (
        ObjectionEffect.WEIGH
        if grant.basis.gateway is None
        else vocabulary.gateways[grant.basis.gateway].objection
    )
    if effect is ObjectionEffect.WEIGH and (purpose.protective or grant.basis.article_6 not in _OBJECTABLE):
        return ObjectionEffect.NONE
    return effect


def _of_tier(vocabulary: Vocabulary, universe: Universe, tier: Tier) -> int:
    """The cells of this tier or above; a cell's tier is the higher of its category's and its controller's own."""
    return universe.of_categories(
        code for code in universe.categories if vocabulary.categories[code].tier >= tier
    ) | universe.of_controllers(
        code for code in universe.controllers if vocabulary.organisations[code].tier >= tier
    )
