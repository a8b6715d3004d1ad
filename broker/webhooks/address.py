"""Where a partner's system is told: which addresses are taken, and to which machines a connection may be made.

Decides that an address is `https`, of a named host, without anything that could be a secret (no user, no query);
and that whatever its name resolves to at the moment of sending is judged then, each time: public, or private where
the deployment lists the host by name, and never this machine, its link or a cloud's metadata. So nobody who may
register an address can make the broker speak to what only the broker can reach. From docs/how-to-webhooks.md
("Addresses").
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from broker.errors import CallWrong

LONGEST: Final = 500
_ADDRESS: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]{1,253})(?::(?P<port>[1-9][0-9]{0,4}))?(?P<path>/[A-Za-z0-9._~/-]*)"
)
_LABEL: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_LAST_LABEL: Final = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}")
_LOOPBACK: Final = "127.0.0.1"
_HTTPS: Final = 443
_HIGHEST_PORT: Final = 65535
_TRANSLATED: Final = tuple(
    ipaddress.ip_network(one) for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
)
"""Addresses of IPv6 that stand for one of IPv4: they could stand for one that is refused."""

_PRIVATE: Final = tuple(
    ipaddress.ip_network(one)
    for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)
"""What an organisation's own network uses (RFC 1918, 6598, 4193)."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address in its parts; `port` is None for the scheme's own."""

    scheme: str
    host: str
    port: int | None
    path: str

    @property
    def authority(self) -> str:
        """Host and port as they are signed: the scheme's own port is left out (RFC 9421 section 2.2.3)."""
        return self.host if self.port is None else f"{self.host}:{self.port}"

    @property
    def connects_to(self) -> int:
        """The port."""
        return self.port or _HTTPS

    def at(self, machine: str) -> str:
        """The address with the host replaced by the machine it was resolved to."""
        host = f"[{machine}]" if ":" in machine else machine
        return f"{self.scheme}://{host}:{self.connects_to}{self.path}"


def require_address(text: str, *, loopback: bool = False) -> Address:
    """The address. `loopback` takes `http://127.0.0.1:PORT/…` as well, to try things out. Raises CallWrong."""
    found = _ADDRESS.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        raise CallWrong(
            "url",
            "is not taken: write `https://host/path`, in small letters up to the path, without user, query,"
            " fragment or escapes",
        )
    port = None if found["port"] is None else int(found["port"])
    if port is not None and port > _HIGHEST_PORT:
        raise CallWrong("url", f"`{port}` is no port")
    if found["scheme"] == "http":
        if not loopback or found["host"] != _LOOPBACK or port is None:
            raise CallWrong(
                "url",
                "is not taken: a partner's system is told by `https` only. To try it out on this machine set"
                " `BROKER_WEBHOOK_LOOPBACK` and give `http://127.0.0.1:PORT/…`",
            )
        return Address("http", _LOOPBACK, port, found["path"])
    labels = found["host"].split(".")
    if len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)) or not _LAST_LABEL.fullmatch(labels[-1]):
        raise CallWrong("url", "names its host by a full name, as `hooks.example.org`, not by a number")
    if any(part in (".", "..") for part in found["path"].split("/")):
        raise CallWrong("url", "has `.` or `..` in its path; write where it leads")
    return Address("https", found["host"], None if port == _HTTPS else port, found["path"])


def may_connect(address: Address, machine: str, listed: Collection[str], *, loopback: bool = False) -> bool:
    """Whether a connection may be made to the machine that the address's host resolved to. `listed` are hosts the
    deployment names: where there are any, no other is told; they alone may stand in a private network."""
    try:
        found: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(machine)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.scope_id is not None:
            return False
        if found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        elif any(found in network for network in _TRANSLATED):
            return False
    if address.scheme == "http":
        return loopback and str(found) == _LOOPBACK
    if found.is_multicast or (listed and address.host not in listed):
        return False
    return found.is_global or (bool(listed) and any(found in network for network in _PRIVATE))
