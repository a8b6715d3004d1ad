"""Agreements, their versions and signatures, and the standing files: public documents, stored as received."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import Field

from broker.store.tables.base import BYTES, CODE, DIGEST, ID, Base, Instant, SealedBytes, check_code, check_length

SIGNATURE_EVENTS = ("signed", "withdrawn")


class Agreement(Base, table=True):
    """An agreement by its stable reference."""

    __tablename__ = "agreement"
    reference: str = Field(sa_type=ID, primary_key=True)
    recorded_at: datetime = Field(sa_type=Instant)


class AgreementVersion(Base, table=True):
    """One version: the document's own bytes and their digest. Never edited."""

    __tablename__ = "agreement_version"
    __table_args__ = (CheckConstraint("version > 0", name="version"),)
    reference: str = Field(sa_type=ID, primary_key=True, foreign_key="agreement.reference")
    version: int = Field(primary_key=True)
    document: bytes = Field(sa_type=BYTES)
    document_digest: str = Field(sa_type=DIGEST)
    recorded_at: datetime = Field(sa_type=Instant)


class SignatureEvent(Base, table=True):
    """A party signed a version, or withdrew its signature; who signed for it, and on what authority, is sealed."""

    __tablename__ = "signature_event"
    __table_args__ = (
        check_length("row_id", 16),
        check_code("event_code", SIGNATURE_EVENTS),
        ForeignKeyConstraint(
            ["reference", "version"], ["agreement_version.reference", "agreement_version.version"]
        ),
        Index(None, "reference", "version"),
    )
    row_id: bytes = Field(sa_type=BYTES, primary_key=True)
    reference: str = Field(sa_type=ID)
    version: int
    party_code: str = Field(sa_type=CODE)
    event_code: str = Field(sa_type=CODE)
    document_digest: str = Field(sa_type=DIGEST)
    effective_at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)
    evidence: bytes = Field(sa_type=SealedBytes)


class PoliciesSnapshot(Base, table=True):
    """The standing files as adopted: canonical JSON of file name to text, by its digest."""

    __tablename__ = "policies_snapshot"
    __table_args__ = (check_length("row_id", 16),)
    row_id: bytes = Field(sa_type=BYTES, primary_key=True)
    policies_digest: str = Field(sa_type=DIGEST, index=True)
    files: bytes = Field(sa_type=BYTES)
    effective_at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)
