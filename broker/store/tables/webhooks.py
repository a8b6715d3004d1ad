"""Where partners' systems are told, and how far each notice got.

Readable are organisations, addresses, topics, counts and instants: nothing about anybody. What a notice says
stands sealed in `notice`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlmodel import Field

from broker.store.tables.base import BYTES, CODE, ID, Base, Instant, SealedBytes, check_code, check_length
from broker.webhooks.address import LONGEST
from broker.webhooks.endpoint import EndpointEventKind

TOPICS = String(500)
URL = String(LONGEST)


class WebhookEndpoint(Base, table=True):
    """An endpoint as it was handed in; another address is another endpoint."""

    __tablename__ = "webhook_endpoint"
    endpoint_id: str = Field(sa_type=ID, primary_key=True)
    organisation_code: str = Field(sa_type=CODE, index=True)
    url: str = Field(sa_type=URL)
    topics: str = Field(sa_type=TOPICS)
    recorded_at: datetime = Field(sa_type=Instant)


class WebhookEndpointEvent(Base, table=True):
    """What happened to an endpoint; who did it, and why, is sealed."""

    __tablename__ = "webhook_endpoint_event"
    __table_args__ = (check_length("row_id", 16), check_code("event_code", EndpointEventKind))
    row_id: bytes = Field(sa_type=BYTES, primary_key=True)
    endpoint_id: str = Field(sa_type=ID, foreign_key="webhook_endpoint.endpoint_id", index=True)
    event_code: str = Field(sa_type=CODE)
    recorded_at: datetime = Field(sa_type=Instant)
    event: bytes = Field(sa_type=SealedBytes)


class NoticeDelivery(Base, table=True):
    """How far a notice got to its recipient's system: tried so often, to be tried again then, told,
    acknowledged."""

    __tablename__ = "notice_delivery"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts"),
        Index(None, "recipient_code", "delivered_at", "next_at"),
    )
    notice_id: str = Field(sa_type=ID, primary_key=True, foreign_key="notice.notice_id")
    recipient_code: str = Field(sa_type=CODE)
    attempts: int
    next_at: datetime = Field(sa_type=Instant)
    last_code: str | None = Field(default=None, sa_type=CODE)
    recorded_at: datetime = Field(sa_type=Instant)
    delivered_at: datetime | None = Field(default=None, sa_type=Instant)
    acknowledged_at: datetime | None = Field(default=None, sa_type=Instant)
