"""The signed door: who signs is let in once, nobody else is, and every answer is signed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import warnings
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from fastapi import FastAPI
from starlette.types import ASGIApp

from broker.audit.events import Event
from broker.errors import SystemFailed
from broker.http_signatures.sign import verify_answer
from broker.partner_keys import ApiVerb, KeyUse
from broker.usecases.agreements.partner_keys import RevokedBecause, revoke_key
from tests.functional.api.door import ADMIN, AUTHORITY, Partner, asked, call, partner
from tests.functional.usecases.office import Office

WEBHOOKS, TEAMS = ApiVerb.WEBHOOKS_MANAGE.value, ApiVerb.TEAMS_READ.value


def test_a_profile_is_released_to_somebody_of_the_organisation_that_signs(council: Partner) -> None:
    got = council.send("POST", "/v1/profiles", asked(council))
    assert got.status == 200
    assert got.json["outcome"] == "answered"
    assert got.json["receipt"]["origin"] == "broker.example/log"
    assert {item["papers"]["category"] for part in got.json["sections"].values() for item in part} >= {
        "attendance"
    }


def test_the_rules_are_compiled_once_and_not_for_every_request(
    council: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    council.send("POST", "/v1/profiles", asked(council))

    def compiled(*_: object) -> None:
        raise AssertionError("compiled again")

    monkeypatch.setattr("broker.usecases.rules.rules.read_rules", compiled)
    assert council.send("POST", "/v1/profiles", asked(council)).status == 200


def test_somebody_elses_staff_is_nobody_here(council: Partner) -> None:
    told = council.send("POST", "/v1/profiles", {**asked(council), "by": "dee"})
    unknown = council.send("POST", "/v1/profiles", {**asked(council), "by": "who"})
    assert told.status == unknown.status
    assert told.json["refused_because"] == unknown.json["refused_because"] == "not-authorised"


def test_a_request_counts_once(council: Partner) -> None:
    components = council.components("GET", "/v1/nothing")
    headers = council.headers(components, bytes(16))
    first, again = (call(council.app, "GET", b"/v1/nothing", b"", headers) for _ in range(2))
    assert (first.status, again.status) == (404, 401)
    council.verify(again, components, bytes(16))


def test_a_forgery_burns_no_nonce(council: Partner) -> None:
    components = council.components("GET", "/v1/nothing")
    headers = council.headers(components, bytes(16))
    forged = [
        (name, value.replace(b"sig=:", b"sig=:AA") if name == b"signature" else value) for name, value in headers
    ]
    assert call(council.app, "GET", b"/v1/nothing", b"", forged).status == 401
    assert call(council.app, "GET", b"/v1/nothing", b"", headers).status == 404


@pytest.mark.parametrize("minutes", [-2, 1])
def test_a_request_out_of_its_time_is_refused(council: Partner, minutes: int) -> None:
    components = council.components("GET", "/v1/nothing")
    headers = council.headers(components)
    council.office.clock.advance(timedelta(minutes=-minutes))
    assert call(council.app, "GET", b"/v1/nothing", b"", headers).status == 401


def test_who_signs_nothing_gets_a_signed_no(council: Partner) -> None:
    got = call(council.app, "GET", b"/v1/profiles", b"", [(b"host", AUTHORITY.encode())])
    assert got.status == 401
    assert "created;expires;nonce;keyid" in got.header("accept-signature")
    assert got.header("broker-in-reply-to") == "-"
    assert got.header("signature-input").startswith('sig=("@status" "content-type"')


def test_a_no_to_another_name_is_signed_as_it_was_sent(council: Partner) -> None:
    """Whoever reaches the server by its machine's name learns, beyond doubt, that it was this that was refused."""
    sent_to = b"127.0.0.1:8081"
    headers = [(name, sent_to if name == b"host" else value) for name, value in signed_get(council)]
    got = call(council.app, "GET", b"/v1/nothing", b"", headers)
    assert got.status == 401
    covered = {"@method": "GET", "@authority": sent_to.decode(), "@path": "/v1/nothing", "@query": "?"}
    keys = {council.signer.key_id: council.signer.private.public_key()}
    verify_answer(got.status, got.headers, got.body, covered, "-", keys, council.office.clock.at)


