"""How much one partner may ask, how large a request may be, and how many are heard at once.

Decides limits that nothing anybody holds can move: a request costs its key the same whatever was asked, about
whom, and whatever the answer was (docs/security.md section 4, "rate limits that move only for real people").
INVARIANT: only a request that was let in costs its key anything, so a forger spends nobody's allowance; and its
nonce is spent by then, so that what was answered “too many” cannot be sent again by somebody who listened.
Each worker counts for itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final

MOST_BODY_BYTES: Final = 256 * 1024
"""Of every address but those that say otherwise (broker/app.py): a batch is a file."""
MOST_HEARD: Final = 256
"""Requests that one worker has in hand, whoever sent them; for those that come then it is as if it were away."""
_MINUTE: Final = timedelta(minutes=1)


class Limited(Exception):
    """Too many. `step` is for the log; `wait` is the number of whole seconds to wait."""

    def __init__(self, step: str, wait: int) -> None:
        super().__init__(step)
        self.step, self.wait = step, wait


@dataclass(slots=True)
class _Allowance:
    left: float
    at: datetime


class Limits:
    """Of one worker: `per_minute` requests a key, all of which may come together; `at_once` of one organisation
    under way."""

    def __init__(self, per_minute: int, at_once: int) -> None:
        self._per_minute, self._at_once = per_minute, at_once
        self._keys: dict[str, _Allowance] = {}
        self._under_way: dict[str, int] = {}

    @contextmanager
    def place(self, key_id: str, organisation: str, at: datetime) -> Iterator[None]:
        """A place for one request while the block runs. Raises Limited."""
        self._spend(key_id, at)
        taken = self._under_way.get(organisation, 0)
        if taken >= self._at_once:
            raise Limited("concurrency", 1)
        self._under_way[organisation] = taken + 1
        try:
            yield
        finally:
            self._under_way[organisation] -= 1

    def _spend(self, key_id: str, at: datetime) -> None:
        each = _MINUTE / self._per_minute
        allowance = self._keys.setdefault(key_id, _Allowance(self._per_minute, at))
        gained = max(at - allowance.at, timedelta()) / each  # a clock that was set back gives nothing
        allowance.left = min(self._per_minute, allowance.left + gained)
        allowance.at = at
        if allowance.left < 1:
            raise Limited("rate", max(1, ceil((1 - allowance.left) * each.total_seconds())))
        allowance.left -= 1
