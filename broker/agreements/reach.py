"""What looks wrong in an agreement and is not refused: clauses that can never permit, parties that do nothing.

Decides warnings only. Each says which part of the clause is dead, so that an officer sees before signing what a
decision would only show by denying. Nothing here changes a decision.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from broker.agreements.document import Agreement, Clauses, Duties
from broker.dates import Interval
from broker.decision.terms import Discloser, Grant, Prohibition, RecipientTerm
from broker.errors import Finding, Severity
from broker.vocabulary.codes import Gateway, Tier
from broker.vocabulary.load import Declarations


def check_agreement_reach(
    agreement: Agreement, declarations: Declarations, duties: Duties | None = None
) -> tuple[Finding, ...]:
    """Warnings about an agreement; `duties` tells what the law forbids whatever is signed."""
    parties = frozenset(agreement.parties)
    validity = agreement.in_force
    ends = [end for end in (validity.until_at, validity.lapses_at) if end is not None]
    interval = Interval(validity.from_at, min(ends, default=None))
    found = list(_clauses(agreement.clauses, declarations, parties, interval, duties))
    here = f"{agreement.clauses.file}:{agreement.line}"
    if not agreement.clauses.grants:
        found.append(_warning(here, f"`{agreement.name}` grants nothing"))
    if agreement.owner not in parties:
        found.append(_warning(here, f"the owner `{agreement.owner}` is not one of the parties"))
    idle = [
        party
        for party in agreement.parties
        if not any(
            party in _disclosing(grant.disclosers, declarations, parties)
            or party in _receiving(grant.recipients, declarations, parties)
            for grant in agreement.clauses.grants
        )
    ]
    if idle and agreement.clauses.grants:
        listed = ", ".join(f"`{party}`" for party in idle)
        found.append(_warning(here, f"no clause lets {listed} disclose or receive anything"))
    return tuple(found)


def check_duties_reach(duties: Duties, declarations: Declarations) -> tuple[Finding, ...]:
    """Warnings about the duties."""
    everybody = frozenset(declarations.organisations)
    return tuple(_clauses(duties.clauses, declarations, everybody, None, duties))


def _warning(where: str, message: str) -> Finding:
    return Finding(where, message, Severity.WARNING)


def _clauses(
    clauses: Clauses,
    declarations: Declarations,
    parties: frozenset[str],
    interval: Interval | None,
    duties: Duties | None,
) -> Iterator[Finding]:
    forbidding: list[tuple[str, Prohibition]] = [("", item) for item in clauses.prohibitions]
    if duties is not None and duties.clauses is not clauses:
        forbidding += [(f"{duties.reference} ", item) for item in duties.clauses.prohibitions]
    for grant in clauses.grants:
        held = interval if interval is not None else grant.in_force
        for key, message in (
            *_dead_ends(grant, declarations, parties),
            *_dead_gateway(grant, declarations, parties, held),
            *_forbidden(grant, declarations, parties, forbidding),
        ):
            yield _warning(clauses.where(grant.clause, key), f"clause `{grant.clause}`: {message}")


def _disclosing(
    disclosers: Sequence[Discloser], declarations: Declarations, parties: frozenset[str]
) -> frozenset[str]:
    """The parties that these disclosers cover."""
    codes = {item.organisation for item in disclosers}
    types = {item.type for item in disclosers}
    return _covered(codes, types, declarations, parties)


def _receiving(
    recipients: Sequence[RecipientTerm], declarations: Declarations, parties: frozenset[str]
) -> frozenset[str]:
    codes = {item.organisation for item in recipients}
    types = {item.type for item in recipients}
    return _covered(codes, types, declarations, parties)


def _covered(
    codes: set[str | None], types: set[str | None], declarations: Declarations, parties: frozenset[str]
) -> frozenset[str]:
    return frozenset(
        party
        for party in parties
        if party in codes
        or (party in declarations.organisations and declarations.organisations[party].types & types)
    )


def _dead_ends(grant: Grant, declarations: Declarations, parties: frozenset[str]) -> Iterator[tuple[str, str]]:
    for discloser in grant.disclosers:
        if not _disclosing((discloser,), declarations, parties):
            yield "from", f"{_named(discloser)}, so nothing comes from there; add the party or take it out"
    for recipient in grant.recipients:
        if not _receiving((recipient,), declarations, parties):
            yield "to", f"{_named(recipient)}, so nothing goes there; add the party or take it out"
        for role in sorted(recipient.roles or ()):
            known = declarations.roles.get(role)
            if known is not None and not known.purposes & grant.purposes:
                yield "to", f"the role `{role}` may not ask for any of its purposes, so it never receives"
    for code in sorted(grant.categories):
        category = declarations.categories.get(code)
        if category is not None and category.tier is Tier.T5:
            yield "categories", f"`{code}` is tier T5 and never shared"


def _named(item: Discloser | RecipientTerm) -> str:
    if item.organisation is not None:
        return f"`{item.organisation}` is not a party"
    return f"no party is of the type `{item.type}`"


def _dead_gateway(
    grant: Grant, declarations: Declarations, parties: frozenset[str], interval: Interval
) -> Iterator[tuple[str, str]]:
    code = grant.basis.gateway
    gateway = declarations.gateways.get(code) if code is not None else None
    if gateway is None:
        return
    if gateway.purposes is not None:
        for purpose in sorted(grant.purposes - gateway.purposes):
            yield "lawful_basis", f"the gateway `{code}` does not serve the purpose `{purpose}`"
    organisations = declarations.organisations
    for key, covered, types, verb in (
        ("from", _disclosing(grant.disclosers, declarations, parties), gateway.disclosers, "let"),
        ("to", _receiving(grant.recipients, declarations, parties), gateway.recipients, "reach"),
    ):
        if types is None:
            continue
        outside = sorted(party for party in covered if not organisations[party].types & types)
        if outside:
            listed = ", ".join(f"`{party}`" for party in outside)
            end = " disclose" if key == "from" else ""
            yield key, f"the gateway `{code}` does not {verb} {listed}{end}"
    yield from _out_of_area(grant, gateway, declarations, parties)
    ends_first = gateway.in_force.until_at
    if ends_first is not None and interval.from_at is not None and ends_first <= interval.from_at:
        yield "lawful_basis", f"the gateway `{code}` ends before the clause begins"
    begins = gateway.in_force.from_at
    if begins is not None and interval.until_at is not None and interval.until_at <= begins:
        yield "lawful_basis", f"the gateway `{code}` begins only after the clause has ended"


def _out_of_area(
    grant: Grant, gateway: Gateway, declarations: Declarations, parties: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """Those named by their code outside the gateway's areas; those named by type only where all of them are."""
    if gateway.areas is None:
        return
    for key, named, covered in (
        ("from", grant.disclosers, _disclosing(grant.disclosers, declarations, parties)),
        ("to", grant.recipients, _receiving(grant.recipients, declarations, parties)),
    ):
        outside = {party for party in covered if declarations.organisations[party].area not in gateway.areas}
        by_code = {item.organisation for item in named}
        telling = sorted(outside if outside == covered else outside & by_code)
        if telling:
            listed = ", ".join(f"`{party}`" for party in telling)
            yield key, f"the gateway `{gateway.code}` does not hold in the area of {listed}"


