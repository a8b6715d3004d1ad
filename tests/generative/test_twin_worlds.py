"""Non-interference: the requester view of twin worlds is the same, byte for byte.

Rule 1.2: the requester view is a function of what the requester is entitled to and nothing else. Each kind of leak
that could be built in by mistake stands here as a mutant which the same comparison must catch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from broker.consent.record import ConsentDecision
from broker.consent.standing import Kinship, standing
from broker.decision.decision import Decision
from broker.decision.records import record_rulings
from broker.decision.remedy import Remedies
from broker.people import ProtectionMarker
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


Step = Callable[[Decision, dict[str, Any]], str]


def with_steps(step: Step) -> ViewOf:
    """A mutant whose next steps are made by `step`, from everything the decision knows."""

    def view(decision: Decision, open_content: Open) -> dict[str, Any]:
        seen = requester_view(decision, open_content)
        rows = [row | {"next_step": row["next_step"] + step(decision, row)} for row in seen["not_shared"]]
        return seen | {"not_shared": rows}

    view.__name__ = step.__name__
    return view


def who_stands(decision: Decision, row: dict[str, Any]) -> frozenset[str]:
    """Everybody who can agree for the person of a row."""
    facts = decision.facts
    ages = decision.table.vocabulary.standing
    kinship = Kinship.of(facts.people, facts.relationships)
    return standing(kinship, ages, facts.people[row["person"]], row["category"], decision.request.at)


def step_that_names_who_can_agree(decision: Decision, row: dict[str, Any]) -> str:
    """Mutant: the absent parent, the deputy or the council, by name."""
    return " ".join(sorted(who_stands(decision, row)))


def step_that_says_by_role(decision: Decision, row: dict[str, Any]) -> str:
    """Mutant: names nobody, and still says that a child decides alone."""
    return "the person themselves" if row["person"] in who_stands(decision, row) else "somebody else"


def step_by_the_exact_reason(decision: Decision, row: dict[str, Any]) -> str:
    """Mutant: tells a refusal from a withdrawal, and nobody asked from somebody without standing."""
    outcome = decision.find_outcome(row["person"], row["category"], row["controller"])
    return ",".join(outcome.reasons) if outcome is not None else ""


def step_that_knows_of_a_refusal(decision: Decision, row: dict[str, Any]) -> str:
    """Mutant: differs where somebody, with or without standing, has said no."""
    noes = (ConsentDecision.REFUSED, ConsentDecision.WITHDRAWN)
    said_no = [each for each in decision.facts.consents if each.about == row["person"] and each.decision in noes]
    return str(len(said_no))


def step_that_spares_the_unsafe(decision: Decision, row: dict[str, Any]) -> str:
    """Mutant: turns neutral where somebody who could agree is unsafe to approach, and so tells that one is."""
    people, unsafe = decision.facts.people, ProtectionMarker.UNSAFE_TO_APPROACH
    marked = any(one in people and unsafe in people[one].markers for one in who_stands(decision, row))
    return "ask your safeguarding lead" if marked else ""


def step_from_the_remedies(decision: Decision, row: dict[str, Any]) -> str:
    """Mutant: says how many ways there are, fewer where somebody protected has said no."""
    found = Remedies(decision).of_cell(row["person"], row["category"], row["controller"])
    return str(len(found))


def step_with_a_birthday(decision: Decision, row: dict[str, Any]) -> str:
    """Mutant: says from which day they will be old enough."""
    return str(decision.facts.people[row["person"]].born)


STEP_MUTANTS = tuple(
    map(
        with_steps,
        (
            step_that_names_who_can_agree,
            step_that_says_by_role,
            step_by_the_exact_reason,
            step_that_knows_of_a_refusal,
            step_that_spares_the_unsafe,
            step_from_the_remedies,
            step_with_a_birthday,
        ),
    )
)
MUTANTS = (
    with_a_total,
    with_every_controller,
    with_silent_reasons,
    with_refused_people,
    with_sealed_lengths,
    *STEP_MUTANTS,
)


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_leak_built_in_by_mistake_is_caught(mutant: ViewOf) -> None:
    assert any(leaks(mutant, first, first + 8) for first in range(0, 400, 8))
