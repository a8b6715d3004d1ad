"""Non-interference: the requester view of twin worlds is the same, byte for byte.

Rule 1.2: the requester view is a function of what the requester is entitled to and nothing else. Each kind of leak
that could be built in by mistake stands here as a mutant which the same comparison must catch.
"""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest

from broker.decision.decision import Decision
from broker.decision.records import record_rulings
from broker.release.views import Open, requester_view
from tests.generative.twins import CHANGES, ViewOf, twins
from tests.generative.worlds import random_world

WORLDS = 64


def leaks(view: ViewOf, first: int, last: int) -> Counter[str]:
    """How often each kind of twin could be told apart, in the worlds of these seeds."""
    found: Counter[str] = Counter()
    for seed in range(first, last):
        for twin in twins(random_world(seed), Random(seed)):
            if twin.first.seen(view) != twin.second.seen(view):
                found[twin.kind] += 1
    return found


@pytest.mark.parametrize("block", range(4))
def test_twins_cannot_be_told_apart(block: int) -> None:
    size = WORLDS // 4
    for seed in range(block * size, (block + 1) * size):
        for twin in twins(random_world(seed), Random(seed)):
            first, second = twin.first.seen(requester_view), twin.second.seen(requester_view)
            assert first == second, f"world {seed}: {twin.kind}"


def test_every_kind_of_twin_is_made() -> None:
    made = Counter(twin.kind for seed in range(WORLDS) for twin in twins(random_world(seed), Random(seed)))
    assert set(made) == set(CHANGES)


def with_a_total(decision: Decision, open_content: Open) -> dict[str, Any]:
    """Mutant: says how many records there are."""
    return requester_view(decision, open_content) | {"total": sum(1 for _ in record_rulings(decision))}


def with_every_controller(decision: Decision, open_content: Open) -> dict[str, Any]:
    """Mutant: lists every source looked at, those among them that only hold withheld records."""
    return requester_view(decision, open_content) | {
        "sources": decision.plan.universe.controllers if decision.plan is not None else ()
    }


def with_silent_reasons(decision: Decision, open_content: Open) -> dict[str, Any]:
    """Mutant: gives the reason of every cell, explained or not."""
    reasons = sorted({reason for *_, outcome in decision.cells() for reason in outcome.reasons})
    return requester_view(decision, open_content) | {"why": reasons}


def with_refused_people(decision: Decision, open_content: Open) -> dict[str, Any]:
    """Mutant: says whether a requested person is protected."""
    return requester_view(decision, open_content) | {"protected": decision.named_protected}


def with_sealed_lengths(decision: Decision, open_content: Open) -> dict[str, Any]:
    """Mutant: opens what it withholds, and lets its size show."""
    lengths = [len(str(open_content(ruling.header.id))) for ruling in record_rulings(decision)]
    return requester_view(decision, open_content) | {"bytes": sum(lengths)}


MUTANTS = (with_a_total, with_every_controller, with_silent_reasons, with_refused_people, with_sealed_lengths)


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_leak_built_in_by_mistake_is_caught(mutant: ViewOf) -> None:
    assert any(leaks(mutant, first, first + 8) for first in range(0, 400, 8))
