"""Records, by the pseudonyms of each controller's own domain, and how they came in.

Whoever reads the database sees that a controller has so many records about so many pseudonyms. Whose pseudonym one
is, which other controllers know that person, and what category a record is of stand sealed only (docs/security.md
section 6, last trap).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field

from broker.store.kinds import RecordPart
from broker.store.tables.base import (
    BYTES,
    CODE,
    DIGEST,
    ID,
    Base,
    Instant,
    SealedBytes,
    check_code,
    check_length,
)


class Link(Base, table=True):
    """That a person is known in a controller's domain: which controller and under which pseudonym is sealed."""

    __tablename__ = "link"
    __table_args__ = (check_length("domain_token", 16), check_length("person_token", 16))
    domain_token: bytes = Field(sa_type=BYTES, primary_key=True)
    person_token: bytes = Field(sa_type=BYTES, index=True)
    recorded_at: datetime = Field(sa_type=Instant)
    pseudonym: bytes = Field(sa_type=SealedBytes)


class SourcePerson(Base, table=True):
    """Whom a controller's own key for a person was linked to; the latest recorded governs, so that a merge can be
    undone."""

    __tablename__ = "source_person"
    __table_args__ = (
        check_length("row_id", 16),
        check_length("source_token", 16),
        check_length("person_token", 16),
    )
    row_id: bytes = Field(sa_type=BYTES, primary_key=True)
    source_token: bytes = Field(sa_type=BYTES, index=True)
    person_token: bytes = Field(sa_type=BYTES, index=True)
    effective_at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)
    decision: bytes = Field(sa_type=SealedBytes)


class Record(Base, table=True):
    """A record of a controller; `source_token` stands for the controller's own key of it."""

    __tablename__ = "record"
    __table_args__ = (check_length("source_token", 16), UniqueConstraint("source_token"))
    record_id: str = Field(sa_type=ID, primary_key=True)
    controller_code: str = Field(sa_type=CODE)
    source_token: bytes = Field(sa_type=BYTES)
    recorded_at: datetime = Field(sa_type=Instant)


class RecordVersion(Base, table=True):
    """What the controller sent, as often as it changed. `content_mark` is keyed: equal marks mean equal content,
    and nobody without the key can test a guess."""

    __tablename__ = "record_version"
    __table_args__ = (check_length("row_id", 16), check_length("content_mark", 16))
    row_id: bytes = Field(sa_type=BYTES, primary_key=True)
    record_id: str = Field(sa_type=ID, foreign_key="record.record_id", index=True)
    recorded_at: datetime = Field(sa_type=Instant)
    content_mark: bytes = Field(sa_type=BYTES)
    header: bytes = Field(sa_type=SealedBytes)
    content: bytes = Field(sa_type=SealedBytes)


class RecordPerson(Base, table=True):
    """Somebody a record is about or mentions, by pseudonym in the controller's domain."""

    __tablename__ = "record_person"
    __table_args__ = (check_length("pseudonym", 16), check_code("part_code", RecordPart), Index(None, "record_id"))
    pseudonym: bytes = Field(sa_type=BYTES, primary_key=True)
    record_id: str = Field(sa_type=ID, primary_key=True, foreign_key="record.record_id")
    part_code: str = Field(sa_type=CODE, primary_key=True)


class ListEntry(Base, table=True):
    """A record as it stands on its sender's list now: which list, and which entry of it (an incident's records are
    one entry). Struck off when the record ends."""

    __tablename__ = "list_entry"
    __table_args__ = (
        check_length("source_token", 16),
        check_length("list_token", 16),
        check_length("group_token", 16),
    )
    source_token: bytes = Field(sa_type=BYTES, primary_key=True)
    list_token: bytes = Field(sa_type=BYTES, index=True)
    group_token: bytes = Field(sa_type=BYTES, index=True)


class FeedName(Base, table=True):
    """A feed there is."""

    __tablename__ = "feed"
    feed_id: str = Field(sa_type=ID, primary_key=True)


class FeedVersion(Base, table=True):
    """A controller's promise to send categories every so often, and when it last did; the latest recorded
    governs. `categories` is JSON, null for all. `news_code` is what the version tells; versions of before it was
    kept do not say."""

    __tablename__ = "feed_version"
    __table_args__ = (check_length("row_id", 16), Index(None, "feed_id", "row_id"))
    row_id: bytes = Field(sa_type=BYTES, primary_key=True)
    feed_id: str = Field(sa_type=ID, foreign_key="feed.feed_id")
    controller_code: str = Field(sa_type=CODE)
    categories: str | None = Field(default=None, sa_type=Text)
    every: str = Field(sa_type=CODE)
    effective_at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)
    news_code: str | None = Field(default=None, sa_type=CODE)


class IngestBatch(Base, table=True):
    """A batch as it was received and what became of it."""

    __tablename__ = "ingest_batch"
    __table_args__ = (
        CheckConstraint("accepted >= 0 AND refused >= 0 AND repeated >= 0", name="counts"),
        UniqueConstraint("controller_code", "batch_digest"),
    )
    batch_id: str = Field(sa_type=ID, primary_key=True)
    controller_code: str = Field(sa_type=CODE)
    adapter_code: str = Field(sa_type=CODE)
    batch_digest: str = Field(sa_type=DIGEST)
    accepted: int
    refused: int
    repeated: int
    effective_at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)


class IngestRejection(Base, table=True):
    """A line of a batch that was refused: where and why, with the line itself sealed."""

    __tablename__ = "ingest_rejection"
    __table_args__ = (check_length("row_id", 16),)
    row_id: bytes = Field(sa_type=BYTES, primary_key=True)
    batch_id: str = Field(sa_type=ID, foreign_key="ingest_batch.batch_id", index=True)
    line: int
    reason_code: str = Field(sa_type=CODE)
    recorded_at: datetime = Field(sa_type=Instant)
    received: bytes = Field(sa_type=SealedBytes)
