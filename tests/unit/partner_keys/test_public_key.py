"""A public key is taken only in its one encoding, and never when anybody could sign by it."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256K1,
    SECP256R1,
    SECP384R1,
    EllipticCurvePublicKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from hypothesis import given
from hypothesis import strategies as st

from broker.errors import CallWrong, NotAllowed
from broker.http_signatures.algorithms import make_signature
from broker.partner_keys import Algorithm, require_public_key
from broker.partner_keys.ed25519 import ed25519_jwk
from broker.partner_keys.p256 import p256_bytes, p256_jwk
from broker.partner_keys.possession import possession_statement
from broker.partner_keys.public_key import from_base64, jwk_of, public_key_from, public_key_of, thumbprint_of
from broker.partner_keys.published import PUBLISHED

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
RAW = PRIVATE.public_key().public_bytes_raw()
P256 = derive_private_key(7, SECP256R1())
FIELD = 2**255 - 19

# The private halves as the standards print them; nobody may ever rely on a signature by one.
PRINTED = (
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5",
    "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
    "0305334e381af78f141cb666f6199f57bc3495335a256a95bd2a55bf546663f6",
    "ab9c2853ce297ddab85c993b3ae14bcad39b2c682beabc27d6d4eb20711d6560",
    b"printed in docs/api.md: no key!!".hex(),
)
PRINTED_P256 = (
    1,
    0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721,
    0x8E9B109E719098BF980487DF1F5D77E9CB29606EBED2263B5F57C213DF84F4B2,
    0xF3BD0C07A81FB932781ED52752F60CC89A6BE5E51934FE01938DDB55D8F77801,
)
RFC_9421_P256 = """-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lf
w0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==
-----END PUBLIC KEY-----
"""
RFC_9421 = bytes.fromhex("26b40b8f93fff3d897112f7ebc582b232dbd72517d082fe83cfb30ddce43d1bb")
SMALL = (
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
)


def load_pem(pem: str) -> EllipticCurvePublicKey:
    found = load_pem_public_key(pem.encode())
    assert isinstance(found, EllipticCurvePublicKey)
    return found


def text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def test_a_key_is_read_and_has_the_thumbprint_of_its_standard() -> None:
    assert require_public_key(text(RAW)).raw == RAW
    # RFC 8037 appendix A.3 prints this thumbprint of the key of A.1.
    one = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(PRINTED[0])).public_key().public_bytes_raw()
    assert thumbprint_of(ed25519_jwk(one)) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_keys_whose_private_half_is_printed_are_refused() -> None:
    keys = [Ed25519PrivateKey.from_private_bytes(bytes.fromhex(one)).public_key() for one in PRINTED]
    raws = [*(key.public_bytes_raw() for key in keys), RFC_9421]
    points = [p256_bytes(derive_private_key(one, SECP256R1()).public_key()) for one in PRINTED_P256]
    points.append(p256_bytes(load_pem(RFC_9421_P256)))
    found = {thumbprint_of(ed25519_jwk(raw)) for raw in raws} | {thumbprint_of(p256_jwk(raw)) for raw in points}
    assert found == set(PUBLISHED)
    for raw in (*raws, *points):
        with pytest.raises(CallWrong, match="printed with its private half"):
            require_public_key(text(raw))


@pytest.mark.parametrize("raw", SMALL)
def test_a_key_of_small_order_is_refused(raw: str) -> None:
    with pytest.raises(CallWrong, match="small order"):
        public_key_of(bytes.fromhex(raw))


@pytest.mark.parametrize("second", [FIELD, FIELD + 1, FIELD + 18, 2**255 - 1])
def test_a_second_encoding_of_a_point_is_refused(second: int) -> None:
    for sign in (0, 1 << 255):
        with pytest.raises(CallWrong, match="one encoding"):
            public_key_of((second | sign).to_bytes(32, "little"))


@pytest.mark.parametrize(
    "wrong",
    ["", "AAAA", text(RAW)[:-1], text(RAW) + "=", text(RAW + b"x"), "é" * 44, text(bytes(65)), text(bytes(201))],
)
def test_what_is_no_key_in_base64_is_refused(wrong: str) -> None:
    with pytest.raises(CallWrong, match=r"copy it whole|no point of P-256"):
        require_public_key(wrong)


@pytest.mark.parametrize("spelling", ["raw", "spki"])
def test_an_ed25519_key_is_kept_in_one_form(spelling: str) -> None:
    der = PRIVATE.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert require_public_key(text(RAW if spelling == "raw" else der)) == public_key_of(RAW)


@pytest.mark.parametrize("spelling", ["uncompressed", "spki"])
def test_a_p256_key_is_kept_in_one_form_whichever_it_came_in(spelling: str) -> None:
    public = P256.public_key()
    handed_in = {
        "uncompressed": public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint),
        "spki": public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    }[spelling]
    key = require_public_key(text(handed_in))
    assert (key.algorithm, key.raw) == (Algorithm.ECDSA_P256_SHA256, p256_bytes(public))
    assert key == public_key_from(public) == require_public_key(key.text)
    assert jwk_of(key)["crv"] == "P-256"


def test_a_key_of_another_curve_or_kind_is_refused() -> None:
    for curve in (SECP384R1(), SECP256K1()):
        public = derive_private_key(7, curve).public_key()
        der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        with pytest.raises(CallWrong, match="public key"):
            require_public_key(text(der))
    x25519 = X25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    with pytest.raises(CallWrong, match="no public key"):
        require_public_key(text(x25519.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)))


def test_a_point_that_is_not_on_the_curve_or_written_another_way_is_refused() -> None:
    point = p256_bytes(P256.public_key())
    with pytest.raises(CallWrong, match="no public key"):
        require_public_key(text(P256.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)))
    for wrong in (
        point[:-1] + bytes([point[-1] ^ 1]),
        b"\x06" + point[1:],
        b"\x07" + point[1:],
        b"\x04" + bytes(64),
    ):
        with pytest.raises(CallWrong, match="no point of P-256"):
            require_public_key(text(wrong))


def test_subject_public_key_info_has_one_spelling() -> None:
    der = P256.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for wrong in (der + b"\x00", der[:-1], b"\x30\x81" + der[1:2] + der[2:]):
        with pytest.raises(CallWrong, match="public key"):
            require_public_key(text(wrong))


def test_a_p256_key_proves_that_it_is_held() -> None:
    key = public_key_from(P256.public_key())
    message = possession_statement("ecc/hsm", "ecc", key, "broker.example/log")
    assert b'"algorithm":"ecdsa-p256-sha256"' in message
    key.require(make_signature(P256, message), message, "proof")
    for wrong in (bytes(64), make_signature(P256, message + b"x"), make_signature(PRIVATE, message)):
        with pytest.raises(NotAllowed):
            key.require(wrong, message, "proof")


def test_base64_has_one_spelling() -> None:
    spelled = text(RAW)
    loose = spelled[:-2] + chr(ord(spelled[-2]) + 1) + "="
    assert base64.b64decode(loose) == RAW, "the last bits are thrown away"
    with pytest.raises(CallWrong):
        from_base64(loose, 32, "public key")


@given(
    one=st.tuples(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8)),
    other=st.tuples(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8)),
)
def test_a_proof_for_one_name_organisation_and_broker_proves_nothing_for_another(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    key = public_key_of(RAW)

    def statement(of: tuple[str, str, str]) -> bytes:
        return possession_statement(of[0], of[1], key, of[2])

    proof = PRIVATE.sign(statement(one))
    key.require(proof, statement(one), "proof")
    if one != other:
        with pytest.raises(NotAllowed):
            key.require(proof, statement(other), "proof")
