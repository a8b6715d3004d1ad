"""The vault: found by what is known of somebody, never by one common attribute, and empty after erasure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from broker.errors import CallWrong
from broker.people import DataSubject
from broker.store.people import add_people, erase_person
from broker.store.tables.identity import TOKEN_KINDS
from broker.store.vault import (
    Identity,
    Sought,
    find_by_identifier,
    find_candidates,
    find_identities,
    put_identities,
)
from tests.unit.store.small_store import SmallStore, entry

KAREN = Identity(
    family_name="Smyth",
    given_names="Karen Ann",
    other_names=("Kaz",),
    born_on=date(1988, 5, 1),
    sex_code="2",
    address=("1 Test Street", "Chelmsford"),
    postcode="CM1 1LX",
    uprn="123456789012",
    phones=("01632 960001",),
    emails=("karen@example.org",),
    identifiers={"nhs-number": ("9990000018",)},
    unusable={"nhs-number": ("999000001",)},
)


@pytest.fixture
def known(small: SmallStore) -> SmallStore:
    with small.act() as act:
        add_people(act, [DataSubject("karen", date(1988, 5, 1)), DataSubject("other", None)], entry=entry())
        put_identities(act, {"karen": KAREN}, entry=entry())
    return small


def test_an_identity_is_read_back_exactly(known: SmallStore) -> None:
    with known.store.look() as view:
        assert find_identities(view, ["karen", "other", "nobody"]) == {"karen": KAREN}
    assert KAREN.full_name() == "Karen Ann Smyth"


@pytest.mark.parametrize(
    "sought",
    [
        Sought(identifiers={"nhs-number": ("9990000018",)}),
        Sought(family_name="Smith", born_on=date(1988, 5, 1)),
        Sought(given_names="Karin", born_on=date(1988, 5, 1)),
        Sought(family_name="SMITH", postcode="cm11lx"),
        Sought(postcode="CM1 1LX", born_on=date(1988, 5, 1)),
        Sought(family_name="Jones", given_names="Karen", born_on=date(1988, 5, 1), postcode="CO1 1AA"),
    ],
)
def test_two_attributes_find_somebody(known: SmallStore, sought: Sought) -> None:
    with known.store.look() as view:
        assert find_candidates(view, sought) == ("karen",)


@pytest.mark.parametrize(
    "sought",
    [
        Sought(),
        Sought(family_name="Smyth"),
        Sought(given_names="Karen"),
        Sought(born_on=date(1988, 5, 1)),
        Sought(postcode="CM1 1LX"),
        Sought(family_name="Smyth", given_names="Karen"),
        Sought(family_name="Smyth", born_on=date(1988, 5, 2)),
        Sought(identifiers={"nhs-number": ("9990000026",)}),
        Sought(identifiers={"uln": ("9990000018",)}),
    ],
)
def test_one_attribute_or_a_wrong_one_finds_nobody(known: SmallStore, sought: Sought) -> None:
    with known.store.look() as view:
        assert find_candidates(view, sought) == ()


def test_an_identifier_is_found_by_its_type(known: SmallStore) -> None:
    with known.store.look() as view:
        assert find_by_identifier(view, "nhs-number", "9990000018") == ("karen",)
        assert find_by_identifier(view, "upn", "9990000018") == ()


def test_after_a_change_only_the_new_identity_is_found(known: SmallStore) -> None:
    married = replace(KAREN, family_name="Jones", identifiers={"nhs-number": ("9990000026",)})
    with known.act() as act:
        put_identities(act, {"karen": married}, entry=entry())
    with known.store.look() as view:
        assert find_identities(view, ["karen"]) == {"karen": married}
        assert find_by_identifier(view, "nhs-number", "9990000018") == ()
        assert find_candidates(view, Sought(family_name="Smith", born_on=KAREN.born_on)) == ()
        assert find_candidates(view, Sought(family_name="Jones", born_on=KAREN.born_on)) == ("karen",)
    assert known.count("identity_version") == 2


def test_two_people_with_one_identifier_are_both_found(known: SmallStore) -> None:
    with known.act() as act:
        put_identities(act, {"other": replace(KAREN, family_name="Other")}, entry=entry())
    with known.store.look() as view:
        assert find_by_identifier(view, "nhs-number", "9990000018") == ("karen", "other")


def test_an_erased_identity_is_gone(known: SmallStore) -> None:
    with known.act() as act:
        erase_person(act, "karen", entry=entry())
    with known.store.look() as view:
        assert find_identities(view, ["karen"]) == {}
        assert find_by_identifier(view, "nhs-number", "9990000018") == ()
    assert known.count("identity_token") == known.count("identity_version") == 0
    with known.act() as act, pytest.raises(CallWrong, match="erased"):
        put_identities(act, {"karen": KAREN}, entry=entry())


def test_every_kind_of_token_is_used(known: SmallStore) -> None:
    with known.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT DISTINCT kind_code FROM identity_token").all()
    assert {row[0] for row in rows} == set(TOKEN_KINDS)


def test_printing_shows_nobody() -> None:
    assert repr(KAREN) == "Identity(…)"
    assert repr(Sought(family_name="Smyth")) == "Sought(…)"
