"""The fixed profile: which parts of a message are covered, by which parameters, and for how long one counts.

Decides the constants of docs/security.md section 1, and nothing is negotiated: a message that says anything else
is refused. Sources: RFC 9421 (HTTP Message Signatures), RFC 9530 (Digest Fields).
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum, unique
from typing import Final

REQUEST_TAG: Final = "broker-request-v1"
RESPONSE_TAG: Final = "broker-response-v1"

METHOD: Final = "@method"
AUTHORITY: Final = "@authority"
PATH: Final = "@path"
QUERY: Final = "@query"
STATUS: Final = "@status"
CONTENT_TYPE: Final = "content-type"
CONTENT_DIGEST: Final = "content-digest"
IDEMPOTENCY_KEY: Final = "idempotency-key"
IN_REPLY_TO: Final = "broker-in-reply-to"
UNKNOWN: Final = "-"
"""What an answer replies to where the request did not say, in the profile's words, which one it was."""

COVERED: Final = (METHOD, AUTHORITY, PATH, QUERY, CONTENT_TYPE, CONTENT_DIGEST)
"""Every request covers these, in this order, GET included; then `idempotency-key` where the header is there."""
ANSWER_COVERED: Final = (STATUS, CONTENT_TYPE, CONTENT_DIGEST, IN_REPLY_TO)
"""Every answer covers these, in this order; then what the request covered, each with `;req`."""

REQUEST_PARAMETERS: Final = frozenset({"created", "expires", "nonce", "keyid", "tag"})
RESPONSE_PARAMETERS: Final = frozenset({"created", "keyid", "tag"})

BEHIND: Final = timedelta(seconds=60)
"""How old a message may be when it comes."""
AHEAD: Final = timedelta(seconds=5)
"""How far its clock may be before ours."""
LONGEST: Final = timedelta(seconds=60)
"""The longest that a message may say it counts for."""
NONCE_KEPT: Final = BEHIND + LONGEST + 2 * AHEAD
"""How long a nonce is remembered: for the window and twice the skew, and then for a minute more."""

ONCE: Final = (
    "host",
    "content-type",
    "content-length",
    "content-digest",
    "signature",
    "signature-input",
    "idempotency-key",
    "broker-in-reply-to",
)
"""Headers that stand once or not at all: what two readers could read differently is refused."""

MOST_HEADERS: Final = 64
MOST_HEADER_BYTES: Final = 16 * 1024
MOST_VALUE_BYTES: Final = 4 * 1024
MOST_TARGET_BYTES: Final = 4 * 1024


@unique
class Step(StrEnum):
    """Where a request was refused. It goes to the internal log and never to whoever sent it."""

    SIZE = "size"
    HEADERS = "headers"
    ENCODING = "encoding"
    PARSE = "parse"
    CANONICAL = "canonical"
    TAG = "tag"
    COMPONENTS = "components"
    PARAMETERS = "parameters"
    WINDOW = "window"
    KEY = "key"
    DIGEST = "digest"
    SIGNATURE = "signature"
    NONCE = "nonce"


class MessageRefused(Exception):
    """The message is not accepted. `step` is for the log; the sender gets one answer for every step."""

    def __init__(self, step: Step) -> None:
        super().__init__(step.value)
        self.step = step
