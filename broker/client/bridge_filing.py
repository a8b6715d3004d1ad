"""Where a released profile is filed: a folder, or the case system's own address.

Decides that each disclosure is filed once, whole or not at all, for its owner alone; and that what goes to an
address is signed by the partner's own key, in the profile of docs/api.md ("Signing") with the case system's own
authority, so that the case system knows who sent it and that nothing was changed. Redirects are not followed; the
network's environment is not used.
"""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx2

from broker.canonical import canonical_json
from broker.client.bridge import Filing
from broker.client.bridge_page import page_of
from broker.client.exchange import JSON
from broker.client.retries import LATER, Retries, retry_after_of
from broker.errors import BrokerError, CallWrong, SystemFailed
from broker.http_signatures.algorithms import SigningKey
from broker.http_signatures.sign import NONCE_SIZE, request_components, sign_request

_ADDRESS: Final = re.compile(r"(https|http)://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?(?:/[A-Za-z0-9._~@:\-]+)+")
_OWN: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_SECONDS: Final = 30.0


class NotFiled(BrokerError):
    """It was released and the case system did not take it. What was released is kept nowhere here."""


class FolderFile:
    """Files into a folder: `NUMBER-DISCLOSURE.json` and `.html`, for their owner alone."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise CallWrong(str(folder), "is no folder; name the one that your case system reads")
        self._folder = folder

    def file(self, filing: Filing) -> str:
        """The structured document last: where it lies, both lie."""
        number = re.sub(r"[^A-Za-z0-9_-]+", "-", filing.known.number)[:60]
        name = f"{number}-{filing.profile.disclosure}"
        whole = json.dumps(filing.as_mapping(), ensure_ascii=False, indent=2) + "\n"
        _write(self._folder / f"{name}.html", page_of(filing).encode("utf-8"))
        return str(_write(self._folder / f"{name}.json", whole.encode("utf-8")))


class WebhookFile:
    """Files by a POST to the case system. The body is the structured document with `page`, the page, and
    `Idempotency-Key` is the disclosure's id: the case system files it once however often it comes. Raises
    CallWrong for an address that is not https, but on this machine."""

    def __init__(
        self,
        url: str,
        key_id: str,
        private_key: SigningKey,
        *,
        retries: Retries = Retries(),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        found = _ADDRESS.fullmatch(url)
        if found is None or (found[1] == "http" and found[2] not in _OWN):
            raise CallWrong("--to", f"`{url}` is not https://NAME/PATH, as the case system's address must be")
        self._url, self._key_id, self._key = url, key_id, private_key
        self._retries, self._now, self._sleep = retries, now, sleep

    def file(self, filing: Filing) -> str:
        """Sends it until it is taken (any 2xx) or it is time to give up. Raises NotFiled."""
        body = canonical_json({**filing.as_mapping(), "page": page_of(filing)})
        sent = 0
        with httpx2.Client(timeout=_SECONDS, trust_env=False) as http:
            while True:
                sent += 1
                status, asked = self._send(http, body, filing.profile.disclosure)
                if status is not None and HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
                    return self._url
                again = status is None or status in LATER or status >= HTTPStatus.INTERNAL_SERVER_ERROR
                wait = self._retries.wait(sent, secrets.randbelow(1000) / 1000, asked) if again else None
                if wait is None:
                    said = "did not answer" if status is None else f"answered {status}"
                    raise NotFiled("case system", f"{said}; {filing.profile.disclosure} is released and not filed")
                self._sleep(wait)

    def _send(self, http: httpx2.Client, body: bytes, disclosure: str) -> tuple[int | None, float | None]:
        parts = urlsplit(self._url)
        covered = request_components("POST", parts.netloc, parts.path, "", JSON, body, disclosure)
        nonce = os.urandom(NONCE_SIZE)
        signed = sign_request(covered, self._key, self._key_id, nonce, self._now())
        headers = {"host": parts.netloc, "content-type": JSON, "idempotency-key": disclosure, **signed}
        try:
            answer = http.post(self._url, content=body, headers=headers, follow_redirects=False)
        except httpx2.HTTPError:
            return None, None
        return answer.status_code, retry_after_of(answer.headers.get("retry-after"))


def _write(path: Path, data: bytes) -> Path:
    """Whole or not at all, under its name."""
    waiting = path.with_name(f".{path.name}.{base64.b16encode(os.urandom(4)).decode('ascii')}")
    try:
        with os.fdopen(os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        waiting.replace(path)
    except OSError as error:
        waiting.unlink(missing_ok=True)
        raise SystemFailed(str(path), f"cannot be written: {(error.strerror or 'unknown').lower()}") from None
    return path
