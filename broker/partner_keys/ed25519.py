"""Ed25519 public keys: their one encoding, those by which nothing is proved, and their thumbprint.

Decides that a key is 32 bytes in their one canonical encoding and not of small order: for such a key a signature
can be made that fits any message. Sources: RFC 8032 section 5.1.3, RFC 8037 (thumbprint).
"""

from __future__ import annotations

import base64
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from broker.errors import CallWrong

SIZE: Final = 32
_FIELD: Final = 2**255 - 19
_SMALL_ORDER: Final = frozenset(
    {
        0,
        1,
        _FIELD - 1,
        0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
    }
)
"""The second co-ordinates of the eight points whose order divides 8."""


def require_ed25519(raw: bytes) -> Ed25519PublicKey:
    """The key of 32 bytes. Raises CallWrong for what is no key in its one encoding, or one of small order."""
    second = int.from_bytes(raw, "little") & ((1 << 255) - 1)
    if len(raw) != SIZE or second >= _FIELD:
        raise CallWrong("public key", "is no Ed25519 key in its one encoding; hand in the key as it was made")
    if second in _SMALL_ORDER:
        raise CallWrong("public key", "is of small order: a signature by it proves nothing; make a new key")
    try:
        return Ed25519PublicKey.from_public_bytes(raw)
    except ValueError:
        raise CallWrong("public key", "is no point of the curve; hand in the key as it was made") from None


def ed25519_jwk(raw: bytes) -> dict[str, str]:
    """The members of RFC 8037 section 2 that a thumbprint is taken over."""
    return {"crv": "Ed25519", "kty": "OKP", "x": base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")}
