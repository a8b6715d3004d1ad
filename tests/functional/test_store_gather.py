"""What the store gathers decides as the whole world does.

Each random world is put into a store through the ordinary mutators, its request's facts are gathered by the
indexed look-ups, and both views of the decision must equal, to the byte, those over everything there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, Select, event

from broker.canonical import canonical_json
from broker.casework.staff import StaffMember
from broker.decision.evaluate import evaluate
from broker.decision.facts import Facts
from broker.decision.table import compile_table
from broker.people import DataSubject
from broker.rehearsal.scenario import Scenario
from broker.release.views import View as DecisionView
from broker.release.views import view_of
from broker.store.cases import record_case
from broker.store.consents import append_consents
from broker.store.feeds import record_feed
from broker.store.gather import gather_facts, lock_facts
from broker.store.holder_decisions import append_ruling
from broker.store.households import record_members
from broker.store.people import add_people, record_people
from broker.store.records import NewRecord, open_contents, put_records
from broker.store.relationships import record_relationships
from broker.store.session import Act, View
from broker.store.staff import record_staff
from broker.vocabulary.codes import FieldKind
from tests.generative.loading import scenario_of
from tests.generative.worlds import random_world
from tests.unit.store.small_store import SmallStore, entry

SEEDS = range(60)


def load(act: Act, scenario: Scenario) -> None:
    """Puts a scenario's whole world into the store."""
    facts, one = scenario.facts, entry()
    add_people(act, list(facts.people.values()), entry=one)
    named = [(f"rel-{number}", found) for number, found in enumerate(facts.relationships)]
    record_relationships(act, named, entry=one)
    for household in facts.households:
        record_members(act, household.id, joined=household.members, entry=one)
    record_staff(act, [StaffMember(staff, "Kim") for staff in facts.staff.values()], entry=one)
    for case in facts.cases.values():
        record_case(act, case, entry=one)
    append_consents(act, facts.consents, entry=one)
    for ruling in facts.holder_decisions:
        append_ruling(act, ruling, "because", entry=one)
    for number, feed in enumerate(facts.feeds):
        record_feed(act, f"feed-{number}", feed, entry=one)
    for header in facts.records:
        fields = scenario.contents[header.id]
        kinds = {spec.name: spec.kind for spec in scenario.vocabulary.categories[header.category].fields}
        record = NewRecord(
            source_key=header.id,
            category=header.category,
            about=header.about,
            mentions=header.mentions,
            occurred_on=header.occurred_on,
            fields=fields,
            named=frozenset(str(fields[name]) for name in fields if kinds[name] is FieldKind.PERSON),
            recorded_at=header.recorded_at,
            record_id=header.id,
        )
        put_records(act, header.controller, [record], entry=one)


def views(scenario: Scenario, facts: Facts, contents: dict[str, Any]) -> bytes:
    """Both views of the decision over these facts."""
    table = compile_table(scenario.vocabulary, scenario.duties, scenario.terms)
    decision = evaluate(table, facts, scenario.request)
    return canonical_json([view_of(decision, contents.__getitem__, view) for view in DecisionView])


def staff_of(scenario: Scenario) -> list[str]:
    """Who asks and who seconds."""
    override = scenario.request.override
    return [scenario.request.by, *([override.second] if override is not None and override.second else [])]


@pytest.mark.parametrize("seed", SEEDS)
def test_gathered_facts_decide_as_the_whole_world_does(seed: int, tmp_path: Path, database: str) -> None:
    scenario = scenario_of(random_world(seed))
    small = SmallStore(tmp_path, database)
    request = scenario.request
    with small.act() as act:
        load(act, scenario)
    with small.act() as act:
        lock_facts(act, request.about, case_id=request.case)
        facts = gather_facts(act, request.about, case_id=request.case, staff_ids=staff_of(scenario))
        contents = open_contents(act, [header.id for header in facts.records])
        act.record(entry())
    assert len(facts.people) <= len(scenario.facts.people)
    assert views(scenario, facts, contents) == views(scenario, scenario.facts, dict(scenario.contents))
    small.close()


