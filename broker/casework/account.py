"""Who somebody is to the provider that vouches for them, and what may happen between an account and a post."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AccountEvent(StrEnum):
    """An account works in a post from now on, or no longer."""

    BOUND = "bound"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, repr=False)
class Account:
    """The issuer, and the name it has for somebody there (OpenID Connect Core section 5.7: `iss` and `sub`
    together, or the claim that the deployment names in place of `sub`). Printing it shows nothing."""

    issuer: str
    name: str
