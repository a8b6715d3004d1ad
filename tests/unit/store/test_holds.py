"""While something is held nothing of it is found, by any way; the past is read with the holds of its time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from broker.errors import CallWrong
from broker.people import DataSubject
from broker.store.headers import find_versions
from broker.store.holds import find_held, lift_hold, place_hold
from broker.store.people import add_people
from broker.store.records import NewRecord, find_headers, open_contents, put_records
from broker.store.rewritten import correct_record, move_records
from tests.unit.store.small_store import SmallStore, entry

FIELDS = {"percentage": 81, "person": "mum"}


@pytest.fixture
def held(small: SmallStore) -> SmallStore:
    """A record about mum and child, one about mum alone."""
    with small.act() as act:
        add_people(act, [DataSubject(one, date(1988, 5, 1)) for one in ("mum", "child", "gran")], entry=entry())
    both = NewRecord("both", "attendance", frozenset({"mum", "child"}), frozenset(), date(2026, 1, 20), FIELDS)
    alone = NewRecord("alone", "attendance", frozenset({"mum"}), frozenset({"gran"}), date(2026, 1, 20), FIELDS)
    for new in (both, alone):
        record = NewRecord(
            new.source_key, new.category, new.about, new.mentions, new.occurred_on, new.fields,
            record_id=f"r-{new.source_key}",
        )  # fmt: skip
        small.store.perform(
            small.clock, lambda act, record=record: put_records(act, "school", [record], entry=entry())
        )
        small.clock.advance(timedelta(minutes=1))
    return small


def found(small: SmallStore, *people: str) -> set[str]:
    with small.store.look() as view:
        return {one.header.id for one in find_headers(view, people)}


def place(small: SmallStore, **what: list[str]) -> None:
    small.clock.advance(timedelta(minutes=1))
    small.store.perform(
        small.clock,
        lambda act: place_hold(act, "m-1", concerned=["mum", "child"], entry=entry(), **what),  # type: ignore[arg-type]
    )


def test_a_held_record_is_found_by_nobody_until_it_is_lifted(held: SmallStore) -> None:
    place(held, record_ids=["r-both"])
    assert found(held, "mum", "child") == {"r-alone"}
    with held.store.look() as view:
        assert find_held(view, ["r-both", "r-alone"], ["mum"]) == {"r-both"}
    held.store.perform(held.clock, lambda act: lift_hold(act, "m-1", concerned=["mum"], entry=entry()))
    assert found(held, "mum", "child") == {"r-both", "r-alone"}


def test_of_somebody_held_nothing_is_found_not_even_by_way_of_somebody_else(held: SmallStore) -> None:
    place(held, person_ids=["child"])
    assert found(held, "child") == set()
    assert found(held, "mum") == {"r-alone"}, "a record about them both is about them too"


def test_a_past_decision_is_read_with_the_holds_of_its_own_time(held: SmallStore) -> None:
    before = held.clock.now()
    place(held, record_ids=["r-both"])
    during = held.clock.now()
    held.clock.advance(timedelta(minutes=1))
    held.store.perform(held.clock, lambda act: lift_hold(act, "m-1", concerned=["mum"], entry=entry()))
    with held.store.look() as view:
        ids = [{one.header.id for one in find_headers(view, ["child"], at)} for at in (before, during, None)]
    assert ids == [{"r-both"}, set(), {"r-both"}]


def test_a_correction_changes_the_fields_and_nothing_else_and_outlives_the_same_list(held: SmallStore) -> None:
    held.store.perform(held.clock, lambda act: correct_record(act, "r-both", {"percentage": 96}, entry=entry()))
    with held.store.look() as view:
        old, new = find_versions(view, ["r-both"])["r-both"]
        assert open_contents(view, ["r-both"]) == {"r-both": {"percentage": 96}}
    assert (old.header, old.named) == (new.header, new.named)
    again = NewRecord("both", "attendance", frozenset({"mum", "child"}), frozenset(), date(2026, 1, 20), FIELDS)
    put = held.store.perform(held.clock, lambda act: put_records(act, "school", [again], entry=entry()))
    assert put.repeated == {"both"}


def test_one_person_takes_anothers_place_in_header_and_content_and_back(held: SmallStore) -> None:
    def move(frm: str, to: str) -> frozenset[str]:
        ids = ["r-alone", "r-both"]
        return held.store.perform(held.clock, lambda act: move_records(act, ids, frm, to, entry=entry()))

    with held.store.look() as view:
        before = find_versions(view, ["r-alone", "r-both"])
    assert move("mum", "gran") == {"r-alone", "r-both"}
    assert found(held, "gran") >= {"r-both"}
    with held.store.look() as view:
        assert open_contents(view, ["r-both"])["r-both"]["person"] == "gran"
        assert find_versions(view, ["r-alone"])["r-alone"][-1].header.mentions == frozenset()
    assert move("nobody", "mum") == frozenset()
    with pytest.raises(CallWrong):
        move("gran", "never-known")
    held.store.perform(held.clock, lambda act: move_records(act, ["r-both"], "gran", "mum", entry=entry()))
    with held.store.look() as view:
        after = find_versions(view, ["r-both"])["r-both"][-1]
    assert after.header == before["r-both"][-1].header


def test_what_is_not_there_is_not_corrected(held: SmallStore) -> None:
    with pytest.raises(CallWrong, match="is not there"):
        held.store.perform(held.clock, lambda act: correct_record(act, "r-never", {}, entry=entry()))
