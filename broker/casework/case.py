"""A contact, enquiry, plan, panel or team around the family: what it is for, whom it is about, who is in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from broker.dates import Interval


class CaseKind(StrEnum):
    """The kinds of case an agreement may name."""

    CONTACT = "contact"
    ENQUIRY = "enquiry"
    PLAN = "plan"
    PANEL = "panel"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Membership:
    """A member of staff in a case, while the interval lasts; `cover_for` is the colleague in whose stead."""

    staff: str
    interval: Interval
    cover_for: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """`level` is the level of need, 1 to 4; `closed_at` None is still open; `restricted` means members only."""

    id: str
    kind: CaseKind
    level: int
    purposes: frozenset[str]
    about: frozenset[str]
    opened_at: datetime
    closed_at: datetime | None = None
    restricted: bool = False
    members: tuple[Membership, ...] = ()
    lead: str | None = None
    """The staff id of whoever was named to lead; while they are not in it, whoever was in it longest leads."""

    def is_open(self, at: datetime) -> bool:
        """Whether it has been opened and not yet closed at `at`."""
        return self.opened_at <= at and (self.closed_at is None or at < self.closed_at)

    def has_member(self, staff_id: str, at: datetime) -> bool:
        """Whether the member of staff belongs to it at `at`."""
        return any(member.staff == staff_id and member.interval.covers(at) for member in self.members)

    def leads_before(self, member: Membership) -> tuple[bool, bool, datetime | None, str]:
        """What members are sorted by, so that whoever leads stands first."""
        since = member.interval.from_at
        return (member.staff != self.lead, since is not None, since, member.staff)
