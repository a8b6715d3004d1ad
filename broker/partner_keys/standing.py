"""How an organisation's key stands at an instant, folded from its events, and which names and lengths are allowed.

Decides that a key counts from its approval and its first instant, whichever is later, to its end or its
revocation, whichever is first, that what was revoked never counts again, and that no key lives for more than
thirteen months. Who may propose, approve and revoke is the use case's to say. From docs/how-to-keys.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from broker.dates import Period, london_day, shift, start_of_day
from broker.errors import CallWrong
from broker.partner_keys.allowed import ApiVerb, KeyUse
from broker.partner_keys.public_key import PublicKey

LONGEST: Final = Period(years=1, months=1)
"""A key lives for thirteen months at most: a year, and a month in which the next one overlaps."""

ALWAYS: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""The first instant of a key that counts as soon as it is approved."""

LONGEST_ID: Final = 64
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,23}")


class KeyEventKind(StrEnum):
    """What can happen to a key."""

    PROPOSED = "proposed"
    ENROLLED = "enrolled"
    REVOKED = "revoked"
    CONFIRMED = "confirmed"
    """A second person has confirmed the revocation, which had taken effect at once."""


class KeyState(StrEnum):
    """How a key stands."""

    PROPOSED = "proposed"
    NOT_YET = "not-yet"
    """Approved, and its first day is still to come."""
    LIVE = "live"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """One thing that happened to a key, by whom (a staff id) and when."""

    kind: KeyEventKind
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class PartnerKey:
    """A key of an organisation. `events` in the order they happened, the proposal first; `until_at` is the first
    instant at which it no longer counts, `from_at` the first at which it may; `allows` what requests it signs may
    ask."""

    id: str
    organisation: str
    key: PublicKey
    until_at: datetime
    events: Sequence[KeyEvent]
    use: KeyUse = KeyUse.AGREEMENTS
    allows: frozenset[ApiVerb] = field(default_factory=frozenset)
    from_at: datetime = ALWAYS

    def first(self, kind: KeyEventKind) -> KeyEvent | None:
        """The first event of a kind."""
        return next((event for event in self.events if event.kind is kind), None)

    def state(self, at: datetime) -> KeyState:
        """How it stands at an instant, by what had happened until then."""
        happened = {event.kind for event in self.events if event.at <= at}
        if KeyEventKind.REVOKED in happened:
            return KeyState.REVOKED
        if self.until_at <= at:
            return KeyState.EXPIRED
        if KeyEventKind.ENROLLED not in happened:
            return KeyState.PROPOSED
        return KeyState.LIVE if self.from_at <= at else KeyState.NOT_YET

    @property
    def awaits_confirmation(self) -> bool:
        """Whether it was revoked by one person and nobody has confirmed it yet."""
        return self.first(KeyEventKind.REVOKED) is not None and self.first(KeyEventKind.CONFIRMED) is None


def organisation_of(key_id: str) -> str:
    """The organisation of a key's id, `organisation/name`. Raises CallWrong for anything else."""
    organisation, _, name = key_id.partition("/")
    if not organisation or not _NAME.fullmatch(name) or len(key_id) > LONGEST_ID:
        raise CallWrong("key", "is named `organisation/name`, the name in lower case, such as `ecc/sid-2027`")
    return organisation


def require_until(until_at: datetime, now: datetime, from_at: datetime | None = None) -> None:
    """Raises CallWrong unless the key ends later than now and at most thirteen months from today, and begins
    before it ends."""
    latest = start_of_day(shift(london_day(now), LONGEST))
    if not now < until_at <= latest:
        raise CallWrong("until", f"a key ends after today and by {london_day(latest)}, thirteen months from now")
    if from_at is not None and from_at >= until_at:
        raise CallWrong("from", "a key begins before it ends")
