"""The unit of work: nothing without an entry, all or nothing, one instant an act."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text, update

from broker.audit.entry import entry_bytes
from broker.audit.tree import leaf_hash
from broker.errors import SystemFailed
from broker.people import DataSubject
from broker.store.housekeeping import HOUSEKEEPING
from broker.store.kinds import VersionedKind
from broker.store.people import add_people, find_people
from broker.store.seals import Sealed
from broker.store.session import Act
from broker.store.staff import STAFF
from broker.store.tables import METADATA
from broker.store.tables.audit import AuditEntryRow, AuditTree
from broker.store.tables.base import table_of
from broker.store.tables.identity import Person
from tests.unit.store.small_store import NOON, SmallStore, entry

PEOPLE = table_of(Person)
MUM = {"person_id": "mum", "recorded_at": NOON}


def test_a_change_needs_an_entry(small: SmallStore) -> None:
    with small.act() as act, pytest.raises(TypeError, match="entry"):
        act.write(None, insert(PEOPLE), MUM)  # type: ignore[arg-type]  # what must not pass
    assert small.count("person") == 0


def test_a_view_refuses_changes(small: SmallStore) -> None:
    with small.store.look() as view:
        for change in (insert(PEOPLE).values(MUM), text("DELETE FROM person")):
            with pytest.raises(TypeError, match="reads"):
                view.read(change)  # type: ignore[arg-type]  # what must not pass
        assert not hasattr(view, "write")


def test_a_glance_is_one_question_of_what_is_committed(small: SmallStore) -> None:
    names = select(PEOPLE.c.person_id)
    with small.store.glance() as view:
        before = view.read(names)
        with pytest.raises(TypeError, match="one question"):
            view.read(names)
    with small.act() as act:
        act.write(entry(), insert(PEOPLE).values(MUM))
        if small.database == "postgresql":
            with small.store.glance() as view:
                assert view.read(names) == before
    with small.store.glance() as view:
        assert len(view.read(names)) == len(before) + 1


def test_an_act_refuses_statements_that_are_no_change(small: SmallStore) -> None:
    with small.act() as act, pytest.raises(TypeError, match="INSERT"):
        act.write(entry(), text("DROP TABLE person"))  # type: ignore[arg-type]  # what must not pass


def test_change_and_entry_are_committed_together(small: SmallStore) -> None:
    one = entry()
    with small.act() as act:
        act.write(one, insert(PEOPLE), MUM)
    with small.engine.connect() as connection:
        rows = connection.execute(select(table_of(AuditEntryRow))).all()
    assert [row.entry for row in rows] == [entry_bytes(one)]
    assert small.count("person") == 1


def test_an_exception_undoes_everything(small: SmallStore) -> None:
    def go() -> None:
        with small.act() as act:
            act.write(entry(), insert(PEOPLE), MUM)
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        go()
    assert small.count("person") == 0
    assert small.count("audit_entry") == 0


def test_no_entry_no_change_when_the_entry_cannot_be_written(small: SmallStore) -> None:
    small.refuse("audit_entry")
    with pytest.raises(SystemFailed), small.act() as act:
        act.write(entry(), insert(PEOPLE), MUM)
    assert small.count("person") == 0


def test_a_commit_that_fails_is_the_systems_failure_and_nothing_happened(small: SmallStore) -> None:
    def go() -> None:
        with small.act() as act:
            act.write(entry(), insert(PEOPLE), MUM)
            act.write(entry(), insert(PEOPLE), MUM)

    with pytest.raises(SystemFailed) as caught:
        go()
    assert "mum" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert small.count("person") == 0


def test_one_entry_for_several_changes_is_one_entry(small: SmallStore) -> None:
    one = entry()
    with small.act() as act:
        act.write(one, insert(PEOPLE), MUM)
        act.write(one, update(PEOPLE).values(erased_at=NOON))
        receipt = act.record(one)
    assert small.count("audit_entry") == 1
    assert receipt == leaf_hash(entry_bytes(one))


def test_a_refusal_is_an_entry_without_a_change(small: SmallStore) -> None:
    with small.act() as act:
        act.record(entry())
    assert small.count("audit_entry") == 1


def test_an_act_without_anything_leaves_nothing(small: SmallStore) -> None:
    with small.act():
        pass
    assert small.count("audit_entry") == 0


def test_acts_have_instants_in_order_even_when_the_clock_stands_still_or_goes_back(small: SmallStore) -> None:
    instants = []
    for step in (0, 0, -3600, 7200):
        small.clock.advance(timedelta(seconds=step))
        with small.act() as act:
            act.record(entry())
            instants.append(act.at)
    assert instants[0] == NOON
    assert instants == sorted(set(instants))


def test_an_acts_instant_does_not_move(small: SmallStore) -> None:
    with small.act() as act:
        before = act.at
        small.clock.advance(timedelta(hours=1))
        assert act.at == before


def test_row_keys_are_in_the_order_of_their_making(small: SmallStore) -> None:
    keys = []
    for _ in range(3):
        with small.act() as act:
            act.record(entry())
            keys += [act.new_row() for _ in range(300)]
    assert keys == sorted(set(keys))
    assert {len(key) for key in keys} == {16}


def test_ids_say_nothing_and_never_repeat(small: SmallStore) -> None:
    with small.act() as act:
        ids = {act.new_id("p-") for _ in range(1000)}
    assert len(ids) == 1000
    assert all(one.startswith("p-") and len(one) == 28 for one in ids)


def test_versions_move_on_and_are_shared(small: SmallStore) -> None:
    facts = [(VersionedKind.PERSON, "mum"), (VersionedKind.CASE, "k-1"), (VersionedKind.PERSON, "nobody")]
    with small.act() as act:
        assert act.share(facts) == {}
        act.bump(entry(), VersionedKind.PERSON, ["mum", "dad", "mum"])
        act.bump(entry(), VersionedKind.CASE, ["k-1"])
        act.bump(entry(), VersionedKind.PERSON, ["mum"])
        assert act.share(facts) == {(VersionedKind.PERSON, "mum"): 2, (VersionedKind.CASE, "k-1"): 1}


@pytest.mark.only_on("sqlite")
def test_a_second_writer_waits_and_then_comes_after(small: SmallStore) -> None:
    other = sqlite3.connect(small.path, timeout=0.05, isolation_level=None)
    with small.act() as act:
        act.record(entry())
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.execute("ROLLBACK")
    other.close()


def test_a_reader_sees_one_moment(small: SmallStore) -> None:
    with small.act() as act:
        add_people(act, [DataSubject("mum", None)], entry=entry())
    with small.store.look() as view:
        assert set(find_people(view, ["mum", "dad"])) == {"mum"}
        with small.act() as act:
            add_people(act, [DataSubject("dad", None)], entry=entry())
        assert set(find_people(view, ["mum", "dad"])) == {"mum"}
    with small.store.look() as view:
        assert set(find_people(view, ["mum", "dad"])) == {"mum", "dad"}


def test_housekeeping_touches_its_own_tables_only(small: SmallStore) -> None:
    with small.store.keep_house() as house:
        for name, table in METADATA.tables.items():
            for change in (insert(table), update(table), table.delete()):
                if not isinstance(change, HOUSEKEEPING.get(name, ())):
                    with pytest.raises(TypeError, match="audit entry"):
                        house.write(change)
        assert not any(isinstance(table_of(AuditTree).delete(), allowed) for allowed in HOUSEKEEPING["audit_tree"])


def test_a_sealed_value_loads_without_cryptography_and_prints_nothing(small: SmallStore) -> None:
    sealed = Sealed(b"\x01secret")
    assert {repr(sealed), str(sealed), f"{sealed}", f"{sealed!r}"} == {"Sealed(…)"}
    with small.act() as act:
        values = {"row_id": act.new_row(), "staff_id": "s", "organisation_code": "ecc"}
        instants = {"effective_at": NOON, "recorded_at": NOON}
        act.write(entry(), insert(STAFF), {**values, **instants, "staff": b"no seal at all"})
        row = act.read(select(STAFF))[0]
    assert isinstance(row.staff, Sealed)
    assert row.recorded_at == NOON
    assert "no seal" not in repr(row)


def test_a_database_without_tables_says_what_to_run(small: SmallStore) -> None:
    small.run("DROP TABLE audit_private")
    with pytest.raises(SystemFailed, match="broker migrate"), small.store.look() as view:
        view.read(select(METADATA.tables["audit_private"]))


def test_an_act_is_the_only_class_that_writes() -> None:
    assert {"write", "write_rows", "bump", "record"} <= set(vars(Act))
