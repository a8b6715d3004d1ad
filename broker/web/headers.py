"""What every page carries, and that pages are read by no other site.

Decides the headers of docs/security.md section 6 ("Web") for pages: no script, style or form but the site's own,
nothing kept by a browser but what has a digest in its address. Forms need the `Origin` that `no-referrer` would
take from them, so that a page's own site is told and no other (`same-origin`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from broker.api.headers import HEADERS, answer_misdirected, is_own_name

POLICY: Final = (
    b"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self';"
    b" form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_CHANGED: Final = {b"content-security-policy": POLICY, b"referrer-policy": b"same-origin"}
PAGE_HEADERS: Final[Sequence[tuple[bytes, bytes]]] = tuple(
    (name, _CHANGED.get(name, value)) for name, value in HEADERS
)
KEPT: Final = b"public, max-age=31536000, immutable"
"""For files whose digest is in their address."""
STATIC: Final = "/static/"
_NOWHERE: Final = "/no-such-page"
_NAMES: Final = frozenset(name for name, _ in PAGE_HEADERS)


class GuardedPages:
    """Wraps the pages; `authority` is the name the site goes by, beside this machine's own."""

    def __init__(self, app: ASGIApp, authority: str | None) -> None:
        self._app = app
        self._authority = authority.encode("ascii") if authority is not None else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers with the headers, or refuses a request for another name."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
            # No page is called so, and no database keeps such a byte in a text.
            scope = {**scope, "path": _NOWHERE, "query_string": b""}
        static = scope["path"].startswith(STATIC)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in _NAMES]
                lasts = static and message["status"] == 200
                ours = [
                    (name, KEPT if lasts and name == b"cache-control" else value) for name, value in PAGE_HEADERS
                ]
                message = {**message, "headers": [*kept, *ours]}
            await send(message)

        if not is_own_name(scope, self._authority):
            await answer_misdirected(guarded)
            return
        await self._app(scope, receive, guarded)
