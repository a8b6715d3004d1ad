"""Records: harmless when repeated, a version when changed, opened by everybody's keys or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from broker.errors import CallWrong, SystemFailed
from broker.people import DataSubject
from broker.store.links import (
    KnownAs,
    SourceDecision,
    find_links,
    find_source_people,
    find_sources_of,
    record_source_people,
)
from broker.store.people import add_people, erase_person
from broker.store.records import NewRecord, find_headers, open_contents, put_records
from tests.unit.store.small_store import NOON, SmallStore, entry

LATE = NewRecord(
    "school-1",
    "attendance",
    frozenset({"child"}),
    frozenset({"mum"}),
    date(2026, 1, 20),
    {"percentage": 81, "note": "late on Mondays", "rate": 0.5},
    named=frozenset({"teacher"}),
)
JOINT = NewRecord("school-2", "exclusions", frozenset({"child", "mum"}), None, date(2026, 1, 21), {"days": 2})


@pytest.fixture
def family(small: SmallStore) -> SmallStore:
    with small.act() as act:
        people = [DataSubject(name, None) for name in ("mum", "dad", "child", "teacher")]
        add_people(act, people, entry=entry())
    return small


def test_a_record_is_found_by_whom_it_is_about_and_whom_it_mentions(family: SmallStore) -> None:
    with family.act() as act:
        done = put_records(act, "school", [LATE], entry=entry())
    (record_id,) = done.ids.values()
    assert (done.added, done.changed, done.repeated) == ({"school-1"}, frozenset(), frozenset())
    with family.store.look() as view:
        (found,) = find_headers(view, ["child"])
        assert find_headers(view, ["mum"]) == (found,)
        assert find_headers(view, ["dad", "teacher"]) == ()
        assert open_contents(view, [record_id, "r-none"]) == {record_id: LATE.fields}
    header = found.header
    assert (header.id, header.controller, header.category) == (record_id, "school", "attendance")
    assert (header.about, header.mentions, found.named) == (LATE.about, LATE.mentions, LATE.named)
    assert header.occurred_on == date(2026, 1, 20)
    assert timedelta() <= header.recorded_at - NOON < timedelta(milliseconds=1)  # the act's own instant


def test_mentions_not_stated_stay_not_stated(family: SmallStore) -> None:
    with family.act() as act:
        put_records(act, "school", [JOINT], entry=entry())
    with family.store.look() as view:
        assert find_headers(view, ["mum"])[0].header.mentions is None


def test_the_same_batch_again_changes_nothing(family: SmallStore) -> None:
    tables = ("record", "record_version", "record_person", "link")
    with family.act() as act:
        first = put_records(act, "school", [LATE, JOINT], entry=entry())
    before = {table: family.count(table) for table in tables}
    with family.act() as act:
        again = put_records(act, "school", [JOINT, LATE, LATE], entry=entry())
    assert again.ids == first.ids
    assert again.repeated == {"school-1", "school-2"}
    assert not again.added | again.changed
    assert {table: family.count(table) for table in tables} == before


def test_a_changed_record_is_a_version_beside_the_old(family: SmallStore) -> None:
    with family.act() as act:
        first = put_records(act, "school", [LATE], entry=entry())
        then = act.at
    family.clock.advance(timedelta(days=1))
    better = replace(LATE, about=frozenset({"dad"}), fields={"percentage": 99})
    with family.act() as act:
        second = put_records(act, "school", [better], entry=entry())
    assert second.changed == {"school-1"}
    assert second.ids == first.ids
    (record_id,) = first.ids.values()
    with family.store.look() as view:
        assert find_headers(view, ["dad"])[0].header.about == {"dad"}
        assert open_contents(view, [record_id]) == {record_id: {"percentage": 99}}
        assert find_headers(view, ["child"], then)[0].header.about == {"child"}
        assert open_contents(view, [record_id], then) == {record_id: LATE.fields}
        assert find_headers(view, ["child"], then - timedelta(days=1)) == ()


def test_of_two_with_one_key_in_a_batch_the_later_governs(family: SmallStore) -> None:
    with family.act() as act:
        done = put_records(act, "school", [LATE, replace(LATE, fields={"percentage": 1})], entry=entry())
        assert list(open_contents(act, done.ids.values()).values()) == [{"percentage": 1}]


def test_one_key_at_two_controllers_is_two_records(family: SmallStore) -> None:
    with family.act() as act:
        one = put_records(act, "school", [LATE], entry=entry())
        other = put_records(act, "nursery", [LATE], entry=entry())
    assert other.added == {"school-1"}
    assert one.ids["school-1"] != other.ids["school-1"]


def test_a_retracted_record_is_no_record(family: SmallStore) -> None:
    with family.act() as act:
        done = put_records(act, "school", [LATE], entry=entry())
        put_records(act, "school", [replace(LATE, retracted=True)], entry=entry())
        assert find_headers(act, ["child"]) == ()
        assert list(open_contents(act, done.ids.values()).values()) == [{}]


def test_when_the_controller_recorded_it_is_kept(family: SmallStore) -> None:
    earlier = NOON - timedelta(days=3)
    with family.act() as act:
        put_records(act, "school", [replace(LATE, recorded_at=earlier)], entry=entry())
        assert find_headers(act, ["child"])[0].header.recorded_at == earlier


@pytest.mark.parametrize("erased", ["mum", "child"])
def test_a_joint_record_goes_with_any_of_those_it_is_about(family: SmallStore, erased: str) -> None:
    with family.act() as act:
        done = put_records(act, "school", [LATE, JOINT], entry=entry())
        erase_person(act, erased, entry=entry())
        left = open_contents(act, done.ids.values())
    assert set(left) == ({done.ids["school-1"]} if erased == "mum" else set())


def test_nothing_is_stored_about_nobody_or_the_unknown_or_the_erased(family: SmallStore) -> None:
    with family.act() as act:
        erase_person(act, "dad", entry=entry())
    for about in (frozenset[str](), frozenset({"nobody"}), frozenset({"child", "dad"})):
        with family.act() as act, pytest.raises(CallWrong):
            put_records(act, "school", [replace(LATE, about=about)], entry=entry())


def test_a_large_batch_is_stored_whole(family: SmallStore) -> None:
    many = [replace(LATE, source_key=f"school-{number}", fields={"percentage": number}) for number in range(1203)]
    with family.act() as act:
        done = put_records(act, "school", many, entry=entry())
    with family.act() as act:
        assert len(put_records(act, "school", many, entry=entry()).repeated) == 1203
        assert len(find_headers(act, ["child"])) == 1203
        contents = open_contents(act, done.ids.values())
    assert contents[done.ids["school-1202"]] == {"percentage": 1202}
    assert len(contents) == 1203


def test_content_put_under_another_record_does_not_open(family: SmallStore) -> None:
    with family.act() as act:
        done = put_records(act, "school", [LATE, replace(LATE, source_key="x", fields={})], entry=entry())
    small_ids = tuple(done.ids.values())
    family.run(
        "UPDATE record_version SET content = (SELECT content FROM record_version WHERE record_id = ?)"
        " WHERE record_id = ?",
        *small_ids,
    )
    with family.store.look() as view, pytest.raises(SystemFailed, match=r"record_version\.content"):
        open_contents(view, [small_ids[1]])


def test_gathering_headers_opens_no_content(family: SmallStore) -> None:
    with family.act() as act:
        put_records(act, "school", [LATE], entry=entry())
    family.run("UPDATE record_version SET content = ?", b"\x00")
    with family.store.look() as view:
        assert len(find_headers(view, ["child"])) == 1


def test_where_somebody_is_known_is_found_by_their_token(family: SmallStore) -> None:
    with family.act() as act:
        for controller in ("school", "clinic"):
            put_records(act, controller, [LATE], entry=entry())
        found = find_links(act, ["child"])
    assert found == tuple(
        KnownAs("child", controller, family.keyring.pseudonym(controller, "child"))
        for controller in ("clinic", "school")
    )


def test_a_link_decision_is_undone_by_a_later_one(family: SmallStore) -> None:
    linked = SourceDecision("school", "pupil-7", "child", "linked", "NHS number and birth date agree")
    with family.act() as act:
        record_source_people(act, [linked], entry=entry())
        then = act.at
    undone = replace(linked, decision_code="not-linked", because="two Daniels")
    with family.act() as act:
        record_source_people(act, [undone], entry=entry())
    with family.store.look() as view:
        assert find_source_people(view, "school", ["pupil-7", "pupil-8"]) == {"pupil-7": undone}
        assert find_source_people(view, "school", ["pupil-7"], then) == {"pupil-7": linked}
        assert find_source_people(view, "clinic", ["pupil-7"]) == {}
        assert find_sources_of(view, "child") == (linked, undone)
