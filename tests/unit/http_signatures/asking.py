"""A signed request in parts, so that a test can change any one of them before it is read.

`honest` is what a partner sends; `verified` puts it through every step that has no store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.http_signatures import (
    MessageRefused,
    RequestHead,
    SignedRequest,
    Step,
    read_claim,
    require_in_time,
    verify_claim,
)
from broker.http_signatures.algorithms import SigningKey, make_signature
from broker.http_signatures.base import signature_base
from broker.http_signatures.fields import Value, write_parameters, write_signature
from broker.http_signatures.profile import LONGEST, REQUEST_TAG
from broker.http_signatures.sign import nonce_text, request_components

AUTHORITY: Final = "broker.example"
NOW: Final = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
KEY: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
KEY_ID: Final = "ecc/case-system"
BODY: Final = b'{"about":["p1"]}'


@dataclass(frozen=True)
class Sent:
    """A request as it stands on the wire."""

    head: RequestHead
    body: bytes

    def header(self, name: str) -> str:
        """The first value of a header."""
        return next(value.decode("ascii") for found, value in self.head.headers if found == name.encode())

    def with_header(self, name: str, value: str | bytes | None) -> Sent:
        """With another value in its place, or without it."""
        raw = value.encode("latin-1") if isinstance(value, str) else value
        kept = tuple(
            (found, raw if found == name.encode() else old)
            for found, old in self.head.headers
            if found != name.encode() or raw is not None
        )
        added = () if raw is None or name.encode() in dict(kept) else ((name.encode(), raw),)
        return self.with_headers((*kept, *(one for one in added)))

    def with_headers(self, headers: tuple[tuple[bytes, bytes | None], ...]) -> Sent:
        """With these headers instead."""
        return replace(self, head=replace(self.head, headers=headers))


def components(**changed: str | None) -> dict[str, str]:
    """What the honest request covers, with values changed, or taken out by None."""
    found = request_components("POST", AUTHORITY, "/v1/profiles", "a=1&b=%20", "application/json", BODY, "k-1")
    for name, value in changed.items():
        key = name if name in found else name.replace("_", "-")
        if value is None:
            del found[key]
        else:
            found[key] = value
    return found


def parameters(**changed: Value | None) -> dict[str, Value]:
    """The honest parameters, with values changed or added, or taken out by None."""
    created = int(NOW.timestamp())
    found: dict[str, Value] = {
        "created": created,
        "expires": created + int(LONGEST.total_seconds()),
        "nonce": nonce_text(bytes(range(16))),
        "keyid": KEY_ID,
        "tag": REQUEST_TAG,
    }
    for name, value in changed.items():
        if value is None:
            del found[name]
        else:
            found[name] = value
    return found


def signed(
    covered: Mapping[str, str],
    said: dict[str, Value],
    key: SigningKey = KEY,
    label: str = "sig",
    body: bytes = BODY,
) -> Sent:
    """A request that covers exactly this and says exactly that, truly signed."""
    inner = write_parameters(tuple(covered), said)
    signature = make_signature(key, signature_base(covered, inner))
    headers = {
        "host": AUTHORITY,
        "content-type": "application/json",
        "content-length": str(len(body)),
        "idempotency-key": covered.get("idempotency-key", "k-1"),
        "content-digest": covered.get("content-digest", ""),
        "signature-input": f"{label}={inner}",
        "signature": write_signature(label, signature),
    }
    head = RequestHead(
        "POST",
        b"/v1/profiles",
        b"a=1&b=%20",
        tuple((name.encode(), value.encode("latin-1")) for name, value in headers.items()),
    )
    return Sent(head, body)


def honest(key: SigningKey = KEY) -> Sent:
    """What a partner sends."""
    return signed(components(), parameters(), key)


def verified(sent: Sent, now: datetime = NOW, key: SigningKey = KEY) -> SignedRequest:
    """Raises MessageRefused."""
    claim = read_claim(sent.head, AUTHORITY)
    require_in_time(claim, now)
    return verify_claim(claim, key.public_key(), sent.body)


def refused_at(sent: Sent, now: datetime = NOW, key: SigningKey = KEY) -> Step | None:
    """Where it is refused; None where it is let in."""
    try:
        verified(sent, now, key)
    except MessageRefused as refused:
        return refused.step
    return None


SECOND: Final = timedelta(seconds=1)
