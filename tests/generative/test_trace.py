"""A trace comes to what the decision found, for every cell of many worlds, and what decides is what it says."""

from __future__ import annotations

from collections import Counter

import pytest

from broker.decision.outcome import OVERRIDE_CLAUSE
from broker.decision.reasons import Effect
from broker.decision.trace import Traces
from broker.rehearsal.run import decide
from tests.generative.loading import scenario_of
from tests.generative.worlds import random_world

BLOCKS, WORLDS_A_BLOCK = 4, 40


@pytest.mark.parametrize("block", range(BLOCKS))
def test_a_trace_comes_to_what_was_decided(block: int) -> None:
    seen: Counter[str] = Counter()
    for seed in range(block * WORLDS_A_BLOCK, (block + 1) * WORLDS_A_BLOCK):
        decision = decide(scenario_of(random_world(seed)))
        if decision.plan is None:
            continue
        traces = Traces(decision)
        for person, category, controller, outcome in decision.cells():
            trace = traces.of(person, category, controller)
            where = f"world {seed}: {person}/{category}/{controller}"
            assert trace.outcome == outcome, where
            effect, reasons = trace.comes_to
            if trace.overridden:
                assert [one.clause for one in outcome.passing] == [OVERRIDE_CLAUSE], where
                assert effect is not Effect.PERMIT, where
                seen["override"] += 1
                continue
            assert (effect, reasons) == (outcome.effect, outcome.reasons), where
            if effect is Effect.PERMIT:
                assert tuple(one.clause for one in trace.deciding) == outcome.clauses, where
            seen.update(reasons or ("permit",))
            seen.update("released" for one in trace.clauses if one.released)
    assert {"permit", "released", "no-clause", "condition-not-met", "consent-absent"} <= set(seen), seen


def test_a_request_refused_as_a_whole_has_no_traces() -> None:
    decision = next(
        found for found in (decide(scenario_of(random_world(seed))) for seed in range(200)) if found.plan is None
    )
    with pytest.raises(ValueError, match="refused as a whole"):
        Traces(decision)
