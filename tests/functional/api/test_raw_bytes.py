"""Bytes on a real socket: what two readers could read differently is refused, alike for all, or the line is cut.

The table in docs/security.md section 6 is of these cases, by name.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pytest
import uvicorn

from broker.api.headers import HEADERS
from broker.audit.events import Event
from broker.serving.listening import listening
from broker.serving.server import server_config
from tests.functional.api.door import AUTHORITY, Partner
from tests.functional.usecases.office import ROOT

pytestmark = pytest.mark.only_on("sqlite")  # what comes before any database is the same on both

NOT_HTTP, REFUSED, NOTHING = "400, closed", "401", "404"
PATH: Final = "/v1/nothing"
BODY: Final = b"{}"


@contextmanager
def connected(council: Partner) -> Iterator[socket.socket]:
    """A socket to the partner's server, which runs in a thread."""
    with listening(0) as listener:
        port = listener.getsockname()[1]
        server = uvicorn.Server(server_config(council.app))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
                yield line
        finally:
            server.should_exit = True
            thread.join(timeout=60)


def head(council: Partner, *, first: str = "", more: str = "", without: str = "") -> str:
    """The head of an honest request, or of one that is so but for its first line or some headers."""
    headers = council.headers(council.components("POST", PATH, BODY))
    lines = [f"{name.decode()}: {value.decode()}" for name, value in headers if name.decode() != without]
    framed = [] if without == "content-length" else [f"content-length: {len(BODY)}"]
    return "\r\n".join([first or f"POST {PATH} HTTP/1.1", *lines, *framed]) + "\r\n" + more


def answers(line: socket.socket) -> list[tuple[int, dict[str, str], bytes]]:
    """Every answer until the server ends the line, or says nothing more for half a second."""
    line.settimeout(60)
    whole = b""
    try:
        while part := line.recv(65536):
            whole += part
            line.settimeout(0.7)
    except (TimeoutError, ConnectionResetError):
        pass
    found = []
    while whole:
        top, _, rest = whole.partition(b"\r\n\r\n")
        lines = top.decode("ascii").split("\r\n")
        headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in lines[1:])}
        size = int(headers["content-length"])
        found.append((int(lines[0].split()[1]), headers, rest[:size]))
        whole = rest[size:]
    return found


