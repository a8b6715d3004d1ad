"""The engine and the reference evaluator answer alike on whole random worlds: every cell, record, field and line.

A fixed set here, the same on every machine; 20,000 worlds in `make scorecard`.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from tests.generative.comparing import differences, keyed
from tests.generative.worlds import random_world, worlds
from tests.reference.evaluate import decide as reference_decide

WORLDS_A_BLOCK = 25


@pytest.mark.parametrize("block", range(16))
def test_a_fixed_set_of_worlds(block: int) -> None:
    for seed in range(block * WORLDS_A_BLOCK, (block + 1) * WORLDS_A_BLOCK):
        assert differences(random_world(seed)) == [], f"world {seed}"


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(worlds())
def test_worlds_that_shrink(world: dict[str, object]) -> None:
    assert differences(world) == []


def test_the_comparison_notices_a_difference() -> None:
    world = next(
        world
        for world in map(random_world, range(100))
        if reference_decide(world["scenario"], world["policies"], world["agreements"], "officer")["cells"]
    )
    decision = reference_decide(world["scenario"], world["policies"], world["agreements"], "officer")
    changed = {**decision, "cells": [{**decision["cells"][0], "effect": "something else"}, *decision["cells"][1:]]}
    assert keyed(changed) != keyed(decision)
