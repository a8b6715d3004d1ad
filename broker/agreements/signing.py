"""What a signature on an agreement says, byte for byte, and whether a body may sign for a party.

Decides the statement that a key signs: it binds the version, its text, the party, who signs in which post and on
what authority, the key and the instant, so that a signature made for one never verifies for another. Decides
when such a signature may still be handed in, and which recorded authorisation lets one body sign for another.
From docs/formats.md ("Signatures").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from broker.canonical import canonical_json
from broker.dates import Interval, instant_text
from broker.errors import NotAllowed

_DOMAIN: Final = b"broker-agreement-signature-v1\n"
OLDEST: Final = timedelta(days=30)
"""A signature is handed in within thirty days: an old one may no longer be what the party wants."""


@dataclass(frozen=True, slots=True)
class SignatureStatement:
    """All that a signature by a key says. `document_digest` is of the very bytes of the agreement."""

    reference: str
    version: int
    document_digest: str
    party: str
    signatory: str
    post: str
    authority: str
    key: str
    signed_at: datetime

    def to_bytes(self) -> bytes:
        """The bytes to sign."""
        return _DOMAIN + canonical_json(
            {
                "agreement": self.reference,
                "authority": self.authority,
                "document_digest": self.document_digest,
                "key": self.key,
                "party": self.party,
                "post": self.post,
                "signatory": self.signatory,
                "signed_at": instant_text(self.signed_at),
                "version": self.version,
            }
        )


def require_timely(signed_at: datetime, now: datetime, withdrawn_at: datetime | None, where: str) -> None:
    """Raises NotAllowed where a signature was made later than now, too long ago, or before the party last took its
    signature back: what was taken back is not given again by whoever kept a copy."""
    if signed_at > now:
        raise NotAllowed(where, "was signed later than now; check the clock it was signed by")
    if withdrawn_at is not None and signed_at <= withdrawn_at:
        raise NotAllowed(where, "was signed before the party last took its signature back; sign again")
    if signed_at < now - OLDEST:
        raise NotAllowed(where, f"was signed more than {OLDEST.days} days ago; sign again")


@dataclass(frozen=True, slots=True)
class Authorisation:
    """That a party lets another body sign for it: for one agreement or (`reference` None) any, while it lasts and
    until it is withdrawn. `recorded_by` is the staff id of whoever recorded it."""

    id: str
    party: str
    body: str
    reference: str | None
    interval: Interval
    recorded_at: datetime
    recorded_by: str
    withdrawn_at: datetime | None = None

    def stands(self, at: datetime) -> bool:
        """Whether the body may sign by it at an instant. One recorded later never says so of an instant before."""
        return (
            self.recorded_at <= at
            and self.interval.covers(at)
            and (self.withdrawn_at is None or at < self.withdrawn_at)
        )


def standing_for(
    authorisations: Iterable[Authorisation], party: str, body: str, reference: str, at: datetime
) -> tuple[Authorisation, ...]:
    """Those by which the body may sign this agreement for the party, the latest recorded first."""
    found = [
        one
        for one in authorisations
        if one.party == party and one.body == body and one.reference in (None, reference) and one.stands(at)
    ]
    return tuple(sorted(found, key=lambda one: (one.recorded_at, one.id), reverse=True))
