"""One question and its answer: signed, sent, and verified before anything of the answer is believed.

Decides what goes over the wire and that nothing comes back from here but what a pinned key of the broker signed,
to exactly this request. Logs nothing: what was asked and answered is for the caller alone. From docs/security.md
section 1 ("Responses").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx2

from broker.client.problems import AnswerNotVerified, ClockDiffers, NotReached
from broker.client.retries import retry_after_of
from broker.errors import CallWrong
from broker.http_signatures.algorithms import SigningKey, VerifyingKey
from broker.http_signatures.fields import read_signature_input
from broker.http_signatures.profile import IN_REPLY_TO, UNKNOWN, MessageRefused, Step
from broker.http_signatures.sign import NONCE_SIZE, nonce_text, request_components, sign_request, verify_answer

JSON: Final = "application/json"
LARGEST_ANSWER: Final = 64 * 1024 * 1024
_FURTHEST: Final = 10**11
_PATH: Final = re.compile(r"(?:/[A-Za-z0-9._~@:\-]+)+")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `query` is in the one spelling of docs/api.md, without its question mark."""

    method: str
    path: str
    query: str = ""
    body: bytes = field(default=b"", repr=False)
    content_type: str = JSON
    idempotency_key: str | None = None
    keeps_receipt: bool = True

    def __post_init__(self) -> None:
        if not _PATH.fullmatch(self.path) or {".", ".."} & set(self.path.split("/")):
            raise CallWrong("client", "an id in the address has a character that no id has")


@dataclass(frozen=True, slots=True)
class Verified:
    """An answer that the broker signed. `made_at` is the broker's time, `asked_at` this machine's;
    `to_this_request` is False for a refusal that names no request. Of the headers `retry_after` and `etag` are not
    covered by the signature: they are wishes, and nothing is decided by them."""

    status: int
    content_type: str
    body: bytes = field(repr=False)
    key_id: str
    made_at: datetime
    asked_at: datetime
    to_this_request: bool
    retry_after: float | None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks and whom they believe: `authority` is the name the broker goes by, `broker_keys` its pinned keys by
    key id."""

    authority: str
    key_id: str
    private_key: SigningKey = field(repr=False)
    broker_keys: Mapping[str, VerifyingKey]


class Exchange:
    """The wire to one broker."""

    def __init__(
        self,
        http: httpx2.Client,
        identity: Identity,
        now: Callable[[], datetime],
        entropy: Callable[[int], bytes],
    ) -> None:
        self._http, self._identity, self._now, self._entropy = http, identity, now, entropy

    def ask(self, question: Question) -> Verified:
        """Asks once, with a nonce of its own. Raises NotReached, AnswerNotVerified, ClockDiffers."""
        me, asked_at, nonce = self._identity, self._now(), self._entropy(NONCE_SIZE)
        covered = request_components(
            question.method,
            me.authority,
            question.path,
            question.query,
            question.content_type,
            question.body,
            question.idempotency_key,
        )
        headers = {
            "host": me.authority,
            "content-type": question.content_type,
            "accept-encoding": "identity",
            **sign_request(covered, me.private_key, me.key_id, nonce, asked_at),
        }
        if question.idempotency_key is not None:
            headers["idempotency-key"] = question.idempotency_key
        status, got, body = self._send(question, headers)
        return self._verified(status, got, body, covered, f"{me.key_id}/{nonce_text(nonce)}", asked_at)

    def _send(
        self, question: Question, headers: Mapping[str, str]
    ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        target = question.path + (f"?{question.query}" if question.query else "")
        try:
            request = self._http.build_request(
                question.method, target, headers=headers, content=question.body or None
            )
            if request.url.raw_path != target.encode("ascii"):
                raise CallWrong("client", "the address would not be sent as it was signed")
            answer = self._http.send(request, stream=True)
            try:
                parts, size = [], 0
                for part in answer.iter_raw():
                    size += len(part)
                    if size > LARGEST_ANSWER:
                        raise AnswerNotVerified(Step.SIZE, answer.status_code)
                    parts.append(part)
            finally:
                answer.close()
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            # The library's own words may quote an address.
            raise NotReached(
                "broker", f"no answer came ({type(error).__name__}); is the address right and the network up?"
            ) from None
        return answer.status_code, [(name.lower(), value) for name, value in answer.headers.raw], b"".join(parts)

    def _verified(
        self,
        status: int,
        headers: list[tuple[bytes, bytes]],
        body: bytes,
        covered: Mapping[str, str],
        in_reply_to: str,
        asked_at: datetime,
    ) -> Verified:
        keys, now = self._identity.broker_keys, self._now()
        try:
            key_id = verify_answer(status, headers, body, covered, in_reply_to, keys, now)
        except MessageRefused as refused:
            if refused.step is Step.WINDOW:
                made_at = _made_at(headers)
                try:
                    verify_answer(status, headers, body, covered, in_reply_to, keys, made_at)
                except MessageRefused as other:
                    raise AnswerNotVerified(other.step, status) from None
                raise ClockDiffers(now - made_at) from None
            raise AnswerNotVerified(refused.step, status) from None
        found = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers}
        return Verified(
            status,
            found["content-type"],
            body,
            key_id,
            _made_at(headers),
            asked_at + (now - asked_at) / 2,
            found[IN_REPLY_TO] != UNKNOWN,
            retry_after_of(found.get("retry-after")),
        )


def clock_ahead(answer: Verified) -> timedelta:
    """How far this machine's clock is before the broker's, to the second that a signature states."""
    ahead = answer.asked_at - answer.made_at
    # The broker states whole seconds, rounded down: less than one is no difference.
    return ahead if abs(ahead) >= timedelta(seconds=2) else timedelta(0)


def _made_at(headers: list[tuple[bytes, bytes]]) -> datetime:
    """What a signature that was read before says of its time."""
    said = read_signature_input(dict(headers)[b"signature-input"].decode("latin-1")).parameters["created"]
    assert isinstance(said, int), "the verifier let it pass"  # noqa: S101 - what was verified
    return datetime.fromtimestamp(min(said, _FURTHEST), UTC)
