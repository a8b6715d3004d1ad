"""The key by which the broker signs answers: shown to officers, published to compare, replaced in two steps."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path

import pytest

from broker.app import make_app
from broker.audit.events import Event
from broker.errors import CallWrong, SystemFailed
from broker.http_signatures import MessageRefused
from broker.http_signatures.answer_signer import key_id_of
from broker.keyring.answer_keys import BEFORE, IN_USE
from broker.settings import Settings
from broker.wiring import open_answer_signer, prepare_answer_key, rotate_answer_key
from tests.functional.api.door import AUTHORITY, Partner, call
from tests.functional.usecases.office import Office
from tests.functional.usecases.test_verbs import run

PATH = b"/.well-known/broker-keys"


def test_the_keys_are_published_to_compare_and_not_to_trust(council: Partner) -> None:
    got = call(council.app, "GET", PATH, b"", [(b"host", AUTHORITY.encode())])
    assert (got.status, got.header("content-type")) == (200, "application/jwk-set+json")
    assert "signature" not in dict(got.headers)
    (key,) = got.json["keys"]
    raw = base64.urlsafe_b64decode(key["x"] + "=")
    assert (raw, key["kid"], key["status"]) == (council.signer.public, council.signer.key_id, "in-use")
    assert "do not trust them on sight" in got.json["note"]
    assert set(key) == {"alg", "crv", "kid", "kty", "status", "until", "use", "x"}


def test_one_replaces_another_without_a_partner_that_could_not_have_pinned_it(council: Partner) -> None:
    office, settings = council.office, council.office.broker.settings
    old = council.signer
    with pytest.raises(CallWrong, match="--prepare"):
        rotate_answer_key(settings, office.clock.at)
    prepared = prepare_answer_key(settings)
    assert prepared.key_id == old.key_id
    assert [key["status"] for key in prepared.published(office.clock.at)["keys"]] == ["in-use", "next"]
    with pytest.raises(CallWrong, match="there already"):
        prepare_answer_key(settings)
    until = office.clock.at + timedelta(days=30)
    new = rotate_answer_key(settings, until)
    assert new.key_id == prepared.published(office.clock.at)["keys"][1]["kid"]
    assert open_answer_signer(settings).key_id == new.key_id
    found = new.published(office.clock.at)["keys"]
    assert [(key["kid"], key["status"]) for key in found] == [(new.key_id, "in-use"), (old.key_id, "replaced")]
    assert [key["kid"] for key in new.published(until)["keys"]] == [new.key_id]
    # An answer by the new key is none for a partner that has pinned the old one alone.
    council.app = make_app(office.broker, new, AUTHORITY)
    with pytest.raises(MessageRefused):
        council.send("GET", "/v1/nothing")
    council.signer = new
    assert council.send("GET", "/v1/nothing").status == 404


def test_what_was_damaged_is_said(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    open_answer_signer(settings)
    (settings.keys() / BEFORE).write_text("[{}]")
    with pytest.raises(SystemFailed, match="restore it from its backup"):
        open_answer_signer(settings)
    (settings.keys() / BEFORE).unlink()
    (settings.keys() / IN_USE).chmod(0o644)
    with pytest.raises(SystemFailed, match="chmod 600"):
        open_answer_signer(settings)


def test_from_the_command_line(office: Office) -> None:
    data = office.broker.settings.data_dir
    (first,) = json.loads(run(data, "keys", "own", "--json").stdout)["keys"]
    assert key_id_of(base64.b64decode(first["public_key"])) == first["kid"]
    assert first["pem"].startswith("-----BEGIN PUBLIC KEY-----")
    assert "Pin these keys" in run(data, "keys", "own").stdout
    assert run(data, "keys", "rotate-own").returncode == 2
    assert run(data, "keys", "rotate-own", "--prepare").returncode == 0
    found = json.loads(run(data, "keys", "rotate-own", "--until", "2090-01-01", "--json").stdout)["keys"]
    assert [key["status"] for key in found] == ["in-use", "replaced"]
    entry = [one for one in office.entries() if one.event is Event.KEY_ENROLLED][-1]
    assert (entry.actor, entry.details["key"]) == ("operator", found[0]["kid"])
