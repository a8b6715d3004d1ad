"""How this broker is known to a provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from broker.errors import CallWrong

SUBJECT: Final = "sub"
_ON_THIS_MACHINE: Final = ("http://127.0.0.1:", "http://localhost:", "http://[::1]:")


@dataclass(frozen=True, slots=True, repr=False)
class Registration:
    """The provider's issuer, the name and secret it has given this broker, and the verified claim that names an
    account there. Printing it shows nothing. Raises CallWrong for an issuer that does not speak TLS."""

    issuer: str
    client_id: str
    client_secret: str
    account_claim: str = SUBJECT

    def __post_init__(self) -> None:
        if not is_safe(self.issuer):
            raise CallWrong("BROKER_OIDC_ISSUER", "begins with https://")


def is_safe(address: str) -> bool:
    """Whether what is sent there is sent over TLS, or does not leave this machine."""
    return address.startswith(("https://", *_ON_THIS_MACHINE))
