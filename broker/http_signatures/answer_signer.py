"""The key by which the broker signs its answers: a key of its own, which signs nothing else.

Decides how it is called: `broker/` and the beginning of its digest, so that a new key has a new name; and how it
is published, with those that will replace it and those that it replaced. Partners pin what officers give them.
From docs/security.md section 1 ("Responses") and docs/api.md ("Signing").
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.dates import instant_text

OWNER: Final = "broker"
PIN_IT: Final = (
    "Pin these keys; do not trust them on sight. Compare them once with what the broker's officers gave you by"
    " another way: whoever can change this answer can change what stands in it."
)
_NAME_DIGITS: Final = 16


def key_id_of(public: bytes) -> str:
    """`broker/` and 16 hexadecimal digits."""
    return f"{OWNER}/{hashlib.sha256(public).hexdigest()[:_NAME_DIGITS]}"


def jwk_of_answers(public: bytes) -> dict[str, str]:
    """A key as a JSON Web Key (RFC 8037)."""
    x = base64.urlsafe_b64encode(public).rstrip(b"=").decode("ascii")
    return {"alg": "EdDSA", "crv": "Ed25519", "kid": key_id_of(public), "kty": "OKP", "use": "sig", "x": x}


@dataclass(frozen=True, slots=True)
class OtherKey:
    """A key that signs nothing now: one that was replaced, published until an instant, or the next one (None)."""

    public: bytes
    until_at: datetime | None


@dataclass(frozen=True, slots=True)
class AnswerSigner:
    """Printing it shows no key."""

    private: Ed25519PrivateKey = field(repr=False)
    others: tuple[OtherKey, ...] = ()

    @property
    def public(self) -> bytes:
        """The 32 bytes of its public half."""
        return self.private.public_key().public_bytes_raw()

    @property
    def key_id(self) -> str:
        """Of the key in use."""
        return key_id_of(self.public)

    def published(self, at: datetime) -> dict[str, Any]:
        """A JWK set (RFC 7517 section 5): the key in use, then the others that are published at an instant, each
        with `status` (`in-use`, `next`, `replaced`) and `until`."""
        keys: list[dict[str, Any]] = [{**jwk_of_answers(self.public), "status": "in-use", "until": None}]
        for one in self.others:
            if one.public == self.public:
                continue
            if one.until_at is None:
                keys.append({**jwk_of_answers(one.public), "status": "next", "until": None})
            elif at < one.until_at:
                until = instant_text(one.until_at)
                keys.append({**jwk_of_answers(one.public), "status": "replaced", "until": until})
        return {"keys": keys, "note": PIN_IT}
