"""Agreements as published, their signatures as events, and the standing files as adopted.

Decides nothing about what a document means (`broker.agreements`) or whether it is in force (`broker.decision`). A
version's bytes never change; which intervals a party's signature stands for is folded from its events.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from broker.agreements.terms_used import terms_digest
from broker.audit.entry import AuditEntry
from broker.canonical import canonical_json, digest_bytes
from broker.dates import Interval
from broker.errors import CallWrong
from broker.store import codec
from broker.store.kinds import VersionedKind
from broker.store.sealing import as_known, known, open_fact, seal_fact
from broker.store.session import Act, View
from broker.store.tables.agreements import Agreement, AgreementVersion, PoliciesSnapshot, SignatureEvent
from broker.store.tables.base import table_of
from broker.store.tables.lifecycle import AgreedTerms, AgreementEnding, SignatureTerms

AGREEMENTS: Final = table_of(Agreement)
VERSIONS: Final = table_of(AgreementVersion)
SIGNATURES: Final = table_of(SignatureEvent)
POLICIES: Final = table_of(PoliciesSnapshot)
ENDINGS: Final = table_of(AgreementEnding)
TERMS: Final = table_of(AgreedTerms)
SIGNED_UPON: Final = table_of(SignatureTerms)
_ALL_VERSIONS: Final = known(select(VERSIONS), VERSIONS).order_by(VERSIONS.c.reference, VERSIONS.c.version)
_ALL_SIGNATURES: Final = known(select(SIGNATURES), SIGNATURES).order_by(
    SIGNATURES.c.effective_at, SIGNATURES.c.row_id
)

_ALL_ENDINGS: Final = known(select(ENDINGS), ENDINGS)


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version of an agreement: the document's bytes and digest, and the intervals in which each party's
    signature stands."""

    reference: str
    version: int
    document: bytes
    document_digest: str
    recorded_at: datetime
    signatures: Mapping[str, tuple[Interval, ...]]
    ended_at: datetime | None = None
    """When it was ended before its time."""


@dataclass(frozen=True, slots=True)
class StoredSignature:
    """One event of a signature, with its evidence (signatory, post, authority, signature or click)."""

    party: str
    event: str
    at: datetime
    document_digest: str
    evidence: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SignedUpon:
    """The rows of the standing rules that a signature was given upon, and their digest."""

    digest: str
    terms: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StoredPolicies:
    """The standing files by name, with the digest of all of them, as adopted at an instant."""

    digest: str
    files: Mapping[str, str]
    adopted_at: datetime


def publish_version(act: Act, reference: str, version: int, document: bytes, *, entry: AuditEntry) -> str:
    """Keeps a version's document and returns its digest. The same bytes again are harmless.

    Raises CallWrong when the version is there with other bytes: what may be signed is never edited.
    """
    act.bump(entry, VersionedKind.AGREEMENT, [reference])
    document_digest = digest_bytes(document)
    there = act.read(
        select(VERSIONS.c.document_digest).where(VERSIONS.c.reference == reference, VERSIONS.c.version == version)
    )
    if there:
        if there[0].document_digest != document_digest:
            raise CallWrong(
                f"agreement `{reference}` version {version}",
                "is published with another text; give it a new version",
            )
        return document_digest
    agreement = {"reference": reference, "recorded_at": act.at}
    act.write_rows(entry, AGREEMENTS, [agreement], unless_there=True)
    row = {**agreement, "version": version, "document": document, "document_digest": document_digest}
    act.write_rows(entry, VERSIONS, [row])
    return document_digest


def append_signature(
    act: Act,
    reference: str,
    version: int,
    signature: StoredSignature,
    terms: Mapping[str, Any] | None = None,
    *,
    entry: AuditEntry,
) -> None:
    """Appends that a party signed (`signed`), upon which `terms` of the standing rules, or took its signature back
    (`withdrawn`).

    Raises CallWrong when the version is not there or the digest is not its document's.
    """
    act.bump(entry, VersionedKind.AGREEMENT, [reference])
    there = act.read(
        select(VERSIONS.c.document_digest).where(VERSIONS.c.reference == reference, VERSIONS.c.version == version)
    )
    where = f"agreement `{reference}` version {version}"
    if not there:
        raise CallWrong(where, "is not published; publish it before it is signed")
    if there[0].document_digest != signature.document_digest:
        raise CallWrong(where, "the signature is over another text than the one published")
    row = act.new_row()
    signed = {
        "row_id": row,
        "reference": reference,
        "version": version,
        "party_code": signature.party,
        "event_code": signature.event,
        "document_digest": signature.document_digest,
        "effective_at": signature.at,
        "recorded_at": act.at,
        "evidence": seal_fact(act, SIGNATURES, "evidence", row, reference.encode(), dict(signature.evidence)),
    }
    act.write_rows(entry, SIGNATURES, [signed])
    if terms is not None:
        agreed = {"terms_digest": terms_digest(terms), "recorded_at": act.at}
        act.write_rows(entry, TERMS, [{**agreed, "terms": canonical_json(dict(terms))}], unless_there=True)
        act.write_rows(entry, SIGNED_UPON, [{"row_id": row, **agreed}])


