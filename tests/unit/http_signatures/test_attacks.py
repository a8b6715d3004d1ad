"""Attack by attack, in the order of work of docs/security.md section 1: each is refused, and at its own step.

Each test signs truly, with the partner's own key, whatever an attacker could have got a partner to sign; so what
is refused is refused for what it says and not for want of a signature.
"""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.http_signatures import Step
from broker.http_signatures.fields import content_digest, write_signature
from broker.http_signatures.profile import (
    MOST_HEADER_BYTES,
    MOST_HEADERS,
    MOST_TARGET_BYTES,
    MOST_VALUE_BYTES,
    ONCE,
    RESPONSE_TAG,
)
from tests.unit.http_signatures.asking import (
    BODY,
    KEY_ID,
    NOW,
    SECOND,
    Sent,
    components,
    honest,
    parameters,
    refused_at,
    signed,
    verified,
)

CREATED = int(NOW.timestamp())


def test_0_what_a_partner_sends_is_let_in_and_handed_on_whole() -> None:
    found = verified(honest())
    assert (found.key_id, found.organisation, found.body) == (KEY_ID, "ecc", BODY)
    assert (found.method, found.path, found.query) == ("POST", "/v1/profiles", "a=1&b=%20")
    assert (found.authority, found.content_type, found.idempotency_key) == (
        "broker.example",
        "application/json",
        "k-1",
    )
    assert found.content_digest == content_digest(BODY)


# 1. sizes and headers


def test_1_too_many_headers() -> None:
    more = tuple((f"x-{number}".encode(), b"") for number in range(MOST_HEADERS))
    assert refused_at(honest().with_headers((*honest().head.headers, *more))) is Step.SIZE


