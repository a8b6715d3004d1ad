"""Consents over the interface: written down by staff of the organisation that signs, once, and biting at once."""

from __future__ import annotations

from typing import Any

import pytest

from broker.audit.events import Event
from broker.people import ProtectionMarker
from broker.store.consents import find_consents
from tests.functional.api.door import Partner, asked

ONCE = "one-and-the-same"


def taken(council: Partner, **more: Any) -> dict[str, Any]:
    people = council.office.people
    return {"by": "kim", "role": "lead-practitioner", "about": people["child"], "signatory": people["mum"], **more}


def given_for(council: Partner, who: str) -> str:
    with council.office.broker.store.look() as view:
        return find_consents(view, [council.office.people[who]])[0].id


def withdrawal(council: Partner, consent: str, key: str | None = None, **more: Any) -> Any:
    body = {"by": "kim", "role": "lead-practitioner", "evidence": {"channel": "phone"}, **more}
    return council.send("POST", f"/v1/consents/{consent}/withdrawal", body, idempotency_key=key)


def test_a_yes_is_written_down_with_the_receipt_of_the_act(council: Partner) -> None:
    evidence = {"channel": "in-person", "words": "Yes, that is fine", "present": ["Grandmother"], "alone": False}
    got = council.send("POST", "/v1/consents", taken(council, evidence=evidence))
    assert got.status == 201
    assert got.json["counts"] is True
    assert got.json["consent"] in got.json["sheet"]
    assert "Grandmother" not in got.body.decode()
    events = [entry.event for entry in council.office.entries()]
    assert events[-2:] == [Event.CONSENT_GIVEN, Event.PARTNER_ANSWERED]
    answered = council.office.entries()[-1].details
    assert answered["entry"] == f"sha256:{got.json['receipt']['leaf_hash']}"


def test_a_withdrawal_bites_at_once_and_says_who_is_told(council: Partner) -> None:
    before = council.send("POST", "/v1/profiles", asked(council)).json
    got = withdrawal(council, given_for(council, "child"))
    after = council.send("POST", "/v1/profiles", asked(council)).json
    assert got.status == 201
    assert [(one["disclosure"], one["recipient"]) for one in got.json["told"]] == [(before["disclosure"], "ecc")]
    assert any(line.startswith("Supporting a family") for line in got.json["stops"])
    assert "Child protection enquiry" in got.json["goes_on"]
    assert "attendance" in str(before["sections"])
    assert "attendance" not in str(after["sections"])


def test_a_retry_writes_nothing_down_and_says_which_decision_was(council: Partner) -> None:
    first = council.send("POST", "/v1/consents", taken(council), idempotency_key=ONCE)
    again = council.send("POST", "/v1/consents", taken(council), idempotency_key=ONCE)
    assert (first.status, again.status) == (201, 201)
    assert (first.json["repeated"], again.json["repeated"]) == (False, True)
    assert first.json["consent"] == again.json["consent"]
    assert "sheet" not in again.json
    given = [entry for entry in council.office.entries() if entry.event is Event.CONSENT_GIVEN]
    assert len(given) == 3, "mum's two at the desk, and this one"


def test_a_retry_of_a_withdrawal_tells_nobody_twice(council: Partner) -> None:
    council.send("POST", "/v1/profiles", asked(council))
    consent = given_for(council, "child")
    first, again = withdrawal(council, consent, ONCE), withdrawal(council, consent, ONCE)
    assert first.json["consent"] == again.json["consent"]
    assert len(council.office.notices("withdrawal")) == 1


def test_a_retry_about_somebody_who_was_protected_meanwhile_is_refused(council: Partner) -> None:
    council.send("POST", "/v1/consents", taken(council), idempotency_key=ONCE)
    council.office.mark("child", ProtectionMarker.PROTECTED)
    assert council.send("POST", "/v1/consents", taken(council), idempotency_key=ONCE).status == 409


def test_a_reference_never_issued_and_one_of_somebody_protected_are_one_answer(council: Partner) -> None:
    consent = given_for(council, "child")
    council.office.mark("child", ProtectionMarker.PROTECTED)
    never = withdrawal(council, "c-neverissuedneverissued2222")
    hidden = withdrawal(council, consent)
    assert (never.status, hidden.status) == (404, 404)
    for one in (never, hidden):
        assert one.json.keys() == {"type", "title", "status", "receipt"}


def test_only_who_takes_consent_writes_it_down(council: Partner) -> None:
    got = council.send("POST", "/v1/consents", {**taken(council), "by": "tom", "role": "team-member"})
    assert got.status == 403
    assert council.office.entries()[-1].event is Event.ACCESS_REFUSED


@pytest.mark.parametrize(
    ("more", "at"),
    [
        ({"decision": "maybe"}, "decision"),
        ({"at": "yesterday"}, "at"),
        ({"unsafe": "yes"}, "unsafe"),
        ({"categories": []}, "categories"),
        ({"evidence": {"alone": "yes"}}, "evidence.alone"),
        ({"evidence": {"secret-word": 1}}, "evidence.…"),
        ({"secret-word": 1}, "…"),
    ],
)
def test_a_body_of_another_shape_is_refused_and_not_repeated(
    council: Partner, more: dict[str, Any], at: str
) -> None:
    got = council.send("POST", "/v1/consents", taken(council, **more))
    assert got.status == 400
    assert [one["at"] for one in got.json["problems"]] == [at]
    assert b"secret-word" not in got.body


def test_a_withdrawal_is_not_recorded_as_a_decision(council: Partner) -> None:
    assert council.send("POST", "/v1/consents", taken(council, decision="withdrawn")).status == 400
