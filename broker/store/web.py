"""Who is signed in with a browser, and drafts.

Decides that the secret a browser shows is found by its digest and stored nowhere, that a draft opens for whoever
typed it and nobody else, and what is forgotten and when. How long a session lasts is
`broker.usecases.signing_in`'s to say.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, delete, insert, select, update

from broker.audit.entry import AuditEntry
from broker.errors import SystemFailed
from broker.store.ids import opaque_id
from broker.store.sealing import open_fact, seal_fact
from broker.store.session import Act, Store, View
from broker.store.tables.base import table_of
from broker.store.tables.web import WebDraft, WebSession

SESSIONS: Final = table_of(WebSession)
DRAFTS: Final = table_of(WebDraft)


@dataclass(frozen=True, slots=True)
class StoredSession:
    """Somebody signed in: in which post and role, through which provider, since when and until when."""

    id: str
    staff_id: str
    role: str
    provider: str
    started_at: datetime
    seen_at: datetime
    stepped_up_at: datetime | None = None
    ended_at: datetime | None = None
    account: bytes | None = None


def put_session(act: Act, secret: str, session: StoredSession, *, entry: AuditEntry) -> None:
    """Keeps a session under its secret."""
    row = {
        "secret_digest": _digest(secret),
        "session_id": session.id,
        "staff_id": session.staff_id,
        "role_code": session.role,
        "provider_code": session.provider,
        "started_at": session.started_at,
        "seen_at": session.seen_at,
        "stepped_up_at": session.stepped_up_at,
        "ended_at": session.ended_at,
        "account_token": session.account,
    }
    act.write(entry, insert(SESSIONS).values(row))


def find_stored_session(view: View, secret: str) -> StoredSession | None:
    """The session with this secret, ended or not."""
    rows = view.read(select(SESSIONS).where(SESSIONS.c.secret_digest == _digest(secret)))
    return _session(rows[0]) if rows else None


def find_sessions_of(view: View, staff_id: str) -> tuple[StoredSession, ...]:
    """The sessions of a post that nobody ended, the last seen first."""
    statement = select(SESSIONS).where(SESSIONS.c.staff_id == staff_id, SESSIONS.c.ended_at.is_(None))
    return tuple(sorted(map(_session, view.read(statement)), key=lambda one: one.seen_at, reverse=True))


def find_sessions_through(view: View, account: bytes) -> tuple[StoredSession, ...]:
    """The sessions of one account, in whichever post, that nobody ended, the last seen first."""
    statement = select(SESSIONS).where(SESSIONS.c.account_token == account, SESSIONS.c.ended_at.is_(None))
    return tuple(sorted(map(_session, view.read(statement)), key=lambda one: one.seen_at, reverse=True))


def end_stored_session(act: Act, session_id: str, *, entry: AuditEntry) -> None:
    """Ends it from now on."""
    act.write(entry, update(SESSIONS).where(SESSIONS.c.session_id == session_id).values(ended_at=act.at))


def step_up_session(act: Act, session_id: str, secret: str, proved_at: datetime, *, entry: AuditEntry) -> None:
    """Keeps that whoever it is proved again who they are, and puts the session under a new secret."""
    changed = {"secret_digest": _digest(secret), "stepped_up_at": proved_at, "seen_at": act.at}
    act.write(entry, update(SESSIONS).where(SESSIONS.c.session_id == session_id).values(**changed))


def touch_session(store: Store, session_id: str, at: datetime) -> None:
    """Keeps that it was seen."""
    with store.keep_house() as house:
        house.write(update(SESSIONS).where(SESSIONS.c.session_id == session_id).values(seen_at=at))


def put_draft(
    store: Store, staff_id: str, kind: str, body: Mapping[str, Any], at: datetime, draft_id: str | None = None
) -> str:
    """Keeps a draft, a new one or one of theirs as it now is, and returns its id."""
    with store.keep_house() as house:
        found = draft_id or opaque_id("d-")
        sealed = seal_fact(house, DRAFTS, "draft", found.encode(), _owner(house, staff_id), dict(body))
        mine = (DRAFTS.c.draft_id == found, DRAFTS.c.staff_id == staff_id, DRAFTS.c.kind_code == kind)
        if draft_id is not None and house.write(update(DRAFTS).where(*mine).values(draft=sealed, changed_at=at)):
            return found
        if draft_id is not None:  # theirs is gone, or it was never theirs: under a new id
            found = opaque_id("d-")
            sealed = seal_fact(house, DRAFTS, "draft", found.encode(), _owner(house, staff_id), dict(body))
        row = {"draft_id": found, "staff_id": staff_id, "kind_code": kind, "changed_at": at, "draft": sealed}
        house.write(insert(DRAFTS).values(row))
        return found


def find_stored_draft(view: View, staff_id: str, kind: str, draft_id: str) -> dict[str, Any] | None:
    """A draft of theirs."""
    mine = (DRAFTS.c.draft_id == draft_id, DRAFTS.c.staff_id == staff_id, DRAFTS.c.kind_code == kind)
    rows = view.read(select(DRAFTS).where(*mine))
    return _draft(view, rows[0]) if rows else None


def find_drafts_of(view: View, staff_id: str, kind: str) -> dict[str, dict[str, Any]]:
    """Their drafts of one kind by id, the last changed first."""
    mine = (DRAFTS.c.staff_id == staff_id, DRAFTS.c.kind_code == kind)
    rows = view.read(select(DRAFTS).where(*mine).order_by(DRAFTS.c.changed_at.desc()))
    return {row.draft_id: _draft(view, row) for row in rows}


def drop_stored_draft(store: Store, staff_id: str, draft_id: str) -> None:
    """Forgets a draft of theirs."""
    with store.keep_house() as house:
        house.write(delete(DRAFTS).where(DRAFTS.c.draft_id == draft_id, DRAFTS.c.staff_id == staff_id))


def take_stored_draft(store: Store, staff_id: str, kind: str, draft_id: str) -> dict[str, Any] | None:
    """A draft of theirs, which is gone then: of several who ask at once one gets it."""
    with store.keep_house() as house:
        mine = (DRAFTS.c.draft_id == draft_id, DRAFTS.c.staff_id == staff_id, DRAFTS.c.kind_code == kind)
        rows = house.read(select(DRAFTS).where(*mine))
        if not rows or house.write(delete(DRAFTS).where(*mine)) != 1:
            return None
        return _draft(house, rows[0])


def seal_for_browser(view: View, body: Mapping[str, Any]) -> str:
    """Something to be kept by a browser and read by nobody but this deployment."""
    sealed = seal_fact(view, SESSIONS, "browser", b"browser", b"", dict(body))
    return base64.urlsafe_b64encode(sealed).decode("ascii").rstrip("=")


def open_from_browser(view: View, text: str) -> dict[str, Any] | None:
    """What was sealed for a browser, or None for what it made up or changed."""
    try:
        sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return dict(open_fact(view, SESSIONS, "browser", b"browser", b"", sealed))
    except (ValueError, SystemFailed):
        return None


def forget_web(store: Store, drafts_before: datetime, sessions_before: datetime) -> int:
    """Forgets what is older; returns how many."""
    with store.keep_house() as house:
        gone = house.write(delete(DRAFTS).where(DRAFTS.c.changed_at < drafts_before))
        return gone + house.write(delete(SESSIONS).where(SESSIONS.c.seen_at < sessions_before))


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _owner(view: View, staff_id: str) -> bytes:
    return view.keys.token("draft", staff_id)


def _draft(view: View, row: Row[Any]) -> dict[str, Any]:
    opened = open_fact(view, DRAFTS, "draft", row.draft_id.encode(), _owner(view, row.staff_id), row.draft)
    return dict(opened)


def _session(row: Row[Any]) -> StoredSession:
    return StoredSession(
        row.session_id,
        row.staff_id,
        row.role_code,
        row.provider_code,
        row.started_at,
        row.seen_at,
        row.stepped_up_at,
        row.ended_at,
        row.account_token,
    )
