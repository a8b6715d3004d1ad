"""The address that a page is asked from: to keep apart who waits for the sign-in provider, and for nothing else.

Decides that a proxy says it in the last address of `X-Forwarded-For`, which is the one it wrote itself
(docs/how-to-serve.md), and that whoever has an IPv6 network is one, as its addresses cost nothing (RFC 6177). It
proves nothing, opens nothing and is written down nowhere.
"""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

from starlette.requests import Request

_NETWORK_BITS: Final = 64


def from_where(request: Request) -> str:
    """The address, or the network it is in; empty where nobody knows."""
    told = request.headers.getlist("x-forwarded-for")
    last = told[-1].rpartition(",")[2].strip() if told else ""
    peer = request.client.host if request.client is not None else ""
    return _network(last) or _network(peer)


def _network(text: str) -> str:
    try:
        found = ip_address(text)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(IPv6Network((int(found), _NETWORK_BITS), strict=False))
    return str(found)
