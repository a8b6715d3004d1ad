"""A member of staff: their organisation, the roles they hold there, and what ends their access."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.dates import Interval


@dataclass(frozen=True, slots=True)
class CoveredPost:
    """A role held in a colleague's stead, while the interval lasts."""

    role: str
    colleague: str
    interval: Interval


@dataclass(frozen=True, slots=True)
class Staff:
    """`person` is who they are, where they are known as a person too; `links` are people they have declared a
    personal connection to. None for `trained_until_at` or `posts_until_at` means no limit."""

    id: str
    organisation: str
    roles: frozenset[str]
    trained_until_at: datetime | None = None
    posts_until_at: datetime | None = None
    person: str | None = None
    links: frozenset[str] = frozenset()
    covers: tuple[CoveredPost, ...] = ()

    def holds(self, role: str, at: datetime) -> bool:
        """Whether the role is theirs, or lent to them as cover at `at`."""
        return role in self.roles or any(one.role == role and one.interval.covers(at) for one in self.covers)

    def is_in_post(self, at: datetime) -> bool:
        """Whether the post has not ended by `at`."""
        return self.posts_until_at is None or at < self.posts_until_at


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A member of staff with the name to show, and how to reach them at work."""

    staff: Staff
    name: str
    phone: str = ""
