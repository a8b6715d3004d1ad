"""What controllers promised to send and when they last did: nothing personal, so nothing sealed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from broker.audit.entry import AuditEntry
from broker.dates import Period
from broker.decision.facts import Feed
from broker.errors import SystemFailed
from broker.store.codec import codes, listed
from broker.store.kinds import FeedNews
from broker.store.sealing import as_known, known
from broker.store.session import Act, View
from broker.store.tables.base import table_of
from broker.store.tables.records import FeedName, FeedVersion

FEEDS: Final = table_of(FeedVersion)
NAMES: Final = table_of(FeedName)
_OF_FEED: Final = FEEDS.alias("of_feed")
_LAST: Final = (
    # One seek in the index for each feed, however often it was received.
    known(select(_OF_FEED.c.row_id).where(_OF_FEED.c.feed_id == NAMES.c.feed_id), _OF_FEED)
    .order_by(_OF_FEED.c.row_id.desc())
    .limit(1)
    .correlate(NAMES)
    .scalar_subquery()
)
_LATEST: Final = select(FEEDS).join(NAMES, FEEDS.c.row_id == _LAST).order_by(FEEDS.c.feed_id)


@dataclass(frozen=True, slots=True)
class KnownFeed:
    """A feed and what was last heard of it. Where that is a promise, `feed.last_received_at` is when it was made:
    the time runs from there."""

    feed: Feed
    news: FeedNews


def record_feed(
    act: Act, feed_id: str, feed: Feed, news: FeedNews = FeedNews.RECEIVED, *, entry: AuditEntry
) -> None:
    """Records a feed as it now is: promised, received again, nothing to send, or no longer promised."""
    categories = listed(feed.categories)
    row = {
        "row_id": act.new_row(),
        "feed_id": feed_id,
        "controller_code": feed.controller,
        "categories": None if categories is None else json.dumps(categories),
        "every": str(feed.every),
        "effective_at": feed.last_received_at,
        "recorded_at": act.at,
        "news_code": news.value,
    }
    act.write_rows(entry, NAMES, [{"feed_id": feed_id}], unless_there=True)
    act.write_rows(entry, FEEDS, [row])


def find_feeds(view: View, known_at: datetime | None = None) -> dict[str, Feed]:
    """Every feed that is promised, by id."""
    return {feed_id: known.feed for feed_id, known in find_known_feeds(view, known_at).items()}


def find_known_feeds(view: View, known_at: datetime | None = None) -> dict[str, KnownFeed]:
    """Every feed that is promised, by id, with what was last heard of it."""
    found = {}
    for row in view.read(_LATEST, as_known(known_at)):
        every = Period.parse(row.every)
        if every is None:
            raise SystemFailed(f"feed `{row.feed_id}`", f"`{row.every}` is not a period")
        named = None if row.categories is None else codes(json.loads(row.categories))
        # Versions of before it was kept tell of a list that came.
        news = FeedNews.RECEIVED if row.news_code is None else FeedNews(row.news_code)
        if news is not FeedNews.ENDED:
            found[row.feed_id] = KnownFeed(Feed(row.controller_code, named, every, row.effective_at), news)
    return found
