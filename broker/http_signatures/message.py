"""What comes over the wire, before and after it is believed.

Decides that a request is handed on as one immutable value that holds the covered values and the raw body and
nothing else: what the application reads comes from there. From docs/security.md section 1 ("Order of work").
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

Headers = Sequence[tuple[bytes, bytes]]
"""Names in lower case and values, as they came, in their order."""


@dataclass(frozen=True, slots=True)
class RequestHead:
    """A request without its body: `path` and `query` are the raw bytes of the request line (RFC 9421 sections
    2.2.6 and 2.2.7), `query` without its question mark."""

    method: str
    path: bytes
    query: bytes
    headers: Headers


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request says of itself, well formed, but believed by nobody yet. `components` maps each covered
    component to its value, in the order covered; `parameters` is the text of `@signature-params`; `length` is what
    `Content-Length` says, where it is there."""

    key_id: str
    nonce: str
    created_at: datetime
    expires_at: datetime
    components: dict[str, str]
    parameters: str
    signature: bytes
    length: int | None = None

    @property
    def in_reply_to(self) -> str:
        """How an answer names the request it answers."""
        return f"{self.key_id}/{self.nonce}"


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request whose signature was verified. `query` without its question mark; `key_id` is
    `organisation/name`."""

    key_id: str
    nonce: str
    created_at: datetime
    expires_at: datetime
    method: str
    authority: str
    path: str
    query: str
    content_type: str
    content_digest: str
    idempotency_key: str | None
    body: bytes
    base: bytes
    signature: bytes
    """What was signed and the signature over it: whoever has the key's public half can check it years later."""

    @property
    def digest(self) -> bytes:
        """32 bytes that name this one request: over what was signed and the signature."""
        return hashlib.sha256(len(self.base).to_bytes(4, "big") + self.base + self.signature).digest()

    @property
    def organisation(self) -> str:
        """Whose key signed."""
        return self.key_id.partition("/")[0]
