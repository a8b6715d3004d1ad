"""What the broker asks of whoever holds the keys: wrap a data key, unwrap it, and give a named secret.

Decides the questions, not the custody. The file provider answers them for development and the embedded default;
a KMS or a PKCS#11 module answers the same three, and keeps the key-encryption key to itself: only data keys pass
through `wrap` and `unwrap`, and the named secrets, which must work at the speed of a hash, are unwrapped once when
the process starts. From docs/security.md section 2 ("At rest"); a call per record would cost 30 microseconds on
an HSM.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class SecretName(StrEnum):
    """The secrets every deployment has, 32 bytes each. Codes stand in key files for good."""

    PSEUDONYMS = "pseudonyms"
    """Root from which every pseudonym domain's key is derived."""
    SEARCH = "search"
    """Root of the keyed tokens by which rows are found."""
    FACTS = "facts"
    """Root of the keys under which facts and record headers are sealed."""


class KeyProvider(Protocol):
    """Custody of the key-encryption key and of the named secrets."""

    @property
    def deployment(self) -> str:
        """The deployment's id, the salt of every derived key: two deployments share no pseudonym."""

    def wrap(self, data_key: bytes, owner: bytes) -> bytes:
        """The data key under the current key-encryption key, bound to `owner` (whom it is for)."""

    def unwrap(self, wrapped: bytes, owner: bytes) -> bytes:
        """The data key that `wrap` wrapped for this owner. Raises SealBroken when it is not one."""

    def secret(self, name: SecretName) -> bytes:
        """32 bytes."""
