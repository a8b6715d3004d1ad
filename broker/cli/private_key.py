"""Private keys on the command line: made, read, and never kept by the broker.

Decides their file's form (PKCS #8 in PEM, for its owner alone) and that nothing of one is ever printed.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from broker.errors import CallWrong, SystemFailed
from broker.http_signatures.algorithms import SigningKey
from broker.http_signatures.private_key import find_private_key
from broker.partner_keys import Algorithm, PublicKey
from broker.partner_keys.public_key import public_key_from


def make_private_key(path: Path, algorithm: Algorithm = Algorithm.ED25519) -> SigningKey:
    """A new key in a new file that only its owner may read. Raises CallWrong where something is there already."""
    made: SigningKey = (
        Ed25519PrivateKey.generate() if algorithm is Algorithm.ED25519 else generate_private_key(SECP256R1())
    )
    data = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise CallWrong(
            str(path), "is there already, and a key is never written over; name another file"
        ) from None
    except OSError as error:
        raise SystemFailed(str(path), f"cannot be written: {(error.strerror or 'unknown').lower()}") from None
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    return made


def read_private_key(path: Path) -> SigningKey:
    """The Ed25519 or P-256 key of a file. Raises CallWrong for anything else; nothing of the file is repeated."""
    try:
        found = find_private_key(path.read_bytes())
    except OSError as error:
        raise CallWrong(str(path), f"cannot be read: {(error.strerror or 'unknown').lower()}") from None
    if found is not None:
        return found
    raise CallWrong(
        str(path),
        "is no Ed25519 or P-256 private key in PEM without a passphrase; make one with `broker keys make`",
    )


def public_half(key: SigningKey) -> PublicKey:
    """Of it, what is handed in."""
    return public_key_from(key.public_key())
