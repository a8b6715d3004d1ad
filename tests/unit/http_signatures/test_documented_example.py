"""The worked example of docs/api.md ("Signing") is what this broker signs, reads and verifies, byte for byte."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from broker.errors import CallWrong
from broker.http_signatures import RequestHead, read_claim, require_in_time, verify_claim
from broker.http_signatures.answer_signer import key_id_of
from broker.http_signatures.base import signature_base
from broker.http_signatures.profile import COVERED
from broker.http_signatures.sign import answer_components, request_components, sign_request, verify_answer
from broker.partner_keys.public_key import public_key_from

TEXT = (Path(__file__).parents[3] / "docs/api.md").read_text("utf-8")
NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
PRIVATE = Ed25519PrivateKey.from_private_bytes(b"printed in docs/api.md: no key!!")
BROKER = Ed25519PublicKey.from_public_bytes(base64.b64decode("2qetD2RzSzqiKx7xxqC2Ahl3OX15wZVLb8UmzlqtasI="))
KEY_ID = "ecc/case-system-2027"
NONCE = bytes(range(16))


def block(name: str) -> str:
    """What stands in the fenced block of this name; those in bash are of another section."""
    (found,) = re.findall(rf"^```(?!bash)[a-z]+ {name}\n(.*?)\n```$", TEXT, re.MULTILINE | re.DOTALL)
    return str(found)


def message(name: str) -> tuple[str, dict[str, str], bytes]:
    """First line, headers and body of a message."""
    head, _, body = block(name).partition("\n\n")
    first, *lines = head.split("\n")
    return first, {line.partition(": ")[0].lower(): line.partition(": ")[2] for line in lines}, body.encode()


def raw(headers: dict[str, str]) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((name.encode(), value.encode("ascii")) for name, value in headers.items())


def test_the_request_is_signed_as_printed() -> None:
    first, headers, body = message("request")
    method, target, _ = first.split(" ")
    assert body == block("request-body").encode()
    covered = request_components(
        method, headers["host"], target, "", headers["content-type"], body, headers["idempotency-key"]
    )
    made = sign_request(covered, PRIVATE, KEY_ID, NONCE, NOW)
    assert made == {name: headers[name] for name in made}
    inner = headers["signature-input"].removeprefix("sig=")
    assert signature_base(covered, inner).decode() == block("request-base")
    assert int(headers["content-length"]) == len(body)


def test_the_request_is_let_in_as_printed() -> None:
    first, headers, body = message("request")
    method, target, _ = first.split(" ")
    claim = read_claim(RequestHead(method, target.encode(), b"", raw(headers)), headers["host"])
    require_in_time(claim, NOW)
    assert verify_claim(claim, PRIVATE.public_key(), body).key_id == KEY_ID


def test_the_answer_verifies_as_printed() -> None:
    first, headers, body = message("answer")
    _, sent, asked = message("request")
    covered = request_components(
        "POST", sent["host"], "/v1/profiles", "", sent["content-type"], asked, sent["idempotency-key"]
    )
    status = int(first.split(" ")[1])
    in_reply_to = headers["broker-in-reply-to"]
    assert in_reply_to == f"{KEY_ID}/AAECAwQFBgcICQoLDA0ODw"
    keys = {key_id_of(BROKER.public_bytes_raw()): BROKER}
    assert verify_answer(status, raw(headers), body, covered, in_reply_to, keys, NOW)
    components = answer_components(status, headers["content-type"], body, in_reply_to, covered)
    inner = headers["signature-input"].removeprefix("sig=")
    assert signature_base(components, inner).decode() == block("answer-base")


def test_the_components_are_those_of_the_profile() -> None:
    assert "(" + " ".join(f'"{name}"' for name in COVERED) + ");created=…" in TEXT


def test_no_broker_takes_the_printed_key() -> None:
    with pytest.raises(CallWrong, match=r"printed with its private half in docs/api\.md"):
        public_key_from(PRIVATE.public_key())
