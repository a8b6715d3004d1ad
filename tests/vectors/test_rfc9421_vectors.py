"""RFC 9421's own signatures and RFC 9530's own digests, by the broker's code."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from broker.errors import CallWrong
from broker.http_signatures.fields import content_digest
from broker.partner_keys.public_key import public_key_from
from broker.partner_keys.published import PUBLISHED
from tests.vectors.public_vectors import load
from tests.vectors.rfc9421 import OURS, cases, faults


def test_every_printed_signature_is_read_as_the_standard_reads_it() -> None:
    data = load("rfc9421.json")
    found = {case["id"]: faults(data, case) for case in cases(data)}
    assert len(found) == 14
    assert found == {name: [] for name in found}
    assert sum(case["alg"] in OURS for case in cases(data)) == 7


def test_digests_are_those_of_the_vectors() -> None:
    for one in load("rfc9421.json")["content_digest"]:
        assert content_digest(one["body_utf8"].encode()) == one["sha-256"]


def test_the_standards_own_keys_are_refused_by_thumbprint() -> None:
    data = load("rfc9421.json")
    thumbprints = data["published_test_key_thumbprints_rfc7638_sha256"]
    for name in ("test-key-ed25519", "test-key-ecc-p256"):
        assert thumbprints[name] in PUBLISHED
        public = load_pem_public_key(data["keys"][name]["public_pem"].encode())
        assert isinstance(public, Ed25519PublicKey | EllipticCurvePublicKey)
        with pytest.raises(CallWrong, match="printed with its private half in RFC 9421"):
            public_key_from(public)
