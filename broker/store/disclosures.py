"""What was decided and released: enough to recompute it, to tell who looked, and to find what a withdrawal taints.

Holds no content. The account (request, cells, records and their detail) is sealed under the facts key; what it
rests on stands beside it so that a withdrawn consent leads to its disclosures by an indexed look-up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import select

from broker.audit.entry import AuditEntry
from broker.dates import london_day, start_of_day
from broker.decision.request import Override, Request
from broker.store import codec
from broker.store.kinds import BasisKind, DisclosureOutcome, VersionedKind
from broker.store.sealing import open_fact, person_token, seal_fact
from broker.store.session import Act, Versions, View
from broker.store.tables.base import table_of
from broker.store.tables.disclosures import AgreementUse, Disclosure, DisclosureBasis, DisclosurePerson

DISCLOSURES: Final = table_of(Disclosure)
PEOPLE: Final = table_of(DisclosurePerson)
BASES: Final = table_of(DisclosureBasis)
USES: Final = table_of(AgreementUse)


class ReleasedCell(NamedTuple):
    """A permitted cell and its detail's code."""

    person_id: str
    category: str
    controller: str
    detail: str


@dataclass(frozen=True, slots=True)
class Outside:
    """A body outside the partnership, by name, and the organisation that passes on to it what it must be told."""

    name: str
    told_through: str


@dataclass(frozen=True, slots=True)
class StoredDisclosure:
    """One decided request. `records` are released record ids with their detail's code, `rests_on` the grounds,
    `versions` the facts it was decided on (what `lock_facts` and `Act.share` returned). `request` is as it was
    asked, with the emergency access (`override_id`) it named; where `override_barred` says why that was barred, it
    was decided as without one."""

    id: str
    outcome: DisclosureOutcome
    request: Request
    recipient: str
    decision_digest: str
    table_digest: str
    policies_digest: str
    cells: tuple[ReleasedCell, ...] = ()
    records: tuple[tuple[str, str], ...] = ()
    rests_on: frozenset[tuple[BasisKind, str]] = frozenset()
    versions: tuple[tuple[VersionedKind, str, int], ...] = ()
    refused_because: str | None = None
    override_barred: str | None = None
    override_id: str | None = None
    outside: Outside | None = None
    """Where it went to a body outside the partnership."""


def record_disclosure(
    act: Act, disclosure: StoredDisclosure, *, entry: AuditEntry, for_case: str | None = None
) -> None:
    """Records a decided request, answered or refused; ids from `act.new_id("d-")`. `for_case` is the case that
    there is and that it was released for: it depends on the agreements this rests on."""
    token = act.keys.token("disclosure", disclosure.id)
    row = {
        "disclosure_id": disclosure.id,
        "outcome_code": disclosure.outcome.value,
        "actor_id": disclosure.request.by,
        "recipient_code": disclosure.recipient,
        "purpose_code": disclosure.request.purpose,
        "decision_digest": disclosure.decision_digest,
        "table_digest": disclosure.table_digest,
        "policies_digest": disclosure.policies_digest,
        "effective_at": disclosure.request.at,
        "recorded_at": act.at,
        "account": seal_fact(act, DISCLOSURES, "account", disclosure.id.encode(), token, _body(disclosure)),
    }
    people = [
        {"person_token": person_token(act, PEOPLE, one), "disclosure_id": disclosure.id}
        for one in sorted(set(disclosure.request.about))
    ]
    bases = [
        {"kind_code": kind.value, "basis_id": basis_id, "disclosure_id": disclosure.id}
        for kind, basis_id in sorted(disclosure.rests_on)
    ]
    used_at = start_of_day(london_day(act.at))
    # Once a day, so that releases for one case do not wait for each other.
    uses = [
        {"agreement_ref": basis_id, "case_id": for_case, "used_at": used_at}
        for kind, basis_id in sorted(disclosure.rests_on)
        if kind is BasisKind.AGREEMENT and for_case is not None
    ]
    with act.one_round():
        act.write_rows(entry, DISCLOSURES, [row])
        act.write_rows(entry, PEOPLE, people)
        act.write_rows(entry, BASES, bases)
        if uses:
            act.write_rows(entry, USES, uses, unless_there=True)


def find_disclosure(view: View, disclosure_id: str) -> StoredDisclosure | None:
    """The disclosure with this id."""
    found = _opened(view, view.read(select(DISCLOSURES).where(DISCLOSURES.c.disclosure_id == disclosure_id)))
    return found[0] if found else None


def find_decided(view: View, recipient: str, by: str, at: datetime) -> str | None:
    """The id of what this member of staff of an organisation had decided in the act of this instant."""
    statement = select(DISCLOSURES.c.disclosure_id).where(
        DISCLOSURES.c.recipient_code == recipient, DISCLOSURES.c.recorded_at == at, DISCLOSURES.c.actor_id == by
    )
    return next((row.disclosure_id for row in view.read(statement)), None)


def find_disclosures_about(view: View, person_id: str) -> tuple[StoredDisclosure, ...]:
    """Every request that asked about this person, oldest first: who has looked."""
    statement = (
        select(DISCLOSURES)
        .join(PEOPLE, PEOPLE.c.disclosure_id == DISCLOSURES.c.disclosure_id)
        .where(PEOPLE.c.person_token == person_token(view, PEOPLE, person_id))
        .order_by(DISCLOSURES.c.recorded_at, DISCLOSURES.c.disclosure_id)
    )
    return _opened(view, view.read(statement))


