"""What the signed door remembers: which nonces it has seen.

Readable is which partner's key was used about when, which the log tells too; nothing of what was asked.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from broker.store.tables.base import ID, Base, Instant


class RequestNonce(Base, table=True):
    """A nonce that was used with a key, kept until no request that bears it could be in time."""

    __tablename__ = "request_nonce"
    key_id: str = Field(sa_type=ID, primary_key=True)
    nonce: str = Field(sa_type=ID, primary_key=True)
    until_at: datetime = Field(sa_type=Instant, index=True)
