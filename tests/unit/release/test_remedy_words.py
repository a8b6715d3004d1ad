"""Every change that a remedy may be made of is said in words, and sets of changes are whole sentences."""

from __future__ import annotations

from pathlib import Path

from broker.agreements.partnership import load_partnership
from broker.decision.changes import CHANGES
from broker.release.remedy_words import WORDS, remedies_in_words

KNOWN = load_partnership(Path(__file__).parents[3] / "policies").vocabulary
TITLES = {"education@1": "Education"}
SIGN = {"change": "sign", "party": "essex-police", "agreement": "education", "version": 1}
CONSENT = {"change": "consent", "kind": "engagement", "by": "mum", "category": "attendance"}
SIGNED = "Essex Police signs the agreement “Education” (version 1)"
GIVEN = "mum gives agreement to early help, naming the kind of information"


def test_every_change_has_words() -> None:
    assert set(WORDS) == {kind.change for kind in CHANGES}


def test_what_is_needed_together_is_one_sentence_and_another_way_is_the_next() -> None:
    assert remedies_in_words([[SIGN, CONSENT]], KNOWN, TITLES) == f"It may be shared once {SIGNED} and {GIVEN}."
    assert remedies_in_words([[SIGN], [CONSENT]], KNOWN, TITLES) == (
        f"It may be shared once {SIGNED}. Or once {GIVEN}."
    )
    assert remedies_in_words([], KNOWN, TITLES) == ""


def test_each_change_reads_as_a_clause_of_its_own() -> None:
    changes = [
        ({"change": "holder", "controller": "essex-police"}, "Essex Police decides to release it"),
        (
            {"change": "renew", "agreement": "education", "version": 1},
            "the agreement “Education” (version 1) is renewed",
        ),
        (
            {"change": "clause", "controller": "essex-police", "recipient": "ecc", "role": "triage"},
            "Essex Police and Essex County Council agree a clause for this purpose",
        ),
        ({"change": "team", "staff": "kim", "case": "t1"}, "kim joins the team of case t1"),
    ]
    for change, words in changes:
        assert remedies_in_words([[change]], KNOWN, TITLES) == f"It may be shared once {words}."
