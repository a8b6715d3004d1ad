"""Retries: a release happens once, is handed on again only unchanged, and never outlives a withdrawal."""

from __future__ import annotations

from datetime import timedelta

from broker.audit.events import Event
from broker.consent.record import ConsentDecision
from tests.functional.api.door import Partner, asked

ONCE = "one-and-the-same"


def events(council: Partner, event: Event) -> list[dict[str, object]]:
    return [dict(entry.details) for entry in council.office.entries() if entry.event is event]


def test_a_retry_is_the_same_release_and_no_second_one(council: Partner) -> None:
    first = council.send("POST", "/v1/profiles", asked(council), idempotency_key=ONCE)
    again = council.send("POST", "/v1/profiles", asked(council), idempotency_key=ONCE)
    assert (first.status, again.status) == (200, 200)
    assert first.json["disclosure"] == again.json["disclosure"]
    assert first.json["sections"] == again.json["sections"]
    assert len(events(council, Event.PROFILE_RELEASED)) == 1
    (repeated,) = events(council, Event.PROFILE_REPEATED)
    assert repeated["disclosure"] == first.json["disclosure"]


def test_a_retry_never_outlives_a_refusal_after_it(council: Partner) -> None:
    first = council.send("POST", "/v1/profiles", asked(council), idempotency_key=ONCE)
    council.office.consent("child", "mum", ConsentDecision.REFUSED)
    again = council.send("POST", "/v1/profiles", asked(council), idempotency_key=ONCE)
    assert (first.status, again.status) == (200, 409)
    assert events(council, Event.PROFILE_REPEATED) == []


def test_a_retry_after_a_correction_is_asked_anew(council: Partner) -> None:
    council.send("POST", "/v1/profiles", asked(council), idempotency_key=ONCE)
    council.office.record("oakdale-primary", "attendance", ["child"], {"percentage": 90})
    assert council.send("POST", "/v1/profiles", asked(council), idempotency_key=ONCE).status == 409


def test_a_key_stands_for_one_request(council: Partner) -> None:
    council.send("POST", "/v1/profiles", asked(council), idempotency_key=ONCE)
    other = council.send("POST", "/v1/profiles", {**asked(council), "reason": "another"}, idempotency_key=ONCE)
    assert other.status == 422


def test_a_refusal_is_decided_again(council: Partner) -> None:
    wrong = {**asked(council), "purpose": "section-47"}
    first = council.send("POST", "/v1/profiles", wrong, idempotency_key=ONCE)
    again = council.send("POST", "/v1/profiles", wrong, idempotency_key=ONCE)
    assert first.json["refused_because"] == again.json["refused_because"]
    assert first.json["disclosure"] != again.json["disclosure"]


def test_every_act_names_the_request_it_was_done_for_in_its_own_transaction(council: Partner) -> None:
    got = council.send("POST", "/v1/profiles", asked(council))
    (admitted,) = events(council, Event.PARTNER_ADMITTED)
    (answered,) = events(council, Event.PARTNER_ANSWERED)
    assert admitted["key"] == answered["key"] == "ecc/case-system"
    assert admitted["request"] == answered["request"]
    assert answered["entry"] == f"sha256:{got.json['receipt']['leaf_hash']}"


def test_a_key_that_need_not_be_remembered_any_longer_is_a_new_one_and_remembered_again(council: Partner) -> None:
    first = council.send("POST", "/v1/profiles", asked(council), idempotency_key=ONCE)
    council.office.clock.advance(timedelta(hours=25))
    later = council.send("POST", "/v1/profiles", asked(council), idempotency_key=ONCE)
    again = council.send("POST", "/v1/profiles", asked(council), idempotency_key=ONCE)
    assert (first.status, later.status, again.status) == (200, 200, 200)
    assert first.json["disclosure"] != later.json["disclosure"]
    assert later.json["disclosure"] == again.json["disclosure"]
