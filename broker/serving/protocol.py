"""One connection: h11 as uvicorn drives it, and stricter than both about what a head may be.

Decides that a head two readers could read differently is not read at all: a bare line feed, a folded line, a NUL,
a header that frames or addresses the message standing twice, both ways of framing at once, another version than
HTTP/1.1. The answer is one for all of them and the connection is closed, so that nothing that follows is taken for
a request. A head has to come within seconds. From docs/security.md section 6 ("parser differences").
"""

from __future__ import annotations

import asyncio
import re
from typing import Any, Final

import h11
from h11._receivebuffer import ReceiveBuffer, blank_line_regex
from uvicorn.protocols.http.h11_impl import H11Protocol

from broker.api.headers import HEADERS
from broker.api.metrics import count_refusal
from broker.api.numbered import REQUEST_ID, new_request_id
from broker.api.problems import PROBLEM_TYPE, Problem
from broker.logs import get_log

HEAD_WITHIN: Final = 10.0
"""Seconds from a connection, or from the first byte of a further request, to the end of the head."""
MOST_HEAD_BYTES: Final = 24 * 1024
"""A little more than the door takes, so that what is a little too large has a signed answer."""
_ONCE: Final = (b"host", b"content-length", b"transfer-encoding")
_FRAMING: Final = {b"content-length", b"transfer-encoding"}
_LENGTH: Final = re.compile(rb"0|[1-9][0-9]{0,18}")
_VERSION: Final = b" HTTP/1.1"


class _StrictBuffer(ReceiveBuffer):
    """What came and was not read yet; gives a head out only if everybody would read it alike."""

    def maybe_extract_lines(self) -> list[bytearray] | None:
        """The lines of a head or of trailers. Raises RemoteProtocolError."""
        found = blank_line_regex.search(self._data)
        if found is not None:
            _require_plain(bytes(self._data[: found.end()]))
        return super().maybe_extract_lines()


def _require_plain(head: bytes) -> None:
    if len(head) > MOST_HEAD_BYTES:
        raise h11.RemoteProtocolError("too large a head")
    lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    if any(set(line) & {0, 10, 13} or line[:1] in (b" ", b"\t") for line in lines):
        raise h11.RemoteProtocolError("ambiguous head")
    if b" HTTP/" in lines[0] and not lines[0].endswith(_VERSION):
        raise h11.RemoteProtocolError("another version")
    headers = [
        (name.strip().lower(), value.strip()) for name, _, value in (line.partition(b":") for line in lines[1:])
    ]
    names = [name for name, _ in headers]
    if any(names.count(name) > 1 for name in _ONCE) or set(names) >= _FRAMING:
        raise h11.RemoteProtocolError("ambiguous head")
    if any(name == b"content-length" and not _LENGTH.fullmatch(value) for name, value in headers):
        raise h11.RemoteProtocolError("ambiguous length")


class StrictConnection(H11Protocol):
    """A connection of a partner, or of the proxy before one."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.conn._receive_buffer = _StrictBuffer()
        self._head_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Expects a head."""
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Reads on, and expects the rest of a head that has begun."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._head_came()
        elif self._head_due is None and not self.transport.is_closing():
            self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Expects nothing any more."""
        self._head_came()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's own words, which are not used
        """One answer, whatever was wrong, where an answer may still be given; and the end of the connection."""
        count_refusal("http")
        get_log().info("request.refused", step_code="http")
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            body = Problem.NOT_HTTP.document()
            headers = [
                (b"content-type", PROBLEM_TYPE.encode()),
                (b"content-length", str(len(body)).encode()),
                (b"connection", b"close"),
                (REQUEST_ID.encode(), new_request_id().encode()),
                *HEADERS,
            ]
            status = Problem.NOT_HTTP.status
            for event in (
                h11.Response(status_code=status, headers=headers, reason=b"Bad Request"),
                h11.Data(data=body),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event))
        self.transport.close()

    def _expect_head(self) -> None:
        self._head_due = self.loop.call_later(HEAD_WITHIN, self.transport.abort)

    def _head_came(self) -> None:
        if self._head_due is not None:
            self._head_due.cancel()
            self._head_due = None
