"""How one identifier becomes one pseudonym. The readable form; `batch` must equal it byte for byte.

Decides the construction of the security profile, section 2: C = LP(canonical value in UTF-8) zero-padded to a
multiple of 16, pseudonym = CMAC(key, C ‖ C). The second copy of C is fed forward, as in Matyas–Meyer–Oseas, so
that even the holder of the key cannot invert a pseudonym by one decryption. Deliberately protects against nobody
who holds the key and tries every number: custody of keys and limits on look-ups do that.

A domain that says `hmac-sha-256` replaces the MAC and nothing else: HMAC-SHA-256(key, C ‖ C), cut to its first 16
bytes (truncation as in RFC 2104 section 5).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping

from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.cmac import CMAC

from broker.errors import CallWrong
from broker.identifiers import Identifier
from broker.pseudonyms.domains import MacAlgorithm, PseudonymKey, length_prefixed
from broker.pseudonyms.pseudonym import PSEUDONYM_BYTES, Pseudonym

BLOCK_BYTES = 16


def padded(canonical: bytes) -> bytes:
    """C: LP(canonical), zero-padded to whole blocks. Unambiguous, because the length stands first."""
    prefixed = length_prefixed(canonical)
    return prefixed + bytes(-len(prefixed) % BLOCK_BYTES)


def block_count(length: int) -> int:
    """How many 16-byte blocks C has for a canonical value of `length` bytes."""
    return -(-(length + 2) // BLOCK_BYTES)


def _aes_256_cmac(secret: bytes, message: bytes) -> bytes:
    mac = CMAC(AES256(secret))
    mac.update(message)
    return mac.finalize()


def _hmac_sha_256(secret: bytes, message: bytes) -> bytes:
    return hmac.digest(secret, message, "sha256")[:PSEUDONYM_BYTES]


_MACS: Mapping[MacAlgorithm, Callable[[bytes, bytes], bytes]] = {
    MacAlgorithm.AES_256_CMAC: _aes_256_cmac,
    MacAlgorithm.HMAC_SHA_256: _hmac_sha_256,
}


def digest_of(key: PseudonymKey, canonical: bytes) -> bytes:
    """The 16 bytes for a canonical value. The caller vouches that it is canonical; `pseudonymise` need not."""
    block = padded(canonical)
    return _MACS[key.domain.algorithm](key.secret, block + block)


def pseudonymise(key: PseudonymKey, identifier: Identifier) -> Pseudonym:
    """The pseudonym of `identifier` in the key's domain and epoch.

    Raises `CallWrong` when the key is for another type of identifier.
    """
    if identifier.type_code != key.type_code:
        raise CallWrong(
            f"pseudonym domain `{key.domain.name}`",
            f"the key is for `{key.type_code}` and the identifier is a `{identifier.type_code}`; derive its own",
        )
    digest = digest_of(key, identifier.canonical.encode("utf-8"))
    return Pseudonym(key.domain.name, key.domain.epoch, digest)
