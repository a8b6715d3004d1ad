"""A real OpenID Connect provider on a port of its own, which can be told to lie in one thing at a time."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, unquote

from joserfc import jwt
from joserfc.jwk import RSAKey

from broker.clock import Clock
from broker.openid.registration import Registration

CLIENT: Final = "the broker"
SECRET: Final = "with blanks: with / and %"  # noqa: S105 - a provider of tests gave it
KEYS: Final = tuple(RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True) for _ in range(2))
"""Two keys: the second is nobody's until a test publishes it."""


@dataclass
class Provider:
    """`claims`, `signed` and `told` are what a test changes: the claims of a token, how it is signed, and the
    whole answer with it."""

    clock: Clock
    issuer: str = ""
    subject: str = "kim@example.org/1"
    claims: dict[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    signed: Callable[[dict[str, Any]], str] | None = None
    told: Callable[[dict[str, Any]], bytes] | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    published: list[RSAKey] = field(default_factory=lambda: [KEYS[0]])
    token_status: int = 200
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    manner: str = ""
    """`drip`: it answers byte by byte, from the first of its headers, until it is told to stop; `hang-up`: it ends
    the connection."""
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def registration(self) -> Registration:
        """How the broker is known here."""
        return Registration(self.issuer, CLIENT, SECRET)

    def code_for(self, request: dict[str, str]) -> str:
        """The user says yes."""
        code = f"code-{len(self.codes)}"
        self.codes[code] = request
        return code

    def id_token(self, request: dict[str, str]) -> str:
        """The token that answers a request, with whatever the test changed."""
        now = int(self.clock.now().timestamp())
        whole = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "nonce": request["nonce"],
            **self.claims,
        }
        claims = {name: value for name, value in whole.items() if name not in self.without}
        return self.signed(claims) if self.signed is not None else sign(claims)

    def answer(self, method: str, path: str, body: str, authorization: str) -> tuple[int, bytes]:
        """Status and body."""
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            return 200, json.dumps(self._metadata()).encode()
        if path == "/keys":
            return 200, json.dumps({"keys": [key.as_dict(private=False) for key in self.published]}).encode()
        if path == "/token" and method == "POST":
            return self._token({name: one[0] for name, one in parse_qs(body).items()}, authorization)
        return 404, b"{}"

    def _token(self, form: dict[str, str], authorization: str) -> tuple[int, bytes]:
        name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        request = self.codes.pop(form["code"], None)
        if request is None or (unquote(name), unquote(secret)) != (CLIENT, SECRET):
            return 400, b'{"error":"invalid_grant"}'
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != request["code_challenge"]:
            return 400, b'{"error":"invalid_grant"}'
        if form["redirect_uri"] != request["redirect_uri"]:
            return 400, b'{"error":"invalid_grant"}'
        told = {"access_token": "an access token", "token_type": "Bearer", "id_token": self.id_token(request)}
        return self.token_status, self.told(told) if self.told is not None else json.dumps(told).encode()

    def _metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/end",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            **self.metadata,
        }


def sign(claims: dict[str, Any], key: RSAKey = KEYS[0], **header: Any) -> str:
    """An honest signature, or one with another header."""
    return jwt.encode({"alg": "RS256", "kid": key.kid, **header}, claims, key)


def forge(claims: dict[str, Any], header: dict[str, Any], signature: Callable[[bytes], bytes]) -> str:
    """A token that no library would make."""
    parts = [base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in (header, claims)]
    signed = b".".join(parts)
    return (signed + b"." + base64.urlsafe_b64encode(signature(signed)).rstrip(b"=")).decode()


@contextmanager
def serving(clock: Clock) -> Iterator[Provider]:
    """The provider, over HTTP on a free port of this machine."""
    provider = Provider(clock)

    class Handler(BaseHTTPRequestHandler):
        def _reply(self, method: str) -> None:
            length = int(self.headers.get("content-length", 0))
            body = self.rfile.read(length).decode()
            status, found = provider.answer(method, self.path, body, self.headers.get("authorization", ""))
            self.close_connection = bool(provider.manner)
            if provider.manner == "hang-up":
                return
            if provider.manner == "drip":
                self._drip()
                return
            self.send_response(status)
            if status == 302:
                self.send_header("location", f"{provider.issuer}/keys")
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(found)))
            self.end_headers()
            self.wfile.write(found)

        def _drip(self) -> None:
            try:
                self.wfile.write(b"HTTP/1.1 200 OK\r\nx-drip: ")
                while not provider.stopped.wait(0.05):
                    self.wfile.write(b"x")
            except OSError:
                return  # whoever asked has gone

        def do_GET(self) -> None:
            self._reply("GET")

        def do_POST(self) -> None:
            self._reply("POST")

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join(10)
