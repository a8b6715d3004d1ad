"""Asking and hearing: the request sent until it is answered or it is time to give up, the receipt kept, the answer
read.

Decides what is repeated (`retries`), that each answer's receipt is on the disk before the answer is handed on, and
that a problem document is an error. Logs nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from broker.audit.receipt import Receipt
from broker.canonical import canonical_json
from broker.client.exchange import JSON, Exchange, Question, Verified
from broker.client.problems import AnswerNotUnderstood, AnswerNotVerified, NotReached, problem_error
from broker.client.receipts import KeptReceipts
from broker.client.retries import LATER, ONCE, Retries, may_repeat
from broker.errors import CallWrong

PROBLEM: Final = "application/problem+json"
_OF_PROXIES: Final = frozenset({502, 503, 504})


class Asking:
    """Asks one broker. `chance` gives 0 to 1, `sleep` waits for seconds."""

    def __init__(
        self,
        exchange: Exchange,
        receipts: KeptReceipts,
        retries: Retries,
        sleep: Callable[[float], None],
        chance: Callable[[], float],
    ) -> None:
        self._exchange, self._receipts, self._retries = exchange, receipts, retries
        self._sleep, self._chance = sleep, chance

    def ask(self, question: Question) -> Mapping[str, Any] | None:
        """The answer's members; None where it says that nothing changed (304). Raises what `problems` lists, and
        SystemFailed where the receipt could not be kept: then ask again, with the same `Idempotency-Key`."""
        return self.hear(self.answer(question), keeps_receipt=question.keeps_receipt)

    def hear(self, answer: Verified, *, keeps_receipt: bool = True) -> Mapping[str, Any] | None:
        """What a verified answer says, its receipt kept; as `ask`."""
        if answer.status == HTTPStatus.NOT_MODIFIED:
            return None
        found = _read(answer)
        if keeps_receipt and found.get("receipt") is not None:
            self._receipts.keep(_receipt(found["receipt"]))
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise problem_error(
                answer.status, found, to_this_request=answer.to_this_request, retry_after=answer.retry_after
            )
        if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            raise AnswerNotUnderstood(f"the answer has status {answer.status}")
        return found

    def answer(self, question: Question) -> Verified:
        """A verified answer, whatever it says, after as many attempts as are safe."""
        retries = self._retries if may_repeat(question.method, question.idempotency_key) else ONCE
        sent = 0
        while True:
            sent += 1
            retry_after = None
            failure: NotReached | AnswerNotVerified
            try:
                answer = self._exchange.ask(question)
            except NotReached as error:
                failure = error
            except AnswerNotVerified as error:
                if error.status not in _OF_PROXIES:
                    raise
                failure = error  # something on the way answered for a broker that it could not reach
            else:
                retry_after = answer.retry_after
                wait = retries.wait(sent, self._chance(), retry_after) if answer.status in LATER else None
                if wait is None:
                    return answer
                self._sleep(wait)
                continue
            wait = retries.wait(sent, self._chance())
            if wait is None:
                raise failure
            self._sleep(wait)


def _read(answer: Verified) -> Mapping[str, Any]:
    if answer.content_type.partition(";")[0] not in {JSON, PROBLEM}:
        raise AnswerNotUnderstood("the answer is of another media type than JSON")
    try:
        found = json.loads(answer.body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise AnswerNotUnderstood("the answer is no JSON object")
    return found


def json_body(value: Mapping[str, Any]) -> bytes:
    """A body; members that are None are left out."""
    return canonical_json({name: one for name, one in value.items() if one is not None})


def query_of(**members: str | None) -> str:
    """A query in the one spelling of docs/api.md; underscores of names stand for hyphens. Raises CallWrong for a
    control character."""
    given = [(name.replace("_", "-"), value) for name, value in members.items() if value is not None]
    if any(not value.isprintable() for _, value in given):
        raise CallWrong("client", "a value in the address has a control character")
    return "&".join(f"{name}={quote(value, safe='-._~')}" for name, value in given)


def _receipt(found: object) -> Receipt:
    try:
        return Receipt(**found)  # type: ignore[arg-type]  # whatever it is, it is checked there
    except (TypeError, CallWrong):
        raise AnswerNotUnderstood("the answer's `receipt` is none") from None
