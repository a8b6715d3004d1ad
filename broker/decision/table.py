"""The compiled rules: an immutable, indexed table with a digest, and the plan of one kind of request.

Every agreement and the duties are indexed by purpose and recipient, so that a request never looks at an agreement
that does not concern it. For a purpose, recipient and role, what depends on no person (which version counts,
dates, signatures, prohibitions, gateways: tests a to d of rule 6) is worked out once for every stretch of time in
which it cannot change, and kept as a `Plan`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from broker.decision.plan import Plan, make_plan
from broker.decision.terms import Grant, Prohibition, Terms
from broker.decision.terms_digest import terms_digest
from broker.vocabulary.codes import Organisation, Vocabulary

_PLANS_KEPT = 512
"""Plans remembered at most; one is a few kilobytes and is rebuilt in well under a millisecond."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A grant and the document it stands in."""

    terms: Terms
    grant: Grant


def counting_version(versions: Sequence[Terms], at: datetime) -> Terms:
    """Of several versions of one agreement, the one that counts: the highest that has begun and not ended, signed
    or not, lapsed or not; where none has, the highest (rule 5)."""
    current = [
        terms
        for terms in versions
        if (terms.begins_at is None or terms.begins_at <= at) and (terms.ends_at is None or at < terms.ends_at)
    ]
    return max(current or versions, key=lambda terms: terms.version)


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """`duties` and `agreements` compiled against the partnership's vocabulary. Make one with `compile_table`."""

    vocabulary: Vocabulary
    duties: Terms
    agreements: tuple[Terms, ...]
    digest: str
    _index: Mapping[tuple[str, str], tuple[Candidate, ...]] = field(repr=False)
    _versions: Mapping[str, tuple[Terms, ...]] = field(repr=False)
    _plans: OrderedDict[tuple[str, str, str, tuple[str, ...]], _Slice] = field(repr=False)

    def titles(self, clauses: Iterable[str]) -> Mapping[str, str]:
        """By `family-support@2`, what the agreements are called in which these clauses stand. The duties, and an
        agreement without a title, are in it with none."""
        cited = sorted({clause.partition("#")[0] for clause in clauses})
        return {name: terms.title for name in cited for terms in self._cited(name)}

    def _cited(self, name: str) -> Iterator[Terms]:
        reference = name.rpartition("@")[0]
        for terms in (self.duties, *self._versions.get(reference, ())):
            if name == f"{terms.reference}@{terms.version}":
                yield terms

    def plan(self, purpose: str, recipient: str, role: str, at: datetime, extra: Iterable[str] = ()) -> Plan:
        """The plan for this purpose, recipient organisation and role at `at`; `extra` are controllers that no
        grant names but whose cells are asked about. Codes must be known."""
        stretch = self._stretch((purpose, recipient, role, tuple(sorted(set(extra)))))
        number = bisect_right(stretch.boundaries, at)
        plan = stretch.plans.get(number)
        if plan is None:
            plan = stretch.plans[number] = self._make_plan(stretch, at)
        return plan

    def naming(self, purpose: str, recipient: str, role: str, at: datetime) -> tuple[Candidate, ...]:
        """Every grant that names something for this purpose, recipient organisation and role in a version that
        counts at `at`, whether it is in force or not. Codes must be known."""
        return tuple(self._live(self._stretch((purpose, recipient, role, ())), at))

    def _stretch(self, key: tuple[str, str, str, tuple[str, ...]]) -> _Slice:
        stretch = self._plans.get(key)
        if stretch is None:
            stretch = self._plans[key] = self._slice(key)
            if len(self._plans) > _PLANS_KEPT:
                self._plans.popitem(last=False)
        return stretch

    def _slice(self, key: tuple[str, str, str, tuple[str, ...]]) -> _Slice:
        purpose, recipient_code, role, extra = key
        recipient = self.vocabulary.organisations[recipient_code]
        found: dict[int, Candidate] = {}
        for who in (recipient.code, *sorted(recipient.types)):
            for candidate in self._index.get((purpose, who), ()):
                if any(term.covers(recipient, role) for term in candidate.grant.recipients):
                    found[id(candidate)] = candidate
        candidates = tuple(found.values())
        prohibitions = tuple(
            prohibition
            for prohibition in self.duties.prohibitions
            if (prohibition.purposes is None or purpose in prohibition.purposes)
            and (
                prohibition.recipients is None
                or any(term.covers(recipient, role) for term in prohibition.recipients)
            )
        )
        return _Slice(
            purpose,
            recipient,
            role,
            extra,
            candidates,
            prohibitions,
            self._boundaries(candidates, prohibitions),
        )

    def _boundaries(
        self, candidates: Sequence[Candidate], prohibitions: Sequence[Prohibition]
    ) -> tuple[datetime, ...]:
        """Every instant at which something that depends on no person may change for these grants."""
        moments: set[datetime | None] = set()
        for prohibition in prohibitions:
            moments |= {prohibition.in_force.from_at, prohibition.in_force.until_at}
        for candidate in candidates:
            grant = candidate.grant
            moments |= {grant.in_force.from_at, grant.in_force.until_at}
            if grant.basis.gateway is not None:
                gateway = self.vocabulary.gateways[grant.basis.gateway]
                moments |= {gateway.in_force.from_at, gateway.in_force.until_at}
        for reference in {
            candidate.terms.reference for candidate in candidates if candidate.terms is not self.duties
        }:
            for terms in self._versions[reference]:
                moments |= {terms.begins_at, terms.ends_at, terms.lapses_at}
                for intervals in (terms.signatures or {}).values():
                    for interval in intervals:
                        moments |= {interval.from_at, interval.until_at}
        return tuple(sorted(moment for moment in moments if moment is not None))

    def _live(self, stretch: _Slice, at: datetime) -> list[Candidate]:
        """Those of the duties, and of each agreement those of the version that counts."""
        counting = {
            reference: counting_version(self._versions[reference], at)
            for reference in {
                candidate.terms.reference for candidate in stretch.candidates if candidate.terms is not self.duties
            }
        }
        return [
            candidate
            for candidate in stretch.candidates
            if candidate.terms is self.duties or counting[candidate.terms.reference] is candidate.terms
        ]

    def _make_plan(self, stretch: _Slice, at: datetime) -> Plan:
        return make_plan(
            self.vocabulary,
            stretch.purpose,
            stretch.recipient,
            stretch.role,
            at,
            stretch.extra,
            [(candidate.terms, candidate.grant) for candidate in self._live(stretch, at)],
            stretch.prohibitions,
        )


