"""What was decided and released, what it rested on, and the notices still to be sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from broker.store.kinds import BasisKind, DisclosureOutcome, VersionedKind
from broker.store.tables.base import (
    BYTES,
    CODE,
    DIGEST,
    GROUND,
    ID,
    Base,
    Instant,
    SealedBytes,
    check_code,
    check_length,
)


class FactVersion(Base, table=True):
    """A count that whoever writes a fact moves on and a release share-locks (docs/security.md section 6)."""

    __tablename__ = "fact_version"
    __table_args__ = (
        check_code("kind_code", VersionedKind),
        check_length("fact_token", 16),
        CheckConstraint("version > 0", name="version"),
    )
    kind_code: str = Field(sa_type=CODE, primary_key=True)
    fact_token: bytes = Field(sa_type=BYTES, primary_key=True)
    version: int


class Disclosure(Base, table=True):
    """One decided request: everything to recompute it and to say what was released, and no content."""

    __tablename__ = "disclosure"
    __table_args__ = (check_code("outcome_code", DisclosureOutcome), Index(None, "recipient_code", "recorded_at"))
    disclosure_id: str = Field(sa_type=ID, primary_key=True)
    outcome_code: str = Field(sa_type=CODE)
    actor_id: str = Field(sa_type=ID)
    recipient_code: str = Field(sa_type=CODE)
    purpose_code: str = Field(sa_type=CODE)
    decision_digest: str = Field(sa_type=DIGEST)
    table_digest: str = Field(sa_type=DIGEST)
    policies_digest: str = Field(sa_type=DIGEST)
    effective_at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)
    account: bytes = Field(sa_type=SealedBytes)


class DisclosurePerson(Base, table=True):
    """Somebody a disclosure was asked about, by token: "who has looked"."""

    __tablename__ = "disclosure_person"
    __table_args__ = (check_length("person_token", 16),)
    person_token: bytes = Field(sa_type=BYTES, primary_key=True)
    disclosure_id: str = Field(sa_type=ID, primary_key=True, foreign_key="disclosure.disclosure_id")


class DisclosureBasis(Base, table=True):
    """What a disclosure rests on, so that a withdrawal finds it."""

    __tablename__ = "disclosure_basis"
    __table_args__ = (check_code("kind_code", BasisKind),)
    kind_code: str = Field(sa_type=CODE, primary_key=True)
    basis_id: str = Field(sa_type=GROUND, primary_key=True)
    disclosure_id: str = Field(sa_type=ID, primary_key=True, foreign_key="disclosure.disclosure_id", index=True)


class AgreementUse(Base, table=True):
    """That something was released for a case under a version of an agreement on a day: which cases depend on which
    agreement, without an account being opened."""

    __tablename__ = "agreement_use"
    __table_args__ = (Index(None, "used_at"),)
    agreement_ref: str = Field(sa_type=GROUND, primary_key=True)
    case_id: str = Field(sa_type=ID, primary_key=True)
    used_at: datetime = Field(sa_type=Instant, primary_key=True)


class Notice(Base, table=True):
    """A notice to send: written with the act that causes it, sent afterwards."""

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts"),
        Index(None, "sent_at", "due_at"),
        Index(None, "recipient_code", "recorded_at"),
    )
    notice_id: str = Field(sa_type=ID, primary_key=True)
    topic_code: str = Field(sa_type=CODE)
    recipient_code: str = Field(sa_type=CODE)
    due_at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)
    attempts: int
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
    body: bytes = Field(sa_type=SealedBytes)
