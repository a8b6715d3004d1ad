"""A decision answers a cell alone as it answers it among all the others."""

from __future__ import annotations

import pytest

from broker.canonical import canonical_json
from broker.decision.decision import Decision
from broker.decision.reasons import Effect, Reason, told_reason
from broker.decision.records import record_rulings
from broker.decision.reliance import reliance
from broker.decision.universe import Universe, bits, split
from broker.rehearsal.run import decide
from broker.release.disclosure import permitted_cells
from broker.release.explained import explained_cells
from broker.release.redact import redact
from broker.release.views import not_shared, requester_view
from broker.usecases.release.resting import relied_on
from tests.generative.loading import scenario_of
from tests.generative.worlds import random_world


def test_one_cell_is_answered_as_among_all() -> None:
    answered = 0
    for seed in range(150):
        decision = decide(scenario_of(random_world(seed)))
        for person, category, controller, outcome in decision.cells():
            assert decision.find_outcome(person, category, controller) == outcome
            answered += 1
    assert answered > 3_000


def test_what_is_worked_out_once_for_all_for_whom_the_tests_came_out_the_same_is_everybodys_own() -> None:
    relied = 0
    for seed in range(150):
        decision = decide(scenario_of(random_world(seed)))
        permitted = [cell for cell in decision.cells() if cell[3].effect is Effect.PERMIT]
        assert list(permitted_cells(decision)) == permitted, f"world {seed}"
        for cells in (permitted, permitted[::2]):
            one_by_one = {
                event.id
                for person, category, controller, _ in cells
                for event in reliance(decision, person, category, controller).consents
            }
            assert {event.id for event in relied_on(decision, cells)} == one_by_one, f"world {seed}"
            relied += len(one_by_one)
        told = [(row["person"], row["controller"], row["category"]) for row in not_shared(decision)]
        assert told == [
            (person, controller, category)
            for person, category, controller, outcome in sorted(
                decision.cells(), key=lambda cell: (cell[0], cell[2], cell[1])
            )
            if outcome.effect is not Effect.PERMIT
            and outcome.reasons != (Reason.NO_CLAUSE,)
            and told_reason(frozenset(outcome.reasons)) is not None
            and (controller, category) in explained(decision)
        ], f"world {seed}"
    assert relied > 50


def explained(decision: Decision) -> set[tuple[str, str]]:
    assert decision.plan is not None
    cells = explained_cells(decision.table.vocabulary, decision.plan)
    return {(controller, category) for controller, category, _ in cells}


def test_a_cell_that_does_not_exist_has_no_answer() -> None:
    decision = next(d for d in (decide(scenario_of(random_world(seed))) for seed in range(50)) if d.rulings)
    person = decision.rulings[0].person.id
    assert decision.find_outcome("nobody", "contact", "ecc") is None
    assert decision.find_outcome(person, "no-such-category", "ecc") is None
    assert decision.find_ruling("nobody") is None


def test_no_content_is_opened_but_of_released_records() -> None:
    opened_anything = False
    for seed in range(80):
        scenario = scenario_of(random_world(seed))
        decision = decide(scenario)
        opened: list[str] = []

        def open_content(record: str, opened: list[str] = opened, scenario: object = scenario) -> object:
            opened.append(record)
            return scenario.contents[record]  # type: ignore[attr-defined]  # the scenario of this turn

        requester_view(decision, open_content)  # type: ignore[arg-type]  # the same
        released = {ruling.header.id for ruling in record_rulings(decision) if ruling.released}
        assert set(opened) == released or decision.refusal is not None
        opened_anything = opened_anything or bool(opened)
    assert opened_anything


def test_a_withheld_record_is_never_redacted() -> None:
    from broker.decision.records import Clearances

    for seed in range(80):
        decision = decide(scenario_of(random_world(seed)))
        withheld = [ruling for ruling in record_rulings(decision) if not ruling.released]
        if withheld:
            with pytest.raises(ValueError, match="never redacted"):
                redact(Clearances(decision), withheld[0], {})
            return
    pytest.fail("no world withholds a record")


def test_printing_a_decision_twice_gives_the_same_bytes() -> None:
    scenario = scenario_of(random_world(3))
    views = [canonical_json(requester_view(decide(scenario), scenario.contents.__getitem__)) for _ in range(3)]
    assert len(set(views)) == 1


def test_sets_of_cells() -> None:
    grid = Universe.of(["a", "b"], ["x", "y", "z"])
    assert grid.size == 6
    assert [grid.pair(bit) for bit in bits(grid.of_controllers(["b", "nobody"]))] == [
        ("b", "x"),
        ("b", "y"),
        ("b", "z"),
    ]
    assert bits(grid.of_categories(["y", "nothing"])) == [grid.bit("a", "y"), grid.bit("b", "y")]
    assert grid.find_bit("a", "nothing") is None
    assert bits(0) == []
    assert split(0b1100, 0b0100) == ((0b0100, True), (0b1000, False))
    assert split(0b1100, 0b0011) == ((0b1100, False),)
    assert split(0b1100, 0b1111) == ((0b1100, True),)