def test_1_too_many_bytes_of_headers() -> None:
    more = tuple((f"x-{number}".encode(), b"a" * (MOST_HEADER_BYTES // 8)) for number in range(9))
    assert refused_at(honest().with_headers((*honest().head.headers, *more))) is Step.SIZE


def test_1_a_covered_value_too_long() -> None:
    assert refused_at(honest().with_header("content-type", "a" * (MOST_VALUE_BYTES + 1))) is Step.SIZE


def test_1_a_target_too_long() -> None:
    sent = honest()
    long = replace(sent, head=replace(sent.head, query=b"a" * MOST_TARGET_BYTES))
    assert refused_at(long) is Step.SIZE


@pytest.mark.parametrize("name", ONCE)
@pytest.mark.parametrize("first", [True, False])
def test_1_a_header_that_stands_twice(name: str, first: bool) -> None:
    sent = honest().with_header(name, "x") if name == "broker-in-reply-to" else honest()
    twin = (name.encode(), sent.header(name).encode())
    headers = (twin, *sent.head.headers) if first else (*sent.head.headers, twin)
    assert refused_at(sent.with_headers(headers)) is Step.HEADERS


@pytest.mark.parametrize("name", ONCE)
@pytest.mark.parametrize("value", [b"", b" x", b"x ", b"x\ty", b"x\ny: z", b"x\x00", b"x\x7f", "é".encode()])
def test_1_a_header_with_what_is_not_printable(name: str, value: bytes) -> None:
    assert refused_at(honest().with_header(name, value)) is Step.HEADERS


@pytest.mark.parametrize("name", [b"Host", b"signature ", b"x\r\ny", b"", "é".encode()])
def test_1_a_header_whose_name_is_none(name: bytes) -> None:
    assert refused_at(honest().with_headers((*honest().head.headers, (name, b"x")))) is Step.HEADERS


@pytest.mark.parametrize("name", ["host", "content-type", "content-digest", "signature", "signature-input"])
def test_1_a_header_that_is_missing(name: str) -> None:
    assert refused_at(honest().with_header(name, None)) is Step.HEADERS


@pytest.mark.parametrize(
    "host", ["broker.example:80", "BROKER.example", "broker.example.", "other.example", "broker.example, other"]
)
def test_1_another_name_for_this_server(host: str) -> None:
    assert refused_at(honest().with_header("host", host)) is Step.HEADERS


def test_1_a_name_that_a_proxy_says_is_never_read() -> None:
    for name in ("x-forwarded-host", "forwarded", "x-forwarded-proto", "x-original-url"):
        assert refused_at(honest().with_header(name, "other.example")) is None
        moved = honest().with_header("host", "other.example").with_header(name, "broker.example")
        assert refused_at(moved) is Step.HEADERS


@pytest.mark.parametrize("value", ["chunked", "identity", ""])
def test_1_transfer_encoding(value: str) -> None:
    assert refused_at(honest().with_header("transfer-encoding", value)) is Step.HEADERS


@pytest.mark.parametrize("value", ["gzip", "identity", "br, gzip"])
def test_1_content_encoding(value: str) -> None:
    assert refused_at(honest().with_header("content-encoding", value)) is Step.ENCODING


@pytest.mark.parametrize("value", ["+16", "016", "16, 16", "-1", "0x10", "1e1", "99999999999"])
def test_1_a_length_that_two_readers_read_differently(value: str) -> None:
    assert refused_at(honest().with_header("content-length", value)) is Step.HEADERS


@pytest.mark.parametrize(
    "path",
    [
        b"",
        b"/",
        b"v1/profiles",
        b"/v1/profiles/",
        b"//v1/profiles",
        b"/v1//profiles",
        b"/v1/./profiles",
        b"/v1/../v1/profiles",
        b"/v1/%70rofiles",
        b"/v1/profiles%2f",
        b"/v1/profiles;x=1",
        b"/v1/profiles#x",
        b"/v1/profiles\x00",
        b"/v1/profiles\n",
        b"/v1\\profiles",
        b"http://broker.example/v1/profiles",
        "/v1/é".encode(),
    ],
)
def test_1_a_path_with_a_second_spelling(path: bytes) -> None:
    sent = honest()
    assert refused_at(replace(sent, head=replace(sent.head, path=path))) is Step.HEADERS


@pytest.mark.parametrize("query", [b"a=1\n", b"a=1#x", b"a=1 b", b"a=\xc3\xa9", b"a=1\x00", b"a=[]"])
def test_1_a_query_with_what_is_not_a_query(query: bytes) -> None:
    sent = honest()
    assert refused_at(replace(sent, head=replace(sent.head, query=query))) is Step.HEADERS


@pytest.mark.parametrize("method", ["post", "P", "", "POST ", "POST\n", "PO-ST", "A" * 11])
def test_1_a_method_that_is_none(method: str) -> None:
    sent = honest()
    assert refused_at(replace(sent, head=replace(sent.head, method=method))) is Step.HEADERS


# 2. parse


@pytest.mark.parametrize(
    "value",
    [
        "sig",
        "sig=",
        "sig=()",
        'sig="x"',
        "Sig=();created=1",
        'sig=("@method");created=1, other=("@method");created=1',
        'sig=("@method");created',
        'sig=("@method");created=1.5',
        'sig=("@method");created=-1',
        'sig=("@method");created=?1',
        'sig=("@method");created=1;created=1',
        'sig=("@method");created=1;Tag="x"',
        'sig=("@method");nonce=:AAAA:',
        'sig=("@method");tag="a\\"b"',
        "sig=(@method)",
        'sig=(("@method"))',
    ],
)
def test_2_a_signature_input_that_is_none_of_ours(value: str) -> None:
    assert refused_at(honest().with_header("signature-input", value)) in {Step.PARSE, Step.TAG, Step.CANONICAL}


def test_2_two_signatures() -> None:
    sent = honest()
    both = sent.header("signature") + ", " + sent.header("signature").replace("sig", "two", 1)
    assert refused_at(sent.with_header("signature", both)) is Step.PARSE
    said = sent.header("signature-input") + ", " + sent.header("signature-input").replace("sig", "two", 1)
    assert refused_at(sent.with_header("signature-input", said)) is Step.PARSE


def test_2_a_signature_under_another_label() -> None:
    sent = honest()
    assert refused_at(sent.with_header("signature", "two" + sent.header("signature")[3:])) is Step.PARSE


@pytest.mark.parametrize(
    "value",
    [
        "sha-512=:z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==:",
        "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE:",
        "sha-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=",
        "SHA-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:",
        "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:;x",
        f"{content_digest(BODY)}, {content_digest(BODY)}",
        "unixsum=30637",
    ],
)
def test_2_a_digest_that_is_not_exactly_one_sha_256(value: str) -> None:
    """Signed or not: which digest counts is not the message's to choose."""
    assert refused_at(signed(components(content_digest=value), parameters())) is Step.PARSE


# 3. canonical: one value, one spelling


def _respell(sent: Sent, old: str, new: str) -> Sent:
    value = sent.header("signature-input")
    assert old in value
    return sent.with_header("signature-input", value.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('("@method"', '( "@method"'),
        ('"@method" "@authority"', '"@method"  "@authority"'),
        ('"@method" "@authority"', '"@method""@authority"'),
        ('"k");', '"k" );'),
        ('"@method"', '"@method";'),
        (");created", ") ;created"),
        (");created", "); created"),
        ("created=", "created=0"),
        ("created=", "created=+"),
        ("created=", "created= "),
        ('"@method"', "@method"),
        ('"@method"', "'@method'"),
        ('"@method"', '"@method";req'),
        ('"@method"', '"@method" x'),
        ("sig=", "sig ="),
        ("sig=", "sig= "),
    ],
)
def test_3_a_second_spelling_of_signature_input(old: str, new: str) -> None:
    sent = honest()
    if old == '"k");':
        old, new = '"idempotency-key");', '"idempotency-key" );'
    steps = {Step.CANONICAL, Step.PARSE, Step.COMPONENTS}
    assert refused_at(_respell(sent, old, new)) in steps


def test_3_a_second_spelling_of_the_signature_bytes() -> None:
    """64 bytes leave four bits over in the last letter: 16 spellings in base64, of which one counts."""
    sent = honest()
    value = sent.header("signature")
    letter = value[-4]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    others = [one for one in alphabet if alphabet.index(one) >> 4 == alphabet.index(letter) >> 4 and one != letter]
    assert len(others) == 15
    for other in others:
        changed = value[:-4] + other + value[-3:]
        assert refused_at(sent.with_header("signature", changed)) is Step.CANONICAL


@pytest.mark.parametrize("padding", ["", "=", "==="])
def test_3_another_padding_of_the_signature(padding: str) -> None:
    sent = honest()
    bare = sent.header("signature").rstrip(":").rstrip("=")
    assert refused_at(sent.with_header("signature", f"{bare}{padding}:")) in {Step.PARSE, Step.CANONICAL}


@pytest.mark.parametrize("nonce", ["AAECAwQFBgcICQoLDA0OD-", "AAECAwQFBgcICQoLDA0OD", "AAECAwQFBgcICQoLDA0ODw=="])
def test_3_a_second_spelling_of_a_nonce(nonce: str) -> None:
    """Two nonces of the same bytes would let one request in twice."""
    assert refused_at(signed(components(), parameters(nonce=nonce))) is Step.PARAMETERS


# 4. tag, components, parameters, window


def test_4_a_signature_made_for_something_else() -> None:
    for tag in (RESPONSE_TAG, "broker-request-v2", "", "BROKER-REQUEST-V1"):
        assert refused_at(signed(components(), parameters(tag=tag))) is Step.TAG
    assert refused_at(signed(components(), parameters(tag=None))) is Step.TAG


def test_4_less_is_covered_than_must_be() -> None:
    for name in components():
        covered = components()
        del covered[name]
        assert refused_at(signed(covered, parameters()).with_header("content-digest", content_digest(BODY))) is (
            Step.COMPONENTS
        ), name


def test_4_more_is_covered_than_may_be() -> None:
    assert refused_at(signed({**components(), "accept": "x"}, parameters())) is Step.COMPONENTS


def test_4_the_order_is_another() -> None:
    covered = components()
    names = list(covered)
    for at in range(len(names) - 1):
        order = [*names[:at], names[at + 1], names[at], *names[at + 2 :]]
        moved = {name: covered[name] for name in order}
        assert refused_at(signed(moved, parameters())) is Step.COMPONENTS


def test_4_the_idempotency_key_is_there_and_not_covered() -> None:
    """Otherwise somebody on the way could make a retry look like another act, or another act like a retry."""
    assert refused_at(signed(components(idempotency_key=None), parameters())) is Step.COMPONENTS


def test_4_the_idempotency_key_is_covered_and_not_there() -> None:
    assert refused_at(honest().with_header("idempotency-key", None)) is Step.COMPONENTS


@pytest.mark.parametrize("alg", ["ed25519", "hmac-sha256", "none", "ecdsa-p256-sha256"])
def test_4_the_message_chooses_the_algorithm(alg: str) -> None:
    assert refused_at(signed(components(), parameters(alg=alg))) is Step.PARAMETERS


@pytest.mark.parametrize("name", ["created", "expires", "nonce", "keyid"])
def test_4_a_parameter_is_missing(name: str) -> None:
    assert refused_at(signed(components(), parameters(**{name: None}))) is Step.PARAMETERS


def test_4_a_parameter_of_another_kind() -> None:
    said = (
        parameters(created=str(CREATED)),
        parameters(expires=str(CREATED + 60)),
        parameters(nonce=7),
        parameters(keyid=7),
    )
    for one in said:
        assert refused_at(signed(components(), one)) is Step.PARAMETERS


@pytest.mark.parametrize(
    "key_id",
    [
        "",
        "ecc",
        "ecc/",
        "/x",
        "ecc/x/y",
        "ECC/x",
        "ecc/../x",
        "ecc/x y",
        "-ecc/x",
        "ecc/" + "a" * 25,
        "e" * 61 + "/abc",
    ],
)
def test_4_a_key_id_that_is_none(key_id: str) -> None:
    assert refused_at(signed(components(), parameters(keyid=key_id))) is Step.PARAMETERS


def test_4_an_instant_no_calendar_has() -> None:
    far = 10**14
    assert refused_at(signed(components(), parameters(created=far, expires=far + 60))) is Step.PARAMETERS


@pytest.mark.parametrize(
    ("created", "expires", "step"),
    [
        (-60, 0, Step.WINDOW),
        (-60, 1, Step.WINDOW),
        (-61, -1, Step.WINDOW),
        (-59, 1, None),
        (0, 1, None),
        (0, 60, None),
        (0, 61, Step.WINDOW),
        (0, 0, Step.WINDOW),
        (0, -1, Step.WINDOW),
        (5, 65, None),
        (6, 66, Step.WINDOW),
        (-10, -1, Step.WINDOW),
        (-1, 0, Step.WINDOW),
    ],
)
def test_4_out_of_its_time(created: int, expires: int, step: Step | None) -> None:
    said = parameters(created=CREATED + created, expires=CREATED + expires)
    assert refused_at(signed(components(), said)) is step


def test_4_kept_and_sent_later() -> None:
    assert refused_at(honest(), NOW + 59 * SECOND) is None
    assert refused_at(honest(), NOW + 60 * SECOND) is Step.WINDOW
    assert refused_at(honest(), NOW - 6 * SECOND) is Step.WINDOW


# 5 is the key: tests/functional/api/test_signed_door.py.
# 6. body and digest


@pytest.mark.parametrize(
    "body", [b"", BODY + b"\n", BODY[:-1], BODY.replace(b"p1", b"p2"), b"\xef\xbb\xbf" + BODY]
)
def test_6_another_body(body: bytes) -> None:
    assert refused_at(replace(honest(), body=body)) is Step.DIGEST


def test_6_a_length_that_is_not_the_bodys() -> None:
    assert refused_at(honest().with_header("content-length", str(len(BODY) + 1))) is Step.DIGEST
    assert refused_at(honest().with_header("content-length", None)) is None


def test_6_another_body_with_its_own_digest() -> None:
    other = b'{"about":["p2"]}'
    sent = replace(honest().with_header("content-digest", content_digest(other)), body=other)
    assert refused_at(sent) is Step.SIGNATURE


# 7 and 8. base and signature: a true signature moved elsewhere


def _moved(**to: str | bytes) -> Sent:
    sent = honest()
    return replace(sent, head=replace(sent.head, **to))


def test_7_moved_to_another_method() -> None:
    assert refused_at(_moved(method="PUT")) is Step.SIGNATURE


def test_7_moved_to_another_path() -> None:
    assert refused_at(_moved(path=b"/v1/records")) is Step.SIGNATURE


def test_7_moved_to_another_query() -> None:
    for query in (b"", b"a=1", b"a=1&b=+", b"b=%20&a=1", b"?a=1&b=%20"):
        assert refused_at(_moved(query=query)) in {Step.SIGNATURE, Step.HEADERS}


def test_7_moved_to_another_server() -> None:
    covered = {**components(), "@authority": "other.example"}
    assert refused_at(signed(covered, parameters())) is Step.SIGNATURE


def test_7_moved_to_another_media_type() -> None:
    assert refused_at(honest().with_header("content-type", "application/x-ndjson")) is Step.SIGNATURE


def test_7_moved_to_another_idempotency_key() -> None:
    assert refused_at(honest().with_header("idempotency-key", "k-2")) is Step.SIGNATURE


def test_7_said_to_be_another_keys() -> None:
    sent = honest()
    other = sent.header("signature-input").replace(KEY_ID, "nhs/case-system")
    assert refused_at(sent.with_header("signature-input", other)) is Step.SIGNATURE


def test_7_made_to_last_longer() -> None:
    said = parameters(expires=CREATED + 30)
    sent = signed(components(), said)
    longer = sent.header("signature-input").replace(str(CREATED + 30), str(CREATED + 60))
    assert refused_at(sent.with_header("signature-input", longer)) is Step.SIGNATURE


def test_7_a_line_smuggled_into_the_base() -> None:
    """A value with a line feed would be two lines of the base; no value can hold one."""
    smuggled = 'application/json\n"content-digest": x'
    assert refused_at(honest().with_header("content-type", smuggled)) is Step.HEADERS


def test_8_signed_by_somebody_else() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    assert refused_at(honest(other)) is Step.SIGNATURE


@pytest.mark.parametrize("size", [0, 1, 32, 63, 65, 128])
def test_8_a_signature_of_another_size(size: int) -> None:
    assert refused_at(honest().with_header("signature", write_signature("sig", bytes(size)))) is Step.SIGNATURE


def test_8_a_signature_of_nothing() -> None:
    assert refused_at(honest().with_header("signature", write_signature("sig", bytes(64)))) is Step.SIGNATURE


def test_8_the_order_of_the_group_added_to_a_signature() -> None:
    """Ed25519: `S + L` would verify for a reader that forgets to compare `S` with `L` (RFC 8032 section 5.1.7)."""
    order = 2**252 + 27742317777372353535851937790883648493
    sent = honest()
    raw = base64.b64decode(sent.header("signature").removeprefix("sig=:").removesuffix(":"))
    second = (int.from_bytes(raw[32:], "little") + order).to_bytes(32, "little")
    assert refused_at(sent.with_header("signature", write_signature("sig", raw[:32] + second))) is Step.SIGNATURE
