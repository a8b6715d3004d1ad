"""What the signed door remembers: nonces it has seen, the requests it let in, and acts that are done once.

Readable is which partner's key was used when, for which address, and the digest of what was sent, which is
evidence that outlives everybody's keys; nothing of what was asked about anybody.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from broker.store.tables.base import BYTES, CODE, ID, Base, Instant, check_length


class RequestNonce(Base, table=True):
    """A nonce that was used with a key, kept until no request that bears it could be in time."""

    __tablename__ = "request_nonce"
    key_id: str = Field(sa_type=ID, primary_key=True)
    nonce: str = Field(sa_type=ID, primary_key=True)
    until_at: datetime = Field(sa_type=Instant, index=True)


class SignedRequestRow(Base, table=True):
    """A request that was let in: what was signed, and the signature."""

    __tablename__ = "signed_request"
    __table_args__ = (check_length("request_digest", 32), check_length("signature", 64))
    request_digest: bytes = Field(sa_type=BYTES, primary_key=True)
    key_id: str = Field(sa_type=ID, index=True)
    base: bytes = Field(sa_type=BYTES)
    signature: bytes = Field(sa_type=BYTES)
    recorded_at: datetime = Field(sa_type=Instant)


class IdempotentAct(Base, table=True):
    """An act that was done under an idempotency key: what was asked, by digest, and the id of what was done."""

    __tablename__ = "idempotent_act"
    __table_args__ = (check_length("act_digest", 32), check_length("asked_digest", 32))
    act_digest: bytes = Field(sa_type=BYTES, primary_key=True)
    asked_digest: bytes = Field(sa_type=BYTES)
    organisation_code: str = Field(sa_type=CODE)
    done_id: str = Field(sa_type=ID)
    until_at: datetime = Field(sa_type=Instant, index=True)
