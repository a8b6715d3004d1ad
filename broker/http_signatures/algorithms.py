"""What a key signs with: bound to the key's record and never read from a message.

Decides how a signature of each algorithm is made and checked. ECDSA signatures are `r` and `s`, 32 bytes each (RFC
9421 section 3.3.4). Another algorithm is one member of `Algorithm` and one branch here.
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from broker.http_signatures.profile import MessageRefused, Step

VerifyingKey = Ed25519PublicKey | EllipticCurvePublicKey
SigningKey = Ed25519PrivateKey | EllipticCurvePrivateKey

SIGNATURE_SIZE: Final = 64
_HALF: Final = 32


def require_signature(key: VerifyingKey, signature: bytes, base: bytes) -> None:
    """Raises MessageRefused unless the signature is this key's over the base."""
    if len(signature) != SIGNATURE_SIZE:
        raise MessageRefused(Step.SIGNATURE)
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, base)
        else:
            r, s = (int.from_bytes(half, "big") for half in (signature[:_HALF], signature[_HALF:]))
            key.verify(encode_dss_signature(r, s), base, ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        raise MessageRefused(Step.SIGNATURE) from None


def make_signature(key: SigningKey, base: bytes) -> bytes:
    """64 bytes."""
    if isinstance(key, Ed25519PrivateKey):
        return key.sign(base)
    r, s = decode_dss_signature(key.sign(base, ECDSA(SHA256())))
    return r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")
