"""A public key as it is handed in and as it is kept: one form for each, its thumbprint, and whose it may not be.

Decides what is taken in (a raw Ed25519 key, a point of P-256, or either as SubjectPublicKeyInfo, in base64) and
that each is kept in one form, so that the same key is never taken twice. Sources: RFC 7638 (thumbprints), RFC 5480
and RFC 8410 (SubjectPublicKeyInfo), docs/how-to-keys.md.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from broker.canonical import canonical_json
from broker.errors import CallWrong, NotAllowed
from broker.partner_keys import ed25519, p256
from broker.partner_keys.published import PUBLISHED


class Algorithm(StrEnum):
    """What a key signs with; it belongs to the key's record and is never taken from a message."""

    ED25519 = "ed25519"
    ECDSA_P256_SHA256 = "ecdsa-p256-sha256"


VerifyingKey = Ed25519PublicKey | EllipticCurvePublicKey

SIZES: Final = {Algorithm.ED25519: ed25519.SIZE, Algorithm.ECDSA_P256_SHA256: p256.SIZE}
"""Bytes of a key as it is kept; no two alike, so that the bytes say what they are."""
SIGNATURE_SIZE: Final = 64
"""Of either algorithm."""
_HALF: Final = 32
_LARGEST: Final = 200


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key: its bytes as they are kept (32 of Ed25519, an uncompressed point of 65 of P-256), its RFC 7638
    thumbprint (SHA-256, base64url without padding) and its algorithm."""

    raw: bytes
    thumbprint: str
    algorithm: Algorithm = Algorithm.ED25519

    @property
    def text(self) -> str:
        """The bytes in base64, as they may be handed in."""
        return base64.b64encode(self.raw).decode("ascii")

    @property
    def verifier(self) -> VerifyingKey:
        """The key to verify with."""
        if self.algorithm is Algorithm.ED25519:
            return Ed25519PublicKey.from_public_bytes(self.raw)
        return p256.require_p256(self.raw)

    def require(self, signature: bytes, message: bytes, where: str) -> None:
        """Raises NotAllowed unless the signature (64 bytes) is this key's over the message."""
        verifier = self.verifier
        try:
            if isinstance(verifier, Ed25519PublicKey):
                verifier.verify(signature, message)
            else:
                r, s = (int.from_bytes(half, "big") for half in (signature[:_HALF], signature[_HALF:]))
                verifier.verify(encode_dss_signature(r, s), message, ECDSA(SHA256()))
        except InvalidSignature:
            raise NotAllowed(where, "the signature is not this key's over this statement; sign it again") from None


def require_public_key(text: str) -> PublicKey:
    """The key handed in as base64: 32 bytes of Ed25519, a point of P-256, or either as SubjectPublicKeyInfo.
    Raises CallWrong for anything else, and for keys that nobody may use; it does not repeat the text."""
    try:
        data = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not data or len(data) > _LARGEST or base64.b64encode(data).decode("ascii") != text.strip():
        raise CallWrong("public key", "is not a public key in base64; copy it whole")
    if len(data) in SIZES.values():
        return public_key_of(data)
    return public_key_of(_within(data))


def public_key_of(raw: bytes) -> PublicKey:
    """The key of its bytes as they are kept. Raises CallWrong for keys that nobody may use."""
    if len(raw) == p256.SIZE:
        raw = p256.p256_bytes(p256.require_p256(raw))
        algorithm, jwk = Algorithm.ECDSA_P256_SHA256, p256.p256_jwk(raw)
    else:
        ed25519.require_ed25519(raw)
        algorithm, jwk = Algorithm.ED25519, ed25519.ed25519_jwk(raw)
    key = PublicKey(raw, thumbprint_of(jwk), algorithm)
    if key.thumbprint in PUBLISHED:
        raise CallWrong(
            "public key", f"is printed with its private half in {PUBLISHED[key.thumbprint]}; make a new key"
        )
    return key


def public_key_from(key: VerifyingKey) -> PublicKey:
    """The key of a library's object. Raises CallWrong for keys that nobody may use."""
    if isinstance(key, Ed25519PublicKey):
        return public_key_of(key.public_bytes_raw())
    if key.curve.name != "secp256r1":
        raise CallWrong("public key", f"is of the curve {key.curve.name}; make one of P-256 or Ed25519")
    return public_key_of(p256.p256_bytes(key))


def jwk_of(key: PublicKey) -> dict[str, str]:
    """The key as a JSON Web Key (RFC 7517), with the members of its thumbprint."""
    return ed25519.ed25519_jwk(key.raw) if key.algorithm is Algorithm.ED25519 else p256.p256_jwk(key.raw)


def thumbprint_of(jwk: dict[str, str]) -> str:
    """RFC 7638: SHA-256 over the members in order, without white space."""
    return base64.urlsafe_b64encode(hashlib.sha256(canonical_json(jwk)).digest()).rstrip(b"=").decode("ascii")


def from_base64(text: str, size: int, where: str) -> bytes:
    """Exactly `size` bytes of canonical, padded base64. Raises CallWrong, which does not repeat the text."""
    try:
        data = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        data = b""
    # One value has one spelling: base64 whose last bits are not zero would be a second one.
    if len(data) != size or base64.b64encode(data).decode("ascii") != text.strip():
        raise CallWrong(where, f"is not {size} bytes in base64; copy it whole")
    return data


def _within(data: bytes) -> bytes:
    """The key's bytes inside a SubjectPublicKeyInfo, which must be spelled as OpenSSL spells it: parameters other
    than the name of the curve would be a curve of somebody's own."""
    try:
        found = load_der_public_key(data)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        found = None
    if isinstance(found, Ed25519PublicKey | EllipticCurvePublicKey) and data == found.public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    ):
        return public_key_from(found).raw
    raise CallWrong(
        "public key",
        "is no public key of Ed25519 or P-256 in base64 (its bytes, or SubjectPublicKeyInfo); copy it whole",
    )
