"""Problem documents (RFC 9457): one for each thing that can be answered, and nothing of the request in any.

Decides the types, which are stable, and their wording. A title names no person, no value and no reason that the
requester may not know.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import Any, Final

from broker.canonical import canonical_json

PROBLEM_TYPE: Final = "application/problem+json"
TYPES: Final = "urn:broker:problem:"


@dataclass(frozen=True, slots=True)
class _Problem:
    code: str
    status: int
    title: str


class Problem(Enum):
    """The closed register of problems."""

    NOT_HTTP = _Problem("http", 400, "this is not HTTP/1.1 in the one spelling this server reads")
    NOT_SIGNED = _Problem("signature", 401, "the request is not accepted: see docs/api.md, “Signing”")
    TOO_LARGE = _Problem("too-large", 413, "the request is larger than this address takes")
    ENCODED = _Problem("content-encoding", 415, "send the body as it is, without Content-Encoding")
    MEDIA_TYPE = _Problem("media-type", 415, "this address takes another media type")
    MALFORMED = _Problem("malformed", 400, "the body is not what this address takes")
    NOT_FOUND = _Problem("not-found", 404, "there is nothing at this address for you")
    METHOD = _Problem("method", 405, "this address does not take this method")
    NOT_ALLOWED = _Problem("not-allowed", 403, "the answer is no")
    CONFLICT = _Problem("conflict", 409, "what this rests on has changed; ask again")
    WOULD_END = _Problem("would-end", 409, "more records would end than anybody agreed to; nothing was kept")
    KEY_REUSED = _Problem("idempotency-key", 422, "this Idempotency-Key was used for another request")
    PRECONDITION = _Problem("precondition", 412, "it has changed since you read it; read it again")
    PRECONDITION_MISSING = _Problem("precondition-missing", 428, "say which reading you mean, by `if-match`")
    LIMITED = _Problem("limited", 429, "too many requests; wait and ask again")
    BROKEN = _Problem("internal", 500, "something went wrong here; nothing was half done")
    UNAVAILABLE = _Problem("unavailable", 503, "the broker cannot work at the moment; ask again later")

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.value.status

    def document(self, detail: str | None = None, **more: Any) -> bytes:
        """The document's bytes; `detail` must hold nothing personal and nothing the requester may not know."""
        found = {"type": TYPES + self.value.code, "title": self.value.title, "status": self.value.status, **more}
        if detail is not None:
            found["detail"] = detail
        return canonical_json(found)


def problem_for(status: int) -> Problem:
    """The problem of a status that no route worded."""
    by_status = {404: Problem.NOT_FOUND, 405: Problem.METHOD, 413: Problem.TOO_LARGE, 415: Problem.MEDIA_TYPE}
    if status in by_status:
        return by_status[status]
    return Problem.BROKEN if status >= HTTPStatus.INTERNAL_SERVER_ERROR else Problem.MALFORMED
