"""Twin worlds: two that differ only in what this requester may not see.

The second world is repaired, never filtered: something is added, removed or changed that must not show, and where
the change would alter what the requester is entitled to (a cell permitted, an explained cell's reason), it is not
made. Every kind of change is named, so that a test can say which one leaked.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from broker.rehearsal.run import decide
from broker.release.explained import is_explained
from broker.release.views import officer_view
from tests.generative.loading import scenario_of

Doc = dict[str, Any]
Effects = dict[tuple[str, str, str], tuple[str, tuple[str, ...]]]


@dataclass(frozen=True)
class Twin:
    """Two worlds and what differs."""

    kind: str
    first: Doc
    second: Doc


def silent_cells(world: Doc) -> tuple[Effects, list[str]]:
    """The cells that are neither permitted nor explained, and the ids of withheld records."""
    scenario = scenario_of(world)
    decision = decide(scenario)
    officer = officer_view(decision, scenario.contents.__getitem__)
    vocabulary = scenario.vocabulary
    cells = {
        (cell["person"], cell["category"], cell["controller"]): (cell["effect"], tuple(cell["reasons"]))
        for cell in officer["cells"]
        if cell["effect"] != "permit"
        and not is_explained(vocabulary.categories[cell["category"]], vocabulary.organisations[cell["controller"]])
    }
    return cells, [record["id"] for record in officer["records"] if record["detail"] == "withheld"]


def entitled(world: Doc) -> Any:
    """What must stay as it is for two worlds to be twins: every permitted cell with its clauses, and every
    explained cell."""
    scenario = scenario_of(world)
    decision = decide(scenario)
    officer = officer_view(decision, scenario.contents.__getitem__)
    vocabulary = scenario.vocabulary
    return (
        officer["outcome"],
        officer["refused_because"],
        sorted(
            (
                cell["person"],
                cell["category"],
                cell["controller"],
                cell["effect"],
                cell["reasons"],
                cell["clauses"],
            )
            for cell in officer["cells"]
            if cell["effect"] == "permit"
            or is_explained(vocabulary.categories[cell["category"]], vocabulary.organisations[cell["controller"]])
        ),
    )


def twins(world: Doc, dice: Random) -> Iterator[Twin]:
    """Every kind of twin that can be made of this world."""
    cells, withheld = silent_cells(world)
    for kind, change in CHANGES.items():
        second = copy.deepcopy(world)
        if change(second, dice, cells, withheld):
            yield Twin(kind, world, second)


def _without_a_withheld_record(world: Doc, dice: Random, _cells: Effects, withheld: list[str]) -> bool:
    if not withheld:
        return False
    gone = dice.choice(withheld)
    world["scenario"]["records"] = [r for r in world["scenario"]["records"] if r["id"] != gone]
    return True


def _another_content_of_a_withheld_record(world: Doc, dice: Random, _cells: Effects, withheld: list[str]) -> bool:
    if not withheld:
        return False
    changed = dice.choice(withheld)
    for record in world["scenario"]["records"]:
        if record["id"] == changed:
            record["fields"] = {}
    return True


def _a_record_in_a_silent_cell(world: Doc, dice: Random, cells: Effects, _withheld: list[str]) -> bool:
    if not cells:
        return False
    person, category, controller = dice.choice(sorted(cells))
    at = world["scenario"]["at"]
    world["scenario"]["records"].append(
        {
            "id": "zz-silent",
            "controller": controller,
            "category": category,
            "about": [person],
            "mentions": [],
            "occurred": at[:10],
            "recorded": at,
            "fields": {},
        }
    )
    return True


def _a_decision_about_silent_categories(
    decision: str, kind: str
) -> Callable[[Doc, Random, Effects, list[str]], bool]:
    def change(world: Doc, dice: Random, cells: Effects, _withheld: list[str]) -> bool:
        if not cells:
            return False
        person, category, controller = dice.choice(sorted(cells))
        before = entitled(world)
        world["scenario"].setdefault("consents", []).append(
            {
                "id": "zz-event",
                "about": person,
                "by": person,
                "kind": kind,
                "decision": decision,
                "at": world["scenario"]["at"],
                "categories": [category],
                "controllers": [controller],
            }
        )
        return bool(entitled(world) == before)

    return change


def _competence_for_a_silent_category(world: Doc, dice: Random, cells: Effects, _withheld: list[str]) -> bool:
    if not cells:
        return False
    person, category, _ = dice.choice(sorted(cells))
    before = entitled(world)
    for someone in world["scenario"]["people"]:
        if someone["id"] == person:
            someone.setdefault("competent", []).append({"from": "2000-01-01", "categories": [category]})
    return bool(entitled(world) == before)


def _a_holder_withholds_a_silent_cell(world: Doc, dice: Random, cells: Effects, _withheld: list[str]) -> bool:
    if not cells:
        return False
    person, category, controller = dice.choice(sorted(cells))
    before = entitled(world)
    staff = world["scenario"]["staff"]
    world["scenario"].setdefault("holder_decisions", []).append(
        {
            "about": person,
            "category": category,
            "controller": controller,
            "purpose": world["scenario"]["request"]["purpose"],
            "decision": "withhold",
            "by": staff[0]["id"],
            "at": world["scenario"]["at"],
        }
    )
    return bool(entitled(world) == before)


def _a_protected_stranger(world: Doc, _dice: Random, _cells: Effects, _withheld: list[str]) -> bool:
    """Somebody protected moves in, is known to every controller, and nobody may notice."""
    scenario = world["scenario"]
    scenario["people"].append({"id": "zz-protected", "born": "1990-01-01", "markers": ["protected"]})
    for household in scenario.get("households", []):
        household["members"] = [*household["members"], "zz-protected"]
    for case in scenario.get("cases", []):
        case["about"] = [*case["about"], "zz-protected"]
    known = [person["id"] for person in scenario["people"] if person["id"] != "zz-protected"]
    scenario.setdefault("relationships", []).append({"from": "zz-protected", "to": known[0], "kind": "sibling"})
    for organisation in world["policies"]["organisations"]["organisations"]:
        scenario["records"].append(
            {
                "id": f"zz-{organisation['code']}",
                "controller": organisation["code"],
                "category": world["policies"]["categories"]["categories"][0]["code"],
                "about": [known[0], "zz-protected"],
                "mentions": [],
                "occurred": scenario["at"][:10],
                "fields": {},
            }
        )
    return True


def _protected_instead_of_never_issued(world: Doc, _dice: Random, _cells: Effects, _withheld: list[str]) -> bool:
    """The first world must ask for an id never issued; in the second that id is somebody protected."""
    scenario = world["scenario"]
    known = {person["id"] for person in scenario["people"]}
    unknown = [person for person in scenario["request"]["about"] if person not in known]
    if not unknown:
        return False
    scenario["people"].append({"id": unknown[0], "born": "1990-01-01", "markers": ["protected"]})
    return True


CHANGES: dict[str, Callable[[Doc, Random, Effects, list[str]], bool]] = {
    "a withheld record is gone": _without_a_withheld_record,
    "a withheld record says something else": _another_content_of_a_withheld_record,
    "a record lies in a silent cell": _a_record_in_a_silent_cell,
    "consent to silent data was refused": _a_decision_about_silent_categories("refused", "engagement"),
    "consent to silent data was withdrawn": _a_decision_about_silent_categories("withdrawn", "confidentiality"),
    "an objection to silent data was raised": _a_decision_about_silent_categories("given", "objection"),
    "a child is competent for silent data": _competence_for_a_silent_category,
    "a holder withholds a silent cell": _a_holder_withholds_a_silent_cell,
    "somebody protected lives here": _a_protected_stranger,
    "a protected person was asked for": _protected_instead_of_never_issued,
}
