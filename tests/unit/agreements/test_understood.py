"""What the broker says it does because of a clause: every clause that ships, and every key a decision reads."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from broker.agreements.partnership import load_partnership
from broker.agreements.understood import OBLIGATION_WORDS, understood_grant, understood_prohibition
from broker.consent.record import ConsentKind
from broker.dates import Period
from broker.decision.terms import AgeTerm, BasisTerm, CaseTerm, Discloser, Grant, RecipientTerm
from broker.vocabulary.codes import Detail
from tests.functional.usecases.office import ROOT

VOCABULARY = load_partnership(ROOT / "policies").vocabulary
PLAIN = Grant(
    clause="1",
    text="",
    disclosers=(Discloser(organisation="ecc"),),
    recipients=(RecipientTerm(organisation="essex-police"),),
    purposes=frozenset({"family-support"}),
    categories=frozenset({"attendance"}),
    detail=Detail.FULL,
    basis=BasisTerm("e"),
)
OTHERWISE = {
    "disclosers": (Discloser(type="SCH"),),
    "recipients": (RecipientTerm(type="POL", roles=frozenset({"navigator"})),),
    "purposes": frozenset({"section-47"}),
    "categories": frozenset({"exclusions"}),
    "detail": Detail.FLAG,
    "basis": BasisTerm("e", gateway="ca04-10"),
    "age": AgeTerm(under=18),
    "case": CaseTerm(levels=frozenset({3})),
    "consent": ConsentKind.ENGAGEMENT,
    "holder_decides": True,
    "look_back": Period(years=2),
    "protected_address": True,
    "obligations": ("no-onward-sharing",),
}


@pytest.mark.parametrize("key", sorted(OTHERWISE))
def test_whatever_a_clause_says_changes_what_the_officer_reads(key: str) -> None:
    changed = replace(PLAIN, **{key: OTHERWISE[key]})  # type: ignore[arg-type]
    assert understood_grant(changed, VOCABULARY) != understood_grant(PLAIN, VOCABULARY)


def test_every_key_that_a_decision_reads_is_tried_here() -> None:
    assert {field.name for field in fields(Grant)} == OTHERWISE.keys() | {"clause", "text", "in_force"}


def test_a_clause_is_told_in_sentences() -> None:
    grant = replace(
        PLAIN,
        disclosers=(Discloser(type="SCH"), Discloser(organisation="ecc")),
        recipients=(RecipientTerm(organisation="ecc", roles=frozenset({"lead-practitioner", "team-member"})),),
        consent=ConsentKind.ENGAGEMENT,
        age=AgeTerm(under=18, from_age=4),
        look_back=Period(years=2),
    )
    told = {line.about: line.says for line in understood_grant(grant, VOCABULARY)}
    assert told["May tell"] == "a school and Essex County Council"
    assert told["To"] == ("Essex County Council (Lead practitioner or Member of the team around the family)")
    assert told["Only if"] == (
        "the person, or somebody who can agree for them, has agreed to early help;"
        " the person is 4 or older and under 18"
    )
    assert told["How far back"] == "records of the last 2 years"


def test_every_ban_of_the_duties_is_told() -> None:
    duties = load_partnership(ROOT / "policies").duties
    assert len(duties.prohibitions) > 5
    for ban in duties.prohibitions:
        told = {line.about: line.says for line in understood_prohibition(ban, VOCABULARY)}
        assert all(told.values())
    for grant in duties.grants:
        assert all(line.says for line in understood_grant(grant, VOCABULARY))
        assert set(grant.obligations) <= OBLIGATION_WORDS.keys()
