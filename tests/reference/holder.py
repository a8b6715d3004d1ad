"""The holder's own decision on a cell.

From the rules (docs/rules.md, part 1), **Holder's decision**.
"""

from __future__ import annotations

from datetime import UTC, datetime

from tests.reference.facts import Cell, Doc, World
from tests.reference.instants import instant

FOREVER = datetime.max.replace(tzinfo=UTC)


def matches(world: World, cell: Cell, decision: Doc) -> bool:
    """“For one data subject, category, controller and purpose (and one case, if it names one)”"""
    return (
        (decision["about"], decision["category"], decision["controller"])
        == (cell.person, cell.category, cell.controller)
        and decision["purpose"] == world.request["purpose"]
        and decision.get("case") in (None, world.request.get("case"))
    )


def end_of(decision: Doc) -> datetime:
    """When a decision ends."""
    return FOREVER if decision.get("until") is None else instant(decision["until"])


def holder_decision(world: World, cell: Cell) -> str | None:
    """“Of those that match the request and were made by now the latest governs (at one instant, withhold); once
    it has ended, none stands.” Among several of one kind at one instant: the withholding that lasts longest, the
    release that ends first.
    """
    made = [
        each
        for each in world.scenario.get("holder_decisions", [])
        if matches(world, cell, each) and instant(each["at"]) <= world.at
    ]
    if not made:
        return None
    latest = max(instant(each["at"]) for each in made)
    at_once = [each for each in made if instant(each["at"]) == latest]
    withheld = [end_of(each) for each in at_once if each["decision"] == "withhold"]
    ends_at = max(withheld) if withheld else min(end_of(each) for each in at_once)
    if ends_at <= world.at:
        return None
    return "withhold" if withheld else "release"