def cases(council: Partner) -> dict[str, tuple[bytes, str]]:
    """Each kind of doubtful request by its name, and how it is answered."""
    body = BODY.decode()
    end = f"\r\n{body}"
    chunked = "transfer-encoding: chunked\r\n"

    def of(text: str, expected: str) -> tuple[bytes, str]:
        return text.encode("latin-1"), expected

    honest = head(council)
    return {
        "Host twice, the same": of(head(council, more=f"host: {AUTHORITY}\r\n") + end, NOT_HTTP),
        "Host twice, another": of(head(council, more="host: other.example\r\n") + end, NOT_HTTP),
        "no Host": of(head(council, without="host") + end, NOT_HTTP),
        "Content-Length twice, the same": of(head(council, more="content-length: 2\r\n") + end, NOT_HTTP),
        "Content-Length twice, another": of(head(council, more="content-length: 5\r\n") + end, NOT_HTTP),
        "Content-Length as a list": of(
            head(council, without="content-length", more="content-length: 2, 2\r\n") + end, NOT_HTTP
        ),
        "Content-Length with a sign": of(
            head(council, without="content-length", more="content-length: +2\r\n") + end, NOT_HTTP
        ),
        "Content-Length and Transfer-Encoding": of(head(council, more=chunked) + "\r\n0\r\n\r\n", NOT_HTTP),
        "Transfer-Encoding alone": of(
            head(council, without="content-length", more=chunked) + "\r\n2\r\n{}\r\n0\r\n\r\n", REFUSED
        ),
        "Transfer-Encoding nobody knows": of(
            head(council, without="content-length", more="transfer-encoding: xchunked\r\n") + end, NOT_HTTP
        ),
        "a folded line": of(head(council, more="x-note: a\r\n b\r\n") + end, NOT_HTTP),
        "white space before a colon": of(head(council, more="x-note : a\r\n") + end, NOT_HTTP),
        "a bare line feed": of(head(council, more="x-note: a\n") + end, NOT_HTTP),
        "bare line feeds throughout": of(honest.replace("\r\n", "\n") + "\n" + body, NOT_HTTP),
        "a bare carriage return": of(head(council, more="x-note: a\rb: c\r\n") + end, NOT_HTTP),
        "NUL in a header": of(head(council, more="x-note: a\0b\r\n") + end, NOT_HTTP),
        "NUL in the target": of(head(council, first="POST /v1/no\0thing HTTP/1.1") + end, NOT_HTTP),
        "a target with a space": of(head(council, first="POST /v1/no thing HTTP/1.1") + end, NOT_HTTP),
        "an absolute target": of(head(council, first=f"POST http://{AUTHORITY}{PATH} HTTP/1.1") + end, NOTHING),
        "a path spelt with %": of(head(council, first="POST /v1/%6eothing HTTP/1.1") + end, REFUSED),
        "a prefix spelt with %": of(head(council, first="POST /%76%31/nothing HTTP/1.1") + end, REFUSED),
        "a doubled slash": of(head(council, first="POST /v1//nothing HTTP/1.1") + end, REFUSED),
        "dots in the path": of(head(council, first="POST /v1/x/../nothing HTTP/1.1") + end, REFUSED),
        "a fragment": of(head(council, first="POST /v1/nothing#x HTTP/1.1") + end, REFUSED),
        "a method in small letters": of(head(council, first=f"post {PATH} HTTP/1.1") + end, REFUSED),
        "a method nobody knows": of(head(council, first=f"BREW {PATH} HTTP/1.1") + end, REFUSED),
        "HTTP/1.0": of(head(council, first=f"POST {PATH} HTTP/1.0") + end, NOT_HTTP),
        "HTTP/0.9": of(f"GET {PATH}\r\n\r\n", NOT_HTTP),
        "HTTP/2": of("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", NOT_HTTP),
        "TLS": (b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03", NOT_HTTP),
        "a header of 40 KiB": of(head(council, more=f"x-note: {'a' * 40_960}\r\n") + end, NOT_HTTP),
        "headers of 20 KiB": of(
            head(council, more="".join(f"x-{n}: {'a' * 1000}\r\n" for n in range(20))) + end, REFUSED
        ),
        "a header that is signed, twice": of(head(council, more="content-type: text/plain\r\n") + end, REFUSED),
        "a name that is not ASCII": of(head(council, more="x-n\xe4me: a\r\n") + end, NOT_HTTP),
    }


def test_each_doubtful_request_is_refused_alike(council: Partner) -> None:
    heard: dict[str, str] = {}
    bodies: dict[str, set[bytes]] = {}
    names = {name.decode() for name, _ in HEADERS} | {"content-type", "content-length", "broker-request-id"}
    expected = {name: how for name, (_, how) in cases(council).items()}
    for name, (sent, _) in cases(council).items():
        with connected(council) as line:
            line.sendall(sent)
            found = answers(line)
            assert len(found) == 1, name
            status, headers, body = found[0]
            assert names <= headers.keys(), name
            heard[name] = str(status) + (", closed" if headers.get("connection") == "close" else "")
            bodies.setdefault(heard[name], set()).add(body)
    assert heard == expected
    assert {how: len(one) for how, one in bodies.items()} == {NOT_HTTP: 1, REFUSED: 1, NOTHING: 1}
    admitted = [one for one in council.office.entries() if one.event is Event.PARTNER_ADMITTED]
    assert admitted == []


def test_an_honest_request_is_let_in(council: Partner) -> None:
    with connected(council) as line:
        line.sendall(head(council).encode() + b"\r\n" + BODY)
        assert [status for status, _, _ in answers(line)] == [404]
    assert [one for one in council.office.entries() if one.event is Event.PARTNER_ADMITTED]


def test_requests_one_behind_the_other_are_answered_in_order_each_by_itself(council: Partner) -> None:
    """A refusal in between changes nothing: what was refused is read to its end and no further."""
    honest = [head(council).encode() + b"\r\n" + BODY for _ in range(2)]
    forged = honest[0].replace(b"sig=:", b"sig=:AA")
    smuggled = head(council, first="POST /v1/profiles HTTP/1.1").encode() + b"\r\n" + BODY
    with connected(council) as line:
        line.sendall(honest[0] + forged + honest[1] + smuggled)
        assert [status for status, _, _ in answers(line)] == [404, 401, 404, 401]


def test_nothing_after_a_doubtful_request_is_read(council: Partner) -> None:
    """Whatever follows may be the rest of it, as another reader would have it."""
    doubtful = head(council, more="transfer-encoding: chunked\r\n").encode() + b"\r\n0\r\n\r\n"
    with connected(council) as line:
        line.sendall(doubtful + head(council).encode() + b"\r\n" + BODY)
        assert [status for status, _, _ in answers(line)] == [400]
    assert [one for one in council.office.entries() if one.event is Event.PARTNER_ADMITTED] == []


def test_chunks_that_are_none_end_the_line(council: Partner) -> None:
    broken = (
        head(council, without="content-length", more="transfer-encoding: chunked\r\n").encode() + b"\r\nzz\r\n"
    )
    with connected(council) as line:
        line.sendall(broken)
        line.sendall(head(council).encode() + b"\r\n" + BODY)
        assert [status for status, _, _ in answers(line)] in ([400], [401])
    assert [one for one in council.office.entries() if one.event is Event.PARTNER_ADMITTED] == []


def test_a_head_that_trickles_is_not_waited_for(council: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broker.serving.protocol.HEAD_WITHIN", 0.3)
    with connected(council) as line:
        line.sendall(b"POST /v1/nothing HT")
        line.settimeout(60)
        started = time.perf_counter()
        with suppress(ConnectionResetError):
            assert line.recv(1) == b""
        assert time.perf_counter() - started < 50


def test_the_table_names_every_case(council: Partner) -> None:
    text = Path(ROOT / "docs/security.md").read_text("utf-8")
    missing = [name for name, (_, how) in cases(council).items() if f"| {name} | {how} |" not in text]
    assert missing == []
