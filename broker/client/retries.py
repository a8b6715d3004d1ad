"""When a request is sent again, and how long to wait before.

Decides that only what may be repeated is repeated: a GET, or a POST under an `Idempotency-Key`, and only where no
answer came, or the broker itself said to come back later. `Retry-After` is not covered by a signature, so it is a
wish: it is kept to, up to a limit, and past the limit nobody waits. From docs/security.md section 1 ("Retries").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

LATER: Final = frozenset({429, 503})
"""Statuses that ask to be asked again."""


@dataclass(frozen=True, slots=True)
class Retries:
    """`most` is how often a request is sent, the first time included; waits double from `first_wait`."""

    most: int = 4
    first_wait: timedelta = timedelta(milliseconds=500)
    longest_wait: timedelta = timedelta(seconds=30)

    def wait(self, sent: int, chance: float, retry_after: float | None = None) -> float | None:
        """How many seconds to wait after the request was sent `sent` times; None: it is not sent again. `chance`,
        0 to 1, spreads many clients that failed together."""
        if sent >= self.most:
            return None
        longest = self.longest_wait.total_seconds()
        if retry_after is not None:
            return retry_after if retry_after <= longest else None
        doubled: float = self.first_wait.total_seconds() * 2 ** (sent - 1)
        return min(longest, doubled) * (0.5 + chance / 2)


ONCE: Final = Retries(most=1)
"""Never again."""


def may_repeat(method: str, idempotency_key: str | None) -> bool:
    """Whether sending the request twice does nothing twice."""
    return method in {"GET", "HEAD"} or idempotency_key is not None


def retry_after_of(value: str | None) -> float | None:
    """The seconds of a `Retry-After`; None for a date and for nonsense."""
    return float(value) if value is not None and value.isascii() and value.isdigit() and len(value) < 7 else None
