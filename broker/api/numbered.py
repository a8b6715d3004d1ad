"""Gives every request a number of its own, and says and counts how it was answered.

Decides that the number is random and never made of what was asked, that it stands in the answer
(`broker-request-id`) and in every line the request leaves in the system's log, and that such a line holds the
pattern of the address and not the address. A number that somebody sends is not read.
"""

from __future__ import annotations

import secrets
import string
import time
from collections.abc import Callable
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from broker.api.metrics import NO_ROUTE, count_answer, method_word
from broker.logs import get_log

REQUEST_ID: Final = "broker-request-id"
ROUTE: Final = "broker.route"
"""Where in the scope the pattern of the address stands once it is known."""
_LENGTH: Final = 24


def new_request_id() -> str:
    """24 random letters, 112 bits: without digits, so that none is ever taken for an identifier."""
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(_LENGTH))


class NumberedRequests:
    """Wraps an application; `number` makes the numbers."""

    def __init__(self, app: ASGIApp, number: Callable[[], str] = new_request_id) -> None:
        self._app, self._number = app, number

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers with the number, and leaves one line and one count."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number, begun, status = self._number(), time.perf_counter(), 500

        async def numbered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                kept = [one for one in message.get("headers", ()) if one[0].lower() != REQUEST_ID.encode()]
                message = {**message, "headers": [*kept, (REQUEST_ID.encode(), number.encode("ascii"))]}
            await send(message)

        with bound_contextvars(correlation_id=number):
            try:
                await self._app(scope, receive, numbered)
            finally:
                route, method = route_of(scope), method_word(scope["method"])
                seconds = time.perf_counter() - begun
                count_answer(route, method, status, seconds)
                get_log().info(
                    "request.answered",
                    route=route,
                    method_code=method,
                    status_code=status,
                    duration_ms=round(seconds * 1000),
                )


def route_of(scope: Scope) -> str:
    """The pattern of the address, as `/v1/consents/{consent_id}/withdrawal`; NO_ROUTE where there is none."""
    found = scope.get(ROUTE) or getattr(scope.get("route"), "path", None)
    return found if isinstance(found, str) else NO_ROUTE
