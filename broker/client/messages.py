"""What the broker tells a partner's system (docs/how-to-webhooks.md): read over the interface, or received and
verified.

Decides that a message counts only where a pinned key of the broker signed exactly it, to exactly this address,
about now. The same one may come twice: its `notice` is its id.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from broker.client.answers import instant_of, list_of, maybe, text_of
from broker.client.problems import AnswerNotUnderstood
from broker.errors import NotAllowed
from broker.http_signatures import MessageRefused, RequestHead, read_claim, require_in_time, verify_claim
from broker.http_signatures.algorithms import VerifyingKey
from broker.http_signatures.message import Headers


@dataclass(frozen=True, slots=True)
class Message:
    """That something happened, and to what; nobody is named. `cells` are (category, controller)."""

    notice: str
    topic: str
    at: datetime
    disclosure: str | None
    case: str | None
    cells: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> Self:
        """Of one message."""
        return cls(
            text_of(found, "notice"),
            text_of(found, "topic"),
            instant_of(found, "at"),
            maybe(found, "disclosure"),
            maybe(found, "case"),
            tuple((text_of(one, "category"), text_of(one, "controller")) for one in list_of(found, "cells")),
        )


def receive_message(
    path: bytes, headers: Headers, body: bytes, authority: str, keys: Mapping[str, VerifyingKey], now: datetime
) -> Message:
    """The message of a POST to your own address, as it came: `path` and `headers` (names in lower case) in bytes,
    `authority` your own host as the broker was given it. Raises NotAllowed, to be answered 401: it is not the
    broker's. Keep the ids that came: a message may come twice."""
    try:
        claim = read_claim(RequestHead("POST", path, b"", headers), authority)
        require_in_time(claim, now)
        key = keys.get(claim.key_id)
        if key is None:
            raise NotAllowed("message", "is signed by a key that is not pinned")
        request = verify_claim(claim, key, body)
    except MessageRefused as refused:
        raise NotAllowed("message", f"is not the broker's (step `{refused.step}`)") from None
    message = Message.read(_object(body))
    if request.idempotency_key != message.notice:
        raise AnswerNotUnderstood("the message has another id than its `Idempotency-Key`")
    return message


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise AnswerNotUnderstood("the message is no JSON object")
    return found
