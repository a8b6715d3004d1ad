"""What the broker asks a provider directly: small answers, soon, from where it was asked and nowhere else.

Decides that an exchange is over when its time is, whatever the other side does: looking its name up, connecting,
and an answer that comes byte by byte are all within it. Whoever waits is a thread of the server; what they wait
for runs on a loop of its own, where it can be broken off.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import httpx2

from broker.documents.strict_json import JsonRefused, read_json
from broker.openid.patience import MOST_AT_ONCE, MOST_PROVING, WITHIN
from broker.openid.refusal import Cause, SignInRefused
from broker.openid.registration import is_safe

MOST_BYTES: Final = 256 * 1024
_LOCK: Final = threading.Lock()
_LOOPS: Final[list[asyncio.AbstractEventLoop]] = []


class BackChannel:
    """Follows no redirect, believes no certificate it cannot verify, reads no proxy from the environment."""

    def __init__(self) -> None:
        self._believed = ssl.create_default_context()

    def get(self, address: str, cause: Cause, until: float) -> dict[str, Any]:
        """The JSON object at an address, by `until` on the monotonic clock. Raises SignInRefused."""
        return self._ask("GET", address, cause, until)

    def post(self, address: str, body: str, login: tuple[str, str], cause: Cause, until: float) -> dict[str, Any]:
        """The JSON object that answers a form. Raises SignInRefused."""
        return self._ask("POST", address, cause, until, body, login)

    def _ask(
        self,
        method: str,
        address: str,
        cause: Cause,
        until: float,
        body: str | None = None,
        login: tuple[str, str] | None = None,
    ) -> dict[str, Any]:
        if not is_safe(address):
            raise SignInRefused(Cause.METADATA)
        asking = self._exchange(method, address, cause, until, body, login)
        status, data = asyncio.run_coroutine_threadsafe(asking, _loop()).result()
        if status != 200:
            raise SignInRefused(cause)
        try:
            found = read_json(data)
        except JsonRefused:
            raise SignInRefused(cause) from None
        if not isinstance(found, dict):
            raise SignInRefused(cause)
        return found

    async def _exchange(
        self,
        method: str,
        address: str,
        cause: Cause,
        until: float,
        body: str | None,
        login: tuple[str, str] | None,
    ) -> tuple[int, bytes]:
        headers = {"accept": "application/json"}
        if body is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
        try:
            async with (
                asyncio.timeout(until - time.monotonic()),
                httpx2.AsyncClient(
                    timeout=WITHIN, follow_redirects=False, trust_env=False, verify=self._believed
                ) as client,
                client.stream(method, address, content=body, headers=headers, auth=login) as answer,
            ):
                data = b""
                async for piece in answer.aiter_bytes():
                    data += piece
                    if len(data) > MOST_BYTES:
                        raise SignInRefused(cause)
                return answer.status_code, data
        except (httpx2.ConnectError, httpx2.InvalidURL):
            raise SignInRefused(Cause.UNREACHABLE) from None
        except (httpx2.HTTPError, TimeoutError):
            raise SignInRefused(Cause.UNREACHABLE if body is None else Cause.NOT_ANSWERED) from None


def _loop() -> asyncio.AbstractEventLoop:
    """The one loop of this process on which providers are waited for."""
    with _LOCK:
        if not _LOOPS:
            loop = asyncio.new_event_loop()
            loop.set_default_executor(ThreadPoolExecutor(MOST_AT_ONCE + MOST_PROVING, "provider-name"))
            threading.Thread(target=loop.run_forever, name="provider", daemon=True).start()
            _LOOPS.append(loop)
        return _LOOPS[0]
