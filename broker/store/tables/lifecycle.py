"""The lives of rules and agreements: keys, authorisations, early ends, the terms signed upon, rule versions."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlmodel import Field

from broker.partner_keys import Algorithm, KeyEventKind, KeyUse
from broker.partner_keys.public_key import SIZES
from broker.store.kinds import RulesEventKind
from broker.store.tables.base import BYTES, CODE, DIGEST, ID, Base, Instant, SealedBytes, check_code, check_length

VERBS: Final = String(1000)
"""The codes of what a key may ask, with a space between."""
_KEY_SIZES: Final = " OR ".join(
    f"algorithm_code = '{algorithm}' AND length(public_key) = {size}" for algorithm, size in SIZES.items()
)


class PartnerKeyRow(Base, table=True):
    """A public key as it was handed in: public, and never taken a second time."""

    __tablename__ = "partner_key"
    __table_args__ = (
        check_code("algorithm_code", Algorithm),
        CheckConstraint(_KEY_SIZES, name="public_key_size"),
        check_code("use_code", KeyUse),
        UniqueConstraint("thumbprint"),
    )
    key_id: str = Field(sa_type=ID, primary_key=True)
    organisation_code: str = Field(sa_type=CODE, index=True)
    algorithm_code: str = Field(sa_type=CODE)
    public_key: bytes = Field(sa_type=BYTES)
    thumbprint: str = Field(sa_type=ID)
    use_code: str = Field(sa_type=CODE)
    verbs: str = Field(sa_type=VERBS)
    from_at: datetime = Field(sa_type=Instant)
    until_at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)


class PartnerKeyEventRow(Base, table=True):
    """What happened to a key; who did it, and why, is sealed."""

    __tablename__ = "partner_key_event"
    __table_args__ = (check_length("row_id", 16), check_code("event_code", KeyEventKind))
    row_id: bytes = Field(sa_type=BYTES, primary_key=True)
    key_id: str = Field(sa_type=ID, foreign_key="partner_key.key_id", index=True)
    event_code: str = Field(sa_type=CODE)
    recorded_at: datetime = Field(sa_type=Instant)
    event: bytes = Field(sa_type=SealedBytes)


class AuthorisationRow(Base, table=True):
    """That a party lets another body sign for it; the evidence is sealed."""

    __tablename__ = "authorisation"
    authorisation_id: str = Field(sa_type=ID, primary_key=True)
    party_code: str = Field(sa_type=CODE, index=True)
    body_code: str = Field(sa_type=CODE)
    reference: str | None = Field(default=None, sa_type=ID)
    effective_at: datetime = Field(sa_type=Instant)
    until_at: datetime | None = Field(default=None, sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)
    evidence: bytes = Field(sa_type=SealedBytes)


class AuthorisationEnd(Base, table=True):
    """That an authorisation was withdrawn."""

    __tablename__ = "authorisation_end"
    authorisation_id: str = Field(sa_type=ID, primary_key=True, foreign_key="authorisation.authorisation_id")
    recorded_at: datetime = Field(sa_type=Instant)
    evidence: bytes = Field(sa_type=SealedBytes)


class AgreementEnding(Base, table=True):
    """That a version was ended before its time."""

    __tablename__ = "agreement_ending"
    __table_args__ = (
        ForeignKeyConstraint(
            ["reference", "version"], ["agreement_version.reference", "agreement_version.version"]
        ),
    )
    reference: str = Field(sa_type=ID, primary_key=True)
    version: int = Field(primary_key=True)
    effective_at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)
    evidence: bytes = Field(sa_type=SealedBytes)


class AgreedTerms(Base, table=True):
    """The rows of the standing rules that signatures were given upon: canonical JSON, by its digest."""

    __tablename__ = "agreed_terms"
    terms_digest: str = Field(sa_type=DIGEST, primary_key=True)
    terms: bytes = Field(sa_type=BYTES)
    recorded_at: datetime = Field(sa_type=Instant)


class SignatureTerms(Base, table=True):
    """Which terms a signature was given upon."""

    __tablename__ = "signature_terms"
    __table_args__ = (check_length("row_id", 16),)
    row_id: bytes = Field(sa_type=BYTES, primary_key=True, foreign_key="signature_event.row_id")
    terms_digest: str = Field(sa_type=DIGEST, foreign_key="agreed_terms.terms_digest")
    recorded_at: datetime = Field(sa_type=Instant)


class RulesVersion(Base, table=True):
    """A numbered version of the standing rules as proposed: canonical JSON of file name to text. Who proposed it,
    and the note why, are sealed."""

    __tablename__ = "rules_version"
    __table_args__ = (CheckConstraint("version > 0", name="version"),)
    version: int = Field(primary_key=True)
    policies_digest: str = Field(sa_type=DIGEST)
    access_digest: str = Field(sa_type=DIGEST)
    files: bytes = Field(sa_type=BYTES)
    recorded_at: datetime = Field(sa_type=Instant)
    proposal: bytes = Field(sa_type=SealedBytes)


class RulesEventRow(Base, table=True):
    """What happened to a version of the standing rules after it was proposed."""

    __tablename__ = "rules_event"
    __table_args__ = (
        check_length("row_id", 16),
        check_code("event_code", RulesEventKind),
        Index(None, "version"),
    )
    row_id: bytes = Field(sa_type=BYTES, primary_key=True)
    version: int = Field(foreign_key="rules_version.version")
    event_code: str = Field(sa_type=CODE)
    recorded_at: datetime = Field(sa_type=Instant)
    event: bytes = Field(sa_type=SealedBytes)
