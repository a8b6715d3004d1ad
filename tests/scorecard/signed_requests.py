"""Searches for a signed request that is let in and should not be: no database, the verifier alone.

Each function takes seeds and returns counts, among them `bad`, which must stay at nought.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver, algorithms
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from broker.documents.strict_json import JsonRefused, read_json
from broker.http_signatures import Step
from broker.http_signatures.algorithms import SigningKey
from broker.http_signatures.profile import COVERED
from broker.http_signatures.sign import nonce_text, request_components
from tests.scorecard.json_table import TABLE
from tests.unit.http_signatures.asking import AUTHORITY, KEY, KEY_ID, NOW, Sent, parameters, refused_at, signed
from tests.vectors.public_vectors import BESIDE
from tests.vectors.rfc9421 import cases, faults

P256: Final = derive_private_key(7, SECP256R1())
KEYS: Final = (KEY, P256)
_COVERED: Final = (
    "host",
    "content-type",
    "content-digest",
    "idempotency-key",
    "signature-input",
    "signature",
    "content-length",
)
_ODD: Final = b" \t\r\n\x00\x7f\";,=():/+-_~%?&#\\'0Aaz9\xc3\xe9"


def honest(dice: Random) -> tuple[Sent, SigningKey]:
    """A request that a partner might send, and the key it is signed by."""
    key = dice.choice(KEYS)
    method = dice.choice(("GET", "POST", "PUT", "DELETE"))
    path = "/v1/" + "/".join(
        dice.choice(("profiles", "records", "teams", "x-1", "a.b")) for _ in range(dice.randint(1, 3))
    )
    query = dice.choice(("", "a=1", "after=c-2&limit=5", "q=%20%2F"))
    body = dice.choice((b"", b"{}", json.dumps({"about": ["p1"], "n": dice.random()}).encode()))
    retry = dice.choice((None, "visit-7"))
    covered = request_components(method, AUTHORITY, path, query, "application/json", body, retry)
    said = parameters(nonce=nonce_text(dice.randbytes(16)))
    sent = signed(covered, said, key, body=body)
    sent = sent if retry is not None else sent.with_header("idempotency-key", None)
    head = replace(sent.head, method=method, path=path.encode(), query=query.encode())
    return replace(sent, head=head), key


def mutated(sent: Sent, other: Sent, dice: Random) -> Sent:
    """The request with one change that leaves it another; parts may be taken from `other`, which is honest too."""
    while (found := _mutated(sent, other, dice)) == sent:
        pass
    return found


def _mutated(sent: Sent, other: Sent, dice: Random) -> Sent:
    change = dice.randrange(12)
    head = sent.head
    if change == 0:
        return replace(sent, body=_bytes(sent.body, dice))
    if change == 1:
        return replace(sent, head=replace(head, path=_bytes(head.path, dice)))
    if change == 2:
        return replace(sent, head=replace(head, query=_bytes(head.query, dice)))
    if change == 3:
        return replace(sent, head=replace(head, method=_bytes(head.method.encode(), dice).decode("latin-1")))
    name = dice.choice([one for one in _COVERED if one.encode() in dict(head.headers)])
    if change == 4 and name != "content-length":  # which a server may lack; what the body is it does not say
        return sent.with_header(name, None)
    if change == 5:
        twin = (name.encode(), dice.choice((sent.header(name).encode(), b"x", b"")))
        at = dice.randrange(len(head.headers) + 1)
        return sent.with_headers((*head.headers[:at], twin, *head.headers[at:]))
    if change == 6 and name.encode() in dict(other.head.headers):
        return sent.with_header(name, other.header(name))
    if change == 7:
        extra = dice.choice((b"transfer-encoding", b"content-encoding"))
        return sent.with_headers((*head.headers, (extra, dice.choice((b"chunked", b"identity", b"gzip")))))
    if change == 8:
        return sent.with_header("signature-input", _parameters(sent.header("signature-input"), dice))
    return sent.with_header(name, _bytes(sent.header(name).encode(), dice))


def _bytes(data: bytes, dice: Random) -> bytes:
    """The bytes with one of them changed, put in, taken out, doubled or of another case, or cut off."""
    at = dice.randrange(len(data) + 1)
    before, here, after = data[:at], data[at : at + 1], data[at + 1 :]
    odd = bytes([dice.choice(_ODD)])
    flipped = bytes([here[0] ^ (1 << dice.randrange(8))]) if here else odd
    return dice.choice(
        (
            before + flipped + after,
            before + odd + here + after,
            before + after,
            before + here + here + after,
            before + here.swapcase() + after,
            before,
            data + odd,
            odd + data,
        )
    )


def _parameters(text: str, dice: Random) -> str:
    """`Signature-Input` with its parts moved, doubled, left out or added to."""
    inner, _, rest = text.partition(")")
    names = inner.partition("(")[2].split(" ")
    said = rest.split(";")[1:]
    change = dice.randrange(6)
    if change == 0:
        dice.shuffle(names)
    elif change == 1:
        names.pop(dice.randrange(len(names)))
    elif change == 2:
        names.append(dice.choice(('"date"', '"@target-uri"', '"@method"', names[0], '"@path";req')))
    elif change == 3:
        dice.shuffle(said)
    elif change == 4:
        said.pop(dice.randrange(len(said)))
    else:
        said.insert(dice.randrange(len(said) + 1), dice.choice(('alg="ed25519"', "created=1", 'x="y"', said[0])))
    return f"sig=({' '.join(names)})" + "".join(f";{one}" for one in said)


def mutated_requests(seeds: range) -> dict[str, int]:
    """Mutated requests that were let in, or met with anything but a refusal."""
    bad = 0
    for seed in seeds:
        dice = Random(seed)
        (sent, key), (other, _) = honest(dice), honest(dice)
        wrong = mutated(sent, other, dice)
        try:
            bad += refused_at(wrong, NOW, key) is None
        except Exception:
            bad += 1
    return {"bad": bad}


class _Keys(HTTPSignatureKeyResolver):
    def __init__(self, key: SigningKey) -> None:
        self._key = key

    def resolve_public_key(self, key_id: str) -> Any:
        return self._key.public_key() if key_id == KEY_ID else None


class _Second(HTTPMessageVerifier):
    """The library, without its own clock: when a request counts is compared elsewhere (`clock_skew`)."""

    def validate_created_and_expires(self, sig_input: Any, max_age: timedelta | None = None) -> None:
        del sig_input, max_age


class _Message:
    """A request as the library takes one. Header names it joins; it reads no raw bytes."""

    def __init__(self, sent: Sent) -> None:
        head = sent.head
        self.method = head.method
        query = f"?{head.query.decode('latin-1')}" if head.query else ""
        host = dict(head.headers).get(b"host", b"").decode("latin-1")
        self.url = f"https://{host}{head.path.decode('latin-1')}{query}"
        self.headers = {name.decode(): value.decode("latin-1") for name, value in head.headers}


def second_opinion(sent: Sent, key: SigningKey) -> bool:
    """Whether the library `http-message-signatures` takes the request: signature, digest, and that what the
    profile covers is covered."""
    algorithm = algorithms.ED25519 if key is KEY else algorithms.ECDSA_P256_SHA256
    verifier = _Second(signature_algorithm=algorithm, key_resolver=_Keys(key))
    required = [f'"{name}"' for name in COVERED]
    try:
        found = verifier.verify(
            _Message(sent),
            expect_tag="broker-request-v1",
            body=sent.body,
            require_components=required,
            max_age=None,
        )
    except (HTTPMessageSignaturesException, ValueError, TypeError, KeyError):
        return False
    return len(found) == 1


def two_verifiers(seeds: range) -> dict[str, int]:
    """Requests on which the broker and the library disagree, honest and mutated in turn. Where the broker refuses
    by its profile (a spelling, a header, a parameter too many) what the library lets by, that is counted apart."""
    bad = both_accept = both_refuse = profile_only = 0
    for seed in seeds:
        dice = Random(seed)
        (sent, key), (other, _) = honest(dice), honest(dice)
        if seed % 2:
            sent = mutated(sent, other, dice)
        step = refused_at(sent, NOW, key)
        theirs = second_opinion(sent, key)
        if step is None:
            both_accept += theirs
            bad += not theirs
        elif not theirs:
            both_refuse += 1
        elif step is Step.SIGNATURE:
            bad += 1
        else:
            profile_only += 1
    return {"bad": bad, "both_accept": both_accept, "both_refuse": both_refuse, "profile_only": profile_only}


def clock_skew(seeds: range) -> dict[str, int]:
    """Clocks and lives of requests on which the verifier and the comparisons of the profile differ: each seed is a
    second of difference between the clocks, from two minutes behind to two ahead, with every life."""
    bad = judged = let_in = 0
    for seed in seeds:
        skew = seed - 120
        for life in (-1, 0, 1, 30, 59, 60, 61, 3600):
            said = parameters(created=int(NOW.timestamp()) + skew, expires=int(NOW.timestamp()) + skew + life)
            covered = request_components("GET", AUTHORITY, "/v1/teams", "", "application/json", b"", "k-1")
            sent = signed(covered, said, body=b"")
            sent = replace(sent, head=replace(sent.head, method="GET", path=b"/v1/teams", query=b""))
            wanted = -60 <= skew <= 5 and 0 < life <= 60 and skew + life > 0
            judged += 1
            let_in += wanted
            bad += (refused_at(sent) is None) != wanted
    return {"bad": bad, "judged": judged, "let_in": let_in}


def strict_json(seeds: range) -> dict[str, int]:
    """Rows of the table of bodies that were read otherwise than the table says."""
    bad = 0
    for seed in seeds:
        row = TABLE[seed % len(TABLE)]
        try:
            read_json(row.body)
        except JsonRefused:
            bad += row.taken
        except Exception:
            bad += 1
        else:
            bad += not row.taken
    return {"bad": bad, "rows": len(TABLE)}


def signature_vectors(seeds: range) -> dict[str, int]:
    """Signatures printed in RFC 9421 that the broker's base builder or algorithms read otherwise. Without the
    public vectors (BROKER_VECTORS) none is read, and `read` says so."""
    path = Path(os.environ.get("BROKER_VECTORS", BESIDE)) / "rfc9421.json"
    if not path.is_file():
        return {"bad": 0, "read": 0}
    data = json.loads(path.read_text("utf-8"))
    chosen = [cases(data)[seed] for seed in seeds]
    return {"bad": sum(bool(faults(data, one)) for one in chosen), "read": len(chosen)}
