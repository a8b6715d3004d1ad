"""What the broker tells a partner's system is believed only where the broker's pinned key signed it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from broker.client import BrokerClient
from broker.client.messages import receive_message
from broker.client.problems import AnswerNotUnderstood
from broker.errors import NotAllowed
from broker.http_signatures.sign import request_components, sign_request
from tests.functional.api.door import Partner, asked

HOST, PATH = "hooks.example.org", "/broker"


def sent(council: Partner, body: bytes, key: str, *, by_broker: bool = True) -> list[tuple[bytes, bytes]]:
    """A message as the broker sends it."""
    components = request_components("POST", HOST, PATH, "", "application/json", body, key)
    who = (council.signer.private, council.signer.key_id) if by_broker else (council.private, council.key_id)
    signed = sign_request(components, who[0], who[1], bytes(16), council.office.clock.at)
    found = {"host": HOST, "content-type": "application/json", "idempotency-key": key, **signed}
    return [(name.encode(), value.encode()) for name, value in found.items()]


def test_messages_wait_until_the_system_has_them(council: Partner, client: BrokerClient) -> None:
    consent = council.office.consent("child", "mum").consent_id
    profile = client.profile(**asked(council))
    client.withdraw(consent, by="kim", role="lead-practitioner")
    council.office.step()
    [message] = [one for one in client.messages() if one.disclosure == profile.disclosure]
    assert message.topic == "withdrawal"
    client.take_message(message.notice)
    assert message.notice not in {one.notice for one in client.messages()}


def test_a_message_is_the_brokers_or_nothing(council: Partner) -> None:
    value = {"notice": "n-1", "topic": "withdrawal", "at": "2026-03-02T09:58:00Z", "cells": []}
    body = json.dumps(value).encode()
    keys = {council.signer.key_id: council.signer.private.public_key()}
    now = council.office.clock.at

    def receive(headers: list[tuple[bytes, bytes]], body: bytes = body, later: int = 0, host: str = HOST) -> str:
        at = now + timedelta(seconds=later)
        return receive_message(PATH.encode(), headers, body, host, keys, at).notice

    assert receive(sent(council, body, "n-1")) == "n-1"
    for wrong in (
        lambda: receive(sent(council, body, "n-1", by_broker=False)),
        lambda: receive(sent(council, body, "n-1"), body + b" "),
        lambda: receive(sent(council, body, "n-1"), later=120),
        lambda: receive(sent(council, body, "n-1"), host="other.example.org"),
    ):
        with pytest.raises(NotAllowed):
            wrong()
    with pytest.raises(AnswerNotUnderstood):
        receive(sent(council, body, "n-2"))