@dataclass(slots=True)
class _Slice:
    """What concerns one purpose, recipient and role, over all time; plans are made when first asked for."""

    purpose: str
    recipient: Organisation
    role: str
    extra: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    prohibitions: tuple[Prohibition, ...]
    boundaries: tuple[datetime, ...]
    plans: dict[int, Plan] = field(default_factory=dict)


def compile_table(vocabulary: Vocabulary, duties: Terms, agreements: Iterable[Terms]) -> DecisionTable:
    """Compiles the rules. Order and duplicates never matter: the same reference and version given twice must be
    the same terms.

    Raises ValueError when one reference and version is given with different terms.
    """
    unique: dict[tuple[str, int], Terms] = {}
    for terms in agreements:
        known = unique.setdefault((terms.reference, terms.version), terms)
        if known != terms:
            raise ValueError(
                f"two different documents call themselves `{terms.reference}` version {terms.version}"
            )
    ordered = tuple(unique[key] for key in sorted(unique))
    index: dict[tuple[str, str], list[Candidate]] = {}
    versions: dict[str, list[Terms]] = {}
    for terms in ordered:
        versions.setdefault(terms.reference, []).append(terms)
    for terms in (duties, *ordered):
        for grant in terms.grants:
            candidate = Candidate(terms, grant)
            for who in {term.organisation or term.type or "" for term in grant.recipients}:
                for purpose in grant.purposes:
                    index.setdefault((purpose, who), []).append(candidate)
    return DecisionTable(
        vocabulary,
        duties,
        ordered,
        terms_digest(vocabulary.digest, duties, ordered),
        {key: tuple(candidates) for key, candidates in index.items()},
        {reference: tuple(those) for reference, those in versions.items()},
        OrderedDict(),
    )
