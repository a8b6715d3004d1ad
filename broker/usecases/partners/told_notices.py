"""What waits for an organisation's system, that it has it, that it wants it again; and what nobody acknowledged.

Decides that a system is told and answers only for its own organisation, of the topics that may leave; that
acknowledging closes nothing for people; and that a notice is overdue three days after it was due without anybody
having acknowledged or closed it. From docs/how-to-webhooks.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from broker.access import Verb
from broker.audit.entry import instant_text
from broker.audit.events import Event, Outcome
from broker.casework import Staff
from broker.errors import CallWrong, NotAllowed
from broker.partner_keys import ApiVerb
from broker.store.cursors import open_cursor, seal_cursor
from broker.store.deliveries import Sending, find_sending, find_waiting, mark_acknowledged, send_again
from broker.store.endpoints import find_endpoints
from broker.store.notices import find_notices_since
from broker.store.session import Act
from broker.usecases.acting import Acting, Signed, entry_of, perform
from broker.usecases.partners.endpoints import live_endpoints
from broker.usecases.partners.not_here import NotHere
from broker.usecases.world import World
from broker.webhooks.message import message_of
from broker.webhooks.retries import OVERDUE_AFTER
from broker.webhooks.topics import CODES

MOST: Final = 100
"""The longest page."""
MOST_AGAIN: Final = 10_000
"""How many are sent again at most for one asking."""
_LIST: Final = "notices"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Waits:
    """A notice that waits: its message, as it is sent, and when the system was told (None: not yet)."""

    message: Mapping[str, Any]
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some of what waits, oldest first, and the cursor with which to go on; None: there are no more."""

    waiting: tuple[Waits, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """That a system has a notice; `repeated` where it had said so before, at `at`."""

    notice_id: str
    at: datetime
    repeated: bool


@dataclass(frozen=True, slots=True)
class Unacknowledged:
    """A notice that an organisation has not acknowledged, and how far it got. `since`: how long ago what it tells
    of was recorded. `has_endpoint`: whether the organisation's system is told at all."""

    organisation: str
    notice_id: str
    topic: str
    at: datetime
    since: timedelta
    delivered_at: datetime | None
    attempts: int
    last: str | None
    overdue: bool
    has_endpoint: bool


def list_waiting(world: World, signed: Signed, after: str | None, limit: int) -> Page:
    """A page of what the organisation's system has not acknowledged. Raises CallWrong for a cursor that is not
    this organisation's."""

    def work(act: Act) -> Page:
        place = None if after is None else open_cursor(act, _LIST, signed.organisation, after)
        if after is not None and place is None:
            raise CallWrong("after", "is no cursor of this list; begin without one")
        found = find_waiting(act, signed.organisation, CODES, act.at, place, limit + 1)
        page = found[:limit]
        act.record(entry_of(act, signed, Event.REPORT_PRODUCED, {"report": _LIST, "rows": len(page)}))
        more = len(found) > limit
        last = (page[-1].kept.recorded_at, page[-1].kept.id) if page else None
        waits = tuple(Waits(_message(one), _delivered_at(one)) for one in page)
        return Page(waits, seal_cursor(act, _LIST, signed.organisation, last) if more and last else None)

    return world.store.perform(world.clock, work)


def acknowledge_notice(world: World, signed: Signed, notice_id: str) -> Acknowledged:
    """Notes that the organisation's system has it; once is enough. Raises NotHere for a notice that was never
    queued, is not due, is somebody else's or may not leave: one answer."""

    def work(act: Act) -> Acknowledged:
        found = find_sending(act, notice_id)
        if (
            found is None
            or found.kept.notice.recipient != signed.organisation
            or found.kept.notice.topic not in CODES
            or found.kept.notice.due_at > act.at
        ):
            raise NotHere(f"notice `{notice_id}`", "is not here for you")
        known = found.delivery.acknowledged_at if found.delivery is not None else None
        if known is not None:
            return Acknowledged(notice_id, known, True)
        notice = found.kept.notice
        details = {"notice": notice_id, "topic": notice.topic, "recipient": notice.recipient}
        mark_acknowledged(act, found, entry=entry_of(act, signed, Event.NOTICE_ACKNOWLEDGED, details))
        return Acknowledged(notice_id, act.at, False)

    return _logged(world, signed, work)


def replay_notices(world: World, signed: Signed, from_at: datetime) -> int:
    """Lets everything queued for the organisation's system from an instant on be sent once more, acknowledged or
    not, on the topics its endpoint takes; how many. Raises CallWrong where no endpoint is told, or for too
    many."""

    def work(act: Act) -> int:
        live = live_endpoints(find_endpoints(act, signed.organisation).values())
        if not live:
            raise CallWrong("replay", "your organisation has no approved address: see `broker webhooks add`")
        topics = {topic.value for endpoint in live for topic in endpoint.topics}
        kept = [
            one
            for one in find_notices_since(act, signed.organisation, topics, from_at)
            if one.notice.due_at <= act.at
        ]
        if len(kept) > MOST_AGAIN:
            raise CallWrong("from", f"is too early: more than {MOST_AGAIN} were queued since; ask for fewer")
        details = {"recipient": signed.organisation, "from": instant_text(from_at), "rows": len(kept)}
        send_again(act, kept, entry=entry_of(act, signed, Event.NOTICES_REPLAYED, details))
        return len(kept)

    return world.store.perform(world.clock, work)


def list_unacknowledged(world: World, acting: Acting) -> tuple[Unacknowledged, ...]:
    """What was delivered and not acknowledged, and what is overdue, by organisation and then the oldest first; not
    what a person there has closed. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[Unacknowledged, ...]:
        told = {one.organisation for one in live_endpoints(find_endpoints(act).values())}
        found = []
        for one in find_waiting(act, None, CODES, act.at):
            kept = one.kept
            late = act.at - max(kept.recorded_at, kept.notice.due_at) >= OVERDUE_AFTER
            delivered_at = _delivered_at(one)
            if kept.closed_at is None and (late or delivered_at is not None):
                found.append(
                    Unacknowledged(
                        kept.notice.recipient,
                        kept.id,
                        kept.notice.topic,
                        kept.recorded_at,
                        act.at - kept.recorded_at,
                        delivered_at,
                        one.attempts,
                        None if one.delivery is None else one.delivery.last_code,
                        late,
                        kept.notice.recipient in told,
                    )
                )
        details = {"report": "notices-unacknowledged", "rows": len(found)}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details))
        return tuple(sorted(found, key=lambda one: one.organisation))

    return perform(world, acting, Verb.WEBHOOKS_READ, work)


def _message(sending: Sending) -> Mapping[str, Any]:
    kept = sending.kept
    return message_of(kept.id, kept.notice.topic, kept.notice.recipient, kept.recorded_at, kept.notice.body)


def _delivered_at(sending: Sending) -> datetime | None:
    return None if sending.delivery is None else sending.delivery.delivered_at


def _logged(world: World, signed: Signed, work: Callable[[Act], T]) -> T:
    """What the work returned; a no is logged."""
    try:
        return world.store.perform(world.clock, work)
    except NotAllowed:
        details = {"verb": ApiVerb.WEBHOOKS_MANAGE.value, "reason": "not-here"}
        with world.store.act(world.clock) as act:
            act.record(entry_of(act, signed, Event.ACCESS_REFUSED, details, outcome=Outcome.REFUSED))
        raise