def test_a_name_that_is_not_the_servers_gets_an_unsigned_421(council: Partner) -> None:
    headers = [(name, b"broker.elsewhere" if name == b"host" else value) for name, value in signed_get(council)]
    got = call(council.app, "GET", b"/v1/nothing", b"", headers)
    assert (got.status, got.json["status"], got.json["type"]) == (421, 421, "about:blank")
    assert got.header("content-length") == str(len(got.body))
    assert b"signature" not in dict(got.headers)


def test_an_address_says_what_it_takes(council: Partner) -> None:
    got = council.send("GET", "/v1/profiles")
    assert (got.status, got.header("allow")) == (405, "POST")


def signed_get(council: Partner) -> list[tuple[bytes, bytes]]:
    return council.headers(council.components("GET", "/v1/nothing"))


def test_a_refusal_of_a_request_out_of_its_time_names_the_request(council: Partner) -> None:
    """A partner whose clock is wrong learns, beyond doubt, that it was this request that was refused."""
    components = council.components("GET", "/v1/nothing")
    headers = council.headers(components, bytes(16))
    council.office.clock.advance(timedelta(seconds=61))
    got = call(council.app, "GET", b"/v1/nothing", b"", headers)
    assert got.status == 401
    council.verify(got, components, bytes(16))


def test_every_refusal_has_one_body(council: Partner) -> None:
    components = council.components("GET", "/v1/nothing")
    honest = council.headers(components, bytes(16))
    unknown = [(name, value.replace(b"ecc/case-system", b"ecc/no-such")) for name, value in honest]
    forged = [(name, value.replace(b"sig=:", b"sig=:AA")) for name, value in honest]
    unsigned = [(b"host", AUTHORITY.encode())]
    got = [call(council.app, "GET", b"/v1/nothing", b"", one) for one in (unknown, forged, unsigned)]
    assert {(one.status, one.body) for one in got} == {(401, got[0].body)}
    assert len({tuple(sorted(name for name, _ in one.headers)) for one in got}) == 1


def test_the_answer_to_head_is_signed_as_it_is_sent(council: Partner) -> None:
    got = council.send("HEAD", "/v1/nothing")
    assert (got.status, got.body) == (404, b"")


@pytest.mark.parametrize("broken", [RuntimeError("x"), SystemFailed("database", "is away")])
def test_what_fails_behind_the_door_is_answered_and_signed(
    council: Partner, monkeypatch: pytest.MonkeyPatch, broken: Exception
) -> None:
    def fails(*_: object) -> None:
        raise broken

    monkeypatch.setattr("broker.api.v1.profiles.vouched", fails)
    assert council.send("POST", "/v1/profiles", asked(council)).status in {500, 503}


