"""A public key as it is handed in: its encoding, its thumbprint, and the keys that nobody may use.

Decides that a key is 32 bytes of Ed25519 in their one canonical encoding, is not of small order (for such a key a
signature can be made that fits any message) and is none of those whose private half is printed in a standard.
Sources: RFC 8032 sections 5.1.3 and 7, RFC 7638 and RFC 8037 (thumbprints), RFC 9421 appendix B.1 ("MUST NOT be
used for any purpose other than testing"), docs/how-to-keys.md.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from broker.errors import CallWrong, NotAllowed


class Algorithm(StrEnum):
    """What a key signs with; it belongs to the key's record and is never taken from a message."""

    ED25519 = "ed25519"


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

PUBLISHED: Final = {
    "poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U": "RFC 9421 appendix B.1.4",
    "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k": "RFC 8032 section 7.1, test 1, and RFC 8037 appendix A",
    "FtIu-VbGrfe_KB6CH7GNwODB72MNxj_ml11dEvO-7kk": "RFC 8032 section 7.1, test 2",
    "FVV5umTuau890q59V-4Ga_R6qWb7ON_ivJc4EjvCwTM": "RFC 8032 section 7.1, test 3",
    "lZI1vM7tnlYapaF5-cy86ptx0tT_8Av721hhiNB5ti4": "RFC 8032 section 7.1, test 1024",
    "iiDHHfFVNG6ICMUTsicgrWf1igtFYZEK73xlobt1ah4": "RFC 8032 section 7.1, test SHA(abc)",
    "2bVIQ9_u0wVxBsBwmxK3F42rRFnt_dA7CZQ3u_2RKZY": "RFC 8032 section 7.2, foo",
    "qz1FYaobwnFjkaNLccv-mFXe7gu45Zo72p2XqE3Is20": "RFC 8032 section 7.2, foo3",
}
"""Thumbprints of keys whose private half everybody can read, and where."""

RAW_SIZE: Final = 32
SIGNATURE_SIZE: Final = 64


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 public key: its 32 bytes, and its RFC 7638 thumbprint (SHA-256, base64url without padding)."""

    raw: bytes
    thumbprint: str
    algorithm: Algorithm = Algorithm.ED25519

    @property
    def text(self) -> str:
        """The bytes in base64, as they are handed in."""
        return base64.b64encode(self.raw).decode("ascii")

    @property
    def verifier(self) -> Ed25519PublicKey:
        """The key to verify with."""
        return Ed25519PublicKey.from_public_bytes(self.raw)

    def require(self, signature: bytes, message: bytes, where: str) -> None:
        """Raises NotAllowed unless the signature is this key's over the message."""
        try:
            self.verifier.verify(signature, message)
        except InvalidSignature:
            raise NotAllowed(where, "the signature is not this key's over this statement; sign it again") from None


def require_public_key(text: str) -> PublicKey:
    """The key of 32 bytes in base64. Raises CallWrong for anything else, and for keys that nobody may use."""
    raw = from_base64(text, RAW_SIZE, "public key")
    return public_key_of(raw)


def public_key_of(raw: bytes) -> PublicKey:
    """The key of 32 bytes. Raises CallWrong for keys that nobody may use."""
    second = int.from_bytes(raw, "little") & ((1 << 255) - 1)
    if len(raw) != RAW_SIZE or second >= _FIELD:
        raise CallWrong("public key", "is no Ed25519 key in its one encoding; hand in the key as it was made")
    if second in _SMALL_ORDER:
        raise CallWrong("public key", "is of small order: a signature by it proves nothing; make a new key")
    key = PublicKey(raw, thumbprint_of(raw))
    if key.thumbprint in PUBLISHED:
        raise CallWrong(
            "public key", f"is printed with its private half in {PUBLISHED[key.thumbprint]}; make a new key"
        )
    try:
        Ed25519PublicKey.from_public_bytes(raw)
    except ValueError:
        raise CallWrong("public key", "is no point of the curve; hand in the key as it was made") from None
    return key


def thumbprint_of(raw: bytes) -> str:
    """RFC 7638 over the RFC 8037 form of the key: the members in order, no white space."""
    x = base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
    jwk = f'{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}'
    return base64.urlsafe_b64encode(hashlib.sha256(jwk.encode("ascii")).digest()).rstrip(b"=").decode("ascii")


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