def _forbidden(
    grant: Grant,
    declarations: Declarations,
    parties: frozenset[str],
    forbidding: Sequence[tuple[str, Prohibition]],
) -> Iterator[tuple[str, str]]:
    """Prohibitions that cover everything the grant grants, so that it never permits."""
    for owner, prohibition in forbidding:
        if (
            (prohibition.purposes is None or grant.purposes <= prohibition.purposes)
            and (prohibition.categories is None or grant.categories <= prohibition.categories)
            and _covers_disclosers(grant, prohibition, declarations, parties)
            and _covers_recipients(grant, prohibition, declarations, parties)
        ):
            yield "", f"{owner}clause `{prohibition.clause}` forbids all of it, so it never permits"


def _covers_disclosers(
    grant: Grant, prohibition: Prohibition, declarations: Declarations, parties: frozenset[str]
) -> bool:
    if prohibition.disclosers is None:
        return True
    return _disclosing(grant.disclosers, declarations, parties) <= _disclosing(
        prohibition.disclosers, declarations, parties
    )


def _covers_recipients(
    grant: Grant, prohibition: Prohibition, declarations: Declarations, parties: frozenset[str]
) -> bool:
    """Whether each recipient of the grant is covered by one term of the prohibition, in each of its roles."""
    if prohibition.recipients is None:
        return True
    for recipient in grant.recipients:
        for party in _receiving((recipient,), declarations, parties):
            covering = (
                term for term in prohibition.recipients if party in _receiving((term,), declarations, parties)
            )
            roles = [term.roles for term in covering]
            if any(covered is None for covered in roles):
                continue
            together = frozenset().union(*(covered for covered in roles if covered is not None))
            if recipient.roles is None or not recipient.roles <= together:
                return False
    return True
