"""A private key as its file holds it: PKCS #8 in PEM, without a passphrase."""

from __future__ import annotations

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from broker.http_signatures.algorithms import SigningKey


def find_private_key(pem: bytes) -> SigningKey | None:
    """The Ed25519 or P-256 key in the text; None for anything else. Nothing of the text is repeated."""
    try:
        found = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    if isinstance(found, Ed25519PrivateKey):
        return found
    return found if isinstance(found, EllipticCurvePrivateKey) and found.curve.name == "secp256r1" else None
