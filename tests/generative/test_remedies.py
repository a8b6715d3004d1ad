"""A remedy permits; no proper subset does; and none that is there to be found is missing.

Judged by changing the documents as the JSON of a remedy says and deciding anew, with the engine and with the
reference. That no remedy is missing is judged by trying every small set of changes with the reference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from broker.decision.changes import CHANGES
from broker.decision.remedy import Remedies
from broker.release.views import officer_view
from tests.generative.loading import scenario_of
from tests.generative.remedying import (
    Remedied,
    as_json,
    decision_of,
    documents_of,
    faults,
    missing_or_invented,
    one_of_each,
)
from tests.generative.worlds import random_world, worlds
from tests.reference import remedies as reference
from tests.reference.facts import world_of

BLOCKS = 4
WORLDS_A_BLOCK = 40


@pytest.mark.parametrize("block", range(BLOCKS))
def test_a_remedy_permits_no_part_of_it_does_and_none_is_missing(block: int) -> None:
    for seed in range(block * WORLDS_A_BLOCK, (block + 1) * WORLDS_A_BLOCK):
        world = random_world(seed)
        for number, one in enumerate(one_of_each(world)):
            assert faults(documents_of(world), one, engine=number == 0) == [], f"world {seed}"
            assert not missing_or_invented(world, one), f"world {seed}: {one.cell}"


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(worlds())
def test_worlds_that_shrink(world: dict[str, Any]) -> None:
    for one in one_of_each(world):
        assert faults(documents_of(world), one) == []
        assert not missing_or_invented(world, one)


def test_joining_the_team_answers_the_request() -> None:
    answered = 0
    for seed in range(600):
        documents = documents_of(random_world(seed))
        for remedy in as_json(Remedies(decision_of(documents)).of_request()):
            answered += 1
            assert not reference.answers(documents)
            joined = reference.applied(documents, None, remedy)
            assert reference.answers(joined)
            assert decision_of(joined).refusal is None
    assert answered > 2


def views(first: int, last: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The scenarios of worlds and what an officer sees of them."""
    for seed in range(first, last):
        world = random_world(seed)
        scenario = scenario_of(world)
        decision = decision_of(documents_of(world))
        yield world, officer_view(decision, scenario.contents.__getitem__)


def test_every_kind_of_change_is_part_of_some_remedy() -> None:
    kinds: Counter[str] = Counter()
    sizes: Counter[int] = Counter()
    for _, view in views(0, 200):
        for remedy in [*view["remedies"], *(one for cell in view["cells"] for one in cell["remedies"])]:
            kinds.update(change["change"] for change in remedy)
            sizes[len(remedy)] += 1
    assert set(kinds) == {kind.change for kind in CHANGES}
    assert {1, 2, 3} <= set(sizes)


def test_nobody_unsafe_to_approach_is_ever_pointed_to() -> None:
    spared = 0
    for world, view in views(0, 250):
        facts = world_of(*documents_of(world))
        unsafe = {name for name, each in facts.people.items() if "unsafe-to-approach" in each.get("markers", [])}
        for cell in view["cells"]:
            pointed_to = {change.get("by") for remedy in cell["remedies"] for change in remedy}
            assert not unsafe & pointed_to
            assert not any(name in (cell["next_step"] or "").split() for name in unsafe)
            spared += cell["person"] in unsafe and "nobody can be named here" in (cell["next_step"] or "")
    assert spared > 5


def test_a_permitted_cell_has_no_remedy_and_no_next_step_and_any_other_has_a_step() -> None:
    for _, view in views(0, 60):
        for cell in view["cells"]:
            permitted = cell["effect"] == "permit"
            assert (cell["next_step"] is None) == permitted
            assert not (permitted and cell["remedies"])


def test_what_only_time_the_law_or_a_free_choice_can_change_has_no_remedy() -> None:
    found: Counter[str] = Counter()
    for _, view in views(0, 250):
        for cell in view["cells"]:
            for reason in set(cell["reasons"]) & {"hard-stop", "opt-out"}:
                found[reason] += 1
                assert cell["remedies"] == []
    assert len(found) == 2


def test_a_remedy_that_does_nothing_is_noticed() -> None:
    world, one = next(
        (world, one)
        for world in map(random_world, range(50))
        for one in one_of_each(world)
        if [[change["change"] for change in remedy] for remedy in one.remedies] == [["sign"]]
    )
    documents = documents_of(world)
    idle = Remedied(one.cell, one.reasons, [[]])
    assert any("is not permitted by" in fault for fault in faults(documents, idle))
    padded = Remedied(
        one.cell, one.reasons, [[*one.remedies[0], {"change": "holder", "controller": one.cell.controller}]]
    )
    assert any("part of" in fault for fault in faults(documents, padded))
    assert missing_or_invented(world, Remedied(one.cell, one.reasons, []))
