"""A commitment to the part of an act that can be erased.

An entry must last; the words of a justification or the content of a release must not. The entry holds
`SHA-256(tag ‖ blinding ‖ private bytes)`: with the blinding and the private bytes anybody can check that they are
what the entry meant; once both are destroyed (they are kept under the person's key) the entry says nothing about
them, and its proofs still hold. From docs/security.md section 3: personal content
can be erased by destroying a key and the proofs still hold.

The blinding is 32 secret random bytes of its own, not the entry's nonce: the nonce is published with the entry,
and a published nonce would let anybody test guesses at the private part.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from broker.errors import BrokerError

BLINDING_BYTES: Final = 32
_TAG: Final = b"broker-audit-commitment-v1\x00"  # keeps these hashes apart from every other use of SHA-256


class CommitmentMismatch(BrokerError):
    """The private bytes or the blinding are not those the entry was made with."""

    exit_code = 1


def commit_private(private_bytes: bytes, blinding: bytes) -> bytes:
    """The 32-byte commitment to `private_bytes` under 32 secret random bytes.

    Raises ValueError when the blinding is not 32 bytes: a fixed length is what makes the pair unambiguous.
    """
    if len(blinding) != BLINDING_BYTES:
        raise ValueError(f"the blinding must be {BLINDING_BYTES} bytes")
    return hashlib.sha256(_TAG + blinding + private_bytes).digest()


def require_commitment(commitment: bytes, private_bytes: bytes, blinding: bytes) -> None:
    """Raise CommitmentMismatch unless the commitment was made to exactly these bytes."""
    if not hmac.compare_digest(commitment, commit_private(private_bytes, blinding)):
        raise CommitmentMismatch("audit commitment", "the private part is not the one this entry was made with")
