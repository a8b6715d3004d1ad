"""P-256 public keys, for partners whose hardware has no Ed25519: their one form here, and their thumbprint.

Decides that a key is kept as an uncompressed point, 65 bytes (SEC 1 section 2.3.3), and
that it is a point of this curve: the curve is never the message's to choose. Its signatures are `r` and `s`, 32
bytes each (RFC 9421 section 3.3.4). Source of the thumbprint: RFC 7638 section 3.2.
"""

from __future__ import annotations

import base64
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from broker.errors import CallWrong

SIZE: Final = 65
_HALF: Final = 32


def require_p256(point: bytes) -> EllipticCurvePublicKey:
    """The key of an uncompressed point. Raises CallWrong for what is no point of the curve, or a compressed one:
    its 33 bytes might be 32 of another kind and one too many.
    """
    try:
        if len(point) != SIZE:
            raise ValueError
        return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
    except ValueError:
        raise CallWrong("public key", "is no point of P-256; hand in the key as it was made") from None


def p256_bytes(key: EllipticCurvePublicKey) -> bytes:
    """The uncompressed point."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def p256_jwk(raw: bytes) -> dict[str, str]:
    """The members that a thumbprint is taken over."""
    x, y = raw[1 : 1 + _HALF], raw[1 + _HALF :]
    return {"crv": "P-256", "kty": "EC", "x": _word(x), "y": _word(y)}


def _word(number: bytes) -> str:
    return base64.urlsafe_b64encode(number).rstrip(b"=").decode("ascii")
