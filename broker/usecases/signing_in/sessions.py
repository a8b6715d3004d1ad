"""Sessions of the web: started by a provider that says who somebody is, ended by them, by time or with their post.

Decides how long a session lasts and for how long a proof of who somebody is counts for sensitive verbs; that it is
one post in one role, and another post another session; and that access ends with the post or the role to the
minute, because both are read anew for each request. From docs/security.md section 6 ("Web").
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from broker.audit.events import Event, Outcome
from broker.casework.staff import StaffMember
from broker.errors import NotAllowed
from broker.store.accounts import find_posts_of
from broker.store.session import Act, View
from broker.store.staff import find_members
from broker.store.web import (
    StoredSession,
    end_stored_session,
    find_sessions_of,
    find_sessions_through,
    find_stored_session,
    forget_web,
    put_session,
    step_up_session,
    touch_session,
)
from broker.usecases.acting import Acting, Signed, entry_of
from broker.usecases.world import World

IDLE_FOR: Final = timedelta(minutes=30)
"""A session that nobody uses ends."""
WARNED_BEFORE: Final = timedelta(minutes=2)
"""How long before that somebody is warned."""
LASTS: Final = timedelta(hours=12)
"""A session ends however much it is used."""
STEPPED_UP_FOR: Final = timedelta(minutes=10)
"""For how long a proof counts for sensitive verbs."""
DRAFTS_KEPT: Final = timedelta(days=7)
_SEEN_EVERY: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in. `roles` are those they may change to in this post, their own first."""

    stored: StoredSession
    member: StaffMember
    roles: tuple[str, ...]
    at: datetime

    @property
    def acting(self) -> Acting:
        """Who acts, for use cases."""
        return Acting(self.stored.staff_id, self.stored.role)

    @property
    def ends_at(self) -> datetime:
        """When it ends if nothing more is done."""
        return min(max(self.stored.seen_at, self.at) + IDLE_FOR, self.latest_end_at)

    @property
    def latest_end_at(self) -> datetime:
        """When it ends whatever is done; with the post, where that ends sooner."""
        end = self.stored.started_at + LASTS
        post = self.member.staff.posts_until_at
        return min(end, post) if post is not None else end

    @property
    def is_stepped_up(self) -> bool:
        """Whether they proved lately who they are."""
        proved = self.stored.stepped_up_at
        return proved is not None and self.at - proved < STEPPED_UP_FOR


@dataclass(frozen=True, slots=True)
class PostChoice:
    """A post, and a role in it, that somebody may work in now."""

    staff_id: str
    role: str
    organisation: str


def start_session(
    world: World,
    staff_id: str,
    role: str | None,
    provider: str,
    *,
    account: bytes | None = None,
    proved_at: datetime | None = None,
    instead_of: Session | None = None,
) -> tuple[str, Session]:
    """Signs somebody in whom a provider vouched for, and returns the secret for their browser. The role is theirs
    to choose; None takes the first. `proved_at` is when they proved who they are, None where the provider does not
    say. `instead_of` is the session it takes the place of, whose hours it does not lengthen. Raises NotAllowed,
    after it was logged, for a post that is not there or over."""
    secret = new_secret()

    def work(act: Act) -> Session | None:
        member = find_members(act, [staff_id]).get(staff_id)
        roles = _roles(member, act.at) if member is not None else ()
        chosen = role or next(iter(roles), "")
        theirs = account is None or staff_id in find_posts_of(act, account)
        if member is None or chosen not in roles or not member.staff.is_in_post(act.at) or not theirs:
            signed = Signed.of(member.staff) if member is not None else Signed("unknown", "unknown")
            reason = {"reason": "not-in-post"}
            act.record(entry_of(act, signed, Event.SESSION_REFUSED, reason, outcome=Outcome.REFUSED))
            return None
        began = act.at if instead_of is None else instead_of.stored.started_at
        stored = StoredSession(
            act.new_id("n-"), staff_id, chosen, provider, began, act.at, proved_at, account=account
        )
        details = {"session": stored.id, "provider": provider}
        put_session(act, secret, stored, entry=entry_of(act, member.staff, Event.SESSION_STARTED, details))
        if instead_of is not None:
            _end(act, instead_of.stored, instead_of.member, "changed-post")
        return Session(stored, member, roles, act.at)

    found = world.store.perform(world.clock, work)
    if found is None:
        raise NotAllowed("sign-in", "you have no post here now; ask your manager")
    return secret, found


def new_secret() -> str:
    """What a browser shows: unpredictable, and known to nobody else."""
    return secrets.token_urlsafe(32)


