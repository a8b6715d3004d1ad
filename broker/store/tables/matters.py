"""What an officer has open: a request about rights, a correction, a review of a link, a recall, a breach.

Readable is that an organisation has so many of a kind, in which state and due when. Whom one is about, what was
asked and what was decided stand sealed only.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from broker.store.kinds import MatterKind
from broker.store.tables.base import BYTES, CODE, ID, Base, Instant, SealedBytes, check_code, check_length


class Matter(Base, table=True):
    """A matter there is, and whose it is."""

    __tablename__ = "matter"
    __table_args__ = (check_code("kind_code", MatterKind), Index(None, "organisation_code", "kind_code"))
    matter_id: str = Field(sa_type=ID, primary_key=True)
    kind_code: str = Field(sa_type=CODE)
    organisation_code: str = Field(sa_type=CODE)
    recorded_at: datetime = Field(sa_type=Instant)


class MatterVersion(Base, table=True):
    """A matter as it was left by one act; the highest number governs. Two acts that start from the same version
    cannot both be kept."""

    __tablename__ = "matter_version"
    __table_args__ = (CheckConstraint("number > 0", name="number"),)
    matter_id: str = Field(sa_type=ID, primary_key=True, foreign_key="matter.matter_id")
    number: int = Field(primary_key=True)
    state_code: str = Field(sa_type=CODE)
    due_at: datetime | None = Field(default=None, sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)
    body: bytes = Field(sa_type=SealedBytes)


class MatterPerson(Base, table=True):
    """Somebody a matter is about, by token."""

    __tablename__ = "matter_person"
    __table_args__ = (check_length("person_token", 16),)
    person_token: bytes = Field(sa_type=BYTES, primary_key=True)
    matter_id: str = Field(sa_type=ID, primary_key=True, foreign_key="matter.matter_id")


class MatterContent(Base, table=True):
    """Words and content of one version, sealed under the key of the person they are about: erased with them."""

    __tablename__ = "matter_content"
    matter_id: str = Field(sa_type=ID, primary_key=True, foreign_key="matter.matter_id")
    number: int = Field(primary_key=True)
    recorded_at: datetime = Field(sa_type=Instant)
    content: bytes = Field(sa_type=SealedBytes)
