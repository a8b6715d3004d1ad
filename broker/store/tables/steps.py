"""The steps of casework and what waits for an organisation. Who a step is about, and what it was, is sealed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from broker.store.tables.base import BYTES, CODE, ID, Base, Instant, SealedBytes, check_length


class CaseStep(Base, table=True):
    """A step in a case, appended and never edited; its words are sealed under the keys of those it is about."""

    __tablename__ = "case_step"
    __table_args__ = (check_length("row_id", 16),)
    row_id: bytes = Field(sa_type=BYTES, primary_key=True)
    case_id: str = Field(sa_type=ID, index=True)
    recorded_at: datetime = Field(sa_type=Instant)
    step: bytes = Field(sa_type=SealedBytes)
    words: bytes | None = Field(default=None, sa_type=SealedBytes)


class WorkItem(Base, table=True):
    """Something in a case that waits for an organisation, until it is done: a contact, a check. How it stands is
    in the case's steps; this row only finds it."""

    __tablename__ = "work_item"
    __table_args__ = (Index(None, "organisation_code", "kind_code", "done_at"),)
    item_id: str = Field(sa_type=ID, primary_key=True)
    kind_code: str = Field(sa_type=CODE)
    organisation_code: str = Field(sa_type=CODE)
    case_id: str = Field(sa_type=ID, index=True)
    recorded_at: datetime = Field(sa_type=Instant)
    done_at: datetime | None = Field(default=None, sa_type=Instant)
