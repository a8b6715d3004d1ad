"""Random families: people of every kind, who is what to whom, and who lives with whom.

Decides which facts are recorded about people, never what follows from them.
"""

from __future__ import annotations

from typing import Any

from tests.generative.worlds_calendar import Calendar, parsed
from tests.generative.worlds_dice import Dice, at_least_one, chance, pick
from tests.generative.worlds_papers import Desk

Doc = dict[str, Any]
NAMES = ("mum", "kid", "dad", "teen", "gran", "friend")
USUAL_AGES = {
    "mum": (38, 30, 18),
    "kid": (10, 3, 13, 15, 16),
    "dad": (40, 29, 18),
    "teen": (16, 17, 15, 18, 13),
    "gran": (70, 62),
    "friend": (33, 25, 18, 12),
}
LESS_USUAL_KINDS = ("step-parent", "grandparent", "sibling", "partner", "guardian", "other", "attorney", "deputy")


def competence(desk: Desk) -> list[Doc]:
    """One or two assessments of competence."""
    made = []
    for _ in range(desk.dice.integer(1, 2)):
        start = desk.days.moment(desk.dice, 75, 20)
        assessed: Doc = {"from": start}
        if chance(desk.dice, 30) and (end := desk.days.end(desk.dice, start)) is not None:
            assessed["until"] = end
        if chance(desk.dice, 60):
            assessed["categories"] = at_least_one(desk.dice, desk.codes("categories"), 50)
        made.append(assessed)
    return made


def birth(dice: Dice, days: Calendar, name: str) -> str | None:
    """A date of birth: mostly the usual age; sometimes unknown, and a child may be yet to be born."""
    if chance(dice, 6):
        return None
    if name == "kid" and chance(dice, 8):
        return days.days_ago(pick(dice, (-60, -1, 0)))
    return days.born(dice, USUAL_AGES[name])


def person(desk: Desk, name: str) -> Doc:
    """One person."""
    dice, days = desk.dice, desk.days
    born = birth(dice, days, name)
    made: Doc = {"id": name, "born": born}
    if name in ("kid", "teen") and chance(dice, 20):
        made["competent"] = competence(desk)
    if chance(dice, 5):
        died_on = days.day_near(dice, 50, 35)
        if born is None or died_on >= born:
            made["died_on"] = died_on
    if chance(dice, 22 if name == "gran" else 12):
        made["lacks_capacity_from"] = days.day_near(dice, 80, 15)
    markers = [
        marker
        for marker, percent in (("protected", 3), ("address-protected", 10), ("unsafe-to-approach", 6))
        if chance(dice, percent)
    ]
    if markers:
        made["markers"] = markers
    return made


def dated(desk: Desk, relationship: Doc) -> Doc:
    """The relationship with its dates: mostly open."""
    dice, days = desk.dice, desk.days
    if chance(dice, 25):
        start = days.moment(dice, 75, 20)
        relationship["since"] = start
        if chance(dice, 35) and (end := days.end(dice, start)) is not None:
            relationship["until"] = end
    elif chance(dice, 12):
        relationship["until"] = days.moment(dice, 40, 40)
    return relationship


def parent(desk: Desk, who: str, child: str, kind: str) -> Doc:
    """A parent, mostly with parental responsibility."""
    made: Doc = {"from": who, "to": child, "kind": kind}
    if chance(desk.dice, 88):
        made["parental_responsibility"] = True
    if chance(desk.dice, 5):
        made["exclusive"] = True
    return dated(desk, made)


def relationships(desk: Desk, names: list[str]) -> list[Doc]:
    """Parents of the children, and now and then a special guardian, a care order, an attorney, and others."""
    dice = desk.dice
    made = [
        parent(desk, who, child, kind)
        for child in ("kid", "teen")
        for who, kind in (("mum", "mother"), ("dad", pick(dice, ("father", "father", "parent"))))
        if child in names and who in names and chance(dice, 90)
    ]
    for child in ("kid", "teen"):
        if child in names and "gran" in names and chance(dice, 15):
            special: Doc = {"from": "gran", "to": child, "kind": "special-guardian"}
            made.append(dated(desk, special | {"parental_responsibility": True, "exclusive": chance(dice, 75)}))
        if child in names and chance(dice, 12):
            order: Doc = {"from": pick(dice, desk.codes("organisations")), "to": child, "kind": "care-order"}
            if chance(dice, 30):
                order["exclusive"] = True
            made.append(dated(desk, order))
    for someone in names:
        if chance(dice, 25) and len(names) > 1:
            other = pick(dice, [name for name in names if name != someone])
            link: Doc = {"from": other, "to": someone, "kind": pick(dice, LESS_USUAL_KINDS)}
            if chance(dice, 10):
                link["parental_responsibility"] = True
            made.append(dated(desk, link))
    return made


def attorneys(desk: Desk, people: list[Doc]) -> list[Doc]:
    """Somebody to decide for those who lack capacity, in half of the cases."""
    dice = desk.dice
    names = [each["id"] for each in people]
    return [
        dated(
            desk,
            {
                "from": pick(dice, [name for name in names if name != each["id"]]),
                "to": each["id"],
                "kind": pick(dice, ("attorney", "deputy")),
            },
        )
        for each in people
        if "lacks_capacity_from" in each and len(names) > 1 and chance(dice, 50)
    ]


def households(desk: Desk, names: list[str]) -> list[Doc]:
    """None, one or two households; nobody twice in one."""
    return [
        {"id": f"h{index + 1}", "members": at_least_one(desk.dice, names, 55)}
        for index in range(pick(desk.dice, (1, 0, 2)))
    ]


def people(desk: Desk) -> list[Doc]:
    """Two to six people."""
    return [person(desk, name) for name in NAMES[: desk.dice.integer(2, 6)]]


def family(desk: Desk) -> Doc:
    """The parts of a scenario that are about people."""
    made = people(desk)
    names = [each["id"] for each in made]
    facts: Doc = {"people": made}
    linked = relationships(desk, names) + attorneys(desk, made)
    ordered = [
        each
        for each in linked
        if parsed(each.get("since", "1900-01-01")) < parsed(each.get("until", "2999-01-01"))
    ]
    if ordered:
        facts["relationships"] = ordered
    homes = households(desk, names)
    if homes:
        facts["households"] = homes
    return facts
