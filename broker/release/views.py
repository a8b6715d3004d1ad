"""The two views of one decision, as the JSON that `broker decide` prints.

The officer view is whole. The requester view is a function of what the requester is entitled to and nothing else:
what was released, coverage (which depends on nobody) and what is not shared, where it may be explained. Source:
rule 1.2; the shape is documented in docs/decide-json.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any

from broker.decision.changes import Remedy, as_mapping
from broker.decision.decision import Decision, PersonRuling
from broker.decision.reasons import Effect, Refusal, told_reason, told_refusal
from broker.decision.records import Clearances, record_rulings
from broker.decision.remedy import Remedies
from broker.release.explained import coverage, explained_cells, late_feeds
from broker.release.next_step import ToldSteps, refusal_step
from broker.release.officer_step import officer_refusal_step, officer_step
from broker.release.redact import redact

Open = Callable[[str], Mapping[str, Any]]
"""Opens a record's content by its id. INVARIANT: called only for records the decision released."""

ANSWERED = "answered"
REFUSED = "refused"
WITHHELD = "withheld"


class View(StrEnum):
    """Whose view of the decision."""

    OFFICER = "officer"
    REQUESTER = "requester"


def view_of(decision: Decision, open_content: Open, view: View) -> dict[str, Any]:
    """One decision as JSON-compatible data, without the scenario's name."""
    return officer_view(decision, open_content) if view is View.OFFICER else requester_view(decision, open_content)


def officer_view(decision: Decision, open_content: Open) -> dict[str, Any]:
    """Every cell with effect, reasons and clauses; every record about a requested person, released or withheld."""
    remedies = Remedies(decision)
    return {
        "outcome": outcome_of(decision),
        "refused_because": decision.refusal.value if decision.refusal is not None else None,
        "next_step": officer_refusal_step(decision.refusal) if decision.refusal is not None else None,
        "remedies": _as_json(remedies.of_request()),
        "cells": _cells(decision, remedies),
        "records": officer_records(decision, open_content),
    }


def outcome_of(decision: Decision) -> str:
    """`answered` or `refused`."""
    return ANSWERED if decision.refusal is None else REFUSED


def officer_records(decision: Decision, open_content: Open) -> list[dict[str, Any]]:
    """Every record about a requested person, released or withheld, by its id."""
    clearances = Clearances(decision)
    records = []
    for ruling in record_rulings(decision):
        header = ruling.header
        record = {
            "id": header.id,
            "about": sorted(header.about),
            "controller": header.controller,
            "category": header.category,
            "detail": ruling.detail.code if ruling.detail is not None else WITHHELD,
            "fields": redact(clearances, ruling, open_content(header.id)) if ruling.released else {},
            "clauses": list(ruling.clauses),
        }
        records.append(record if ruling.released else {**record, "reasons": list(ruling.reasons)})
    return sorted(records, key=lambda record: str(record["id"]))


def _cells(decision: Decision, remedies: Remedies) -> list[dict[str, Any]]:
    """Every cell with what would permit it, as codes and as one sentence."""
    if decision.plan is None:
        return []
    steps = ToldSteps(decision.table, decision.plan, decision.request.at)
    cells = []
    for person, category, controller, outcome in decision.cells():
        found = remedies.of_cell(person, category, controller)
        cells.append(
            {
                "person": person,
                "category": category,
                "controller": controller,
                "effect": outcome.effect.value,
                "detail": outcome.detail.code if outcome.detail is not None else None,
                "reasons": [reason.value for reason in outcome.reasons],
                "clauses": list(outcome.clauses),
                "remedies": _as_json(found),
                "next_step": officer_step(steps, outcome, found, category, controller),
            }
        )
    return cells


def _as_json(remedies: Iterable[Remedy]) -> list[list[dict[str, Any]]]:
    return [[as_mapping(change) for change in remedy] for remedy in remedies]


def requester_view(decision: Decision, open_content: Open) -> dict[str, Any]:
    """What was released, what silence means, and what is not shared where that may be told."""
    if decision.refusal is not None or decision.plan is None:
        told = told_refusal(decision.refusal or Refusal.NOT_AUTHORISED)
        return {
            "outcome": REFUSED,
            "refused_because": told,
            "next_step": refusal_step(told),
            "records": [],
            "not_shared": [],
            "coverage": [],
        }
    clearances = Clearances(decision)
    records = []
    for ruling in record_rulings(decision):
        if ruling.detail is None:
            continue
        header = ruling.header
        records.append(
            {
                "id": header.id,
                "about": sorted(ruling.cleared),
                "controller": header.controller,
                "category": header.category,
                "detail": ruling.detail.code,
                "fields": redact(clearances, ruling, open_content(header.id)),
                "clauses": list(ruling.clauses),
            }
        )
    return {
        "outcome": ANSWERED,
        "refused_because": None,
        "next_step": None,
        "records": sorted(records, key=lambda record: str(record["id"])),
        "not_shared": not_shared(decision),
        "coverage": [
            {"controller": line.controller, "category": line.category, "state": line.state.value}
            for line in coverage(
                decision.table.vocabulary,
                decision.plan,
                late_feeds(decision.facts.feeds, decision.request.at),
            )
        ],
    }


def not_shared(decision: Decision) -> list[dict[str, str]]:
    """The denied and referred cells that some grant names and that may be explained, each with the one reason a
    requester may hear."""
    if decision.plan is None:
        return []
    steps = ToldSteps(decision.table, decision.plan, decision.request.at)
    return [
        {
            "person": ruling.person.id,
            "category": category,
            "controller": controller,
            "reason": reason,
            "next_step": next_step,
        }
        for ruling in sorted(decision.rulings, key=lambda ruling: ruling.person.id)
        for controller, category, reason, next_step in told_cells(ruling, steps)
    ]


def told_cells(ruling: PersonRuling, steps: ToldSteps) -> tuple[tuple[str, str, str, str], ...]:
    """Of one person the cells that are not shared and may be told of, in order: controller, category, the reason
    that may be heard, the next step. A step is the same until the next plan (`ToldSteps.of`)."""
    return ruling.once(_told, steps)


def _told(ruling: PersonRuling, steps: ToldSteps) -> tuple[tuple[str, str, str, str], ...]:
    outcomes = ruling.outcomes()
    found = []
    for controller, category, bit in explained_cells(steps.vocabulary, ruling.plan):
        outcome = outcomes[bit]
        if outcome.effect is not Effect.PERMIT:
            reason = told_reason(frozenset(outcome.reasons))
            if reason is not None:
                found.append((controller, category, reason.value, steps.of(reason, category, controller)))
    return tuple(found)
