"""The signed door: who signs is let in once, nobody else is, and every answer is signed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.functional.api.door import AUTHORITY, Partner, asked, call


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
