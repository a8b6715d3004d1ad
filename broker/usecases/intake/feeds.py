"""What organisations promise to send, how often, and who is behind.

Decides that a promise is somebody's act and is logged, that its time runs from the day it was made, and that a
nil return (there was nothing to send) keeps it: a declared act, never the absence of rows. `coverage` in a profile
says `late` of a source that is behind, which depends on no person. From docs/rules.md ("coverage") and
docs/how-to-feeds.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from broker.access import Verb
from broker.audit.entry import AuditEntry
from broker.audit.events import Event
from broker.casework import Staff
from broker.dates import Period
from broker.decision.facts import Feed
from broker.errors import CallWrong, did_you_mean
from broker.release.explained import due_at
from broker.store.feeds import KnownFeed, find_known_feeds, record_feed
from broker.store.session import Act
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.intake.senders import feed_of, get_sender, sign_for
from broker.usecases.kinds import FeedNews
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class Promise:
    """That an organisation sends a list (an adapter's code) with these categories so often."""

    controller: str
    list_code: str
    categories: frozenset[str]
    every: Period


@dataclass(frozen=True, slots=True)
class FeedState:
    """A promise and how it stands: what was last heard and when (for `promised`, when it was made), when the next
    is due, and by how much it is late (None: it is not)."""

    feed_id: str
    controller: str
    list_code: str
    categories: frozenset[str] | None
    every: Period
    news: FeedNews
    heard_at: datetime
    due_at: datetime
    late_by: timedelta | None


def promise_feed(world: World, acting: Acting, promise: Promise) -> FeedState:
    """Records the promise, or that it is another one from now on: what was heard before still counts. Raises
    NotAllowed, CallWrong."""
    get_sender(world, promise.controller)
    require_every(promise.every)

    def work(act: Act, staff: Staff) -> FeedState:
        feed_id = feed_of(promise.controller, promise.list_code)
        known = find_known_feeds(act).get(feed_id)
        news = known.news if known is not None else FeedNews.PROMISED
        heard_at = known.feed.last_received_at if known is not None else act.at
        details = {
            "feed": feed_id,
            "controller": promise.controller,
            "every": str(promise.every),
            "categories": sorted(promise.categories),
        }
        entry = entry_of(act, staff, Event.FEED_PROMISED, details)
        feed = Feed(promise.controller, promise.categories, promise.every, heard_at)
        return _record(act, feed_id, KnownFeed(feed, news), entry)

    return perform(world, acting, Verb.FEED_PROMISE, work)


def end_promise(world: World, acting: Acting, controller: str, list_code: str) -> FeedState:
    """Records that the list is no longer promised: its source is never late again. Raises NotAllowed and
    CallWrong."""
    get_sender(world, controller)

    def work(act: Act, staff: Staff) -> FeedState:
        feed_id, known = _get_feed(act, controller, list_code)
        entry = entry_of(act, staff, Event.FEED_ENDED, {"feed": feed_id, "controller": controller})
        record_feed(act, feed_id, known.feed, FeedNews.ENDED, entry=entry)
        return _state(feed_id, KnownFeed(known.feed, FeedNews.ENDED), act.at)

    return perform(world, acting, Verb.FEED_PROMISE, work)


def declare_nil(world: World, acting: Acting | None, controller: str, list_code: str) -> FeedState:
    """Records that the organisation has nothing to send this time: the promise is kept, no record ends and none is
    made. `acting` None is the agency's own system. Raises NotAllowed, and CallWrong where nothing was promised."""
    get_sender(world, controller)
    signed = sign_for(world, controller, acting)
    with world.store.act(world.clock) as act:
        feed_id, known = _get_feed(act, controller, list_code)
        entry = entry_of(act, signed, Event.FEED_NIL_RETURN, {"feed": feed_id, "controller": controller})
        feed = Feed(controller, known.feed.categories, known.feed.every, act.at)
        return _record(act, feed_id, KnownFeed(feed, FeedNews.NIL_RETURN), entry)


def list_feeds(world: World, acting: Acting) -> tuple[FeedState, ...]:
    """Every promise, those that are behind first, the latest of them first. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[FeedState, ...]:
        states = [_state(feed_id, known, act.at) for feed_id, known in find_known_feeds(act).items()]
        details = {"report": "feeds", "rows": len(states)}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details))
        return tuple(sorted(states, key=lambda one: (one.late_by is None, one.due_at, one.feed_id)))

    return perform(world, acting, Verb.FEED_READ, work)


def require_every(every: Period) -> None:
    """Raises CallWrong for a promise of no length: its source would be late for ever."""
    if not (every.years or every.months or every.days):
        raise CallWrong("--every", f"`{every}` is no time at all; a list is promised every `P1D` at most")


def _get_feed(act: Act, controller: str, list_code: str) -> tuple[str, KnownFeed]:
    feeds = find_known_feeds(act)
    feed_id = feed_of(controller, list_code)
    if feed_id not in feeds:
        mine = [one.partition("/")[2] for one in feeds if one.startswith(f"{controller}/")]
        hint = did_you_mean(list_code, mine)
        raise CallWrong(
            "feed",
            f"`{controller}` has not promised `{list_code}`{hint}; record the promise first: broker feed promise",
        )
    return feed_id, feeds[feed_id]


def _record(act: Act, feed_id: str, known: KnownFeed, entry: AuditEntry) -> FeedState:
    record_feed(act, feed_id, known.feed, known.news, entry=entry)
    return _state(feed_id, known, act.at)


def _state(feed_id: str, known: KnownFeed, at: datetime) -> FeedState:
    feed = known.feed
    due = due_at(feed)
    late_by = at - due if due <= at and known.news is not FeedNews.ENDED else None
    _, _, list_code = feed_id.partition("/")
    heard_at = feed.last_received_at
    return FeedState(
        feed_id, feed.controller, list_code, feed.categories, feed.every, known.news, heard_at, due, late_by
    )
