"""Rare situations put into a world on purpose, because chance alone would seldom make them.

Decides which one thing is changed; leaves the documents valid.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.generative.worlds_dice import chance, pick
from tests.generative.worlds_papers import Desk

Doc = dict[str, Any]


def kim(world: Doc) -> Doc:
    """The one who asks."""
    member: Doc = world["scenario"]["staff"][0]
    return member


def role_not_held(desk: Desk, world: Doc) -> None:
    """The actor asks in a role they do not hold, or that may not ask for this."""
    if chance(desk.dice, 50):
        kim(world)["roles"] = ["analyst"]
    else:
        for role in world["policies"]["roles"]["roles"]:
            others = [code for code in role["purposes"] if code != desk.heart.purpose]
            role["purposes"] = others or [code for code in desk.codes("purposes") if code != desk.heart.purpose]


def post_over(desk: Desk, world: Doc) -> None:
    """The actor's post has ended, perhaps this instant."""
    kim(world)["posts_until"] = desk.days.moment(desk.dice, 50, 50)


def training_over(desk: Desk, world: Doc) -> None:
    """The actor's training has lapsed, perhaps this instant."""
    kim(world)["trained_until"] = desk.days.moment(desk.dice, 50, 50)


def no_case(desk: Desk, world: Doc) -> None:
    """The purpose needs a case and none is named."""
    for purpose in world["policies"]["purposes"]["purposes"]:
        purpose["case_required"] = purpose["case_required"] or purpose["code"] == desk.heart.purpose
    world["scenario"]["request"].pop("case", None)
    for decision in world["scenario"]["holder_decisions"]:
        decision.pop("case", None)


def with_case(world: Doc) -> Doc:
    """Make the request name its case."""
    world["scenario"]["request"]["case"] = "t1"
    case: Doc = world["scenario"]["cases"][0]
    return case


def case_over(desk: Desk, world: Doc) -> None:
    """The case is closed, or opens at a boundary."""
    case = with_case(world)
    case["opened"] = "2020-01-01"
    case["closed"] = desk.days.moment(desk.dice, 50, 50)


def case_for_something_else(desk: Desk, world: Doc) -> None:
    """The case is not for this purpose."""
    with_case(world)["purposes"] = [code for code in desk.codes("purposes") if code != desk.heart.purpose]


def out_of_team(desk: Desk, world: Doc) -> None:
    """The case is restricted and the actor is not, or no longer, in its team."""
    case = with_case(world)
    case["restricted"] = True
    start = desk.days.days_ago(900)
    case["members"] = [{"staff": "kim", "from": start, "until": desk.days.boundary(desk.dice)}]
    if chance(desk.dice, 50):
        case["members"] = [{"staff": "lee", "from": start}]


def person_out_of_case(desk: Desk, world: Doc) -> None:
    """Somebody asked for is not in the case."""
    case = with_case(world)
    gone = pick(desk.dice, world["scenario"]["request"]["about"])
    case["about"] = [name for name in case["about"] if name != gone]


def conflicted(desk: Desk, world: Doc) -> None:
    """The actor is somebody in the family, or linked to somebody."""
    names = [person["id"] for person in world["scenario"]["people"]]
    if chance(desk.dice, 70):
        kim(world)["person"] = pick(desk.dice, names)
    else:
        kim(world)["links"] = [pick(desk.dice, names)]


def protected_holder(desk: Desk, world: Doc) -> None:
    """Somebody with parental responsibility is protected and has refused; somebody else has agreed."""
    scenario = world["scenario"]
    names = [person["id"] for person in scenario["people"]]
    hidden, child = names[0], names[1]
    scenario["people"][0] = {"id": hidden, "born": desk.days.days_ago(12000), "markers": ["protected"]}
    mother: Doc = {"from": hidden, "to": child, "kind": "mother", "parental_responsibility": True}
    scenario["relationships"] = [*scenario.get("relationships", []), mother]
    scenario["request"]["about"] = [child]
    for kind in ("engagement", "confidentiality"):
        for person, decision in ((hidden, "refused"), (names[-1], "given"), (child, "given")):
            event: Doc = {"id": f"x{len(scenario['consents'])}", "about": child, "by": person, "kind": kind}
            scenario["consents"].append(event | {"decision": decision, "at": desk.days.days_ago(400)})
    scenario["relationships"].append(
        {"from": names[-1], "to": child, "kind": "parent", "parental_responsibility": True}
    )
    if names[-1] == child:
        scenario["relationships"].pop()


def nobody_to_decide(desk: Desk, world: Doc) -> None:
    """An adult lacks capacity and has no attorney or deputy; nothing else was signed."""
    scenario = world["scenario"]
    who = scenario["request"]["about"][0]
    for person in scenario["people"]:
        if person["id"] == who:
            person.update(
                {"born": desk.days.born(desk.dice, (16, 18, 40, 80)), "lacks_capacity_from": "2020-01-01"}
            )
            person.pop("died_on", None)
    scenario["relationships"] = [
        each for each in scenario.get("relationships", []) if each["kind"] not in ("attorney", "deputy")
    ]


TWISTS: tuple[Callable[[Desk, Doc], None], ...] = (
    role_not_held,
    post_over,
    training_over,
    no_case,
    case_over,
    case_for_something_else,
    out_of_team,
    person_out_of_case,
    conflicted,
    protected_holder,
    nobody_to_decide,
)


def twist(desk: Desk, world: Doc) -> None:
    """Change one thing, in place."""
    pick(desk.dice, TWISTS)(desk, world)
