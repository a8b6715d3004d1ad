"""What can go wrong between a partner and the broker, each as an error of its own.

Decides how a problem document (RFC 9457) becomes an error, and that whatever could not be verified is told by its
step and never by its content. Types are the broker's stable ones (docs/api.md); one that is not known here is a
plain `ProblemAnswered`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final

from broker.errors import BrokerError

TYPES: Final = "urn:broker:problem:"
WHERE: Final = "broker"


class NotReached(BrokerError):
    """No answer came. Whether the request was carried out is not known; asking again with the same
    `Idempotency-Key` does nothing twice."""


class AnswerNotVerified(BrokerError):
    """Something answered, and it is not shown that it was the broker. Nothing of the answer is repeated."""

    def __init__(self, step: str, status: int) -> None:
        super().__init__(
            WHERE,
            f"an answer came (status {status}) whose signature cannot be verified (step `{step}`); it is not "
            "used. Check that the address leads to the broker itself, and that its key is the one your officer "
            "gave you",
        )
        self.step, self.status = step, status


class ClockDiffers(BrokerError):
    """The broker's clock and this machine's are too far apart for a signature to count. `ahead` is how far this
    machine's is before the broker's, negative where it is behind."""

    def __init__(self, ahead: timedelta) -> None:
        super().__init__(WHERE, f"{skew_words(ahead)}; set it by NTP, for no signature counts until then")
        self.ahead = ahead


class AnswerNotUnderstood(BrokerError):
    """The broker answered, verified, something that this version of the client cannot read."""

    def __init__(self, what: str) -> None:
        super().__init__(WHERE, f"{what}; is this client older than the broker?")


class ProblemAnswered(BrokerError):
    """The broker's answer is a problem document. `code` is its stable type, `problems` the places that are wrong,
    `receipt` that of the request where it was let in. `to_this_request` is False for a refusal that names no
    request: it may answer another one to the same address, so whether this one was carried out is not known."""

    code: str = ""

    def __init__(
        self, status: int, document: Mapping[str, Any], *, to_this_request: bool, retry_after: float | None = None
    ) -> None:
        self.status, self.to_this_request, self.retry_after = status, to_this_request, retry_after
        self.code = str(document.get("type", "")).removeprefix(TYPES)
        self.title, self.detail = str(document.get("title", "")), document.get("detail")
        self.problems = tuple(one for one in document.get("problems", ()) if isinstance(one, dict))
        self.receipt: Mapping[str, Any] | None = document.get("receipt")
        places = ", ".join(f"`{one.get('at')}` ({one.get('what')})" for one in self.problems)
        said = ": ".join(str(part) for part in (self.title, self.detail, places) if part)
        super().__init__(WHERE, said or f"answered with status {status}")
        self.exit_code = _exit_code(status)


class NotSigned(ProblemAnswered):
    """The signature, the key or the time was not accepted; the broker never says which."""


class Malformed(ProblemAnswered):
    """The call is wrong; `problems` says where."""


class SaidNo(ProblemAnswered):
    """The answer is no, and why is never said."""


class NotFound(ProblemAnswered):
    """There is nothing at this address for you: it was never there, or it is not yours."""


class Conflict(ProblemAnswered):
    """What the act rested on has changed since: read, and ask again with a new `Idempotency-Key`."""


class Limited(ProblemAnswered):
    """Too many requests."""


class Unavailable(ProblemAnswered):
    """The broker cannot work at the moment."""


_KINDS: Final[Mapping[str, type[ProblemAnswered]]] = {
    "signature": NotSigned,
    "malformed": Malformed,
    "media-type": Malformed,
    "content-encoding": Malformed,
    "too-large": Malformed,
    "method": Malformed,
    "idempotency-key": Malformed,
    "not-allowed": SaidNo,
    "not-found": NotFound,
    "conflict": Conflict,
    "precondition": Conflict,
    "limited": Limited,
    "unavailable": Unavailable,
}


def problem_error(
    status: int, document: Mapping[str, Any], *, to_this_request: bool, retry_after: float | None = None
) -> ProblemAnswered:
    """The error of a verified problem document."""
    kind = _KINDS.get(str(document.get("type", "")).removeprefix(TYPES), ProblemAnswered)
    return kind(status, document, to_this_request=to_this_request, retry_after=retry_after)


def skew_words(ahead: timedelta) -> str:
    """How far this machine's clock is from the broker's, in words."""
    seconds = round(abs(ahead).total_seconds())
    size = f"{seconds} second{'' if seconds == 1 else 's'}" if seconds < 120 else f"{round(seconds / 60)} minutes"
    if seconds == 0:
        return "this machine's clock agrees with the broker's"
    return f"this machine's clock is {size} {'ahead of' if ahead > timedelta(0) else 'behind'} the broker's"


def _exit_code(status: int) -> int:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        return 3
    no = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}
    return 1 if status in no or status == HTTPStatus.PRECONDITION_FAILED else 2
