"""Who may decide for whom: standing for a data subject, at an instant and for a category.

Decides only who has standing; what they decided is in `consent`. From the rules (docs/rules.md, part 1),
**Standing**.
"""

from __future__ import annotations

from datetime import datetime

from tests.reference.facts import Doc, World
from tests.reference.instants import age, instant, within_interval


def has_died(person: Doc, at: datetime) -> bool:
    """Whether someone has died by an instant: the day they died counts from its start."""
    died_on = person.get("died_on")
    return died_on is not None and instant(died_on) <= at


def lacks_capacity(person: Doc, at: datetime) -> bool:
    """Whether someone lacks capacity at an instant."""
    since = person.get("lacks_capacity_from")
    return since is not None and instant(since) <= at


def is_out_of_standing(person: Doc, at: datetime) -> bool:
    """“Nobody who has died or whose birth is unknown stands for anybody.”"""
    return has_died(person, at) or person.get("born") is None


def is_competent(person: Doc, at: datetime, category: str) -> bool:
    """“If assessed competent for this category” (`until`, `categories` optional: open, all)."""
    return any(
        within_interval(at, assessment)
        and (assessment.get("categories", "all") == "all" or category in assessment["categories"])
        for assessment in person.get("competent", [])
    )


def holders_of_kind(world: World, person: Doc, at: datetime, kinds: set[str]) -> set[str]:
    """Attorneys or deputies at an instant."""
    return {
        relationship["from"]
        for relationship in world.relationships_in_force(person["id"], at)
        if relationship["kind"] in kinds
    }


def stands_over_child(world: World, relationship: Doc) -> bool:
    """“Every holder of parental responsibility and, under a care order, the local authority.”"""
    is_care_order = relationship["kind"] == "care-order" and relationship["from"] in world.organisations
    return is_care_order or relationship.get("parental_responsibility", False)


def parental(world: World, person: Doc, at: datetime) -> set[str]:
    """“But while any of these relationships is `exclusive` ..., only those that are.”"""
    these = [each for each in world.relationships_in_force(person["id"], at) if stands_over_child(world, each)]
    exclusive = [each for each in these if each.get("exclusive", False)]
    return {each["from"] for each in (exclusive or these)}


def candidates(world: World, person: Doc, at: datetime, category: str) -> set[str]:
    """“From 18: the person; once they lack capacity, instead their attorneys (health and welfare) and deputies.
    From 16: the person; once they lack capacity, instead their deputies. Under 16: if assessed competent for this
    category, only the child; otherwise ... The ages are settings in `policies/standing.yaml`.”
    """
    ages = world.policies["standing"]
    years = age(person["born"], at)
    assert years is not None
    if years >= ages["adult_from"]:
        if lacks_capacity(person, at):
            return holders_of_kind(world, person, at, {"attorney", "deputy"})
        return {person["id"]}
    if years >= ages["own_decision_from"]:
        return holders_of_kind(world, person, at, {"deputy"}) if lacks_capacity(person, at) else {person["id"]}
    if is_competent(person, at, category):
        return {person["id"]}
    return parental(world, person, at)


def standing(world: World, person_id: str, at: datetime, category: str) -> set[str]:
    """“Nobody stands for a person who has died or whose birth is unknown, and nobody who has died or whose birth
    is unknown stands for anybody (struck out last, after `exclusive`).”
    """
    person = world.people.get(person_id)
    if person is None or is_out_of_standing(person, at):
        return set()
    return {
        who
        for who in candidates(world, person, at, category)
        if who not in world.people or not is_out_of_standing(world.people[who], at)
    }