def end_version(act: Act, reference: str, version: int, by: str, reason: str, *, entry: AuditEntry) -> None:
    """Ends a version as of now, before its time; the reason is kept sealed."""
    act.bump(entry, VersionedKind.AGREEMENT, [reference])
    row_id = f"{reference}@{version}".encode()
    body = {"by": by, "reason": reason}
    row = {
        "reference": reference,
        "version": version,
        "effective_at": act.at,
        "recorded_at": act.at,
        "evidence": seal_fact(act, ENDINGS, "evidence", row_id, reference.encode(), body),
    }
    act.write_rows(entry, ENDINGS, [row])


def find_versions(
    view: View, reference: str | None = None, known_at: datetime | None = None
) -> tuple[StoredVersion, ...]:
    """Every version of one agreement, or of all, with the signatures that stand."""
    versions, events = _ALL_VERSIONS, _ALL_SIGNATURES
    if reference is not None:
        versions = versions.where(VERSIONS.c.reference == reference)
        events = events.where(SIGNATURES.c.reference == reference)
    ended = {(row.reference, row.version): row.effective_at for row in view.read(_ALL_ENDINGS, as_known(known_at))}
    signed: dict[tuple[str, int], dict[str, list[Any]]] = {}
    for row in view.read(events, as_known(known_at)):
        signed.setdefault((row.reference, row.version), {}).setdefault(row.party_code, []).append(row)
    return tuple(
        StoredVersion(
            row.reference,
            row.version,
            row.document,
            row.document_digest,
            row.recorded_at,
            {party: _standing(rows) for party, rows in signed.get((row.reference, row.version), {}).items()},
            ended.get((row.reference, row.version)),
        )
        for row in view.read(versions, as_known(known_at))
    )


def find_signatures(view: View, reference: str, version: int) -> tuple[StoredSignature, ...]:
    """Every signature event of a version, in order."""
    statement = select(SIGNATURES).where(SIGNATURES.c.reference == reference, SIGNATURES.c.version == version)
    return tuple(
        StoredSignature(
            row.party_code,
            row.event_code,
            row.effective_at,
            row.document_digest,
            open_fact(view, SIGNATURES, "evidence", row.row_id, reference.encode(), row.evidence),
        )
        for row in view.read(statement.order_by(SIGNATURES.c.effective_at, SIGNATURES.c.row_id))
    )


def find_terms(view: View, reference: str | None = None) -> dict[tuple[str, int, str], SignedUpon]:
    """The terms that each party's last signature was given upon, by reference, version and party; those of one
    agreement or of all. A signature given before terms were recorded has none."""
    events = _ALL_SIGNATURES
    if reference is not None:
        events = events.where(SIGNATURES.c.reference == reference)
    last = {
        (row.reference, row.version, row.party_code): row.row_id
        for row in view.read(events, as_known(None))
        if row.event_code == "signed"
    }
    upon = {row.row_id: row.terms_digest for row in view.read(select(SIGNED_UPON))}
    terms = {row.terms_digest: codec.from_bytes(row.terms) for row in view.read(select(TERMS))}
    return {key: SignedUpon(upon[row_id], terms[upon[row_id]]) for key, row_id in last.items() if row_id in upon}


def adopt_policies(act: Act, files: Mapping[str, str], digest: str, *, entry: AuditEntry) -> None:
    """Keeps the standing files as adopted now, under the digest that decisions name."""
    row = {
        "row_id": act.new_row(),
        "policies_digest": digest,
        "files": canonical_json(dict(files)),
        "effective_at": act.at,
        "recorded_at": act.at,
    }
    act.write_rows(entry, POLICIES, [row])


def find_policies(
    view: View, *, digest: str | None = None, known_at: datetime | None = None
) -> StoredPolicies | None:
    """The standing files with this digest, or the last adopted by `known_at` (None: now)."""
    statement = known(select(POLICIES), POLICIES)
    if digest is not None:
        statement = statement.where(POLICIES.c.policies_digest == digest)
    for row in view.read(statement.order_by(POLICIES.c.row_id.desc()).limit(1), as_known(known_at)):
        return StoredPolicies(row.policies_digest, codec.from_bytes(row.files), row.effective_at)
    return None


def _standing(events: Sequence[Any]) -> tuple[Interval, ...]:
    """The intervals in which a signature stands: from a signing to the next withdrawal."""
    found: list[Interval] = []
    since: datetime | None = None
    for event in events:
        if event.event_code == "signed" and since is None:
            since = event.effective_at
        elif event.event_code == "withdrawn" and since is not None:
            found.append(Interval(since, event.effective_at))
            since = None
    if since is not None:
        found.append(Interval(since, None))
    return tuple(found)
