"""Words that no id is made of, and instants that no clock tells, are refused where the body is read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.functional.api.door import Partner, asked


@pytest.mark.parametrize("member", ["by", "role", "purpose", "case", "override"])
@pytest.mark.parametrize("word", ["\u0000", "a b", "é", "", "x" * 65])
def test_an_id_is_of_plain_letters(council: Partner, member: str, word: str) -> None:
    got = council.send("POST", "/v1/profiles", {**asked(council), member: word})
    assert (got.status, [one["at"] for one in got.json["problems"]]) == (400, [member])


@pytest.mark.parametrize(
    "more",
    [
        {"by": "\u0000"},
        {"about": "\u0000"},
        {"purposes": ["\u0000"]},
        {"at": "0001-01-01T00:00:00Z"},
        {"at": "0001-01-01T00:00:00+23:00"},
        {"until": "9999-12-31T23:59:59Z"},
        {"until": "9999-12-31T23:59:59-23:00"},
    ],
)
def test_a_consent_is_of_days_and_people_there_can_be(council: Partner, more: dict[str, Any]) -> None:
    people = council.office.people
    body = {"by": "kim", "role": "lead-practitioner", "about": people["child"], "signatory": people["mum"], **more}
    assert council.send("POST", "/v1/consents", body).status == 400


def test_free_text_may_hold_anything(council: Partner) -> None:
    assert council.send("POST", "/v1/profiles", {**asked(council), "reason": "\u0000 é 😀"}).status == 200
