"""The same cells through cedarpy: one policy a grant, parsed once, all cells in one batch, all as context."""

from __future__ import annotations

import statistics
import time
from typing import Any

import cedarpy

from broker.decision.decision import Decision
from broker.decision.plan import Group, PlannedGrant
from broker.vocabulary.codes import ObjectionEffect
from tests.performance.cell_attributes import CellAttributes, cell_attributes


def policies(decision: Decision) -> str:
    """A permit for each planned grant, and one forbid for what the duties and holders stop."""
    assert decision.plan is not None
    made = ["forbid(principal, action, resource) when { context.stopped };"]
    for group in decision.plan.groups:
        made += [_permit(decision, group, grant) for grant in group.grants]
    return "\n".join(made)


def _permit(decision: Decision, group: Group, grant: PlannedGrant) -> str:
    universe = decision.plan.universe if decision.plan is not None else None
    assert universe is not None
    pairs = [universe.pair(bit) for bit in range(universe.size) if grant.cells >> bit & 1]
    controllers = ", ".join(f'"{code}"' for code in sorted({controller for controller, _ in pairs}))
    categories = ", ".join(f'"{code}"' for code in sorted({category for _, category in pairs}))
    demands = [f"[{controllers}].contains(context.controller)", f"[{categories}].contains(context.category)"]
    without = sorted({(c, k) for c in {c for c, _ in pairs} for k in {k for _, k in pairs}} - set(pairs))
    demands += [f'!(context.controller == "{c}" && context.category == "{k}")' for c, k in without]
    demand = group.demand
    if demand.age is not None and demand.age.under is not None:
        demands.append(f"context.age < {demand.age.under}")
    if demand.case is not None:
        demands.append('context.kind == "team" && [2, 3].contains(context.level)')
    if demand.consent is not None:
        demands.append(f'context.given.contains("{demand.consent.value}")')
    if demand.objection is not ObjectionEffect.NONE:
        demands.append("(!context.objected || context.released)")
    if demand.holder:
        demands.append("context.released")
    action = f'Action::"{decision.request.purpose}"'
    return f'permit(principal in Org::"council", action == {action}, resource) when {{ {" && ".join(demands)} }};'


def requests(decision: Decision, cells: list[CellAttributes]) -> list[dict[str, Any]]:
    """One request a cell."""
    return [
        {
            "principal": 'Actor::"kim"',
            "action": f'Action::"{decision.request.purpose}"',
            "resource": f'Person::"{cell.person}"',
            "context": {
                "controller": cell.controller,
                "category": cell.category,
                "age": cell.age,
                "kind": "team",
                "level": 2,
                "given": sorted(cell.given),
                "objected": cell.objected,
                "released": cell.released,
                "stopped": cell.stopped,
            },
        }
        for cell in cells
    ]


def seconds(decision: Decision, repetitions: int) -> float:
    """The median time of one batch over every cell. The answers must be the broker's, or the race says nothing."""
    cells = cell_attributes(decision)
    batch = requests(decision, cells)
    parsed = cedarpy.PolicySet.from_str(policies(decision))
    entities = cedarpy.Entities.from_json_str(
        '[{"uid": {"type": "Actor", "id": "kim"}, "attrs": {}, "parents": [{"type": "Org", "id": "council"}]}]'
    )
    answers = cedarpy.is_authorized_batch(batch, parsed, entities)
    wrong = sum(answer.allowed != cell.permitted for answer, cell in zip(answers, cells, strict=True))
    if wrong:
        raise AssertionError(f"cedarpy answers {wrong} cells otherwise: the policies are not the same")
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        cedarpy.is_authorized_batch(batch, parsed, entities)
        times.append(time.perf_counter() - start)
    return statistics.median(times)
