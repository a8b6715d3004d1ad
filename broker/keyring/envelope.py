"""AES-256-GCM as the broker uses it: a value that opens only where it was put.

Decides the form of a sealed value (one byte of version, 12 random bytes, ciphertext and tag) and what it is bound
to: table, column, row and person, each with its length before it, so that no two places can be spelled alike
(docs/security.md section 2). Random nonces are safe for 2^32 values a key (NIST SP 800-38D section 8.3): every
person has a key and every table of facts has one.
"""

from __future__ import annotations

import os
import struct
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from broker.keyring.faults import SealBroken

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12  # NIST SP 800-38D recommends 96 bits
TAG_BYTES: Final = 16
_VERSION: Final = b"\x01"
_SIZE: Final = struct.Struct(">H")
_LABEL: Final = b"broker-seal-v1"


def length_prefixed(*parts: bytes) -> bytes:
    """Each part with its length before it as two bytes, big-endian: LP of docs/security.md section 2.

    Raises OverflowError for a part beyond 65,535 bytes.
    """
    return b"".join(len(part).to_bytes(2, "big") + part for part in parts)


def derive_key(root: bytes, salt: bytes, *info: bytes) -> bytes:
    """32 bytes by HKDF-SHA-256 (RFC 5869), `info` length-prefixed."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=length_prefixed(*info)).derive(root)


class Sealer:
    """Seals and opens under one key. Printing it shows nothing."""

    __slots__ = ("_aes",)

    def __init__(self, key: bytes) -> None:
        self._aes = AESGCM(key)

    def __repr__(self) -> str:
        return "Sealer(…)"

    def __reduce__(self) -> str:
        raise TypeError("a key is never pickled")

    def seal(self, table: str, column: str, row: bytes, person: str, data: bytes) -> bytes:
        """`data` sealed for this place and no other."""
        nonce = os.urandom(NONCE_BYTES)
        return _VERSION + nonce + self._aes.encrypt(nonce, data, _bound_to(table, column, row, person))

    def open(self, table: str, column: str, row: bytes, person: str, sealed: bytes) -> bytes:
        """What was sealed for this place. Raises SealBroken, naming table and column only."""
        where = f"sealed column `{table}.{column}`"
        if len(sealed) < 1 + NONCE_BYTES + TAG_BYTES or sealed[:1] != _VERSION:
            raise SealBroken(where, "holds no sealed value; restore the row from a backup and look who changed it")
        nonce, ciphertext = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._aes.decrypt(nonce, ciphertext, _bound_to(table, column, row, person))
        except InvalidTag:
            raise SealBroken(
                where,
                "does not open: it was changed, moved, or sealed under another key; check the key file first",
            ) from None


def _bound_to(table: str, column: str, row: bytes, person: str) -> bytes:
    owner = person.encode()
    # Spelled out, because a family's facts are hundreds of seals: the same bytes as `length_prefixed` of all five.
    return _column(table, column) + _SIZE.pack(len(row)) + row + _SIZE.pack(len(owner)) + owner


@lru_cache(maxsize=1024)
def _column(table: str, column: str) -> bytes:
    return length_prefixed(_LABEL, table.encode(), column.encode())
