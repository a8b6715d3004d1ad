"""What a message is sent to: the machine that was judged, under the approved name, over TLS that says so."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from broker.clock import FrozenClock
from broker.http_signatures.answer_signer import AnswerSigner
from broker.usecases.partners import send_message as sending
from broker.usecases.partners.send_message import Heard, Message, send_message
from broker.webhooks.address import Address, require_address
from tests.functional.webhooks.receiver import Receiver, receiving

NAME = "hooks.example.org"
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SIGNER = AnswerSigner(Ed25519PrivateKey.from_private_bytes(bytes(32)))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A partner's system that knows the broker's key."""
    with receiving() as found:
        found.key, found.key_id, found.now = SIGNER.public, SIGNER.key_id, AT.timestamp
        yield found


def resolving_to(monkeypatch: pytest.MonkeyPatch, *machines: str) -> list[str]:
    """Has every name resolve to these; returns the names that were asked for."""
    asked: list[str] = []

    async def resolve(address: Address) -> tuple[str, ...]:
        asked.append(address.host)
        return machines

    monkeypatch.setattr(sending, "_resolve", resolve)
    return asked


def send(address: Address, *listed: str, loopback: bool = False) -> Heard:
    body = b'{"notice":"n-1"}'
    return asyncio.run(
        send_message(
            SIGNER, FrozenClock(AT), address, Message("n-1", body), listed, loopback=loopback, deadline=10.0
        )
    )


@pytest.mark.parametrize(
    "machines", [("127.0.0.1",), ("169.254.169.254",), ("10.0.0.1",), ("81.2.69.142", "127.0.0.1"), ("::1",)]
)
def test_a_name_that_leads_inside_is_not_connected_to_even_by_one_of_its_addresses(
    monkeypatch: pytest.MonkeyPatch, machines: tuple[str, ...]
) -> None:
    resolving_to(monkeypatch, *machines)

    async def never(*_about: Any) -> Heard:
        raise AssertionError("connected")

    monkeypatch.setattr(sending, "_send_to", never)
    assert send(require_address(f"https://{NAME}/")).code == "address-refused"


def test_the_name_is_resolved_once_and_the_connection_made_to_what_was_judged(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    """So that a name which leads elsewhere the second time it is asked gains nothing."""
    asked = resolving_to(monkeypatch, "127.0.0.1")
    lookups: list[str] = []
    real = socket.getaddrinfo

    def looked_up(host: Any, *about: Any, **more: Any) -> Any:
        lookups.append(str(host))
        return real(host, *about, **more)

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    heard = send(require_address(receiver.url, loopback=True), loopback=True)
    assert (heard.code, receiver.wrong) == ("http-204", [])
    assert asked == ["127.0.0.1"]
    assert set(lookups) <= {"127.0.0.1"}


def test_a_name_that_nobody_has_and_a_machine_that_is_not_there_are_tried_again_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolving_to(monkeypatch)
    assert send(require_address(f"https://{NAME}/")).code == "no-such-host"


@contextmanager
def over_tls(receiver: Receiver, folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Address]:
    """The receiver behind a certificate for this name, which the broker trusts; the name leads to this machine."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "both.pem").write_bytes(secret + pem)
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(folder / "both.pem")
    ours = ssl.create_default_context(cadata=pem.decode())
    monkeypatch.setattr(sending, "_trust", lambda: ours)
    monkeypatch.setattr(sending, "may_connect", lambda *_about, **_more: True)
    resolving_to(monkeypatch, "127.0.0.1")
    receiver.wrap(theirs)
    yield replace(require_address(f"https://{NAME}/hook"), port=receiver.port)


def test_over_tls_the_message_is_taken_by_whoever_has_the_approved_name(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver, tmp_path: Path
) -> None:
    with over_tls(receiver, tmp_path, NAME, monkeypatch) as address:
        assert send(address).code == "http-204"
    assert receiver.wrong == []
    assert receiver.came[0][1]["host"] == f"{NAME}:{receiver.port}"


def test_over_tls_nothing_is_sent_to_whoever_has_another_name(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver, tmp_path: Path
) -> None:
    with over_tls(receiver, tmp_path, "other.example.org", monkeypatch) as address:
        assert not send(address).taken
    assert receiver.came == []
