"""The exact match: each guard, named for whom it protects."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.identifiers import NhsNumber, Postcode, Upn, normal_name
from broker.linkage import IdentityClaims, LinkOutcome, ReportedIdentifier, match
from broker.linkage.exact import Conflict, Evidence
from tests.agencies.link_index import DictIndex

BORN = date(2015, 6, 1)
NHS, OTHER_NHS = (ReportedIdentifier.read(NhsNumber, text) for text in ("9990000018", "9990000026"))
HOME = ReportedIdentifier.read(Postcode, "CM1 1LX")
AVA = IdentityClaims("Ava", "O'Neill", BORN, "female", "400001", NHS, postcode=HOME)


@pytest.fixture
def index() -> DictIndex:
    made = DictIndex()
    made.add("ava", AVA, "ecc")
    return made


def test_nhs_number_and_birth_link_whatever_the_surname(index: DictIndex) -> None:
    claims = IdentityClaims("AVA", "King", BORN, nhs_number=NHS)
    decision = match(claims, index, "mse-nhs")
    assert (decision.outcome, decision.person_id, decision.evidence) == (
        LinkOutcome.LINKED,
        "ava",
        (Evidence.NHS_NUMBER,),
    )


def test_name_birth_and_postcode_link_across_spellings_of_an_apostrophe(index: DictIndex) -> None:
    claims = IdentityClaims("Ava", "O’NEILL", BORN, postcode=ReportedIdentifier.read(Postcode, "cm11lx"))
    assert match(claims, index, "chelmsford-academy").evidence == (Evidence.NAME_DOB_POSTCODE,)


def test_nobody_shares_anything(index: DictIndex) -> None:
    assert match(IdentityClaims("Leo", "King", BORN), index, "ecc").outcome is LinkOutcome.NEW


def test_a_twin_with_the_sisters_nhs_number_is_not_linked(index: DictIndex) -> None:
    decision = match(replace(AVA, given_name="Mia", agency_id="400002"), index, "ecc")
    assert decision.outcome is LinkOutcome.POSSIBLE
    assert decision.person_id is None
    assert [finding.conflicts for finding in decision.findings] == [(Conflict.GIVEN_NAME_DIFFERS,)]


def test_a_son_with_his_fathers_name_and_number_is_not_linked(index: DictIndex) -> None:
    index.add(
        "father", IdentityClaims("Daniel", "Smith", date(1980, 1, 1), nhs_number=OTHER_NHS, postcode=HOME), "x"
    )
    son = IdentityClaims("Daniel", "Smith", date(2010, 1, 1), nhs_number=OTHER_NHS, postcode=HOME)
    decision = match(son, index, "x")
    assert decision.outcome is LinkOutcome.POSSIBLE
    assert decision.findings[0].conflicts == (Conflict.BIRTH_DIFFERS,)


def test_same_name_birth_and_home_but_another_nhs_number_is_for_somebody_to_look_at(index: DictIndex) -> None:
    decision = match(replace(AVA, agency_id=None, nhs_number=OTHER_NHS), index, "mse-nhs")
    assert decision.outcome is LinkOutcome.POSSIBLE
    assert decision.findings[0].conflicts == (Conflict.NHS_NUMBER_DIFFERS,)


def test_two_candidates_are_never_chosen_between(index: DictIndex) -> None:
    index.add("ava-again", replace(AVA, agency_id=None), "mse-nhs")
    decision = match(replace(AVA, agency_id=None), index, "x")
    assert decision.outcome is LinkOutcome.POSSIBLE
    assert {finding.person_id for finding in decision.findings} == {"ava", "ava-again"}
    assert {finding.conflicts for finding in decision.findings} == {(Conflict.SEVERAL_PEOPLE,)}


def test_a_number_that_is_somebody_elses_spoils_a_match_by_name(index: DictIndex) -> None:
    index.add("leo", IdentityClaims("Leo", "O'Neill", BORN, nhs_number=OTHER_NHS, postcode=HOME), "x")
    claims = replace(AVA, agency_id=None, nhs_number=OTHER_NHS)
    assert match(claims, index, "x").outcome is LinkOutcome.POSSIBLE


def test_a_bad_nhs_number_is_no_evidence(index: DictIndex) -> None:
    bad = ReportedIdentifier.read(NhsNumber, "9990000019")
    assert match(IdentityClaims("Ava", "O'Neill", BORN, nhs_number=bad), index, "x").outcome is LinkOutcome.NEW


def test_people_of_no_fixed_abode_do_not_live_together(index: DictIndex) -> None:
    nowhere = ReportedIdentifier.read(Postcode, "ZZ99 3VZ")
    index.add("sam", IdentityClaims("Sam", "Smith", BORN, postcode=nowhere), "x")
    assert match(IdentityClaims("Sam", "Smith", BORN, postcode=nowhere), index, "y").outcome is LinkOutcome.NEW


def test_a_list_without_names_links_by_the_senders_own_number_only(index: DictIndex) -> None:
    bare = IdentityClaims(born_on=BORN, agency_id="400001")
    assert match(bare, index, "ecc").evidence == (Evidence.AGENCY_ID,)
    assert match(bare, index, "southend").outcome is LinkOutcome.NEW
    nameless = IdentityClaims(born_on=BORN, nhs_number=NHS)
    assert match(nameless, index, "southend").findings[0].conflicts == (Conflict.GIVEN_NAME_UNKNOWN,)


def test_without_a_date_of_birth_nothing_links(index: DictIndex) -> None:
    decision = match(replace(AVA, born_on=None), index, "ecc")
    assert decision.outcome is LinkOutcome.POSSIBLE
    assert all(Conflict.BIRTH_UNKNOWN in finding.conflicts for finding in decision.findings)


def test_upn_and_birth_link_and_another_upn_does_not(index: DictIndex) -> None:
    upn, other = (ReportedIdentifier.read(Upn, text) for text in ("A881999920002", "B801200005001"))
    index.add("leo", IdentityClaims("Leo", "King", BORN, upn=upn, postcode=HOME), "ecc")
    assert match(IdentityClaims("Leo", "Kyng", BORN, upn=upn), index, "x").evidence == (Evidence.UPN,)
    claims = IdentityClaims("Leo", "King", BORN, upn=other, postcode=HOME)
    assert match(claims, index, "x").findings[0].conflicts == (Conflict.UPN_DIFFERS,)


def test_claims_show_nothing_when_printed() -> None:
    assert not [text for text in ("Ava", "Neill", "400001", "9990000018", "CM1", "2015") if text in repr(AVA)]


def test_bad_identifiers_are_flagged_and_kept_as_reported() -> None:
    bad = ReportedIdentifier.read(NhsNumber, "9990000019")
    claims = IdentityClaims(nhs_number=bad, postcode=HOME)
    assert list(claims.identifiers()) == [bad, HOME]
    assert claims.flagged() == (bad,)
    assert (bad.reported, bad.canonical) == ("9990000019", None)
    assert "9990000019" not in repr(bad)


_GIVEN = st.sampled_from([None, "Ava", "AVA", "Mia", "Daniel"])
_BORN = st.sampled_from([None, BORN, date(1980, 1, 1)])
_POSTCODES = st.sampled_from([None, HOME, ReportedIdentifier.read(Postcode, "CO4 3AB")])
_CLAIMS = st.builds(
    IdentityClaims,
    given_name=_GIVEN,
    family_name=st.sampled_from([None, "O'Neill", "O’NEILL", "Smith"]),
    born_on=_BORN,
    agency_id=st.sampled_from([None, "1", "2"]),
    nhs_number=st.sampled_from([None, NHS, OTHER_NHS, ReportedIdentifier.read(NhsNumber, "9990000019")]),
    postcode=_POSTCODES,
)


@given(st.lists(_CLAIMS, max_size=5), _CLAIMS)
def test_whatever_is_known_a_link_agrees_in_birth_and_given_name(
    known: list[IdentityClaims], claims: IdentityClaims
) -> None:
    index, backwards = DictIndex(), DictIndex()
    people = {f"p{place}": one for place, one in enumerate(known)}
    for person_id, one in people.items():
        index.add(person_id, one, "ecc")
    for person_id, one in reversed(people.items()):
        backwards.add(person_id, one, "ecc")
    decision = match(claims, index, "ecc")
    assert decision == match(claims, backwards, "ecc")
    assert (decision.person_id is not None) is (decision.outcome is LinkOutcome.LINKED) is bool(decision.evidence)
    if decision.person_id is not None:
        person = people[decision.person_id]
        assert claims.born_on is not None
        assert person.born_on == claims.born_on
        if person.given_name and claims.given_name:
            assert normal_name(person.given_name) == normal_name(claims.given_name)
        else:
            assert decision.evidence[0] is Evidence.AGENCY_ID
        if Evidence.NHS_NUMBER not in decision.evidence:
            assert None in (_good(person), _good(claims)) or _good(person) == _good(claims)


def _good(claims: IdentityClaims) -> str | None:
    return claims.nhs_number.canonical if claims.nhs_number else None
