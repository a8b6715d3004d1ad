"""Which key may ask at which address: every verb against every address, and the headers of every answer."""

from __future__ import annotations

import pytest

from broker.api.headers import HEADERS
from broker.partner_keys import ApiVerb
from tests.functional.api.door import AUTHORITY, Got, call, partner
from tests.functional.api.test_signed_door import addresses
from tests.functional.usecases.office import Office

ALLOWS = {
    ("GET", "/v1/agreements"): ApiVerb.AGREEMENTS_READ,
    ("GET", "/v1/agreements/x"): ApiVerb.AGREEMENTS_READ,
    ("POST", "/v1/agreements/x/signatures"): ApiVerb.AGREEMENTS_SIGN,
    ("GET", "/v1/audit/checkpoint"): ApiVerb.AUDIT_READ,
    ("GET", "/v1/audit/proof"): ApiVerb.AUDIT_READ,
    ("POST", "/v1/consents"): ApiVerb.CONSENTS_RECORD,
    ("POST", "/v1/consents/x/withdrawal"): ApiVerb.CONSENTS_WITHDRAW,
    ("GET", "/v1/disclosures"): ApiVerb.DISCLOSURES_READ,
    ("GET", "/v1/disclosures/x"): ApiVerb.DISCLOSURES_READ,
    ("POST", "/v1/disclosures/x/acknowledgement"): ApiVerb.DISCLOSURES_READ,
    ("GET", "/v1/notices"): ApiVerb.WEBHOOKS_MANAGE,
    ("POST", "/v1/notices/x/acknowledgement"): ApiVerb.WEBHOOKS_MANAGE,
    ("POST", "/v1/notices/replay"): ApiVerb.WEBHOOKS_MANAGE,
    ("POST", "/v1/profiles"): ApiVerb.PROFILES_REQUEST,
    ("POST", "/v1/records"): ApiVerb.RECORDS_SUBMIT,
    ("GET", "/v1/teams/x"): ApiVerb.TEAMS_READ,
}
"""Each address and the one verb that opens it. Whoever adds an address says here what it takes."""


def test_every_address_stands_in_the_matrix(office: Office) -> None:
    assert addresses(partner(office).app) == set(ALLOWS)


@pytest.mark.parametrize("verb", sorted(ApiVerb))
def test_a_key_of_one_verb_opens_its_addresses_and_no_other(office: Office, verb: ApiVerb) -> None:
    """The answer no is one: of a key that may not ask, whatever it asks for."""
    key = partner(office, verbs=(verb.value,))
    refusals = set()
    for (method, path), needed in ALLOWS.items():
        got = key.send(method, path, None)
        if needed is verb:
            assert got.status != 403, path
        else:
            assert got.status == 403, path
            refusals.add((got.json["type"], got.json["title"], frozenset(got.json) - {"receipt"}))
    assert len(refusals) == 1


def bare(got: Got) -> dict[str, list[str]]:
    """The headers, each with every value it came with."""
    found: dict[str, list[str]] = {}
    for name, value in got.headers:
        found.setdefault(name.decode().lower(), []).append(value.decode())
    return found


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
def test_every_answer_of_every_address_carries_the_headers_once(office: Office, method: str) -> None:
    """Known and unknown addresses, signed and not, let in and refused."""
    key = partner(office)
    for path in {path for _, path in ALLOWS} | {"/v1/nothing", "/v1"}:
        signed = key.headers(key.components(method, path))
        for headers in (signed, [(b"host", AUTHORITY.encode())], [(b"host", b"other.example")]):
            got = bare(call(key.app, method, path.encode(), b"", headers))
            for name, value in HEADERS:
                assert got[name.decode()] == [value.decode()], (path, name)
            assert len(got["broker-request-id"]) == 1
            assert len(got.get("content-type", ["x"])) == 1
            assert not {"server", "x-powered-by", "set-cookie", "access-control-allow-origin"} & got.keys()
