"""The decision on a family of 1,440 cells with 100 grants that concern it, beside its peers in the same run.

Two figures: `evaluate` alone, and every cell with its reasons (95th percentile). The peers answer less than the
broker does (no standing, no look-back, no reasons): they are given each grant as one policy over attributes that
the broker worked out for them, in the best formulation known for each.

    python tests/performance/decision_1440_cells.py [--quick]
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from broker.decision.decision import Decision
from broker.decision.evaluate import evaluate
from broker.decision.table import compile_table
from broker.rehearsal.scenario import Scenario
from tests.generative.loading import scenario_of
from tests.performance import peers_casbin, peers_cedar
from tests.performance.family_world import family_world
from tests.performance.machine import machine
from tests.reference.evaluate import decide as reference_decide


def timed(work: Callable[[], object], repetitions: int) -> list[float]:
    """Seconds of each repetition, after one that is not counted."""
    work()
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return times


def percentile_95(times: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


def all_cells(decision: Decision) -> int:
    """Builds every cell with its reasons; returns how many."""
    return sum(1 for _ in decision.cells())


def measure(*, quick: bool = False) -> Iterator[dict[str, Any]]:
    """The two figures of the decision, then how it grows with agreements that do not concern it."""
    world = family_world()
    scenario = scenario_of(world)
    table = compile_table(scenario.vocabulary, scenario.duties, scenario.terms)
    repetitions = 200 if quick else 2000

    def whole() -> None:
        all_cells(evaluate(table, scenario.facts, scenario.request))

    evaluate_times = timed(lambda: evaluate(table, scenario.facts, scenario.request), repetitions)
    cell_times = timed(whole, repetitions)
    reference_times = timed(
        lambda: reference_decide(world["scenario"], world["policies"], world["agreements"], "officer"),
        2 if quick else 5,
    )
    decision = evaluate(table, scenario.facts, scenario.request)
    cedar = peers_cedar.seconds(decision, 1 if quick else 3)
    casbin, casbin_fast = peers_casbin.seconds(decision, 1)
    cells = statistics.median(cell_times)
    peers = {"reference": statistics.median(reference_times), "cedarpy": cedar, "pycasbin": casbin_fast}
    yield {
        "name": "decision_1440_cells",
        "value": round(statistics.median(evaluate_times) * 1000, 3),
        "unit": "ms to evaluate, median",
        "target": "<= 0.5",
        "every_cell_with_reasons_ms": {
            "median": round(cells * 1000, 3),
            "p95": round(percentile_95(cell_times) * 1000, 3),
            "target": "p95 <= 2, >= 10 x reference, >= 100 x cedarpy and pycasbin",
        },
        "cells": all_cells(decision),
        "peers": {name: f"{seconds * 1000:.1f} ms" for name, seconds in peers.items()}
        | {"pycasbin_plain_enforcer": f"{casbin * 1000:.1f} ms"},
        "times_slower_than_every_cell_with_reasons": {
            name: round(seconds / cells, 1) for name, seconds in peers.items()
        },
        "machine": machine(),
    }


def measure_growth(*, quick: bool = False) -> Iterator[dict[str, Any]]:
    """Evaluate with 10 agreements and with 10,000, of which the same ten concern the family."""
    many = 1000 if quick else 10_000
    few_world = scenario_of(family_world(10))
    many_world = scenario_of(family_world(many))
    repetitions = 300 if quick else 2000
    tables = [compile_table(s.vocabulary, s.duties, s.terms) for s in (few_world, many_world)]
    times: list[list[float]] = [[], []]
    for table, scenario in zip(tables, (few_world, many_world), strict=True):
        evaluate(table, scenario.facts, scenario.request)
    pairs: list[tuple[int, Any, Scenario]] = [(0, tables[0], few_world), (1, tables[1], many_world)]
    for _ in range(repetitions):
        for number, table, scenario in pairs:
            start = time.perf_counter()
            evaluate(table, scenario.facts, scenario.request)
            times[number].append(time.perf_counter() - start)
    few, lots = (statistics.median(those) for those in times)
    yield {
        "name": "decision_agreements_growth",
        "value": round(lots / few, 3),
        "unit": f"times slower with {many:,} agreements than with 10",
        "target": "<= 1.2",
        "peers": {"with_10_ms": round(few * 1000, 3), f"with_{many}_ms": round(lots * 1000, 3)},
        "machine": machine(),
    }


if __name__ == "__main__":
    for measurement in (measure, measure_growth):
        for line in measurement(quick="--quick" in sys.argv):
            print(json.dumps(line))
