"""How far the access checks have followed the log, and who is on the watched list."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from broker.store.tables.base import AUTOINCREMENT, BYTES, Base, Instant, SealedBytes, check_length


class AccessCheckRun(Base, table=True):
    """One run over the log's entries `[from_index, until_index)`. Two that begin at one place cannot both be
    kept."""

    __tablename__ = "access_check_run"
    __table_args__ = (CheckConstraint("from_index >= 0 AND until_index > from_index", name="indexes"),)
    from_index: int = Field(sa_type=AUTOINCREMENT, primary_key=True, sa_column_kwargs={"autoincrement": False})
    until_index: int = Field(sa_type=AUTOINCREMENT)
    recorded_at: datetime = Field(sa_type=Instant)


class WatchVersion(Base, table=True):
    """That somebody is, or is no longer, on the watched list: a pseudonym of the log, sealed."""

    __tablename__ = "watch_version"
    __table_args__ = (check_length("row_id", 16), check_length("watch_token", 16))
    row_id: bytes = Field(sa_type=BYTES, primary_key=True)
    watch_token: bytes = Field(sa_type=BYTES, index=True)
    recorded_at: datetime = Field(sa_type=Instant)
    watch: bytes = Field(sa_type=SealedBytes)
