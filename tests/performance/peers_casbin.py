"""The same cells through pycasbin: a rule for each grant, controller and category, conditions as a function.

The FastEnforcer, keyed by controller and category, is its best formulation; the plain Enforcer walks every rule
and is timed on a part of the cells.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import casbin

from broker.decision.decision import Decision
from broker.decision.plan import Demand
from broker.vocabulary.codes import ObjectionEffect
from tests.performance.cell_attributes import CellAttributes, cell_attributes

MODEL = """
[request_definition]
r = controller, category, cell

[policy_definition]
p = controller, category, demand, clause

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = r.controller == p.controller && r.category == p.category && met(r.cell, p.demand)
"""
_PLAIN_CELLS = 60


def seconds(decision: Decision, repetitions: int) -> tuple[float, float]:
    """Seconds for every cell through the plain Enforcer (estimated from a part) and through the FastEnforcer."""
    cells = cell_attributes(decision)
    demands = (
        {str(number): group.demand for number, group in enumerate(decision.plan.groups)} if decision.plan else {}
    )
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model.conf"
        rules = Path(folder) / "rules.csv"
        model.write_text(MODEL, encoding="utf-8")
        rules.write_text("\n".join(_rules(decision)), encoding="utf-8")
        plain = casbin.Enforcer(str(model), str(rules))
        fast = casbin.FastEnforcer(str(model), str(rules), cache_key_order=[0, 1])
    for enforcer in (plain, fast):
        enforcer.add_function("met", lambda cell, demand: met(cell, demands[demand]))
    wrong = sum(_allowed(fast, cell) != cell.permitted for cell in cells)
    if wrong:
        raise AssertionError(f"casbin answers {wrong} cells otherwise: the rules are not the same")
    part = cells[:: max(1, len(cells) // _PLAIN_CELLS)]
    start = time.perf_counter()
    for cell in part:
        _allowed(plain, cell)
    whole_plain = (time.perf_counter() - start) * len(cells) / len(part)
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        for cell in cells:
            _allowed(fast, cell)
        times.append(time.perf_counter() - start)
    return whole_plain, statistics.median(times)


def met(cell: CellAttributes, demand: Demand) -> bool:
    """Whether the cell meets what the rule's grant demands."""
    if cell.stopped:
        return False
    if demand.age is not None and demand.age.under is not None and cell.age >= demand.age.under:
        return False
    if demand.consent is not None and demand.consent.value not in cell.given:
        return False
    if demand.objection is not ObjectionEffect.NONE and cell.objected and not cell.released:
        return False
    return cell.released or not demand.holder


def _allowed(enforcer: casbin.Enforcer, cell: CellAttributes) -> bool:
    return bool(enforcer.enforce(cell.controller, cell.category, cell))


def _rules(decision: Decision) -> list[str]:
    assert decision.plan is not None
    universe = decision.plan.universe
    return [
        f"p, {controller}, {category}, {number}, {grant.clause}"
        for number, group in enumerate(decision.plan.groups)
        for grant in group.grants
        for bit in range(universe.size)
        if grant.cells >> bit & 1
        for controller, category in [universe.pair(bit)]
    ]
