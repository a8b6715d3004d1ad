"""A partner system at the door: its key enrolled by two people, its requests signed, the answers verified.

Requests go through ASGI byte by byte as a server would hand them over, so that a test can send what no client
would.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.types import ASGIApp, Message

from broker.app import make_app
from broker.http_signatures.algorithms import SigningKey, make_signature
from broker.http_signatures.answer_signer import AnswerSigner
from broker.http_signatures.sign import nonce_text, request_components, sign_request, verify_answer
from broker.partner_keys import ApiVerb, KeyUse
from broker.partner_keys.possession import possession_statement
from broker.partner_keys.public_key import public_key_from
from broker.usecases.acting import Acting
from broker.usecases.agreements.partner_keys import NewKey, approve_key, hand_in_key
from broker.wiring import open_answer_signer
from tests.functional.usecases.office import REASON, Office

ADMIN: Final = Acting("len", "administrator")
AUTHORITY: Final = "broker.example"
JSON: Final = "application/json"
EVERY_VERB: Final = tuple(verb.value for verb in ApiVerb)
Pairs = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Got:
    """An answer as it came."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    @property
    def json(self) -> Any:
        """The body's value."""
        return json.loads(self.body)

    def header(self, name: str) -> str:
        """The one value of a header."""
        (value,) = (value for found, value in self.headers if found == name.encode())
        return value.decode("ascii")


def call(
    app: ASGIApp,
    method: str,
    path: bytes,
    query: bytes,
    headers: Pairs,
    body: bytes = b"",
    meanwhile: Callable[[], None] = lambda: None,
) -> Got:
    """One request through the application, as uvicorn would make its scope. `meanwhile` happens while the body is
    on its way."""
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path.decode("latin-1"),
        "raw_path": path,
        "query_string": query,
        "headers": list(headers),
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    start: dict[str, Any] = {}
    parts: list[bytes] = []
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        meanwhile()
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            parts.append(message.get("body", b""))

    asyncio.run(app(scope, receive, send))
    return Got(start["status"], tuple(start["headers"]), b"".join(parts))


@dataclass
class Partner:
    """A partner system with a key of its own, in front of an office."""

    office: Office
    key_id: str
    private: SigningKey
    app: ASGIApp
    signer: AnswerSigner
    sent: int = field(default=0)

    def components(
        self, method: str, path: str, body: bytes = b"", query: str = "", idempotency_key: str | None = None
    ) -> dict[str, str]:
        """What a request covers."""
        return request_components(method, AUTHORITY, path, query, JSON, body, idempotency_key)

    def nonce(self) -> bytes:
        """Sixteen bytes, others each time."""
        self.sent += 1
        return self.sent.to_bytes(16, "big")

    def headers(self, components: Mapping[str, str], nonce: bytes | None = None) -> list[tuple[bytes, bytes]]:
        """The headers of a signed request, as they go over the wire."""
        used = nonce if nonce is not None else self.nonce()
        signed = sign_request(components, self.private, self.key_id, used, self.office.clock.at)
        found = {"host": AUTHORITY, "content-type": components["content-type"], **signed}
        if "idempotency-key" in components:
            found["idempotency-key"] = components["idempotency-key"]
        return [(name.encode(), value.encode("ascii")) for name, value in found.items()]

    def send(
        self, method: str, path: str, value: Any = None, query: str = "", idempotency_key: str | None = None
    ) -> Got:
        """Signs, sends, and verifies the answer before it is handed on."""
        body = b"" if value is None else json.dumps(value).encode()
        return self.send_body(method, path, body, query, idempotency_key)

    def send_body(
        self,
        method: str,
        path: str,
        body: bytes,
        query: str = "",
        idempotency_key: str | None = None,
        content_type: str = JSON,
    ) -> Got:
        """The same with the body's own bytes."""
        components = request_components(method, AUTHORITY, path, query, content_type, body, idempotency_key)
        nonce = self.nonce()
        got = call(self.app, method, path.encode(), query.encode(), self.headers(components, nonce), body)
        self.verify(got, components, nonce)
        return got

    def verify(self, got: Got, components: Mapping[str, str], nonce: bytes) -> None:
        """Raises MessageRefused unless the broker signed this answer to this request."""
        keys = {self.signer.key_id: self.signer.private.public_key()}
        in_reply_to = f"{self.key_id}/{nonce_text(nonce)}"
        verify_answer(got.status, got.headers, got.body, components, in_reply_to, keys, self.office.clock.at)


def partner(
    office: Office,
    organisation: str = "ecc",
    seed: int = 7,
    verbs: tuple[str, ...] = EVERY_VERB,
    *,
    name: str = "case-system",
    use: KeyUse = KeyUse.REQUESTS,
    from_at: datetime | None = None,
    private: SigningKey | None = None,
) -> Partner:
    """Enrols a key for the organisation, by an administrator and somebody of its own who signs for it; it may ask
    these verbs."""
    private = private or Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    public = public_key_from(private.public_key())
    key_id, head = f"{organisation}/{name}", f"head-{organisation}"[:24]
    office.enrol_one("len", "Len Whitby", "ecc", "administrator")
    office.enrol_one(head, f"Head of {organisation}", organisation, "siro")
    office.step()
    statement = possession_statement(key_id, organisation, public, office.broker.settings.log_origin)
    proof = base64.b64encode(make_signature(private, statement)).decode()
    until = office.clock.at + timedelta(days=300)
    hand_in_key(office.broker, ADMIN, NewKey(key_id, public.text, proof, until, use, verbs, from_at))
    office.step()
    approve_key(office.broker, Acting(head, "siro"), key_id)
    office.step()
    signer = open_answer_signer(office.broker.settings)
    return Partner(office, key_id, private, make_app(office.broker, signer, AUTHORITY), signer)


def asked(council: Partner) -> dict[str, Any]:
    """The body of a request for the profile of the family that the council's team works with."""
    office = council.office
    return {
        "by": "kim",
        "role": "lead-practitioner",
        "purpose": "family-support",
        "about": [office.people["mum"], office.people["child"]],
        "reason": REASON,
        "case": office.cases["team"],
    }
