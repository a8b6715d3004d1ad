"""What holds of every signed message: what was signed verifies, and nothing else does."""

from __future__ import annotations

import string
from contextlib import suppress
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st

from broker.http_signatures import MessageRefused, RequestHead, Step, read_claim
from broker.http_signatures.algorithms import SigningKey, make_signature, require_signature
from broker.http_signatures.fields import (
    content_digest,
    read_signature,
    read_signature_input,
    write_parameters,
    write_signature,
)
from broker.http_signatures.profile import REQUEST_TAG, UNKNOWN
from broker.http_signatures.sign import (
    NOT_UNDERSTOOD,
    answer_components,
    nonce_text,
    request_components,
    sign_answer,
    sign_request,
    verify_answer,
)
from tests.unit.http_signatures.asking import (
    AUTHORITY,
    BODY,
    KEY,
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

P256 = derive_private_key(7, SECP256R1())
KEYS = [KEY, P256]
PRINTABLE = "".join(chr(one) for one in range(0x21, 0x7F))
WORDS = st.text("".join(set(PRINTABLE)), min_size=1, max_size=40)
SEGMENTS = st.text(string.ascii_letters + string.digits + "._~@:-", min_size=1, max_size=12).filter(
    lambda one: one not in {".", ".."}
)
PATHS = st.lists(SEGMENTS, min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))
QUERIES = st.text(string.ascii_letters + string.digits + "._~@:-/%+=&", max_size=30)
METHODS = st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"])


@given(
    method=METHODS,
    path=PATHS,
    query=QUERIES,
    content_type=WORDS,
    body=st.binary(max_size=64),
    idempotency_key=st.none() | WORDS,
    nonce=st.binary(min_size=16, max_size=16),
    key=st.sampled_from(KEYS),
)
def test_what_was_signed_verifies_and_says_what_was_signed(
    method: str,
    path: str,
    query: str,
    content_type: str,
    body: bytes,
    idempotency_key: str | None,
    nonce: bytes,
    key: SigningKey,
) -> None:
    covered = request_components(method, AUTHORITY, path, query, content_type, body, idempotency_key)
    headers = {"host": AUTHORITY, "content-type": content_type, **sign_request(covered, key, KEY_ID, nonce, NOW)}
    if idempotency_key is not None:
        headers["idempotency-key"] = idempotency_key
    raw = tuple((name.encode(), value.encode()) for name, value in headers.items())
    found = verified(Sent(RequestHead(method, path.encode(), query.encode(), raw), body), NOW, key)
    assert (found.method, found.path, found.query, found.body) == (method, path, query, body)
    assert (found.content_type, found.idempotency_key) == (content_type, idempotency_key)
    assert (found.key_id, found.nonce) == (KEY_ID, nonce_text(nonce))


@pytest.mark.parametrize("key", KEYS)
def test_any_one_byte_changed_refuses(key: SigningKey) -> None:
    """Every byte of every part that anybody reads, to each of three others."""
    sent = honest(key)
    assert refused_at(sent, NOW, key) is None
    head, changed = sent.head, []
    for at in range(len(sent.body)):
        changed += [replace(sent, body=one) for one in _others(sent.body, at)]
    for at in range(len(head.path)):
        changed += [replace(sent, head=replace(head, path=one)) for one in _others(head.path, at)]
    for at in range(len(head.query)):
        changed += [replace(sent, head=replace(head, query=one)) for one in _others(head.query, at)]
    for at in range(len(head.method)):
        changed += [replace(sent, head=replace(head, method=one.decode())) for one in _others(b"POST", at)]
    for name in ("host", "content-type", "content-digest", "idempotency-key", "signature-input", "signature"):
        value = sent.header(name).encode()
        for at in range(len(value)):
            if (name == "signature-input" and at < 3) or (name == "signature" and at < 3):
                continue  # the label, which names nothing; both must bear the same one
            changed += [sent.with_header(name, one) for one in _others(value, at)]
    assert len(changed) > 1000
    let_in = [one for one in changed if refused_at(one, NOW, key) is None]
    assert let_in == []


def _others(data: bytes, at: int) -> list[bytes]:
    """The bytes with another byte at this place: its neighbour, its other case, and a space."""
    new = {data[at] ^ 1, data[at] ^ 0x20, 0x20} - {data[at]}
    return [data[:at] + bytes([one]) + data[at + 1 :] for one in sorted(new) if one < 0x80]


@pytest.mark.parametrize("key", KEYS)
def test_any_byte_taken_out_or_put_in_refuses(key: SigningKey) -> None:
    sent = honest(key)
    for name in ("content-type", "content-digest", "idempotency-key", "signature-input", "signature"):
        value = sent.header(name)
        for at in range(len(value) + 1):
            shorter = value[:at] + value[at + 1 :]
            longer = [value[:at] + one + value[at:] for one in (" ", "\t", "=", ";", '"', "0", "A", ",")]
            for one in (shorter, *longer):
                if one != value:
                    assert refused_at(sent.with_header(name, one), NOW, key) is not None, (name, at, one)


