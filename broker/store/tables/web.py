"""What the web remembers: who is signed in, and what somebody has typed and not sent yet.

Readable is who was signed in when; the secret that a browser shows is kept as its digest alone, and what was typed
is sealed.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from broker.store.tables.base import BYTES, CODE, ID, Base, Instant, SealedBytes, check_length


class WebSession(Base, table=True):
    """Somebody signed in with a browser, in one post and one of its roles."""

    __tablename__ = "web_session"
    __table_args__ = (check_length("secret_digest", 32),)
    secret_digest: bytes = Field(sa_type=BYTES, primary_key=True)
    session_id: str = Field(sa_type=ID, unique=True)
    staff_id: str = Field(sa_type=ID, index=True)
    role_code: str = Field(sa_type=CODE)
    provider_code: str = Field(sa_type=CODE)
    started_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    stepped_up_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


class WebDraft(Base, table=True):
    """What a member of staff has typed and not sent yet, sealed."""

    __tablename__ = "web_draft"
    draft_id: str = Field(sa_type=ID, primary_key=True)
    staff_id: str = Field(sa_type=ID, index=True)
    kind_code: str = Field(sa_type=CODE)
    changed_at: datetime = Field(sa_type=Instant, index=True)
    draft: bytes = Field(sa_type=SealedBytes)
