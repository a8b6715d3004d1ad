"""Who people are, apart from everything said about them: the vault and the keys that open it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from broker.store.tables.base import BYTES, CODE, ID, Base, Instant, SealedBytes, check_code, check_length

TOKEN_KINDS = ("identifier", "family-born", "given-born", "family-postcode", "born-postcode")
"""What a person can be searched by. No single name, birth date or postcode has a token of its own: a token as
common as `Smith` would tell its own meaning by how often it stands there."""


class Person(Base, table=True):
    """A person the broker knows of: an opaque id and nothing else."""

    __tablename__ = "person"
    person_id: str = Field(sa_type=ID, primary_key=True)
    recorded_at: datetime = Field(sa_type=Instant)
    erased_at: datetime | None = Field(default=None, sa_type=Instant)


class PersonKey(Base, table=True):
    """The person's data key, wrapped by a key outside the database; destroying it erases the person."""

    __tablename__ = "person_key"
    __table_args__ = (CheckConstraint("(wrapped IS NULL) = (destroyed_at IS NOT NULL)", name="destroyed"),)
    person_id: str = Field(sa_type=ID, primary_key=True, foreign_key="person.person_id")
    wrapped: bytes | None = Field(default=None, sa_type=BYTES)
    destroyed_at: datetime | None = Field(default=None, sa_type=Instant)


class IdentityVersion(Base, table=True):
    """Names, birth, address and identifiers, sealed under the person's key; the latest governs."""

    __tablename__ = "identity_version"
    __table_args__ = (check_length("row_id", 16),)
    row_id: bytes = Field(sa_type=BYTES, primary_key=True)
    person_id: str = Field(sa_type=ID, foreign_key="person.person_id", index=True)
    effective_at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)
    identity: bytes = Field(sa_type=SealedBytes)


class IdentityToken(Base, table=True):
    """A keyed search token of the latest identity."""

    __tablename__ = "identity_token"
    __table_args__ = (
        check_code("kind_code", TOKEN_KINDS),
        check_length("token", 16),
        Index(None, "person_id"),
    )
    kind_code: str = Field(sa_type=CODE, primary_key=True)
    token: bytes = Field(sa_type=BYTES, primary_key=True)
    person_id: str = Field(sa_type=ID, primary_key=True, foreign_key="person.person_id")
