"""What people and holders decided: appended, never edited (a trigger of the database sees to it)."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from broker.store.tables.base import BYTES, ID, Base, Instant, SealedBytes, check_length


class ConsentEvent(Base, table=True):
    """One consent event; kind, decision, scope and signatory are sealed."""

    __tablename__ = "consent_event"
    __table_args__ = (check_length("about_token", 16), check_length("signatory_token", 16))
    consent_id: str = Field(sa_type=ID, primary_key=True)
    about_token: bytes = Field(sa_type=BYTES, index=True)
    signatory_token: bytes = Field(sa_type=BYTES, index=True)
    effective_at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)
    consent: bytes = Field(sa_type=SealedBytes)


class HolderRuling(Base, table=True):
    """A holder's decision to release or withhold a cell."""

    __tablename__ = "holder_ruling"
    __table_args__ = (check_length("about_token", 16),)
    ruling_id: str = Field(sa_type=ID, primary_key=True)
    about_token: bytes = Field(sa_type=BYTES, index=True)
    effective_at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)
    ruling: bytes = Field(sa_type=SealedBytes)
