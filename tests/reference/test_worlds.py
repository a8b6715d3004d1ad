"""The random worlds: repeatable, rich, and fit for the reference; some promises hold in every one of them."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

from hypothesis import HealthCheck, given, settings

from tests.generative.worlds import random_world, worlds
from tests.generative.worlds_census import census, never_seen
from tests.reference.evaluate import decide


def both_views(world: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The officer's and the requester's decision of a world."""
    parts = world["scenario"], world["policies"], world["agreements"]
    return decide(*parts, "officer"), decide(*parts, "requester")


def test_a_seed_gives_the_same_world_every_time() -> None:
    assert random_world(7) == random_world(7)
    assert random_world(7) != random_world(8)


def test_whatever_can_happen_happens_somewhere() -> None:
    assert never_seen(census(800)) == []


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds())
def test_drawn_worlds_are_plain_data_and_decided(world: dict[str, Any]) -> None:
    assert json.loads(json.dumps(world)) == world
    officer, requester = both_views(world)
    assert officer["outcome"] == requester["outcome"]


def test_a_decision_changes_nothing_it_was_given() -> None:
    for seed in range(60):
        world = random_world(seed)
        before = copy.deepcopy(world)
        both_views(world)
        assert world == before


def test_the_requester_gets_what_the_officer_sees_released_and_is_told_only_of_what_is_not() -> None:
    for seed in range(150):
        officer, requester = both_views(random_world(seed))
        released = {each["id"]: each["fields"] for each in officer["records"] if each["detail"] != "withheld"}
        assert {each["id"]: each["fields"] for each in requester["records"]} == released
        permitted = {
            (cell["person"], cell["category"], cell["controller"])
            for cell in officer["cells"]
            if cell["effect"] == "permit"
        }
        assert not permitted & {
            (item["person"], item["category"], item["controller"]) for item in requester["not_shared"]
        }


def test_order_and_duplicates_never_matter() -> None:
    shuffle = random.Random(1)
    for seed in range(120):
        world = random_world(seed)
        before = both_views(world)
        for part in ("people", "relationships", "households", "staff", "cases", "consents", "records", "feeds"):
            shuffle.shuffle(world["scenario"].get(part, []))
        for part in ("consents", "holder_decisions", "relationships"):
            listed = world["scenario"].get(part, [])
            listed += listed[:1]
        shuffle.shuffle(world["scenario"]["holder_decisions"])
        shuffle.shuffle(world["agreements"])
        assert both_views(world) == before


def test_a_protected_person_is_as_if_never_recorded() -> None:
    seen = 0
    for seed in range(400):
        world = random_world(seed)
        hidden = [each["id"] for each in world["scenario"]["people"] if "protected" in each.get("markers", [])]
        asked = [name for name in world["scenario"]["request"]["about"] if name in hidden]
        if asked:
            seen += 1
            before = both_views(world)[1]
            request = world["scenario"]["request"]
            request["about"] = [name if name not in hidden else f"never-{name}" for name in request["about"]]
            assert both_views(world)[1] == before
    assert seen > 5
