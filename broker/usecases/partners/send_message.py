"""One signed request to a partner's system, over the network.

Decides what is connected to (what `broker.webhooks.address` judges, at the moment of sending, and exactly that),
that no redirect is followed, no proxy of the environment used, no connection kept for another host, and that the
whole exchange ends in time whatever the other side does. Holds no database. From docs/how-to-webhooks.md.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import ssl
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Final

import httpx2

from broker.clock import Clock
from broker.http_signatures.answer_signer import AnswerSigner
from broker.http_signatures.profile import CONTENT_TYPE, IDEMPOTENCY_KEY
from broker.http_signatures.sign import NONCE_SIZE, nonce_text, request_components, sign_request
from broker.webhooks.address import Address, may_connect

DEADLINE: Final = 20.0
"""Seconds in which an attempt is over."""
MOST_BYTES: Final = 16 * 1024
"""How much of an answer is read."""
_CONNECTING, _READING = 5.0, 10.0
_MOST_MACHINES: Final = 3
_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: the id under which the receiver knows a repeat, and the body."""

    id: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Heard:
    """What an attempt came to. `code` says it in a word; the rest is of an answer: its headers, as much of its
    body as was read, what the request covered and what an answer to it names."""

    code: str
    status: int | None = None
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""
    request: tuple[tuple[str, str], ...] = ()
    in_reply_to: str = ""

    @property
    def taken(self) -> bool:
        """Whether the system took the message."""
        return self.status is not None and HTTPStatus(HTTPStatus.OK) <= self.status < HTTPStatus.MULTIPLE_CHOICES


async def send_message(
    signer: AnswerSigner,
    clock: Clock,
    address: Address,
    message: Message,
    listed: Collection[str],
    *,
    loopback: bool,
    deadline: float,
) -> Heard:
    """Signs and sends. Whatever the network or the other side does becomes a code and is not raised."""
    try:
        async with asyncio.timeout(deadline):
            machines = await _resolve(address)
            if not machines:
                return Heard("no-such-host")
            if not all(may_connect(address, one, listed, loopback=loopback) for one in machines):
                return Heard("address-refused")
            heard = Heard("unreachable")
            for machine in machines[:_MOST_MACHINES]:
                heard = await _send_to(machine, signer, clock, address, message)
                if heard.code != "unreachable":
                    break
            return heard
    except TimeoutError:
        return Heard("timeout")


async def _resolve(address: Address) -> Sequence[str]:
    """The machines the host is, in the resolver's order, each once."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(address.host, address.connects_to, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return list(dict.fromkeys(str(one[4][0]) for one in found))


async def _send_to(machine: str, signer: AnswerSigner, clock: Clock, address: Address, message: Message) -> Heard:
    nonce = secrets.token_bytes(NONCE_SIZE)
    covered = request_components("POST", address.authority, address.path, "", _JSON, message.body, message.id)
    headers = {
        "host": address.authority,
        CONTENT_TYPE: _JSON,
        IDEMPOTENCY_KEY: message.id,
        "accept-encoding": "identity",
        "user-agent": "broker",
        **sign_request(covered, signer.private, signer.key_id, nonce, clock.now()),
    }
    try:
        # One connection, for one message: a kept one could have been made to another host at the same machine.
        async with (
            httpx2.AsyncClient(
                verify=_trust(),
                trust_env=False,
                follow_redirects=False,
                timeout=httpx2.Timeout(_READING, connect=_CONNECTING),
            ) as client,
            client.stream(
                "POST",
                address.at(machine),
                headers=headers,
                content=message.body,
                extensions={"sni_hostname": address.host},
            ) as answer,
        ):
            body = b""
            if answer.is_success and "signature" in answer.headers:
                async for part in answer.aiter_raw():
                    body += part
                    if len(body) > MOST_BYTES:
                        break
            in_reply_to = f"{signer.key_id}/{nonce_text(nonce)}"
            return Heard(
                f"http-{answer.status_code}",
                answer.status_code,
                tuple((name.lower(), value) for name, value in answer.headers.raw),
                body,
                tuple(covered.items()),
                in_reply_to,
            )
    except httpx2.ConnectError:
        return Heard("unreachable")
    except httpx2.TimeoutException:
        return Heard("timeout")
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError):
        return Heard("not-http")


@cache
def _trust() -> ssl.SSLContext:
    """The certificates this machine trusts; `SSL_CERT_FILE` names others."""
    return ssl.create_default_context()
