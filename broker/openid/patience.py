"""How long a provider is waited for, by how many at once, and for how long one that is away is left alone.

Decides that signing in takes no more of the server than a few of its threads for a few seconds, however slowly a
provider answers or whether it does at all: whoever comes beside them is told at once to try again shortly, and so
is everybody for a moment after the provider was found to be away. The rest of the site never waits for it.

How long an answer takes may be what somebody sent: a provider may take its time to refuse a code it never gave.
So no asker holds more turns than are left for the others (`broker.openid.turns`), those who are signed in already
have turns of their own, and a provider that does not answer what somebody came back with is not away for anybody.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from broker.openid.refusal import Cause, SignInRefused
from broker.openid.turns import Asker, Turns

WITHIN: Final = 10.0
"""Seconds for everything that one step of signing in asks of the provider, together."""
MOST_AT_ONCE: Final = 12
"""Of the forty threads that pages have, for those who sign in; half of these for one address that comes alone. A
provider that is well answers in a fraction of a second."""
MOST_PROVING: Final = 4
"""Beside them, for those who are signed in and prove again who they are."""
LEFT_ALONE_FOR: Final = timedelta(seconds=10)
"""After it was away. Then one who comes asks again, and while they wait the others still need not."""
PASSES: Final = frozenset({Cause.UNREACHABLE, Cause.NOT_ANSWERED, Cause.BUSY})
"""What to tell whoever signs in as what it is: it will pass, and says nothing of what they sent."""


class Patience:
    """One provider's. Safe to use from several threads."""

    def __init__(self) -> None:
        self._turns = {False: Turns(MOST_AT_ONCE), True: Turns(MOST_PROVING)}
        self._lock = threading.Lock()
        self._away_since: datetime | None = None

    @contextmanager
    def asking(self, at: datetime, asker: Asker) -> Iterator[float]:
        """Around whatever asks the provider; gives the moment, by the monotonic clock, at which it must be done.
        Raises SignInRefused where they should not ask just now."""
        turns = self._turns[asker.signed_in]
        if not turns.take(asker):
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
            turns.give_back(asker)

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
