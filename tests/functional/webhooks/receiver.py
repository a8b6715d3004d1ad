"""A partner's receiver to test against: real HTTP on this machine, which verifies by the documented profile alone.

What verifies is the code printed in docs/how-to-webhooks.md, so that the page is tested too. It answers as it is
told to: 200, 500, a redirect, nothing at all, what is not HTTP.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PAGE = Path(__file__).parents[3] / "docs" / "how-to-webhooks.md"


def verifier_of_the_page() -> Callable[..., str | None]:
    """The function that the page gives to a partner's developer, as it stands there."""
    (code,) = re.findall(r"```python\n(def verify.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    found: dict[str, Any] = {
        "base64": base64,
        "hashlib": hashlib,
        "re": re,
        "InvalidSignature": InvalidSignature,
        "Ed25519PublicKey": Ed25519PublicKey,
    }
    exec(code, found)  # noqa: S102 - our own page
    verify: Callable[..., str | None] = found["verify"]
    return verify


VERIFY = verifier_of_the_page()

Answer = Callable[["Receiver", BaseHTTPRequestHandler], None]


def ok(_receiver: Receiver, handler: BaseHTTPRequestHandler) -> None:
    """Taken."""
    handler.send_response(204)
    handler.end_headers()


def status(code: int, **headers: str) -> Answer:
    """Another answer, with these headers."""

    def answer(_receiver: Receiver, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def garbage(_receiver: Receiver, handler: BaseHTTPRequestHandler) -> None:
    """What is not HTTP."""
    handler.connection.sendall(b"\x00\xff not http\r\n\r\n")
    handler.close_connection = True


def silence(receiver: Receiver, _handler: BaseHTTPRequestHandler) -> None:
    """Nothing, until the receiver is closed."""
    receiver.closing.wait()


def drip(receiver: Receiver, handler: BaseHTTPRequestHandler) -> None:
    """One byte now and then, for ever."""
    try:
        while not receiver.closing.wait(0.05):
            handler.connection.sendall(b"H")
    except OSError:
        pass


@dataclass
class Receiver:
    """What came: the bodies of messages that verified, by id in `taken`, and what was wrong with the others."""

    port: int = 0
    key: bytes = b""
    key_id: str = ""
    now: Callable[[], float] = time.time
    answer: Answer = ok
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    repeats: int = 0
    wrong: list[str] = field(default_factory=list)
    came: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    told_at: dict[str, float] = field(default_factory=dict)
    closing: threading.Event = field(default_factory=threading.Event)
    server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}/hook"

    def wrap(self, context: ssl.SSLContext) -> None:
        """Answers over TLS from now on."""
        assert self.server is not None
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        """Verifies, knows a repeat by its id, answers."""
        body = handler.rfile.read(int(handler.headers["content-length"]))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.came.append((handler.path, headers, body))
        bad = VERIFY(
            self.key, self.key_id, handler.command, headers["host"], handler.path, headers, body, int(self.now())
        )
        if bad is not None:
            self.wrong.append(bad)
            status(401)(self, handler)
            return
        said = json.loads(body)
        if self.answer is ok:
            self.repeats += said["notice"] in self.taken
            self.taken[said["notice"]] = said
            self.told_at.setdefault(said["notice"], time.time())
        self.answer(self, handler)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver at a port of its own."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.take(self)

        def log_message(self, *_words: Any) -> None:
            return

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, *_about: Any) -> None:
            return

    server = Server(("127.0.0.1", 0), Handler)
    receiver.port, receiver.server = server.server_address[1], server
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