@pytest.mark.parametrize("seed", range(6))
def test_a_past_decision_is_recomputed_as_it_was_known_then(seed: int, tmp_path: Path, database: str) -> None:
    scenario = scenario_of(random_world(seed))
    small = SmallStore(tmp_path, database)
    request = scenario.request
    with small.act() as act:
        load(act, scenario)
    with small.act() as act:
        act.record(entry())
        decided_at = act.at
        before = gather_facts(act, request.about, case_id=request.case, staff_ids=staff_of(scenario))
        then = views(scenario, before, open_contents(act, [header.id for header in before.records]))
    small.clock.advance(timedelta(days=1))

    def change(act: Act) -> None:
        people = list(scenario.facts.people.values())
        record_people(act, [replace(one, born=None, markers=frozenset()) for one in people], entry=entry())
        for case in scenario.facts.cases.values():
            record_case(act, replace(case, closed_at=case.opened_at), entry=entry())
        for household in scenario.facts.households:
            record_members(act, household.id, left=household.members, entry=entry())
        for header in before.records:
            changed = NewRecord(
                header.id, header.category, header.about, None, header.occurred_on, {}, retracted=True
            )
            put_records(act, header.controller, [changed], entry=entry())

    small.store.perform(small.clock, change)
    with small.store.look() as view:
        staff = staff_of(scenario)
        again = gather_facts(view, request.about, case_id=request.case, staff_ids=staff, known_at=decided_at)
        contents = open_contents(view, [header.id for header in again.records], decided_at)
        now = gather_facts(view, request.about, case_id=request.case, staff_ids=staff)
    assert again == before
    assert views(scenario, again, contents) == then
    assert now.records == ()
    assert now.households == ()
    small.close()


def test_an_id_never_issued_brings_nothing(tmp_path: Path, database: str) -> None:
    small = SmallStore(tmp_path, database)
    with small.act() as act:
        add_people(act, [DataSubject("mum", None)], entry=entry())
        facts = gather_facts(act, ["nobody"], case_id="no-case", staff_ids=["no-staff"])
    assert facts == Facts({})
    small.close()


class Counting(View):
    """A view that counts what it is asked."""

    def __init__(self, view: View) -> None:
        super().__init__(view._connection, view.keys)
        self.statements = 0

    def read(self, statement: Select[Any], params: Any = None) -> Sequence[Row[Any]]:
        """Counts and reads."""
        self.statements += 1
        return super().read(statement, params)


def test_the_cost_of_gathering_does_not_grow_with_the_county(tmp_path: Path, database: str) -> None:
    """Counted in statements, not seconds: the same number for one family among few or many."""
    small = SmallStore(tmp_path, database)
    counts = []
    for start, size in ((0, 2), (2, 40)):
        with small.act() as act:
            people = [DataSubject(f"p{number}", None) for number in range(start, start + size)]
            add_people(act, people, entry=entry())
            record_members(act, f"h{start}", joined=[person.id for person in people[:2]], entry=entry())
        with small.store.look() as view:
            counting = Counting(view)
            gather_facts(counting, ["p0", "p1"])
        counts.append(counting.statements)
    assert counts[0] == counts[1] <= 16
    small.close()


@pytest.mark.only_on("sqlite")
def test_every_look_up_is_by_an_index(tmp_path: Path, database: str) -> None:
    """Asked of the database itself; only the short list of feeds is read whole."""
    small = SmallStore(tmp_path, database)
    scenario = scenario_of(random_world(3))
    with small.act() as act:
        load(act, scenario)
    asked: list[tuple[str, Any]] = []

    @event.listens_for(small.engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        asked.append((statement, parameters))

    with small.store.look() as view:
        about = list(scenario.facts.people)
        facts = gather_facts(view, about, case_id=scenario.request.case, staff_ids=staff_of(scenario))
        open_contents(view, [header.id for header in facts.records])
    event.remove(small.engine, "before_cursor_execute", note)
    with small.engine.connect() as connection:
        for statement, parameters in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            scans = [row[3] for row in plan if row[3].startswith("SCAN")]
            # A list of nobody is a constant row.
            allowed = ("SCAN feed", "SCAN CONSTANT ROW", "SCAN (subquery")
            assert all(scan.startswith(allowed) for scan in scans), (statement, scans)
    assert len(asked) >= 10
    small.close()
