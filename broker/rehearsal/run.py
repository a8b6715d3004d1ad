"""Runs one scenario: decides it, prints either view, and compares what happened with what was expected.

Needs no database: a scenario carries its whole world. Format: docs/formats.md, "scenario"; the JSON of a decision:
docs/decide-json.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from broker.decision.decision import Decision
from broker.decision.evaluate import evaluate
from broker.decision.reasons import NOT_AVAILABLE, told_refusal
from broker.decision.table import DecisionTable, compile_table
from broker.rehearsal.scenario import CellKey, Expectation, Scenario
from broker.release.views import WITHHELD, View, officer_records, outcome_of, requester_view, view_of

NOTHING = "nothing"
"""What a scenario writes where the requester must be told nothing of a cell."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing that turned out otherwise: `what` is a path into `expect`."""

    what: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.what}: expected `{self.expected}`, found `{self.found}`"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A scenario that was run."""

    scenario: Scenario
    decision: Decision
    mismatches: tuple[Mismatch, ...]

    @property
    def passed(self) -> bool:
        """Whether everything expected happened."""
        return not self.mismatches


def table_of(scenario: Scenario) -> DecisionTable:
    """The scenario's rules, compiled."""
    return compile_table(scenario.vocabulary, scenario.duties, scenario.terms)


def decide(scenario: Scenario) -> Decision:
    """The decision of the scenario."""
    return evaluate(table_of(scenario), scenario.facts, scenario.request)


def decision_json(scenario: Scenario, view: View) -> dict[str, Any]:
    """What `broker decide --json` prints for the scenario."""
    decision = decide(scenario)
    return {"scenario": scenario.name, **view_of(decision, scenario.contents.__getitem__, view)}


def rehearse(scenario: Scenario) -> Rehearsal:
    """Decides the scenario and compares it with its expectations, every one of them."""
    decision = decide(scenario)
    return Rehearsal(scenario, decision, tuple(_mismatches(scenario, decision)))


def _mismatches(scenario: Scenario, decision: Decision) -> list[Mismatch]:
    expect = scenario.expect
    if expect is None:
        return []
    # What is compared and no more: what would permit each of some thousands of cells takes ten times as long.
    outcome = outcome_of(decision)
    contents = scenario.contents.__getitem__
    requester = requester_view(decision, contents)
    found: list[Mismatch] = []
    if expect.outcome is not None and expect.outcome != outcome:
        found.append(Mismatch("outcome", expect.outcome, outcome))
    found += _refusal_mismatch(expect, decision)
    details = {record["id"]: record["detail"] for record in officer_records(decision, contents)}
    for record, detail in expect.records.items():
        if details.get(record, WITHHELD) != detail:
            found.append(Mismatch(f"records: {record}", detail, details.get(record, WITHHELD)))
    reasons = {
        (person, category, controller): [reason.value for reason in found_here.reasons]
        for person, category, controller, found_here in decision.cells()
        if (person, category, controller) in expect.reasons
    }
    for cell, expected in expect.reasons.items():
        actual = reasons.get(cell)
        if actual is None:
            found.append(Mismatch(f"reasons: {_shown(cell)}", _listed(expected), "no such cell"))
        elif sorted(expected) != sorted(actual):
            found.append(Mismatch(f"reasons: {_shown(cell)}", _listed(expected), _listed(actual)))
    told = {_cell(row): row["reason"] for row in requester["not_shared"]}
    for cell, reason in expect.told.items():
        if told.get(cell, NOTHING) != reason:
            found.append(Mismatch(f"told: {_shown(cell)}", reason, told.get(cell, NOTHING)))
    return found


def _refusal_mismatch(expect: Expectation, decision: Decision) -> list[Mismatch]:
    """A scenario may expect the officer's reason, or `not-available`, which is what the requester hears."""
    if not expect.states_refusal:
        return []
    actual = decision.refusal.value if decision.refusal is not None else None
    if expect.refused_because == actual:
        return []
    if (
        expect.refused_because == NOT_AVAILABLE
        and decision.refusal is not None
        and told_refusal(decision.refusal) == NOT_AVAILABLE
    ):
        return []
    return [Mismatch("refused_because", expect.refused_because or "null", actual or "null")]


def _cell(row: dict[str, Any]) -> CellKey:
    return row["person"], row["category"], row["controller"]


def _shown(cell: CellKey) -> str:
    return "/".join(cell)


def _listed(reasons: Iterable[str]) -> str:
    return ", ".join(sorted(reasons)) or "none"
