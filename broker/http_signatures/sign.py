"""Signing a request and an answer, and verifying an answer: what the client and the broker's own edge do.

Decides which headers a signed message gets. An answer covers what it answers, each part of the request with `;req`
(RFC 9421 section 2.4), so that it cannot be moved to another question; a refusal is signed like anything else.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from broker.http_signatures.algorithms import SigningKey, VerifyingKey, make_signature, require_signature
from broker.http_signatures.base import signature_base
from broker.http_signatures.fields import (
    Value,
    content_digest,
    read_signature,
    read_signature_input,
    require_digest,
    write_parameters,
    write_signature,
)
from broker.http_signatures.message import Headers
from broker.http_signatures.profile import (
    AHEAD,
    ANSWER_COVERED,
    AUTHORITY,
    BEHIND,
    CONTENT_DIGEST,
    CONTENT_TYPE,
    IDEMPOTENCY_KEY,
    IN_REPLY_TO,
    LONGEST,
    METHOD,
    PATH,
    QUERY,
    REQUEST_TAG,
    RESPONSE_PARAMETERS,
    RESPONSE_TAG,
    STATUS,
    UNKNOWN,
    MessageRefused,
    Step,
)
from broker.http_signatures.verify import read_headers

LABEL: Final = "sig"
NONCE_SIZE: Final = 16
NOT_UNDERSTOOD: Final = frozenset({400, 401, 413, 415, 421, 431})
"""With what the broker may answer a request when it could not say which one it was: refusals, nothing more."""
_TARGET: Final = (METHOD, AUTHORITY, PATH, QUERY)


def nonce_text(nonce: bytes) -> str:
    """16 random bytes as a nonce's 22 characters."""
    if len(nonce) != NONCE_SIZE:
        raise ValueError("a nonce is 16 bytes")
    return base64.urlsafe_b64encode(nonce).rstrip(b"=").decode("ascii")


def request_components(
    method: str, authority: str, path: str, query: str, content_type: str, body: bytes, idempotency_key: str | None
) -> dict[str, str]:
    """What a request covers, in its order; `query` without its question mark."""
    found = {
        METHOD: method,
        AUTHORITY: authority,
        PATH: path,
        QUERY: f"?{query}",
        CONTENT_TYPE: content_type,
        CONTENT_DIGEST: content_digest(body),
    }
    if idempotency_key is not None:
        found[IDEMPOTENCY_KEY] = idempotency_key
    return found


def sign_request(
    components: Mapping[str, str], key: SigningKey, key_id: str, nonce: bytes, now: datetime
) -> dict[str, str]:
    """The headers to send along with those that are covered: `Content-Digest`, `Signature-Input`, `Signature`.
    `nonce` is 16 random bytes, never used before with this key."""
    created = int(now.timestamp())
    parameters: dict[str, Value] = {
        "created": created,
        "expires": created + int(LONGEST.total_seconds()),
        "nonce": nonce_text(nonce),
        "keyid": key_id,
        "tag": REQUEST_TAG,
    }
    return _signed(components, key, parameters)


def answer_components(
    status: int, content_type: str, body: bytes, in_reply_to: str, request: Mapping[str, str]
) -> dict[str, str]:
    """What an answer covers, in its order; `request` is what the request covered."""
    values = {
        STATUS: str(status),
        CONTENT_TYPE: content_type,
        CONTENT_DIGEST: content_digest(body),
        IN_REPLY_TO: in_reply_to,
    }
    found = {name: values[name] for name in ANSWER_COVERED}
    found.update({f"{name};req": value for name, value in request.items()})
    return found


def sign_answer(components: Mapping[str, str], key: SigningKey, key_id: str, now: datetime) -> dict[str, str]:
    """The headers of an answer: `Content-Digest`, `Signature-Input`, `Signature`."""
    parameters: dict[str, Value] = {"created": int(now.timestamp()), "keyid": key_id, "tag": RESPONSE_TAG}
    return _signed(components, key, parameters)


def verify_answer(
    status: int,
    headers: Headers,
    body: bytes,
    request: Mapping[str, str],
    in_reply_to: str,
    keys: Mapping[str, VerifyingKey],
    now: datetime,
) -> str:
    """Which of the broker's keys signed this answer to exactly this request. `keys` by key id. Raises
    MessageRefused; then nothing of the answer may be believed, its status included.

    A refusal of a request that the broker did not understand names no request: it is bound to method, authority,
    path and query only, so it may be an answer to another request to the same address. Whatever else it is, it is
    no answer that something was done.
    """
    found = read_headers(headers)
    if "content-encoding" in found:
        raise MessageRefused(Step.ENCODING)
    if not {"signature", "signature-input", CONTENT_TYPE, CONTENT_DIGEST, IN_REPLY_TO} <= found.keys():
        raise MessageRefused(Step.HEADERS)
    replied_to = found[IN_REPLY_TO]
    if replied_to == UNKNOWN and status in NOT_UNDERSTOOD:
        request = {name: request[name] for name in _TARGET}
    elif replied_to != in_reply_to:
        raise MessageRefused(Step.COMPONENTS)
    said = read_signature_input(found["signature-input"])
    signature = read_signature(found["signature"], said.label)
    if said.parameters.get("tag") != RESPONSE_TAG:
        raise MessageRefused(Step.TAG)
    components = answer_components(status, found[CONTENT_TYPE], body, replied_to, request)
    if said.components != tuple(components):
        raise MessageRefused(Step.COMPONENTS)
    created, key_id = said.parameters.get("created"), said.parameters.get("keyid")
    if (
        said.parameters.keys() != RESPONSE_PARAMETERS
        or not isinstance(created, int)
        or not isinstance(key_id, str)
    ):
        raise MessageRefused(Step.PARAMETERS)
    at = datetime.fromtimestamp(min(created, 10**11), UTC)
    if not now - BEHIND - AHEAD <= at <= now + AHEAD:
        raise MessageRefused(Step.WINDOW)
    require_digest(found[CONTENT_DIGEST], body)
    key = keys.get(key_id)
    if key is None:
        raise MessageRefused(Step.KEY)
    require_signature(key, signature, signature_base(components, said.inner))
    return key_id


def _signed(components: Mapping[str, str], key: SigningKey, parameters: dict[str, Value]) -> dict[str, str]:
    inner = write_parameters(tuple(components), parameters)
    signature = make_signature(key, signature_base(components, inner))
    return {
        CONTENT_DIGEST: components[CONTENT_DIGEST],
        "signature-input": f"{LABEL}={inner}",
        "signature": write_signature(LABEL, signature),
    }
