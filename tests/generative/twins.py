"""Twin worlds: two that differ only in what this requester may not see.

The second world is repaired, never filtered: something is added, removed or changed that must not show, and where
the change would alter what the requester is entitled to (a cell permitted, an explained cell's reason), it is not
made. Every kind of change is named, so that a test can say which one leaked.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

from broker.canonical import canonical_json
from broker.decision.decision import Decision
from broker.rehearsal.run import decide
from broker.rehearsal.scenario import Scenario
from broker.release.explained import is_explained
from broker.release.views import Open, officer_view, requester_view
from tests.generative.loading import scenario_of

Doc = dict[str, Any]
ViewOf = Callable[[Decision, Open], Doc]


class Look:
    """A world, loaded and decided once."""

    def __init__(self, world: Doc) -> None:
        self.world = world
        self.scenario: Scenario = scenario_of(world)
        self.decision: Decision = decide(self.scenario)

    @cached_property
    def officer(self) -> Doc:
        """The whole decision."""
        return officer_view(self.decision, self.scenario.contents.__getitem__)

    def is_explained(self, cell: Doc) -> bool:
        """Whether the cell may be told of."""
        vocabulary = self.scenario.vocabulary
        return is_explained(vocabulary.categories[cell["category"]], vocabulary.organisations[cell["controller"]])

    @cached_property
    def silent(self) -> list[tuple[str, str, str]]:
        """The cells that are neither permitted nor explained."""
        return sorted(
            (cell["person"], cell["category"], cell["controller"])
            for cell in self.officer["cells"]
            if cell["effect"] != "permit" and not self.is_explained(cell)
        )

    @cached_property
    def withheld(self) -> list[str]:
        """The ids of withheld records."""
        return [record["id"] for record in self.officer["records"] if record["detail"] == "withheld"]

    @cached_property
    def entitled(self) -> Any:
        """What must stay as it is for two worlds to be twins: every permitted cell with its clauses, and every
        explained cell."""
        return (
            self.officer["outcome"],
            self.officer["refused_because"],
            sorted(
                (c["person"], c["category"], c["controller"], c["effect"], c["reasons"], c["clauses"])
                for c in self.officer["cells"]
                if c["effect"] == "permit" or self.is_explained(c)
            ),
        )

    def seen(self, view: ViewOf) -> bytes:
        """The bytes a requester gets."""
        return canonical_json(view(self.decision, self.scenario.contents.__getitem__))

    @cached_property
    def told(self) -> Any:
        """What must stay as it is for two worlds to be twins to a requester: everything they are told but the next
        steps, which may add nothing to it."""
        view = requester_view(self.decision, self.scenario.contents.__getitem__)
        rows = [{key: value for key, value in row.items() if key != "next_step"} for row in view["not_shared"]]
        return view | {"not_shared": rows, "next_step": None}

    @cached_property
    def open_to_consent(self) -> list[tuple[str, str, str, str]]:
        """The explained cells that lack a consent, each with a kind that some clause demands there."""
        grants = [grant for terms in self.scenario.terms for grant in terms.grants]
        kinds = {grant.consent.value for grant in grants if grant.consent is not None}
        found = []
        for cell in self.officer["cells"]:
            if self.is_explained(cell) and any(reason.startswith("consent-") for reason in cell["reasons"]):
                found += [(cell["person"], cell["category"], cell["controller"], kind) for kind in sorted(kinds)]
        return sorted(found)


@dataclass(frozen=True)
class Twin:
    """Two worlds and what differs."""

    kind: str
    first: Look
    second: Look


def twins(world: Doc, dice: Random) -> Iterator[Twin]:
    """Every kind of twin that can be made of this world."""
    first = Look(world)
    for kind, change in CHANGES.items():
        changed = copy.deepcopy(world)
        if not change(changed, dice, first):
            continue
        second = Look(changed)
        if kind in REPAIRED and second.entitled != first.entitled:
            continue
        if kind in TOLD_ALIKE and second.told != first.told:
            continue
        yield Twin(kind, first, second)


Change = Callable[[Doc, Random, Look], bool]


def _without_a_withheld_record(world: Doc, dice: Random, look: Look) -> bool:
    if not look.withheld:
        return False
    gone = dice.choice(look.withheld)
    world["scenario"]["records"] = [r for r in world["scenario"]["records"] if r["id"] != gone]
    return True


def _another_content_of_a_withheld_record(world: Doc, dice: Random, look: Look) -> bool:
    if not look.withheld:
        return False
    changed = dice.choice(look.withheld)
    for record in world["scenario"]["records"]:
        if record["id"] == changed:
            record["fields"] = {}
    return True


def _a_record_in_a_silent_cell(world: Doc, dice: Random, look: Look) -> bool:
    if not look.silent:
        return False
    person, category, controller = dice.choice(look.silent)
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


def _a_decision_about_silent_categories(decision: str, kind: str) -> Change:
    def change(world: Doc, dice: Random, look: Look) -> bool:
        if not look.silent:
            return False
        person, category, controller = dice.choice(look.silent)
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
        return True

    return change


def _competence_for_a_silent_category(world: Doc, dice: Random, look: Look) -> bool:
    if not look.silent:
        return False
    person, category, _ = dice.choice(look.silent)
    for someone in world["scenario"]["people"]:
        if someone["id"] == person:
            someone.setdefault("competent", []).append({"from": "2000-01-01", "categories": [category]})
    return True


def _a_holder_withholds_a_silent_cell(world: Doc, dice: Random, look: Look) -> bool:
    if not look.silent:
        return False
    person, category, controller = dice.choice(look.silent)
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
    return True


def _a_protected_stranger(world: Doc, _dice: Random, _look: Look) -> bool:
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


def _protected_instead_of_never_issued(world: Doc, _dice: Random, _look: Look) -> bool:
    """The first world must ask for an id never issued; in the second that id is somebody protected."""
    scenario = world["scenario"]
    known = {person["id"] for person in scenario["people"]}
    unknown = [person for person in scenario["request"]["about"] if person not in known]
    if not unknown:
        return False
    scenario["people"].append({"id": unknown[0], "born": "1990-01-01", "markers": ["protected"]})
    return True


def _said_about_an_explained_cell(decision: str, *, by_whom: Callable[[Doc, Random, str], str]) -> Change:
    """Somebody says something about an explained cell that lacks a consent: which of the reasons that are told
    alike applies may change, and nothing that is told."""

    def change(world: Doc, dice: Random, look: Look) -> bool:
        if not look.open_to_consent:
            return False
        person, category, controller, kind = dice.choice(look.open_to_consent)
        world["scenario"].setdefault("consents", []).append(
            {
                "id": "zz-told-alike",
                "about": person,
                "by": by_whom(world, dice, person),
                "kind": kind,
                "decision": decision,
                "at": world["scenario"]["at"],
                "categories": [category],
                "controllers": [controller],
            }
        )
        return True

    return change


def _themselves(_world: Doc, _dice: Random, person: str) -> str:
    return person


def _anybody(world: Doc, dice: Random, _person: str) -> str:
    return str(dice.choice([each["id"] for each in world["scenario"]["people"]]))


def _of_somebody_asked_for(alter: Callable[[Doc, Doc, Random], None]) -> Change:
    """Something changes about who can agree for a person whose consent is needed."""

    def change(world: Doc, dice: Random, look: Look) -> bool:
        if not look.open_to_consent:
            return False
        person = dice.choice(look.open_to_consent)[0]
        alter(world, next(each for each in world["scenario"]["people"] if each["id"] == person), dice)
        return True

    return change


def _competent(_world: Doc, person: Doc, _dice: Random) -> None:
    person.setdefault("competent", []).append({"from": "2000-01-01"})


def _without_capacity(world: Doc, person: Doc, _dice: Random) -> None:
    person["lacks_capacity_from"] = "2000-01-01"
    world["scenario"].setdefault("relationships", []).append(
        {"from": _someone_else(world, person), "to": person["id"], "kind": "deputy"}
    )


def _unsafe_to_approach(world: Doc, person: Doc, dice: Random) -> None:
    marked = dice.choice([person, *world["scenario"]["people"]])
    marked["markers"] = sorted({*marked.get("markers", []), "unsafe-to-approach"})


def _an_absent_parent(world: Doc, person: Doc, _dice: Random) -> None:
    world["scenario"]["people"].append({"id": "zz-absent", "born": "1985-01-01"})
    world["scenario"].setdefault("relationships", []).append(
        {"from": "zz-absent", "to": person["id"], "kind": "father", "parental_responsibility": True}
    )


def _a_care_order(world: Doc, person: Doc, dice: Random) -> None:
    body = dice.choice(world["policies"]["organisations"]["organisations"])["code"]
    world["scenario"].setdefault("relationships", []).append(
        {"from": body, "to": person["id"], "kind": "care-order", "exclusive": True}
    )


def _a_protected_parent_who_said_no(world: Doc, person: Doc, _dice: Random) -> None:
    scenario = world["scenario"]
    scenario["people"].append({"id": "zz-protected", "born": "1985-01-01", "markers": ["protected"]})
    scenario.setdefault("relationships", []).append(
        {"from": "zz-protected", "to": person["id"], "kind": "mother", "parental_responsibility": True}
    )
    for kind in ("engagement", "confidentiality", "data-protection", "statutory"):
        said = {"id": f"zz-no-{kind}", "about": person["id"], "by": "zz-protected", "kind": kind}
        scenario.setdefault("consents", []).append(said | {"decision": "refused", "at": scenario["at"]})


def _another_birthday(_world: Doc, person: Doc, _dice: Random) -> None:
    if person.get("born") is not None:
        person["born"] = f"{person['born'][:8]}{'17' if person['born'][8:] != '17' else '16'}"


def _someone_else(world: Doc, person: Doc) -> str:
    others = [each["id"] for each in world["scenario"]["people"] if each["id"] != person["id"]]
    return str(others[0] if others else person["id"])


CHANGES: dict[str, Change] = {
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
    "what they said before is another no": _said_about_an_explained_cell("withdrawn", by_whom=_themselves),
    "somebody else has refused as well": _said_about_an_explained_cell("refused", by_whom=_anybody),
    "somebody without standing has agreed": _said_about_an_explained_cell("given", by_whom=_anybody),
    "a child may decide this themselves": _of_somebody_asked_for(_competent),
    "somebody decides for an adult": _of_somebody_asked_for(_without_capacity),
    "somebody is unsafe to approach": _of_somebody_asked_for(_unsafe_to_approach),
    "a parent is absent": _of_somebody_asked_for(_an_absent_parent),
    "the council decides under a care order": _of_somebody_asked_for(_a_care_order),
    "a protected parent has said no": _of_somebody_asked_for(_a_protected_parent_who_said_no),
    "somebody was born on another day": _of_somebody_asked_for(_another_birthday),
}

REPAIRED = frozenset(
    kind for kind in CHANGES if kind.startswith(("consent", "an objection", "a child", "a holder"))
)
"""These may touch what the requester is entitled to; where they do, the two worlds are no twins."""

TOLD_ALIKE = frozenset(list(CHANGES)[10:])
"""These change facts on which the reasons of explained cells rest. Where a requester is told the same reasons all
the same, their next steps must be the same too: a step may tell nothing that its reason does not."""
