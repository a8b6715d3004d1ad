"""Who is known where: a person's place in each controller's domain, and whom a controller's own key stands for.

Decides nothing about who is the same person (`broker.linkage`); keeps what was decided, so that a merge can be
undone. Both ends of a link are never readable at once: the row is found by a token of the person and holds the
controller and the pseudonym sealed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from broker.audit.entry import AuditEntry
from broker.store.kinds import VersionedKind
from broker.store.sealing import (
    among,
    as_known,
    chunks,
    known,
    latest,
    open_fact,
    person_token,
    person_tokens,
    seal_fact,
)
from broker.store.session import Act, View
from broker.store.tables.base import table_of
from broker.store.tables.holds import PossibleMatch
from broker.store.tables.records import Link, SourcePerson

LINKS: Final = table_of(Link)
SOURCES: Final = table_of(SourcePerson)
MATCHES: Final = table_of(PossibleMatch)
POSSIBLE: Final = "possible"
"""The decision that somebody may be somebody known, for a person to look at."""
_KNOWN_DOMAINS: Final = select(LINKS.c.domain_token).where(among(LINKS.c.domain_token))
_LINKS_OF: Final = select(LINKS).where(among(LINKS.c.person_token))
_BY_SOURCE: Final = known(select(SOURCES).where(among(SOURCES.c.source_token)), SOURCES)
_BY_PERSON: Final = known(select(SOURCES).where(among(SOURCES.c.person_token)).order_by(SOURCES.c.row_id), SOURCES)


@dataclass(frozen=True, slots=True)
class KnownAs:
    """A person's pseudonym (16 bytes) in a controller's domain."""

    person_id: str
    controller: str
    pseudonym: bytes


@dataclass(frozen=True, slots=True)
class SourceDecision:
    """What was decided about a controller's own key for a person: `decision_code` is `linked`, `possible` or
    `not-linked`, and `person_id` whom it was compared with; `because` says why, for an officer to read."""

    controller: str
    source_id: str
    person_id: str
    decision_code: str
    because: str = ""


def ensure_links(act: Act, controller: str, person_ids: Iterable[str], *, entry: AuditEntry) -> dict[str, bytes]:
    """Makes these people known in the controller's domain, where they are not yet; returns their pseudonyms."""
    found = {person_id: act.keys.pseudonym(controller, person_id) for person_id in sorted(set(person_ids))}
    domains = {person_id: act.keys.token("link", controller, person_id) for person_id in found}
    there = {
        row.domain_token
        for some in chunks(sorted(domains.values()))
        for row in act.read(_KNOWN_DOMAINS, {"domain_token": some})
    }
    rows = []
    for person_id, pseudonym in found.items():
        domain = domains[person_id]
        if domain in there:
            continue
        token = person_token(act, LINKS, person_id)
        body = {"controller": controller, "pseudonym": pseudonym.hex()}
        rows.append(
            {
                "domain_token": domain,
                "person_token": token,
                "recorded_at": act.at,
                "pseudonym": seal_fact(act, LINKS, "pseudonym", domain, token, body),
            }
        )
    act.write_rows(entry, LINKS, rows, unless_there=True)
    return found


def find_links(view: View, person_ids: Iterable[str]) -> tuple[KnownAs, ...]:
    """Every domain in which these people are known."""
    tokens = person_tokens(view, LINKS, person_ids)
    found = []
    for row in view.read(_LINKS_OF, {"person_token": list(tokens)}):
        body = open_fact(view, LINKS, "pseudonym", row.domain_token, row.person_token, row.pseudonym)
        found.append(KnownAs(tokens[row.person_token], body["controller"], bytes.fromhex(body["pseudonym"])))
    return tuple(sorted(found, key=lambda one: (one.person_id, one.controller)))


def record_source_people(act: Act, decisions: Sequence[SourceDecision], *, entry: AuditEntry) -> None:
    """Records link decisions; a later one about the same key governs."""
    act.bump(entry, VersionedKind.PERSON, {decision.person_id for decision in decisions})
    rows = []
    for decision in decisions:
        row, token = act.new_row(), act.keys.token("source-person", decision.controller, decision.source_id)
        body = {
            "controller": decision.controller,
            "source": decision.source_id,
            "person": decision.person_id,
            "decision": decision.decision_code,
            "because": decision.because,
        }
        rows.append(
            {
                "row_id": row,
                "source_token": token,
                "person_token": person_token(act, SOURCES, decision.person_id),
                "effective_at": act.at,
                "recorded_at": act.at,
                "decision": seal_fact(act, SOURCES, "decision", row, token, body),
            }
        )
    act.write_rows(entry, SOURCES, rows)
    possible = [
        {
            "source_token": act.keys.token("source-person", decision.controller, decision.source_id),
            "controller_code": decision.controller,
            "recorded_at": act.at,
        }
        for decision in decisions
        if decision.decision_code == POSSIBLE
    ]
    act.write_rows(entry, MATCHES, possible, unless_there=True)


def find_possible(view: View, controller: str, most: int = 100) -> tuple[SourceDecision, ...]:
    """The controller's keys that may stand for somebody known already and were not decided since, oldest first."""
    statement = (
        select(SOURCES)
        .join(MATCHES, MATCHES.c.source_token == SOURCES.c.source_token)
        .where(MATCHES.c.controller_code == controller)
        .order_by(SOURCES.c.row_id)
    )
    governing = latest(view.read(statement), "source_token")
    found = []
    for token, row in governing.items():
        decision = _decision(open_fact(view, SOURCES, "decision", row.row_id, token, row.decision))
        if decision.decision_code == POSSIBLE:
            found.append(decision)
    return tuple(found[:most])


def find_source_people(
    view: View, controller: str, source_ids: Iterable[str], known_at: datetime | None = None
) -> dict[str, SourceDecision]:
    """The governing decision about each of the controller's own keys, where there is one."""
    tokens = {view.keys.token("source-person", controller, one): one for one in set(source_ids)}
    rows = view.read(_BY_SOURCE, as_known(known_at, source_token=tokens))
    return {
        tokens[token]: _decision(open_fact(view, SOURCES, "decision", row.row_id, token, row.decision))
        for token, row in latest(rows, "source_token").items()
    }


def find_sources_of(view: View, person_id: str, known_at: datetime | None = None) -> tuple[SourceDecision, ...]:
    """Every decision that ever named this person, oldest first: what an un-merge has to look at."""
    token = person_token(view, SOURCES, person_id)
    return tuple(
        _decision(open_fact(view, SOURCES, "decision", row.row_id, row.source_token, row.decision))
        for row in view.read(_BY_PERSON, as_known(known_at, person_token=(token,)))
    )


def _decision(body: dict[str, str]) -> SourceDecision:
    return SourceDecision(body["controller"], body["source"], body["person"], body["decision"], body["because"])