@given(first=st.binary(max_size=64), key=st.sampled_from(KEYS), other=st.sampled_from(KEYS))
def test_a_signature_counts_for_its_own_key_and_its_own_bytes(
    first: bytes, key: SigningKey, other: SigningKey
) -> None:
    signature = make_signature(key, first)
    assert len(signature) == 64
    require_signature(key.public_key(), signature, first)
    with pytest.raises(MessageRefused):
        require_signature(key.public_key(), signature, first + b"\x00")
    if key is not other:
        with pytest.raises(MessageRefused):
            require_signature(other.public_key(), signature, first)


@pytest.mark.parametrize("numbers", [(0, 0), (0, 1), (1, 0), (2**256 - 1, 1), (1, 2**256 - 1)], ids=str)
def test_an_ecdsa_signature_of_numbers_out_of_range_is_refused(numbers: tuple[int, int]) -> None:
    signature = b"".join(one.to_bytes(32, "big") for one in numbers)
    with pytest.raises(MessageRefused):
        require_signature(P256.public_key(), signature, b"x")


def test_an_ecdsa_signature_in_another_form_is_refused() -> None:
    """DER, as OpenSSL writes it, is not the form of RFC 9421 section 3.3.4."""
    der = P256.sign(b"x", ECDSA(SHA256()))
    with pytest.raises(MessageRefused):
        require_signature(P256.public_key(), der, b"x")
    r, s = decode_dss_signature(der)
    require_signature(P256.public_key(), r.to_bytes(32, "big") + s.to_bytes(32, "big"), b"x")


# The fields: the one spelling of each value.

SPELLED = [
    ("sig=();created=0", None),
    ("sig=();created=00", Step.PARSE),
    ("sig=();created=1", None),
    ("sig=();created=01", Step.PARSE),
    ("sig=();created=+1", Step.PARSE),
    ("sig=();created=-1", Step.PARSE),
    ("sig=();created=1.0", Step.PARSE),
    ("sig=();created=1e3", Step.PARSE),
    ("sig=();created=999999999999999", None),
    ("sig=();created=1000000000000000", Step.PARSE),
    ("sig=(); created=1", Step.PARSE),
    ("sig=() ;created=1", Step.PARSE),
    ("sig= ();created=1", Step.PARSE),
    (" sig=();created=1", Step.PARSE),
    ("sig=();created=1 ", Step.PARSE),
    ("sig=();created=1\n", Step.PARSE),
    ("sig=();created=1;", Step.PARSE),
    ("sig=();created=1,", Step.PARSE),
    ("sig=();;created=1", Step.PARSE),
    ("sig=();CREATED=1", Step.PARSE),
    ("SIG=();created=1", Step.PARSE),
    ("*a.b-c_9=();created=1", None),
    ("9a=();created=1", Step.PARSE),
    ('sig=();tag=""', None),
    ('sig=();tag="a b"', None),
    ('sig=();tag="a\tb"', Step.PARSE),
    ('sig=();tag="a\\\\b"', Step.PARSE),
    ('sig=();tag="é"', Step.PARSE),
    ("sig=();tag=word", Step.PARSE),
    ("sig=();tag=?1", Step.PARSE),
    ("sig=();tag", Step.PARSE),
    ('sig=();tag="x";tag="x"', Step.PARSE),
    ('sig=("a" "b");created=1', None),
    ('sig=("a"  "b");created=1', Step.CANONICAL),
    ('sig=("a"\t"b");created=1', Step.CANONICAL),
    ('sig=("a""b");created=1', Step.CANONICAL),
    ('sig=( "a");created=1', Step.CANONICAL),
    ('sig=("a" );created=1', Step.CANONICAL),
    ('sig=(a);created=1', Step.CANONICAL),
    ('sig=("a" b);created=1', Step.CANONICAL),
    ('sig=("a";req);created=1', None),
    ('sig=("a"; req);created=1', Step.CANONICAL),
    ('sig=("a;req");created=1', Step.CANONICAL),
    ('sig=("a\\"b");created=1', Step.CANONICAL),
    ('sig=("a");created=1, two=("a");created=1', Step.PARSE),
    ('sig=("a")("b");created=1', Step.PARSE),
    ('sig="a"', Step.PARSE),
    ("sig", Step.PARSE),
    ("", Step.PARSE),
]  # fmt: skip


@pytest.mark.parametrize(("text", "step"), SPELLED)
def test_one_value_has_one_spelling(text: str, step: Step | None) -> None:
    if step is None:
        assert str(read_signature_input(text)) == text
        return
    with pytest.raises(MessageRefused) as refused:
        read_signature_input(text)
    assert refused.value.step is step


