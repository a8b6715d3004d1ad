"""Facts about people as the decision sees them, found by keyed tokens and sealed under the facts key."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from broker.store.tables.base import BYTES, Base, Instant, SealedBytes, check_length


class PersonState(Base, table=True):
    """Birth, death, capacity, competences and markers of one person; the latest recorded governs."""

    __tablename__ = "person_state"
    __table_args__ = (check_length("row_id", 16), check_length("person_token", 16))
    row_id: bytes = Field(sa_type=BYTES, primary_key=True)
    person_token: bytes = Field(sa_type=BYTES, index=True)
    effective_at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)
    state: bytes = Field(sa_type=SealedBytes)


class RelationshipVersion(Base, table=True):
    """One relationship; of the versions of one `relationship_token` the latest recorded governs."""

    __tablename__ = "relationship_version"
    __table_args__ = (
        check_length("row_id", 16),
        check_length("relationship_token", 16),
        check_length("from_token", 16),
        check_length("to_token", 16),
    )
    row_id: bytes = Field(sa_type=BYTES, primary_key=True)
    relationship_token: bytes = Field(sa_type=BYTES, index=True)
    from_token: bytes = Field(sa_type=BYTES, index=True)
    to_token: bytes = Field(sa_type=BYTES, index=True)
    effective_at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)
    relationship: bytes = Field(sa_type=SealedBytes)


class HouseholdMember(Base, table=True):
    """That somebody joined or left a household; the latest recorded governs."""

    __tablename__ = "household_member"
    __table_args__ = (
        check_length("row_id", 16),
        check_length("household_token", 16),
        check_length("person_token", 16),
    )
    row_id: bytes = Field(sa_type=BYTES, primary_key=True)
    household_token: bytes = Field(sa_type=BYTES, index=True)
    person_token: bytes = Field(sa_type=BYTES, index=True)
    effective_at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)
    membership: bytes = Field(sa_type=SealedBytes)
