"""The request as a whole: refused, before any cell is looked at, with the first reason that is true.

From the rules (docs/rules.md, part 1), **The request as a whole**, and the last sentence of **Override**.
"""

from __future__ import annotations

from tests.reference.conflict import has_conflict
from tests.reference.facts import Doc, World
from tests.reference.instants import within, within_interval
from tests.reference.override import reach

DEPEND_ON_PEOPLE = ("subject-not-in-case", "conflict-of-interest")
PASSED_OVER = (
    "training-lapsed",
    "case-required",
    "case-closed",
    "purpose-not-in-case",
    "not-in-team",
    "subject-not-in-case",
)


def is_not_authorised(world: World) -> bool:
    """“The actor does not hold the role named, or the role may not ask for this purpose.”"""
    return (
        world.role not in world.actor["roles"] or world.request["purpose"] not in world.role_purposes[world.role]
    )


def is_post_ended(world: World) -> bool:
    """`posts_until`: no limit when left out."""
    return not within(world.at, None, world.actor.get("posts_until"))


def is_training_lapsed(world: World) -> bool:
    """`trained_until`: no limit when left out."""
    return not within(world.at, None, world.actor.get("trained_until"))


def is_case_closed(world: World, case: Doc) -> bool:
    """“`case-closed` (not yet opened counts too)”"""
    return not within(world.at, case["opened"], case.get("closed"))


def is_in_team(world: World, case: Doc) -> bool:
    """Whether the actor is a member of the case's team now."""
    return any(
        member["staff"] == world.actor["id"] and within_interval(world.at, member)
        for member in case.get("members", [])
    )


def team_matters(world: World, case: Doc) -> bool:
    """“(For purposes marked `team_only` and for cases marked `restricted`)”"""
    return bool(world.purpose.get("team_only", False) or case.get("restricted", False))


def true_refusals(world: World) -> list[str]:
    """Every refusal that is true, in the document's order: “... `case-required` · then, whenever a case is named:
    ... · and at last `conflict-of-interest`”, which needs no case.
    """
    case = world.case
    checks = {
        "not-authorised": is_not_authorised(world),
        "post-ended": is_post_ended(world),
        "training-lapsed": is_training_lapsed(world),
        "case-required": bool(world.purpose.get("case_required", False)) and case is None,
        "case-closed": case is not None and is_case_closed(world, case),
        "purpose-not-in-case": case is not None and world.request["purpose"] not in case["purposes"],
        "not-in-team": case is not None and team_matters(world, case) and not is_in_team(world, case),
        "subject-not-in-case": case is not None and not set(world.requested) <= set(case["about"]),
        "conflict-of-interest": has_conflict(world, world.actor),
    }
    return [code for code, is_true in checks.items() if is_true]


def refusal(world: World) -> str | None:
    """“Refused ... with the first of these that is true”; an override passes over some of them."""
    passed_over = PASSED_OVER if reach(world) is not None else ()
    return next((code for code in true_refusals(world) if code not in passed_over), None)


def refused_step(code: str | None, *, is_officer: bool) -> Doc | None:
    """What to do about a refusal: by its code, in the words of whoever reads it."""
    if code is None:
        return None
    if is_officer and code in DEPEND_ON_PEOPLE:
        return {"say": f"officer-{code}"}
    return {"say": told_refusal(code)}


def told_refusal(code: str | None) -> str | None:
    """“The last two depend on people, so the requester is told `not-available` for either.”"""
    return "not-available" if code in DEPEND_ON_PEOPLE else code
