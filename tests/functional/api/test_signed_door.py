"""The signed door: who signs is let in once, nobody else is, and every answer is signed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broker.errors import SystemFailed
from broker.usecases.agreements.partner_keys import RevokedBecause, revoke_key
from tests.functional.api.door import ADMIN, AUTHORITY, Partner, asked, call


def test_a_profile_is_released_to_somebody_of_the_organisation_that_signs(council: Partner) -> None:
    got = council.send("POST", "/v1/profiles", asked(council))
    assert got.status == 200
    assert got.json["outcome"] == "answered"
    assert got.json["receipt"]["origin"] == "broker.example/log"
    assert {item["papers"]["category"] for part in got.json["sections"].values() for item in part} >= {
        "attendance"
    }


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
