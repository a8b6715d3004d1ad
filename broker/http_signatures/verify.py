"""Verifying a request, in the order of docs/security.md section 1, and nothing is believed before its step.

`read_claim` does what needs no body and no clock: sizes and headers, parsing, the one spelling, tag, coverage,
parameters. Then `require_in_time`; the caller finds the key by `Claim.key_id`, reads the body up to its limit, and
`verify_claim` does the digest and the signature. The nonce is stored by the caller after that and never before: a
forger would burn a partner's nonces. One thing is not decided here: whether the key counts, which is its record's
to say.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from broker.http_signatures.algorithms import VerifyingKey, require_signature
from broker.http_signatures.base import signature_base
from broker.http_signatures.fields import (
    SignatureInput,
    read_digest,
    read_signature,
    read_signature_input,
    require_digest,
)
from broker.http_signatures.message import Claim, Headers, RequestHead, SignedRequest
from broker.http_signatures.profile import (
    AHEAD,
    AUTHORITY,
    BEHIND,
    CONTENT_DIGEST,
    CONTENT_TYPE,
    COVERED,
    IDEMPOTENCY_KEY,
    LONGEST,
    METHOD,
    MOST_HEADER_BYTES,
    MOST_HEADERS,
    MOST_TARGET_BYTES,
    MOST_VALUE_BYTES,
    ONCE,
    PATH,
    QUERY,
    REQUEST_PARAMETERS,
    REQUEST_TAG,
    MessageRefused,
    Step,
)

_METHOD: Final = re.compile(r"[A-Z]{3,10}")
_PATH: Final = re.compile(rb"(?:/[A-Za-z0-9._~@:\-]+)+")
"""Without `%`, `//` or a last `/`: a path has one spelling, so that two readers cannot read two."""
_QUERY: Final = re.compile(rb"[A-Za-z0-9._~@:\-/%+=&]*")
_PRINTABLE: Final = re.compile(rb"[!-~](?:[ -~]*[!-~])?")
_NAME: Final = re.compile(rb"[a-z0-9!#$%&'*+\-.^_`|~]+")
_NONCE: Final = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]")
"""16 bytes in base64url without padding: the last character holds two bits, so four are canonical."""
_LENGTH: Final = re.compile(r"0|[1-9][0-9]{0,9}")
_KEY_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9-]{0,23}")
_LONGEST_KEY_ID: Final = 64
_FURTHEST: Final = 10**11


def read_claim(head: RequestHead, authority: str) -> Claim:
    """What the request claims; `authority` is the one name this server goes by. Raises MessageRefused."""
    headers = read_headers(head.headers)
    _require_target(head)
    if headers.get("host") != authority:
        raise MessageRefused(Step.HEADERS)
    if "transfer-encoding" in headers or not _LENGTH.fullmatch(headers.get("content-length", "0")):
        raise MessageRefused(Step.HEADERS)
    if "content-encoding" in headers:
        raise MessageRefused(Step.ENCODING)
    if not {"signature", "signature-input", "content-type", "content-digest"} <= headers.keys():
        raise MessageRefused(Step.HEADERS)
    read_digest(headers[CONTENT_DIGEST])
    said = read_signature_input(headers["signature-input"])
    signature = read_signature(headers["signature"], said.label)
    components = _components(head, headers, authority)
    if said.parameters.get("tag") != REQUEST_TAG:
        raise MessageRefused(Step.TAG)
    if said.components != tuple(components):
        raise MessageRefused(Step.COMPONENTS)
    length = headers.get("content-length")
    return _claim(said, components, signature, None if length is None else int(length))


def require_in_time(claim: Claim, now: datetime, not_before: datetime | None = None) -> None:
    """Raises MessageRefused unless the request was made lately, for no longer than a request may last, still
    lasts, and was not made before an instant where one is given."""
    if not_before is not None and claim.created_at < not_before:
        raise MessageRefused(Step.WINDOW)
    made = now - BEHIND <= claim.created_at <= now + AHEAD
    lasts = claim.created_at < claim.expires_at <= claim.created_at + LONGEST
    if not made or not lasts or claim.expires_at <= now:
        raise MessageRefused(Step.WINDOW)


def verify_claim(claim: Claim, key: VerifyingKey, body: bytes) -> SignedRequest:
    """The request as the application may read it. Raises MessageRefused."""
    found = claim.components
    if claim.length is not None and claim.length != len(body):
        raise MessageRefused(Step.DIGEST)
    require_digest(found[CONTENT_DIGEST], body)
    base = signature_base(found, claim.parameters)
    require_signature(key, claim.signature, base)
    return SignedRequest(
        key_id=claim.key_id,
        nonce=claim.nonce,
        created_at=claim.created_at,
        expires_at=claim.expires_at,
        method=found[METHOD],
        authority=found[AUTHORITY],
        path=found[PATH],
        query=found[QUERY].removeprefix("?"),
        content_type=found[CONTENT_TYPE],
        content_digest=found[CONTENT_DIGEST],
        idempotency_key=found.get(IDEMPOTENCY_KEY),
        body=body,
        base=base,
        signature=claim.signature,
    )


def read_headers(headers: Headers) -> dict[str, str]:
    """Every header by its name; one that may stand once and stands twice, or is not printable ASCII, refuses. Of
    others the last counts, and nobody reads them. Raises MessageRefused."""
    if len(headers) > MOST_HEADERS or sum(len(name) + len(value) for name, value in headers) > MOST_HEADER_BYTES:
        raise MessageRefused(Step.SIZE)
    found: dict[str, str] = {}
    for raw, value in headers:
        if not _NAME.fullmatch(raw):
            raise MessageRefused(Step.HEADERS)
        name = raw.decode("ascii")
        if name in ONCE:
            if name in found or not _PRINTABLE.fullmatch(value):
                raise MessageRefused(Step.HEADERS)
            if len(value) > MOST_VALUE_BYTES:
                raise MessageRefused(Step.SIZE)
        found[name] = value.decode("latin-1")
    return found


def _require_target(head: RequestHead) -> None:
    if len(head.path) + len(head.query) > MOST_TARGET_BYTES:
        raise MessageRefused(Step.SIZE)
    dotted = {b".", b".."} & set(head.path.split(b"/"))
    if dotted or not (
        _METHOD.fullmatch(head.method) and _PATH.fullmatch(head.path) and _QUERY.fullmatch(head.query)
    ):
        raise MessageRefused(Step.HEADERS)


def _components(head: RequestHead, headers: dict[str, str], authority: str) -> dict[str, str]:
    values = {
        METHOD: head.method,
        AUTHORITY: authority,
        PATH: head.path.decode("ascii"),
        QUERY: "?" + head.query.decode("ascii"),
        CONTENT_TYPE: headers[CONTENT_TYPE],
        CONTENT_DIGEST: headers[CONTENT_DIGEST],
    }
    found = {name: values[name] for name in COVERED}
    if IDEMPOTENCY_KEY in headers:
        found[IDEMPOTENCY_KEY] = headers[IDEMPOTENCY_KEY]
    return found


def _claim(said: SignatureInput, components: dict[str, str], signature: bytes, length: int | None) -> Claim:
    parameters = said.parameters
    if parameters.keys() != REQUEST_PARAMETERS:
        raise MessageRefused(Step.PARAMETERS)
    key_id, nonce = parameters["keyid"], parameters["nonce"]
    created, expires = parameters["created"], parameters["expires"]
    if not isinstance(key_id, str) or not isinstance(nonce, str):
        raise MessageRefused(Step.PARAMETERS)
    if not isinstance(created, int) or not isinstance(expires, int) or max(created, expires) > _FURTHEST:
        raise MessageRefused(Step.PARAMETERS)
    if not _NONCE.fullmatch(nonce) or not _KEY_ID.fullmatch(key_id) or len(key_id) > _LONGEST_KEY_ID:
        raise MessageRefused(Step.PARAMETERS)
    created_at, expires_at = datetime.fromtimestamp(created, UTC), datetime.fromtimestamp(expires, UTC)
    return Claim(key_id, nonce, created_at, expires_at, components, said.inner, signature, length)
