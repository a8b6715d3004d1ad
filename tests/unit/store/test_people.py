"""People, their state, families and households: what is recorded is read back, as known then."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from broker.dates import Interval
from broker.errors import SystemFailed
from broker.people import Competence, DataSubject, Household, ProtectionMarker, Relationship, RelationshipKind
from broker.store.cases import find_cases, find_cases_about_any
from broker.store.consents import find_consents
from broker.store.holder_decisions import find_rulings
from broker.store.households import find_households, record_members
from broker.store.kinds import VersionedKind
from broker.store.people import add_people, erase_person, find_people, get_keys, record_people
from broker.store.relationships import find_relationships, record_relationships
from broker.store.vault import find_identities
from tests.unit.store.small_store import NOON, SmallStore, entry

CHILD = DataSubject(
    "child",
    date(2015, 6, 1),
    died_on=date(2026, 1, 1),
    lacks_capacity_from=NOON,
    competences=(Competence(Interval(NOON, None), frozenset({"sexual-health"})), Competence(Interval(None, NOON))),
    markers=frozenset({ProtectionMarker.PROTECTED, ProtectionMarker.ADDRESS_PROTECTED}),
)
MUM = DataSubject("mum", None)


def test_what_is_known_of_people_is_read_back_exactly(small: SmallStore) -> None:
    with small.act() as act:
        add_people(act, [CHILD, MUM], entry=entry())
    with small.store.look() as view:
        assert find_people(view, ["child", "mum", "ecc", "nobody"]) == {"child": CHILD, "mum": MUM}


def test_thousands_are_asked_for_at_once(small: SmallStore) -> None:
    """Each database has a limit on the values of one question: 32,766 and 65,535."""
    many = ["mum", *(f"p-{number}" for number in range(8_000))]
    with small.act() as act:
        add_people(act, [MUM], entry=entry())
    with small.store.look() as view:
        assert find_people(view, many) == {"mum": MUM}
        assert set(get_keys(view, many)) == {"mum"}
        for find in (find_relationships, find_consents, find_households, find_rulings, find_identities):
            assert not find(view, many)  # type: ignore[operator]  # each takes people
        assert find_cases(view, many) == find_cases_about_any(view, many) == {}


def test_an_id_is_given_once(small: SmallStore) -> None:
    with small.act() as act:
        add_people(act, [MUM], entry=entry())

    def again() -> None:
        with small.act() as act:
            add_people(act, [MUM], entry=entry())

    with pytest.raises(SystemFailed):
        again()
    assert small.count("person") == 1


def test_what_was_known_before_stays_known(small: SmallStore) -> None:
    with small.act() as act:
        add_people(act, [MUM], entry=entry())
        then = act.at
    small.clock.advance(timedelta(days=1))
    protected = DataSubject("mum", date(1988, 5, 1), markers=frozenset({ProtectionMarker.PROTECTED}))
    with small.act() as act:
        record_people(act, [protected], entry=entry())
    with small.store.look() as view:
        assert find_people(view, ["mum"]) == {"mum": protected}
        assert find_people(view, ["mum"], then) == {"mum": MUM}
        assert find_people(view, ["mum"], then - timedelta(seconds=1)) == {}


def test_two_changes_in_one_act_leave_the_later(small: SmallStore) -> None:
    with small.act() as act:
        add_people(act, [MUM], entry=entry())
        record_people(act, [DataSubject("mum", date(1988, 5, 1))], entry=entry())
        record_people(act, [DataSubject("mum", date(1989, 5, 1))], entry=entry())
        assert find_people(act, ["mum"])["mum"].born == date(1989, 5, 1)


def test_a_state_moved_to_another_person_does_not_open(small: SmallStore) -> None:
    with small.act() as act:
        add_people(act, [MUM, CHILD], entry=entry())
        token = act.keys.token("person/person_state", "mum")
        other = act.keys.token("person/person_state", "child")
    small.run("DELETE FROM person_state WHERE person_token = ?", token)
    small.run("UPDATE person_state SET person_token = ? WHERE person_token = ?", token, other)
    with small.store.look() as view, pytest.raises(SystemFailed, match="person_state"):
        find_people(view, ["mum"])


def test_an_erased_person_was_never_issued_and_has_no_key(small: SmallStore) -> None:
    with small.act() as act:
        add_people(act, [MUM, CHILD], entry=entry())
    wrapped = small.keyring.new_person_key("probe")
    with small.store.look() as view:
        wrapped = get_keys(view, ["mum"])["mum"]
    with small.act() as act:
        erase_person(act, "mum", entry=entry())
    with small.store.look() as view:
        assert find_people(view, ["mum", "child"]) == {"child": CHILD}
        assert set(get_keys(view, ["mum", "child"])) == {"child"}
    small.store.close()  # the last connection folds the write-ahead log in and removes it
    assert wrapped not in small.dump()


MOTHER = Relationship("mum", "child", RelationshipKind.MOTHER, parental_responsibility=True)
CARE = Relationship(
    "ecc", "child", RelationshipKind.CARE_ORDER, True, True, Interval(NOON, NOON + timedelta(days=9))
)


def test_relationships_are_found_from_both_ends(small: SmallStore) -> None:
    with small.act() as act:
        record_relationships(act, [("r1", MOTHER), ("r2", CARE)], entry=entry())
    with small.store.look() as view:
        assert find_relationships(view, ["mum"]) == (MOTHER,)
        assert set(find_relationships(view, ["child"])) == {MOTHER, CARE}
        assert find_relationships(view, ["nobody"]) == ()


def test_a_relationship_recorded_again_is_one_and_a_retracted_one_none(small: SmallStore) -> None:
    ended = Relationship("mum", "child", RelationshipKind.MOTHER, False, False, Interval(None, NOON))
    with small.act() as act:
        record_relationships(act, [("r1", MOTHER)], entry=entry())
        first = act.at
    with small.act() as act:
        record_relationships(act, [("r1", ended)], entry=entry())
    with small.store.look() as view:
        assert find_relationships(view, ["mum"]) == (ended,)
        assert find_relationships(view, ["mum"], first) == (MOTHER,)
    with small.act() as act:
        record_relationships(act, [("r1", ended)], entry=entry(), retract=True)
        assert find_relationships(act, ["mum"]) == ()


def test_an_authority_has_no_version_row_that_every_care_order_would_wait_for(small: SmallStore) -> None:
    with small.act() as act:
        record_relationships(act, [("r1", MOTHER), ("r2", CARE)], entry=entry())
        facts = [(VersionedKind.PERSON, one) for one in ("mum", "child", "ecc")]
        assert {key for _, key in act.share(facts)} == {"mum", "child"}


def test_a_household_is_everybody_who_joined_and_did_not_leave(small: SmallStore) -> None:
    with small.act() as act:
        record_members(act, "h1", joined=["mum", "child", "lodger"], entry=entry())
        record_members(act, "h2", joined=["child"], entry=entry())
        first = act.at
    with small.act() as act:
        record_members(act, "h1", left=["lodger"], entry=entry())
    with small.store.look() as view:
        h1, h2 = Household("h1", frozenset({"mum", "child"})), Household("h2", frozenset({"child"}))
        assert find_households(view, ["mum"]) == (h1,)
        assert set(find_households(view, ["child"])) == {h1, h2}
        assert find_households(view, ["lodger"]) == ()
        assert find_households(view, ["lodger"], first) == (Household("h1", h1.members | {"lodger"}),)


def test_whoever_lives_there_is_touched_when_somebody_moves_in(small: SmallStore) -> None:
    with small.act() as act:
        record_members(act, "h1", joined=["mum"], entry=entry())
        record_members(act, "h1", joined=["lodger"], entry=entry())
        assert act.share([(VersionedKind.PERSON, "mum")]) == {(VersionedKind.PERSON, "mum"): 2}
