"""What every answer carries and which requests are not answered at all.

Decides the security headers of docs/security.md section 6 ("Web") for every route, the unknown ones and failures
included, and that only requests for this machine's own name are answered: a page elsewhere that made its name
point here (DNS rebinding) gets nothing. Plain ASGI: nothing is buffered, no stream can hang.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS: Final[Sequence[tuple[bytes, bytes]]] = (
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"strict-transport-security", b"max-age=31536000; includeSubDomains"),
)
"""On every answer. Browsers heed the last only over TLS, where a proxy adds it for production."""

_NAMES: Final = frozenset(name for name, _ in HEADERS)
_OWN_NAME: Final = re.compile(rb"(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?", re.IGNORECASE)
_MISDIRECTED: Final = b'{"status":421,"title":"this server does not answer for that name","type":"about:blank"}'


class GuardedAnswers:
    """Wraps an application. `authority` is the name it goes by, beside this machine's own."""

    def __init__(self, app: ASGIApp, authority: str | None = None) -> None:
        self._app = app
        self._authority = authority.encode("ascii") if authority is not None else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers with the headers, or refuses a request for another name (RFC 9110 section 15.5.20)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in _NAMES]
                message = {**message, "headers": [*kept, *HEADERS]}
            await send(message)

        if not is_own_name(scope, self._authority):
            await answer_misdirected(guarded)
            return
        await self._app(scope, receive, guarded)


def is_own_name(scope: Scope, authority: bytes | None) -> bool:
    """Whether a request is for the name this server goes by, or for this machine's own."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    return len(hosts) == 1 and (hosts[0] == authority or _OWN_NAME.fullmatch(hosts[0]) is not None)


async def answer_misdirected(send: Send) -> None:
    """Refuses a request for another name (RFC 9110 section 15.5.20)."""
    length = str(len(_MISDIRECTED)).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", length)]
    await send({"type": "http.response.start", "status": 421, "headers": headers})
    await send({"type": "http.response.body", "body": _MISDIRECTED})
