"""How long a provider is waited for, by how many at once, and for how long one that is away is left alone.

Decides that signing in takes no more of the server than a few of its threads for a few seconds, however slowly a
provider answers or whether it does at all: whoever comes beside them is told at once to try again shortly, and so
is everybody for a moment after the provider was found to be away. The rest of the site never waits for it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from broker.openid.refusal import Cause, SignInRefused

WITHIN: Final = 10.0
"""Seconds for everything that one step of signing in asks of the provider, together."""
MOST_AT_ONCE: Final = 8
"""Of the forty threads that pages have. A provider that is well answers in a fraction of a second."""
LEFT_ALONE_FOR: Final = timedelta(seconds=10)
"""After it was away. Then one who comes asks again, and while they wait the others still need not."""
PASSES: Final = frozenset({Cause.UNREACHABLE, Cause.BUSY})
"""What to tell whoever signs in as what it is: it will pass, and says nothing of what they sent."""


class Patience:
    """One provider's. Safe to use from several threads."""

    def __init__(self) -> None:
        self._slots = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._lock = threading.Lock()
        self._away_since: datetime | None = None

    @contextmanager
    def asking(self, at: datetime) -> Iterator[float]:
        """Around whatever asks the provider; gives the moment, by the monotonic clock, at which it must be done.
        Raises SignInRefused where nobody should ask just now."""
        if not self._slots.acquire(blocking=False):
            raise SignInRefused(Cause.BUSY)
        try:
            self._require_not_away(at)
            try:
                yield time.monotonic() + WITHIN
            except SignInRefused as refused:
                self._keep(at if refused.cause is Cause.UNREACHABLE else None)
                raise
            self._keep(None)
        finally:
            self._slots.release()

    def _require_not_away(self, at: datetime) -> None:
        with self._lock:
            since = self._away_since
            if since is None:
                return
            if timedelta(0) <= at - since < LEFT_ALONE_FOR:
                raise SignInRefused(Cause.UNREACHABLE)
            self._away_since = at  # this one asks, for all

    def _keep(self, since: datetime | None) -> None:
        with self._lock:
            self._away_since = since