@given(
    names=st.lists(st.text(string.ascii_lowercase + "-@", min_size=1, max_size=9), max_size=5),
    said=st.dictionaries(
        st.text(string.ascii_lowercase, min_size=1, max_size=8),
        st.integers(0, 10**15 - 1) | st.text(string.ascii_letters + " /-_.", max_size=9),
        max_size=5,
    ),
    data=st.binary(max_size=80),
)
def test_what_is_written_is_read_back(names: list[str], said: dict[str, int | str], data: bytes) -> None:
    text = f"sig={write_parameters(tuple(names), said)}"
    read = read_signature_input(text)
    assert (read.components, read.parameters, str(read)) == (tuple(names), said, text)
    if data:
        assert read_signature(write_signature("sig", data), "sig") == data


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda data: data.decode("latin-1")))
def test_whatever_comes_is_read_or_refused_and_never_anything_else(text: str) -> None:
    sent = honest()
    for name in ("signature-input", "signature", "content-digest", "content-type"):
        try:
            raw = text.encode("latin-1")
        except UnicodeEncodeError:
            raw = text.encode("utf-8")
        refused_at(sent.with_header(name, raw))
    with suppress(MessageRefused):
        read_signature_input(text)


def test_the_order_of_the_parameters_is_the_signers() -> None:
    """RFC 9421 section 2.3: it is signed as it was written, whichever it is."""
    backwards = dict(reversed(parameters().items()))
    sent = signed(components(), backwards)
    assert refused_at(sent) is None
    assert refused_at(honest().with_header("signature-input", sent.header("signature-input"))) is Step.SIGNATURE


# Answers.

ANSWER = b'{"outcome":"answered"}'
SIGNER = P256  # a partner checks whichever key it pinned; the broker's own is Ed25519


def _answer(status: int = 200, in_reply_to: str = f"{KEY_ID}/{nonce_text(bytes(range(16)))}") -> dict[str, str]:
    request = components()
    if in_reply_to == UNKNOWN:
        request = {name: value for name, value in request.items() if name.startswith("@")}
    covered = answer_components(status, "application/json", ANSWER, in_reply_to, request)
    return {
        "content-type": "application/json",
        "broker-in-reply-to": in_reply_to,
        **sign_answer(covered, KEY, "broker/1", NOW),
    }


def _refused(headers: dict[str, str], status: int = 200, body: bytes = ANSWER, **request: str) -> Step | None:
    raw = tuple((name.encode(), value.encode()) for name, value in headers.items())
    mine = f"{KEY_ID}/{nonce_text(bytes(range(16)))}"
    now = NOW + 3 * SECOND
    try:
        verify_answer(status, raw, body, {**components(), **request}, mine, {"broker/1": KEY.public_key()}, now)
    except MessageRefused as refused:
        return refused.step
    return None


def test_an_answer_is_bound_to_its_status_body_and_question() -> None:
    answer = _answer()
    assert _refused(answer) is None
    assert _refused(answer, status=201) is Step.SIGNATURE
    assert _refused(answer, body=b"{}") in {Step.DIGEST, Step.SIGNATURE}
    for name, value in components().items():
        assert _refused(answer, **{name: value + "x"}) is Step.SIGNATURE, name
    other = f"{KEY_ID}/{nonce_text(bytes(16))}"
    assert _refused(_answer(in_reply_to=other)) is Step.COMPONENTS
    assert _refused({**answer, "broker-in-reply-to": other}) is Step.COMPONENTS
    assert _refused({**answer, "content-encoding": "gzip"}) is Step.ENCODING
    for name in answer:
        assert _refused({key: value for key, value in answer.items() if key != name}) is Step.HEADERS, name


def test_an_answer_by_a_key_that_was_not_pinned_is_none() -> None:
    covered = answer_components(200, "application/json", ANSWER, f"{KEY_ID}/x", components())
    headers = {
        "content-type": "application/json",
        "broker-in-reply-to": f"{KEY_ID}/{nonce_text(bytes(range(16)))}",
        **sign_answer(covered, P256, "broker/2", NOW),
    }
    assert _refused(headers) is Step.KEY


def test_a_request_is_no_answer_and_an_answer_no_request() -> None:
    assert REQUEST_TAG in honest().header("signature-input")
    answer = {**_answer(), "signature-input": honest().header("signature-input")}
    assert _refused({**answer, "signature": honest().header("signature")}) is Step.TAG
    moved = honest().with_header("signature-input", _answer()["signature-input"])
    assert refused_at(moved.with_header("signature", _answer()["signature"])) is Step.TAG


@pytest.mark.parametrize("status", [200, 201, 204, 302, 403, 404, 409, 500, 503])
def test_only_a_refusal_may_answer_no_request_in_particular(status: int) -> None:
    assert status not in NOT_UNDERSTOOD
    assert _refused(_answer(status, UNKNOWN), status) is Step.COMPONENTS


@pytest.mark.parametrize("status", sorted(NOT_UNDERSTOOD))
def test_a_refusal_of_what_was_not_understood_is_bound_to_its_address(status: int) -> None:
    answer = _answer(status, UNKNOWN)
    assert _refused(answer, status) is None
    assert _refused(answer, status, **{"@path": "/v1/records"}) is Step.SIGNATURE
    assert _refused(answer, 200) is Step.COMPONENTS


def test_digest_of_nothing_is_a_digest() -> None:
    assert content_digest(b"") == "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"
    assert content_digest(BODY) != content_digest(b"")


def test_reading_needs_no_clock_and_no_key() -> None:
    claim = read_claim(honest().head, AUTHORITY)
    assert claim.in_reply_to == f"{KEY_ID}/{claim.nonce}"
