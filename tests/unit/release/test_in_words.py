"""The words of the profile: fields by a rule of their names, codes as words, and no word about what is held."""

from __future__ import annotations

import pytest

from broker.decision.reasons import CoverageState
from broker.release.in_words import COVERAGE_WORDS, TOLD_WORDS, field_words, in_one_line
from broker.vocabulary.codes import FieldKind

PEOPLE = {"p-lucy": "Lucy Brooks"}
KINDS = {
    "status": FieldKind.CODE,
    "outcome": FieldKind.CODE,
    "level_of_need": FieldKind.NUMBER,
    "relationship": FieldKind.CODE,
    "person": FieldKind.PERSON,
    "against": FieldKind.PERSON,
    "since": FieldKind.DATE,
    "notice_served_on": FieldKind.DATE,
}


def told(category: str, *fields: tuple[str, object]) -> list[str]:
    return field_words(category, fields, lambda name: KINDS.get(name, FieldKind.TEXT), PEOPLE)


@pytest.mark.parametrize(
    ("category", "field", "words"),
    [
        ("tenancy-arrears", ("arrears_pounds", 412), "arrears: £412"),
        ("attendance", ("percentage", 96.4), "attendance: 96.4 %"),
        ("attendance", ("unauthorised_sessions", 1), "unauthorised sessions: 1"),
        ("tenancy-arrears", ("status", "in-arrears"), "status: in arrears"),
        ("tenancy-arrears", ("notice_served_on", "2026-03-02"), "notice served: 2 March 2026"),
        ("orders-in-force", ("against", "p-lucy"), "against: Lucy Brooks"),
        ("orders-in-force", ("against", "another person"), "against: another person"),
        ("involvement", ("service", "Drop-in"), "service: Drop-in"),
        ("attendance", ("percentage", 100.0), "attendance: 100 %"),
        ("contact-referral", ("source", "Police"), "told by: Police"),
        ("contact-referral", ("outcome", "taf"), "outcome: a team around the family"),
        ("police-incidents", ("outcome", "taf"), "outcome: taf"),
        ("contact-referral", ("level_of_need", 2), "level of need: 2 (some additional help)"),
        (
            "early-help",
            ("actions", "Begun 4/5/2025, done 30/9/2025"),
            "actions: Begun 4 May 2025, done 30 September 2025",
        ),
        ("early-help", ("actions", "See 31/2/2025 and 1/2/3/2025"), "actions: See 31/2/2025 and 1/2/3/2025"),
    ],
)
def test_a_field_is_told_by_the_rule_of_its_name(category: str, field: tuple[str, object], words: str) -> None:
    assert told(category, field) == [words]


def test_who_a_person_is_stands_before_them() -> None:
    fields = (("relationship", "step-mother"), ("person", "p-lucy"), ("since", "2020-05-22"))
    assert told("household", *fields) == ["step mother: Lucy Brooks", "since 22 May 2020"]
    assert told("household", ("since", "2020-05-22"), *fields[:2]) == [
        "since 22 May 2020",
        "step mother: Lucy Brooks",
    ]
    assert in_one_line(told("household", *fields)) == "step mother: Lucy Brooks, since 22 May 2020"
    assert told("household", ("person", "p-lucy")) == ["person: Lucy Brooks"]


def test_what_only_machines_need_is_on_no_page() -> None:
    fields = (("address", "1 High Street"), ("uprn", "100099000076"))
    assert in_one_line(told("contact-details", *fields)) == "address: 1 High Street"
    assert in_one_line(told("contact-details", fields[1])) == "known, and no more is shown"


def test_every_state_of_coverage_has_words_and_none_tells_what_is_held() -> None:
    assert set(COVERAGE_WORDS) == {state.value for state in CoverageState}
    for words in (*COVERAGE_WORDS.values(), *TOLD_WORDS.values()):
        assert "nothing held" not in words.lower()
        assert "items held" not in words.lower()
