"""How this broker is known to a provider."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from broker.errors import CallWrong

SUBJECT: Final = "sub"
_ADDRESS: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(:(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[A-Za-z0-9\-._~%!$&'()*+,;=:@/]*(\?[A-Za-z0-9\-._~%!$&'()*+,;=:@/?]*)?)?"
)
"""What every reader of addresses reads alike (RFC 3986, and the narrower of it and what browsers do): no user, no
backslash, no blank, nothing that is not ASCII, no fragment, and a path where there is a query."""
_ON_THIS_MACHINE: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
_MOST_PORT: Final = 65_535


@dataclass(frozen=True, slots=True, repr=False)
class Registration:
    """The provider's issuer, the name and secret it has given this broker, and the verified claim that names an
    account there. Printing it shows nothing. Raises CallWrong for an issuer that does not speak TLS."""

    issuer: str
    client_id: str
    client_secret: str
    account_claim: str = SUBJECT

    def __post_init__(self) -> None:
        if not is_safe(self.issuer) or "?" in self.issuer:
            raise CallWrong("BROKER_OIDC_ISSUER", "begins with https:// and holds a host and a path alone")


def is_safe(address: str) -> bool:
    """Whether what is sent there is sent over TLS, or does not leave this machine, however the address is read."""
    found = _ADDRESS.fullmatch(address)
    if found is None or (found["port"] is not None and not 0 < int(found["port"]) <= _MOST_PORT):
        return False
    return found["scheme"] == "https" or (found["host"] in _ON_THIS_MACHINE and found["port"] is not None)