def test_what_fails_at_the_door_lets_nobody_in_and_is_signed(
    council: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("x")

    for name in ("find_live_key", "admit_request"):
        with monkeypatch.context() as patched:
            patched.setattr(f"broker.api.signed.{name}", fails)
            assert council.send("GET", "/v1/nothing").status == 500


def test_a_key_revoked_while_the_body_trickles_in_counts_no_more(council: Partner) -> None:
    """Otherwise whoever stole a key keeps a request open, and acts after it was revoked."""
    office, body = council.office, b"{}"
    headers = council.headers(council.components("POST", "/v1/nothing", body))

    def meanwhile() -> None:
        office.clock.advance(timedelta(seconds=2))
        revoke_key(office.broker, ADMIN, council.key_id, RevokedBecause.STOLEN)

    assert call(council.app, "POST", b"/v1/nothing", b"", headers, body, meanwhile).status == 401


def test_a_key_asks_what_it_was_handed_in_for_and_nothing_else(office: Office) -> None:
    teams = partner(office, verbs=("teams.read", "records.submit"))
    no = teams.send("POST", "/v1/profiles", asked(teams))
    assert (no.status, no.json["type"]) == (403, "urn:broker:problem:not-allowed")
    assert "detail" not in no.json
    (entry,) = [one for one in office.entries() if one.event is Event.ACCESS_REFUSED]
    assert (entry.actor, dict(entry.details)) == (
        teams.key_id,
        {"verb": "profiles.request", "reason": "key-not-allowed"},
    )


def addresses(app: ASGIApp) -> set[tuple[str, str]]:
    """Every method and address of partners that the application has a route for."""
    while not isinstance(app, FastAPI):
        app = vars(app)["_app"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one function answers GET and HEAD of /healthz
        paths = app.openapi()["paths"]
    return {
        (method.upper(), re.sub(r"\{[^}]*\}", "x", path))
        for path, methods in paths.items()
        if path.startswith("/v1/")
        for method in methods
    }


def test_every_address_of_partners_asks_what_the_key_may_do_before_anything_else(office: Office) -> None:
    """One verb that few addresses have; everywhere else the answer is no, before a body is looked at."""
    one, other = (partner(office, name=f"k{n}", seed=n, verbs=(verb,)) for n, verb in ((3, WEBHOOKS), (4, TEAMS)))
    found = addresses(one.app)
    assert ("POST", "/v1/profiles") in found
    for method, path in sorted(found):
        answers = {key.send(method, path, None).status for key in (one, other)}
        assert 403 in answers, (method, path)


def test_a_key_for_agreements_asks_nothing(office: Office) -> None:
    head = partner(office, use=KeyUse.AGREEMENTS, verbs=())
    assert head.send("GET", "/v1/nothing").status == 401


def test_a_key_of_p256_asks_like_any_other(office: Office) -> None:
    hardware = partner(office, private=derive_private_key(11, SECP256R1()))
    assert hardware.send("POST", "/v1/profiles", asked(hardware)).status == 200


def test_a_key_counts_from_its_first_day(office: Office) -> None:
    early = partner(office, from_at=office.clock.at + timedelta(hours=1))
    assert early.send("GET", "/v1/nothing").status == 401
    office.clock.advance(timedelta(hours=1))
    assert early.send("GET", "/v1/nothing").status == 404


def test_two_keys_overlap_while_one_replaces_the_other(office: Office) -> None:
    old = partner(office)
    new = partner(office, seed=8, name="case-system-2027")
    for key in (old, new, old, new):
        assert key.send("GET", "/v1/nothing").status == 404
    revoke_key(office.broker, ADMIN, old.key_id, RevokedBecause.REPLACED)
    assert [key.send("GET", "/v1/nothing").status for key in (old, new)] == [401, 404]


def test_a_key_that_ended_asks_nothing(council: Partner) -> None:
    council.office.clock.advance(timedelta(days=301))
    assert council.send("GET", "/v1/nothing").status == 401


def test_a_revocation_counts_at_once_in_every_process(council: Partner) -> None:
    """Another worker has its own connections and has answered by this key a moment before."""
    office = council.office
    statement = (
        "import sys\n"
        "from datetime import datetime\n"
        "from broker.http_signatures import MessageRefused\n"
        "from broker.settings import Settings\n"
        "from broker.usecases.partners.admit_request import find_live_key\n"
        "from broker.wiring import open_broker\n"
        "with open_broker(Settings.read()) as broker:\n"
        "    for line in sys.stdin:\n"
        "        try:\n"
        "            find_live_key(broker, sys.argv[1], datetime.fromisoformat(line.strip()))\n"
        "        except MessageRefused:\n"
        "            print('refused', flush=True)\n"
        "        else:\n"
        "            print('live', flush=True)\n"
    )
    settings = office.broker.settings
    where = {"BROKER_DATA_DIR": str(settings.data_dir), "BROKER_DATABASE_URL": settings.database()}
    with subprocess.Popen(
        [sys.executable, "-c", statement, council.key_id],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **where},
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None

        def answer() -> str:
            assert other.stdin is not None
            assert other.stdout is not None
            print(office.clock.at.isoformat(), file=other.stdin, flush=True)
            return other.stdout.readline().strip()

        assert answer() == "live"
        revoke_key(office.broker, ADMIN, council.key_id, RevokedBecause.STOLEN)
        assert answer() == "refused"
        other.stdin.close()
