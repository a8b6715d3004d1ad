"""The key by which the broker signs its answers: a key of its own, which signs nothing else.

Decides how it is called: `broker/` and the beginning of its digest, so that a new key has a new name. Partners pin
what their officer gave them. From docs/security.md section 1 ("Responses").
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

OWNER: Final = "broker"
_NAME_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class AnswerSigner:
    """Printing it shows no key."""

    private: Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> bytes:
        """The 32 bytes of its public half."""
        return self.private.public_key().public_bytes_raw()

    @property
    def key_id(self) -> str:
        """`broker/` and 16 hexadecimal digits."""
        return f"{OWNER}/{hashlib.sha256(self.public).hexdigest()[:_NAME_DIGITS]}"
