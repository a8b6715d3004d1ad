"""Emergency access as it was asked for, opened and reviewed. Whom it is about and every word stand sealed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from broker.store.kinds import OverrideStage
from broker.store.tables.base import BYTES, CODE, ID, Base, Instant, SealedBytes, check_code, check_length


class OverrideVersion(Base, table=True):
    """Emergency access as it was recorded; the latest recorded governs. The codes beside the seal are the team
    that asked (`organisation_code`, `role_code`), whose staff were asked to approve, and how far it has come."""

    __tablename__ = "override_version"
    __table_args__ = (
        check_length("row_id", 16),
        check_code("stage_code", OverrideStage),
        Index(None, "organisation_code", "stage_code"),
        Index(None, "second_from_code", "stage_code"),
    )
    row_id: bytes = Field(sa_type=BYTES, primary_key=True)
    override_id: str = Field(sa_type=ID, index=True)
    organisation_code: str = Field(sa_type=CODE)
    role_code: str = Field(sa_type=CODE)
    second_from_code: str | None = Field(default=None, sa_type=CODE)
    stage_code: str = Field(sa_type=CODE)
    effective_at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)
    body: bytes = Field(sa_type=SealedBytes)
