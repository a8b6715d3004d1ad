"""The county: the same bytes for a seed, only numbers issued to nobody, and every awkward case present."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from hashlib import sha256
from itertools import combinations
from pathlib import Path

import pytest

from broker.errors import CallWrong
from broker.identifiers import IdentifierRefused, NhsNumber, Postcode, Upn, Uprn
from broker.people import ProtectionMarker
from broker.synth import County, county, write_county
from broker.synth.export import agency_lists, manifest, truth
from broker.synth.numbers import nhs_number, upn


@pytest.fixture(scope="module")
def small() -> County:
    return county(1, 200)


def test_a_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    first, again, other = (
        {listing.path: listing.data for listing in agency_lists(county(seed, 20))} for seed in (5, 5, 6)
    )
    assert first == again
    assert len(first.keys() & other.keys()) > 12
    assert all(first[path] != other[path] for path in first.keys() & other.keys())


def test_who_has_nothing_to_send_sends_no_file() -> None:
    assert all(listing.rows for listing in agency_lists(county(1, 3)))


def test_the_bytes_of_seed_one_are_those_of_every_machine() -> None:
    # Frozen: a change here is a change to everybody's demonstrations and figures. Say so in the change log.
    lists = [listing.data for listing in agency_lists(county(1, 20))]
    # The first seven are what they were before other services were drawn.
    first, all_of_them = (sha256(b"".join(some)).hexdigest() for some in (lists[:7], lists))
    assert first == "72d9b4bd24f674bad6f05fe1e2747ff9709e77071744694cf4586be07ab8c0ec"
    assert all_of_them == "692322ae8083815c03051f3d667fa98e5c7040fe9cdff232924b7593ff312475"


def test_a_larger_county_begins_with_the_families_of_the_smaller(small: County) -> None:
    assert county(1, 20).families == small.families[:20]


def test_every_nhs_number_is_a_valid_one_of_the_test_range_and_nobody_elses(small: County) -> None:
    numbers = [person.nhs_number for person in small.people if person.nhs_number]
    assert all(NhsNumber.parse(number).is_test for number in numbers)
    assert len(numbers) == len(set(numbers))
    assert len({nhs_number(serial) for serial in range(20_000)}) == 20_000


def test_numbers_and_addresses_are_well_formed(small: County) -> None:
    for person in small.people:
        assert Postcode.parse(person.address.postcode).outward[:2] in {"CM", "CO", "SS"}
        assert Uprn.parse(person.address.uprn)
        assert not person.upn or Upn.parse(person.upn).canonical == person.upn
    upns = [upn(serial, 2015) for serial in range(5_000)]
    assert len(set(upns)) == 5_000
    assert all(Upn.parse(text) for text in upns)


def test_files_hold_no_nhs_number_outside_the_test_range(small: County) -> None:
    for listing in agency_lists(small):
        text = listing.data.decode("cp1252" if listing.organisation_code == "essex-police" else "utf-8-sig")
        for cell in text.replace("\n", ",").split(","):
            digits = cell.strip().replace(" ", "")
            if len(digits) == 10 and digits.isdigit():
                assert digits.startswith("999")


def test_ages_fit_and_the_unborn_have_no_name_or_number(small: County) -> None:
    for family in small.families:
        for link in family.relationships:
            elder, child = family.person(link.from_id), family.person(link.to_id)
            if link.kind.value in {"mother", "grandparent", "special-guardian"}:
                assert (child.born_on - elder.born_on).days > 15 * 365
        for person in family.people:
            unborn = person.born_on > small.as_of
            assert bool(person.given_name) is bool(person.nhs_number) is (not unborn)
        assert family.household
        assert family.household <= {person.id for person in family.people}


def test_every_awkward_case_is_there(small: County) -> None:
    shapes = Counter(family.shape for family in small.families)
    assert set(shapes) == {
        "couple", "lone-mother", "lone-father", "step-family", "grandparents", "three-generations", "expecting"
    }  # fmt: skip
    people = small.people
    assert any("-" in person.family_name for person in people)
    assert any("'" in person.family_name for person in people)
    assert any(family.earlier_home for family in small.families)
    twins = juniors = 0
    for family in small.families:
        for one, other in combinations(family.people, 2):
            twins += one.born_on == other.born_on and one.address == other.address
            juniors += bool(one.given_name) and one.name == other.name
    assert twins
    assert juniors
    markers = Counter(marker for person in people for marker in person.markers)
    assert markers[ProtectionMarker.PROTECTED] == 1
    assert markers[ProtectionMarker.ADDRESS_PROTECTED] > 5
    known = {code for person in people for code in person.known_to}
    assert {"ecc", "essex-police", "haven-refuge", "essex-sexual-health", "essex-drug-service"} <= known


def test_no_two_people_share_name_and_birth(small: County) -> None:
    # Then no matcher could tell them apart, and "false links" would mean nothing.
    named = [(p.family_name, p.given_name, p.born_on, p.address.postcode) for p in small.people if p.given_name]
    assert len(named) == len(set(named))


def test_surnames_are_skewed(small: County) -> None:
    counts = Counter(family.people[0].family_name for family in small.families)
    assert counts.most_common(1)[0][1] >= 4
    assert len(counts) > 80


@pytest.mark.parametrize("families", [0, 25_001])
def test_a_county_that_would_leave_the_range_is_refused(families: int) -> None:
    with pytest.raises(CallWrong, match="25000"):
        county(1, families)


def test_the_folder_has_manifest_and_truth_and_is_not_overwritten(tmp_path: Path) -> None:
    made = county(3, 12, date(2026, 3, 2))
    heard: list[str] = []
    listings = list(write_county(made, tmp_path / "out", on_file=heard.append))
    assert heard[-2:] == ["truth.json", "manifest.json"]
    assert json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8")) == manifest(made, listings)
    told = json.loads((tmp_path / "out" / "truth.json").read_text("utf-8"))
    assert told == json.loads(json.dumps(truth(made, listings)))
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    with pytest.raises(CallWrong, match="--force"):
        write_county(made, tmp_path / "out")
    write_county(made, tmp_path / "out", force=True)
    assert before == {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}


def test_a_spoilt_number_in_a_file_is_spoilt_by_our_own_rule_too() -> None:
    with pytest.raises(IdentifierRefused):
        NhsNumber.parse(nhs_number(1)[:-1] + str((int(nhs_number(1)[-1]) + 1) % 10))