def find_session(world: World, secret: str) -> Session | None:
    """The session with this secret while it lasts, and keeps that it was seen."""
    at = world.clock.now()
    with world.store.look() as view:
        stored = find_stored_session(view, secret)
        if stored is None or stored.ended_at is not None or _is_over(stored, at):
            return None
        member = find_members(view, [stored.staff_id]).get(stored.staff_id)
    if member is None or not member.staff.is_in_post(at):
        return None
    roles = _roles(member, at)
    if stored.role not in roles:
        return None
    if at - stored.seen_at >= _SEEN_EVERY:
        touch_session(world.store, stored.id, at)
    return Session(stored, member, roles, at)


def find_timed_out(world: World, secret: str) -> str | None:
    """The staff id of a session that ended by itself, so that what they had typed is kept for them; None for one
    that somebody ended, and for none."""
    at = world.clock.now()
    with world.store.look() as view:
        stored = find_stored_session(view, secret)
    return stored.staff_id if stored is not None and stored.ended_at is None and _is_over(stored, at) else None


def end_session(world: World, session: Session, reason: str = "signed-out") -> None:
    """Ends a session."""
    world.store.perform(world.clock, lambda act: _end(act, session.stored, session.member, reason))


def end_other_sessions(world: World, session: Session, session_ids: Iterable[str] | None = None) -> int:
    """Ends other sessions of whoever this one is of, those named or all; returns how many there were."""
    wanted = set(session_ids) if session_ids is not None else None

    def work(act: Act) -> int:
        others = [one for one in _sessions_with(act, session) if wanted is None or one.id in wanted]
        members = find_members(act, [one.staff_id for one in others])
        for one in others:
            _end(act, one, members[one.staff_id], "ended-elsewhere")
        return len(others)

    return world.store.perform(world.clock, work)


def list_other_sessions(world: World, session: Session) -> tuple[StoredSession, ...]:
    """Where else whoever this session is of is signed in, the last seen first."""
    with world.store.look() as view:
        return tuple(one for one in _sessions_with(view, session) if not _is_over(one, session.at))


def list_posts(world: World, account: bytes) -> tuple[PostChoice, ...]:
    """The posts an account may work in now, and each role in them, by organisation."""
    at = world.clock.now()
    with world.store.look() as view:
        return _posts(view, account, at)


def list_own_posts(world: World, session: Session) -> tuple[PostChoice, ...]:
    """The posts and roles that whoever is signed in may change to, this one among them."""
    if session.stored.account is not None:
        return list_posts(world, session.stored.account)
    staff = session.member.staff
    return tuple(PostChoice(staff.id, role, staff.organisation) for role in session.roles)


def step_up(world: World, session: Session, proved_at: datetime) -> str:
    """Keeps that the provider vouched for them again, and returns the session's new secret."""
    secret = new_secret()

    def work(act: Act) -> None:
        entry = entry_of(act, session.member.staff, Event.SESSION_STEPPED_UP, {"session": session.stored.id})
        step_up_session(act, session.stored.id, secret, proved_at, entry=entry)

    world.store.perform(world.clock, work)
    return secret


def keep_web(world: World) -> int:
    """Forgets drafts and sessions that are long over; returns how many."""
    at = world.clock.now()
    return forget_web(world.store, at - DRAFTS_KEPT, at - LASTS - DRAFTS_KEPT)


def _end(act: Act, stored: StoredSession, member: StaffMember, reason: str) -> None:
    entry = entry_of(act, member.staff, Event.SESSION_ENDED, {"session": stored.id, "reason": reason})
    end_stored_session(act, stored.id, entry=entry)


def _sessions_with(view: View, session: Session) -> list[StoredSession]:
    account = session.stored.account
    found = find_sessions_through(view, account) if account else find_sessions_of(view, session.stored.staff_id)
    return [one for one in found if one.id != session.stored.id]


def _posts(view: View, account: bytes, at: datetime) -> tuple[PostChoice, ...]:
    members = find_members(view, find_posts_of(view, account))
    found = (
        PostChoice(one.staff.id, role, one.staff.organisation)
        for one in members.values()
        if one.staff.is_in_post(at)
        for role in _roles(one, at)
    )
    return tuple(sorted(found, key=lambda one: (one.organisation, one.staff_id, one.role)))


def _is_over(stored: StoredSession, at: datetime) -> bool:
    return at - stored.seen_at >= IDLE_FOR or at - stored.started_at >= LASTS


def _roles(member: StaffMember, at: datetime) -> tuple[str, ...]:
    staff = member.staff
    lent = [cover.role for cover in staff.covers if cover.interval.covers(at)]
    return tuple(dict.fromkeys([*sorted(staff.roles), *sorted(lent)]))
