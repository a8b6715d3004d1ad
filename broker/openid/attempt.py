"""One attempt to sign in: what this browser was sent away with, and must come back with.

Decides what is unpredictable in it (RFC 6749 section 10.12, RFC 7636, OpenID Connect Core section 3.1.2.1) and how
long it may take.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Self

from broker.dates import instant_text, parse_instant

LASTS: Final = timedelta(minutes=15)
"""From the button to the answer; a second factor may have to be looked for."""


@dataclass(frozen=True, slots=True, repr=False)
class Attempt:
    """Printing it shows nothing. `session` is the id of the session whose owner proves again who they are, empty
    where somebody signs in; `back` is the page of this site to return to."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str
    back: str
    began_at: str
    session: str = ""

    @classmethod
    def begin(cls, redirect_uri: str, back: str, at: datetime, session: str = "") -> Self:
        """A new one, unlike any other."""
        return cls(
            secrets.token_urlsafe(32),
            secrets.token_urlsafe(32),
            secrets.token_urlsafe(48),
            redirect_uri,
            back,
            instant_text(at),
            session,
        )

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Self:
        """One as `body` gave it. Raises TypeError for anything else."""
        return cls(**body)

    def body(self) -> dict[str, str]:
        """As it is sealed."""
        return asdict(self)

    @property
    def began(self) -> datetime:
        """When it began. Raises ValueError where it was made up."""
        found = parse_instant(self.began_at)
        if found is None:
            raise ValueError("an attempt begins at an instant")
        return found

    def is_over(self, at: datetime) -> bool:
        """Whether it took too long."""
        return not timedelta(0) <= at - self.began < LASTS
