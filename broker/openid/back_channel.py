"""What the broker asks a provider directly: small answers, soon, from where it was asked and nowhere else."""

from __future__ import annotations

from typing import Any, Final

import httpx2

from broker.documents.strict_json import JsonRefused, read_json
from broker.openid.refusal import Cause, SignInRefused
from broker.openid.registration import is_safe

WITHIN: Final = 5.0
"""Seconds until a provider that does not answer is not waited for any longer."""
MOST_BYTES: Final = 256 * 1024


class BackChannel:
    """Follows no redirect, believes no certificate it cannot verify, reads no proxy from the environment."""

    def __init__(self) -> None:
        self._client = httpx2.Client(timeout=WITHIN, follow_redirects=False, trust_env=False)

    def get(self, address: str, cause: Cause) -> dict[str, Any]:
        """The JSON object at an address. Raises SignInRefused."""
        return self._ask("GET", address, cause)

    def post(self, address: str, body: str, login: tuple[str, str], cause: Cause) -> dict[str, Any]:
        """The JSON object that answers a form. Raises SignInRefused."""
        return self._ask("POST", address, cause, body, login)

    def _ask(
        self,
        method: str,
        address: str,
        cause: Cause,
        body: str | None = None,
        login: tuple[str, str] | None = None,
    ) -> dict[str, Any]:
        if not is_safe(address):
            raise SignInRefused(Cause.METADATA)
        headers = {"accept": "application/json"}
        if body is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
        try:
            with self._client.stream(method, address, content=body, headers=headers, auth=login) as answer:
                data = b""
                for piece in answer.iter_bytes():
                    data += piece
                    if len(data) > MOST_BYTES:
                        raise SignInRefused(cause)
        except (httpx2.HTTPError, httpx2.InvalidURL):
            raise SignInRefused(Cause.UNREACHABLE) from None
        if answer.status_code != 200:
            raise SignInRefused(cause)
        try:
            found = read_json(data)
        except JsonRefused:
            raise SignInRefused(cause) from None
        if not isinstance(found, dict):
            raise SignInRefused(cause)
        return found
