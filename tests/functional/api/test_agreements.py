"""Agreements over the interface: read again only where they changed, signed by a key as they were read."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.agreements.signing import SignatureStatement
from broker.audit.events import Event
from broker.partner_keys.possession import possession_statement
from broker.partner_keys.public_key import public_key_of
from broker.usecases.acting import Acting
from broker.usecases.agreements.partner_keys import NewKey, approve_key, hand_in_key
from broker.usecases.agreements.sign_agreement import withdraw_signature
from tests.functional.api.door import ADMIN, Got, Partner
from tests.functional.usecases.office import SIRO

OLA: Final = "by=ola&role=ig-officer"
NAME: Final = "family-support@1"
PRIVATE: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY: Final = "ecc/sid-2026"
ONCE: Final = "one-and-the-same"


def read(council: Partner, name: str = NAME, query: str = OLA) -> Got:
    return council.send("GET", f"/v1/agreements/{name}", query=query)


def enrol_key(council: Partner) -> None:
    """A key for agreements, of the council's own."""
    office = council.office
    public = public_key_of(PRIVATE.public_key().public_bytes_raw())
    statement = possession_statement(KEY, "ecc", public, office.broker.settings.log_origin)
    proof = base64.b64encode(PRIVATE.sign(statement)).decode()
    hand_in_key(office.broker, ADMIN, NewKey(KEY, public.text, proof, office.clock.at + timedelta(days=300)))
    office.step()
    approve_key(office.broker, Acting("head-ecc", "siro"), KEY)
    office.step()


@pytest.fixture
def unsigned(council: Partner) -> Partner:
    """The council took its signature back, and has a key to sign again."""
    withdraw_signature(council.office.broker, SIRO, "family-support", 1, "ecc", "to be signed by key")
    council.office.step()
    enrol_key(council)
    return council


def signature(council: Partner, **more: Any) -> dict[str, Any]:
    """The body of a signature on what is published."""
    at = council.office.clock.at
    digest = read(council).json["document_digest"]
    words = {"signatory": "Sid Marsh", "post": "SIRO", "authority": "scheme of delegation"}
    said = SignatureStatement("family-support", 1, digest, "ecc", *words.values(), KEY, at)
    said = replace(said, **{name: value for name, value in more.items() if name == "authority"})
    return {
        "by": "sid",
        "role": "siro",
        "party": "ecc",
        **words,
        "document_digest": digest,
        "key": KEY,
        "signed_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "signature": base64.b64encode(PRIVATE.sign(said.to_bytes())).decode(),
    }


def sign(council: Partner, body: dict[str, Any], tag: str | None, name: str = NAME, key: str | None = None) -> Got:
    query = "" if tag is None else f"if-match={tag}"
    return council.send("POST", f"/v1/agreements/{name}/signatures", body, query, key)


def test_the_library_is_listed_page_by_page(council: Partner) -> None:
    got = council.send("GET", "/v1/agreements", query=OLA)
    assert [one["agreement"] for one in got.json["agreements"]] == [NAME]
    assert got.json["next"] is None
    assert got.json["agreements"][0]["unsigned"] == []


def test_a_version_is_read_with_its_text_and_its_signatures(council: Partner) -> None:
    got = read(council)
    assert got.header("etag") == f'"{got.json["etag"]}"'
    assert got.json["document"].startswith("# ") or "agreement:" in got.json["document"]
    assert len(got.json["signatures"]) == len(got.json["parties"])


@pytest.mark.parametrize("path", ["/v1/agreements", f"/v1/agreements/{NAME}"])
def test_what_is_as_it_was_is_not_sent_again(council: Partner, path: str) -> None:
    tag = council.send("GET", path, query=OLA).json["etag"]
    council.office.step(60)
    same = council.send("GET", path, query=f"{OLA}&if-none-match={tag}")
    assert (same.status, same.body) == (304, b"")
    assert same.header("etag") == f'"{tag}"'
    withdraw_signature(council.office.broker, SIRO, "family-support", 1, "ecc", "for the test")
    council.office.step()
    changed = council.send("GET", path, query=f"{OLA}&if-none-match={tag}")
    assert changed.status == 200
    assert changed.json["etag"] != tag


@pytest.mark.parametrize("name", ["family-support@2", "family-support", "nothing@1", "family-support@01"])
def test_what_was_not_published_is_not_here(council: Partner, name: str) -> None:
    assert read(council, name).status == 404


def test_a_key_signs_the_version_as_it_was_read(unsigned: Partner) -> None:
    before = read(unsigned).json
    assert before["unsigned"] == ["ecc"]
    got = sign(unsigned, signature(unsigned), before["etag"])
    assert got.status == 201, got.json
    assert got.json["unsigned"] == []
    assert read(unsigned).json["unsigned"] == []
    signed = [entry for entry in unsigned.office.entries() if entry.event is Event.AGREEMENT_SIGNED]
    assert signed[-1].details["key"] == KEY


def test_a_retry_signs_once_and_not_after_it_was_taken_back(unsigned: Partner) -> None:
    tag, body = read(unsigned).json["etag"], signature(unsigned)
    first, again = sign(unsigned, body, tag, key=ONCE), sign(unsigned, body, tag, key=ONCE)
    assert (first.status, again.status) == (201, 201)
    assert (first.json["repeated"], again.json["repeated"]) == (False, True)
    withdraw_signature(unsigned.office.broker, SIRO, "family-support", 1, "ecc", "for the test")
    unsigned.office.step()
    assert sign(unsigned, body, tag, key=ONCE).status == 409


def test_a_version_that_changed_since_it_was_read_is_not_signed(unsigned: Partner) -> None:
    tag = read(unsigned).json["etag"]
    office = unsigned.office
    withdraw_signature(office.broker, SIRO, "family-support", 1, "oakdale-primary", "the school leaves")
    office.step()
    assert sign(unsigned, signature(unsigned), tag).status == 412
    assert read(unsigned).json["unsigned"] == ["ecc", "oakdale-primary"]


def test_a_signature_names_the_reading_it_is_of(unsigned: Partner) -> None:
    assert sign(unsigned, signature(unsigned), None).status == 428
    assert sign(unsigned, signature(unsigned), "a" * 32, "family-support@9").status == 404


def test_a_signature_over_another_statement_is_none(unsigned: Partner) -> None:
    tag = read(unsigned).json["etag"]
    assert sign(unsigned, signature(unsigned, authority="another"), tag).status == 403
    assert read(unsigned).json["unsigned"] == ["ecc"]


def test_who_may_not_sign_does_not_learn_whether_it_changed(unsigned: Partner) -> None:
    body = {**signature(unsigned), "by": "kim", "role": "lead-practitioner"}
    assert sign(unsigned, body, read(unsigned).json["etag"]).status == 403
    assert sign(unsigned, body, "a" * 32).status == 403
