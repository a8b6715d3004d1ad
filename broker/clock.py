"""What time it is, asked in one place.

The inner packages take instants as arguments; the outer ones take a Clock. A frozen clock serves tests and
rehearsals.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock. Machines of one deployment keep it by NTP."""

    def now(self) -> datetime:
        """The present instant in UTC, to the microsecond."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class RunningClock:
    """A clock that was set to `at` when it was made and runs on from there: for a stage that somebody looks at."""

    at: datetime
    since: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        """The instant it has come to, in UTC."""
        return (self.at + timedelta(seconds=time.monotonic() - self.since)).astimezone(UTC)


@dataclass(slots=True)
class FrozenClock:
    """A clock that moves only when told to."""

    at: datetime

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("a clock needs an aware instant: whose time it was is not known")

    def now(self) -> datetime:
        """The instant it stands at, in UTC."""
        return self.at.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Moves it on."""
        self.at += by
