"""Conflict of interest between a member of staff and the people asked about.

From the rules (docs/rules.md, part 1), **The request as a whole**, `conflict-of-interest`.
"""

from __future__ import annotations

from tests.reference.facts import Doc, World


def related_people(world: World, person: str) -> set[str]:
    """“Has or had any relationship with one”: either way round, of any kind, whatever its dates."""
    return {
        other
        for relationship in world.scenario.get("relationships", [])
        for one, other in (
            (relationship["from"], relationship["to"]),
            (relationship["to"], relationship["from"]),
        )
        if one == person
    }


def has_conflict(world: World, member: Doc) -> bool:
    """“The actor is a requested data subject, shares a household with one or has or had any relationship with
    one, or has a declared link to one.”
    """
    requested = set(world.requested)
    person = member.get("person")
    if set(member.get("links", [])) & requested:
        return True
    if person is None:
        return False
    return bool(({person} | world.housemates(person) | related_people(world, person)) & requested)
