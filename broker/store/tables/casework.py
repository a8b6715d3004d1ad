"""Staff, their posts, cases and who is in them. Which people a case is about is sealed and found by token."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from broker.casework import CaseKind
from broker.store.tables.base import BYTES, CODE, ID, Base, Instant, SealedBytes, check_code, check_length


class StaffVersion(Base, table=True):
    """A member of staff; name, person and declared links are sealed. The latest recorded governs."""

    __tablename__ = "staff_version"
    __table_args__ = (check_length("row_id", 16),)
    row_id: bytes = Field(sa_type=BYTES, primary_key=True)
    staff_id: str = Field(sa_type=ID, index=True)
    organisation_code: str = Field(sa_type=CODE)
    effective_at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)
    staff: bytes = Field(sa_type=SealedBytes)


class Post(Base, table=True):
    """A post somebody has held, for finding staff by it; whether they still do, the latest version says."""

    __tablename__ = "post"
    organisation_code: str = Field(sa_type=CODE, primary_key=True)
    role_code: str = Field(sa_type=CODE, primary_key=True)
    staff_id: str = Field(sa_type=ID, primary_key=True)


class CaseVersion(Base, table=True):
    """A case as it was recorded; the latest recorded governs."""

    __tablename__ = "case_version"
    __table_args__ = (check_length("row_id", 16), check_code("kind_code", CaseKind))
    row_id: bytes = Field(sa_type=BYTES, primary_key=True)
    case_id: str = Field(sa_type=ID, index=True)
    kind_code: str = Field(sa_type=CODE)
    effective_at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)
    body: bytes = Field(sa_type=SealedBytes)


class CaseAbout(Base, table=True):
    """A person a case is or was about, by token; the latest version says whether it still is."""

    __tablename__ = "case_about"
    __table_args__ = (check_length("person_token", 16),)
    person_token: bytes = Field(sa_type=BYTES, primary_key=True)
    case_id: str = Field(sa_type=ID, primary_key=True)


class CaseMember(Base, table=True):
    """A member of staff who is or was in a case; the latest version says when."""

    __tablename__ = "case_member"
    staff_id: str = Field(sa_type=ID, primary_key=True)
    case_id: str = Field(sa_type=ID, primary_key=True, index=True)
