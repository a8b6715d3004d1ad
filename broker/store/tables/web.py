"""What the web remembers: who is signed in, and what somebody has typed and not sent yet.

Readable is who was signed in when; the secret that a browser shows is kept as its digest alone, what was typed is
sealed, and so is the account somebody signs in with, which is found by token.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from broker.casework.account import AccountEvent
from broker.store.tables.base import BYTES, CODE, ID, Base, Instant, SealedBytes, check_code, check_length


class StaffAccount(Base, table=True):
    """That an account of the sign-in provider works in a post, or no longer; the latest of each pair governs."""

    __tablename__ = "staff_account"
    __table_args__ = (
        check_length("row_id", 16),
        check_length("account_token", 16),
        check_code("event_code", AccountEvent),
    )
    row_id: bytes = Field(sa_type=BYTES, primary_key=True)
    account_token: bytes = Field(sa_type=BYTES, index=True)
    staff_id: str = Field(sa_type=ID, index=True)
    event_code: str = Field(sa_type=CODE)
    recorded_at: datetime = Field(sa_type=Instant)
    account: bytes = Field(sa_type=SealedBytes)


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
    account_token: bytes | None = Field(default=None, sa_type=BYTES, index=True)


class WebDraft(Base, table=True):
    """What a member of staff has typed and not sent yet, sealed."""

    __tablename__ = "web_draft"
    draft_id: str = Field(sa_type=ID, primary_key=True)
    staff_id: str = Field(sa_type=ID, index=True)
    kind_code: str = Field(sa_type=CODE)
    changed_at: datetime = Field(sa_type=Instant, index=True)
    draft: bytes = Field(sa_type=SealedBytes)
