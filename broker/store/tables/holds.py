"""What is frozen while somebody looks whether it is the right person's, and pairs of people who may be one.

Readable is that something is frozen since when, and that a controller has so many possible matches; who and what
stands behind tokens only.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from broker.store.tables.base import BYTES, CODE, ID, Base, Instant, check_length


class Hold(Base, table=True):
    """A person or a record, by token, of whom nothing is found while the hold lasts."""

    __tablename__ = "hold"
    __table_args__ = (check_length("held_token", 16),)
    held_token: bytes = Field(sa_type=BYTES, primary_key=True)
    hold_id: str = Field(sa_type=ID, primary_key=True, index=True)
    recorded_at: datetime = Field(sa_type=Instant)
    lifted_at: datetime | None = Field(default=None, sa_type=Instant)


class PossibleMatch(Base, table=True):
    """That a controller's key may stand for somebody known already; what was decided since stands with the key."""

    __tablename__ = "possible_match"
    __table_args__ = (check_length("source_token", 16),)
    source_token: bytes = Field(sa_type=BYTES, primary_key=True)
    controller_code: str = Field(sa_type=CODE, index=True)
    recorded_at: datetime = Field(sa_type=Instant)