def find_disclosures_to(
    view: View,
    recipient: str,
    after: tuple[datetime, str] | None = None,
    most: int = 100,
    *,
    by: str | None = None,
    outcome: DisclosureOutcome | None = None,
) -> tuple[StoredDisclosure, ...]:
    """What an organisation asked for, oldest first, up to `most`, after the instant and id where the page before
    ended: by one of its staff alone, or with one outcome alone, where that is named."""
    statement = select(DISCLOSURES).where(DISCLOSURES.c.recipient_code == recipient)
    if by is not None:
        statement = statement.where(DISCLOSURES.c.actor_id == by)
    if outcome is not None:
        statement = statement.where(DISCLOSURES.c.outcome_code == outcome.value)
    if after is not None:
        at, last = after
        statement = statement.where(
            (DISCLOSURES.c.recorded_at > at)
            | ((DISCLOSURES.c.recorded_at == at) & (DISCLOSURES.c.disclosure_id > last))
        )
    ordered = statement.order_by(DISCLOSURES.c.recorded_at, DISCLOSURES.c.disclosure_id).limit(most)
    return _opened(view, view.read(ordered))


def find_people_asked_for(
    view: View, recipients: Iterable[str], from_at: datetime, until_at: datetime
) -> set[str]:
    """Everybody whom these organisations asked about from one instant up to and with the other, by the ids as they
    were typed; refused requests too."""
    found: set[str] = set()
    for recipient in sorted(set(recipients)):
        statement = select(DISCLOSURES).where(
            DISCLOSURES.c.recipient_code == recipient,
            DISCLOSURES.c.recorded_at >= from_at,
            DISCLOSURES.c.recorded_at <= until_at,
        )
        found.update(one for made in _opened(view, view.read(statement)) for one in made.request.about)
    return found


def find_resting_on(view: View, kind: BasisKind, basis_ids: Iterable[str]) -> tuple[StoredDisclosure, ...]:
    """The disclosures that rest on any of these: what their withdrawal taints."""
    wanted = sorted(set(basis_ids))
    resting = select(BASES.c.disclosure_id).where(BASES.c.kind_code == kind.value, BASES.c.basis_id.in_(wanted))
    statement = select(DISCLOSURES).where(DISCLOSURES.c.disclosure_id.in_(resting))
    return _opened(view, view.read(statement.order_by(DISCLOSURES.c.recorded_at, DISCLOSURES.c.disclosure_id)))


def find_cases_under(view: View, since_at: datetime) -> dict[str, set[str]]:
    """By version of an agreement (`reference@version`), the ids of the cases for which something was released
    under it on the day of that instant or since."""
    statement = (
        select(USES.c.agreement_ref, USES.c.case_id)
        .where(USES.c.used_at >= start_of_day(london_day(since_at)))
        .distinct()
    )
    found: dict[str, set[str]] = {}
    for row in view.read(statement):
        found.setdefault(row.agreement_ref, set()).add(row.case_id)
    return found


def find_stale(act: Act, disclosure: StoredDisclosure) -> Versions:
    """Of the facts the disclosure was decided on, those that have changed since, with their present versions (0:
    gone). Locks all of them: a repeated request is answered again only where this is empty."""
    then = {(kind, key): version for kind, key, version in disclosure.versions}
    now = act.share(then)
    return {fact: now.get(fact, 0) for fact, version in then.items() if now.get(fact, 0) != version}


def _opened(view: View, rows: Iterable[Any]) -> tuple[StoredDisclosure, ...]:
    found = []
    for row in rows:
        token = view.keys.token("disclosure", row.disclosure_id)
        body = open_fact(view, DISCLOSURES, "account", row.disclosure_id.encode(), token, row.account)
        found.append(_disclosure(row, body))
    return tuple(found)


def _body(disclosure: StoredDisclosure) -> codec.Body:
    request = disclosure.request
    override = request.override
    return {
        "role": request.role,
        "about": list(request.about),
        "case": request.case,
        "reason": request.reason,
        "override": None
        if override is None
        else [override.reason, override.justification, override.gateway, override.second],
        "cells": disclosure.cells,
        "records": [list(one) for one in disclosure.records],
        "rests_on": sorted([kind.value, basis_id] for kind, basis_id in disclosure.rests_on),
        "versions": [[kind.value, key, version] for kind, key, version in disclosure.versions],
        "refused_because": disclosure.refused_because,
        "override_barred": disclosure.override_barred,
        "override_id": disclosure.override_id,
        **(
            {}
            if disclosure.outside is None
            else {"outside": [disclosure.outside.name, disclosure.outside.told_through]}
        ),
    }


def _disclosure(row: Any, body: codec.Body) -> StoredDisclosure:
    override = None if body["override"] is None else Override(*body["override"])
    request = Request(
        at=row.effective_at,
        by=row.actor_id,
        role=body["role"],
        purpose=row.purpose_code,
        about=tuple(body["about"]),
        case=body["case"],
        reason=body["reason"],
        override=override,
    )
    return StoredDisclosure(
        id=row.disclosure_id,
        outcome=DisclosureOutcome(row.outcome_code),
        request=request,
        recipient=row.recipient_code,
        decision_digest=row.decision_digest,
        table_digest=row.table_digest,
        policies_digest=row.policies_digest,
        cells=tuple(ReleasedCell(*one) for one in body["cells"]),
        records=tuple((one[0], one[1]) for one in body["records"]),
        rests_on=frozenset((BasisKind(kind), basis_id) for kind, basis_id in body["rests_on"]),
        versions=tuple((VersionedKind(kind), key, version) for kind, key, version in body["versions"]),
        refused_because=body["refused_because"],
        # Accounts written before the second person's access was asked do not say.
        override_barred=body.get("override_barred"),
        # Nor do those written before emergency access had a window of its own.
        override_id=body.get("override_id"),
        outside=Outside(*body["outside"]) if "outside" in body else None,
    )
