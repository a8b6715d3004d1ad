"""Sessions of the web: started by a provider that says who somebody is, ended by them, by time or with their post.

Decides how long a session lasts and for how long a proof of who somebody is counts for sensitive verbs; that it is
one post in one role; and that access ends with the post or the role to the minute, because both are read anew for
each request. From docs/security.md section 6 ("Web").
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from broker.audit.events import Event, Outcome
from broker.casework.staff import StaffMember
from broker.errors import NotAllowed
from broker.store.session import Act
from broker.store.staff import find_members
from broker.store.web import (
    StoredSession,
    end_stored_session,
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
    """Somebody signed in. `roles` are those they may change to, their own first."""

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
        return min(max(self.stored.seen_at, self.at) + IDLE_FOR, self.stored.started_at + LASTS)

    @property
    def is_stepped_up(self) -> bool:
        """Whether they proved lately who they are."""
        proved = self.stored.stepped_up_at
        return proved is not None and self.at - proved < STEPPED_UP_FOR


def start_session(world: World, staff_id: str, role: str | None, provider: str) -> tuple[str, Session]:
    """Signs somebody in whom a provider vouched for, and returns the secret for their browser. The role is theirs
    to choose; None takes the first. Raises NotAllowed, after it was logged, for a post that is not there or
    over."""
    secret = secrets.token_urlsafe(32)

    def work(act: Act) -> Session | None:
        member = find_members(act, [staff_id]).get(staff_id)
        roles = _roles(member, act.at) if member is not None else ()
        chosen = role or next(iter(roles), "")
        if member is None or chosen not in roles or not member.staff.is_in_post(act.at):
            signed = Signed.of(member.staff) if member is not None else Signed("unknown", "unknown")
            reason = {"reason": "not-in-post"}
            act.record(entry_of(act, signed, Event.SESSION_REFUSED, reason, outcome=Outcome.REFUSED))
            return None
        stored = StoredSession(act.new_id("n-"), staff_id, chosen, provider, act.at, act.at, act.at)
        details = {"session": stored.id, "provider": provider}
        put_session(act, secret, stored, entry=entry_of(act, member.staff, Event.SESSION_STARTED, details))
        return Session(stored, member, roles, act.at)

    found = world.store.perform(world.clock, work)
    if found is None:
        raise NotAllowed("sign-in", "you have no post here now; ask your manager")
    return secret, found


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

    def work(act: Act) -> None:
        details = {"session": session.stored.id, "reason": reason}
        entry = entry_of(act, session.member.staff, Event.SESSION_ENDED, details)
        end_stored_session(act, session.stored.id, entry=entry)

    world.store.perform(world.clock, work)


def step_up(world: World, session: Session) -> None:
    """Keeps that the provider vouched for them again."""

    def work(act: Act) -> None:
        entry = entry_of(act, session.member.staff, Event.SESSION_STEPPED_UP, {"session": session.stored.id})
        step_up_session(act, session.stored.id, entry=entry)

    world.store.perform(world.clock, work)


def keep_web(world: World) -> int:
    """Forgets drafts and sessions that are long over; returns how many."""
    at = world.clock.now()
    return forget_web(world.store, at - DRAFTS_KEPT, at - LASTS - DRAFTS_KEPT)


def _is_over(stored: StoredSession, at: datetime) -> bool:
    return at - stored.seen_at >= IDLE_FOR or at - stored.started_at >= LASTS


def _roles(member: StaffMember, at: datetime) -> tuple[str, ...]:
    staff = member.staff
    lent = [cover.role for cover in staff.covers if cover.interval.covers(at)]
    return tuple(dict.fromkeys([*sorted(staff.roles), *sorted(lent)]))
