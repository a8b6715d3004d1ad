"""`broker case plan`, `plan-write`, `goal` and `goal-end`: the plan of a case and who does what by when."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from broker.casework.plan import GoalState, Plan
from broker.cli.holder_page import when
from broker.cli.screen import console, plain, print_json
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting, day, word
from broker.dates import instant_text
from broker.settings import Settings
from broker.usecases.casework.look_at_team import TeamShown, look_at_team
from broker.usecases.casework.plan_case import NewGoal, PlanWords, end_goal, set_goal, write_plan
from broker.wiring import open_broker

_By = Annotated[str, typer.Option("--by", help=BY_HELP)]
_As = Annotated[str, typer.Option("--as", help=AS_HELP)]
_Case = Annotated[str, typer.Argument(help="the case's reference", show_default=False)]
_Goal = Annotated[str, typer.Argument(help="the goal's reference", show_default=False)]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-plan.md)")]

_PLAN = """The plan of one of my cases: what is going well, the family's own words, who does what by when.

Example: broker case plan k-4fq2 --by kim --as lead-practitioner
"""
_WRITE = """Write a new version of a plan; the last one is kept beside it.

Example: broker case plan-write k-4fq2 --by kim --as lead-practitioner --strengths "They eat together"
--family-words "I want quiet mornings" --version 1
"""
_SET = """Set a goal, or change an open one with `--goal`. Left out, `--who` is the family.

Example: broker case goal k-4fq2 --by kim --as lead-practitioner --what "A breakfast club place" --who tom
--due 2026-03-27
"""
_END = """Say what came of a goal: it is reached, or left.

Example: broker case goal-end k-4fq2 o-7ax3 --by tom --as team-member --end reached --outcome "He goes"
"""


def add(group: typer.Typer) -> None:
    """Adds the verbs."""
    group.command("plan", help=_PLAN)(plan)
    group.command("plan-write", help=_WRITE)(plan_write)
    group.command("goal", help=_SET)(goal)
    group.command("goal-end", help=_END)(goal_end)


def plan(case: _Case, by: _By, role: _As, as_json: _Json = False) -> None:
    """Shows."""
    with open_broker(Settings.read()) as broker:
        shown = look_at_team(broker, acting(by, role), case)
    if as_json:
        print_json(_shown(case, shown))
        return
    out, found = console(), shown.plan
    if found.plan.version:
        out.print(plain(f"What is going well: {found.strengths}"))
        out.print(plain(f"In the family's own words: {found.family_words}"))
        if found.plan.ends_at is not None:
            out.print(plain(f"It is meant to end by {when(found.plan.ends_at)}."))
    else:
        out.print(plain("Nobody has written a plan yet."))
    for one in found.goals:
        who = "the family" if one.goal.who is None else shown.names.get(one.goal.who, "a member of the team")
        due = f", by {when(one.goal.due_at)}" if one.goal.due_at is not None else ""
        came = f" ({one.outcome})" if one.outcome else ""
        late = "overdue" if one.goal.is_late(shown.team.at) else one.goal.state.value
        out.print(plain(f"  {one.goal.id}: {late}: {one.what}: {who}{due}{came}"))


def plan_write(
    case: _Case,
    by: _By,
    role: _As,
    strengths: Annotated[str, typer.Option("--strengths", help="what is going well; kept sealed")],
    family_words: Annotated[
        str, typer.Option("--family-words", help="what they want, as they say it; kept sealed")
    ],
    version: Annotated[int | None, typer.Option("--version", help="the version that you have read")] = None,
    ends: Annotated[
        str | None, typer.Option("--ends", help="the day it is meant to end; left out: unknown")
    ] = None,
    as_json: _Json = False,
) -> None:
    """Writes."""
    words = PlanWords(strengths, family_words, day("--ends", ends))
    with open_broker(Settings.read()) as broker:
        made = write_plan(broker, acting(by, role), case, words, version)
    _print(case, made, f"Version {made.version} of the plan is written.", as_json=as_json)


def goal(
    case: _Case,
    by: _By,
    role: _As,
    what: Annotated[str, typer.Option("--what", help="what will be done; kept sealed")],
    who: Annotated[
        str | None, typer.Option("--who", help="the staff id of a member; left out: the family")
    ] = None,
    due: Annotated[str | None, typer.Option("--due", help="its last day; left out: no day")] = None,
    goal_id: Annotated[str | None, typer.Option("--goal", help="an open goal to change")] = None,
    as_json: _Json = False,
) -> None:
    """Sets."""
    new = NewGoal(what, who, day("--due", due), goal_id)
    with open_broker(Settings.read()) as broker:
        made = set_goal(broker, acting(by, role), case, new)
    named = goal_id or made.goals[-1].id
    _print(case, made, f"Goal {named} is set.", as_json=as_json)


def goal_end(
    case: _Case,
    goal_id: _Goal,
    by: _By,
    role: _As,
    end: Annotated[str, typer.Option("--end", help="reached or left")],
    outcome: Annotated[str, typer.Option("--outcome", help="what came of it, in a sentence; kept sealed")],
    as_json: _Json = False,
) -> None:
    """Ends."""
    how = word("--end", end, GoalState)
    with open_broker(Settings.read()) as broker:
        made = end_goal(broker, acting(by, role), case, goal_id, how, outcome)
    _print(case, made, f"Goal {goal_id} is {how.value}.", as_json=as_json)


def _print(case: str, made: Plan, said: str, *, as_json: bool) -> None:
    if as_json:
        print_json(_plan(case, made))
    else:
        console().print(plain(said))


def _plan(case: str, found: Plan) -> dict[str, Any]:
    return {
        "case": case,
        "version": found.version,
        "ends": instant_text(found.ends_at) if found.ends_at is not None else None,
        "goals": [
            {
                "goal": one.id,
                "who": one.who,
                "due": instant_text(one.due_at) if one.due_at is not None else None,
                "state": one.state.value,
            }
            for one in found.goals
        ],
    }


def _shown(case: str, shown: TeamShown) -> dict[str, Any]:
    found = shown.plan
    said = {one.goal.id: {"what": one.what, "outcome": one.outcome} for one in found.goals}
    as_made = _plan(case, found.plan)
    goals = [{**one, **said[one["goal"]]} for one in as_made["goals"]]
    return {**as_made, "strengths": found.strengths, "family_words": found.family_words, "goals": goals}
