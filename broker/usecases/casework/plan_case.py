"""Writing the plan of a case: its words as a new version, goals set, changed and ended.

Decides that members of a case write its plan, each version beside the last and none over it; that nobody writes
over what they have not read; and that a goal is seen to by somebody who is in the case, or by the family
themselves. What is said is sealed under the keys of everybody the case is about. From docs/how-to-plan.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Case, CaseKind, Staff
from broker.casework.plan import ENDS, Goal, GoalState, Plan, plan_of, require_open, require_version
from broker.casework.steps import StepKind
from broker.dates import start_of_day
from broker.errors import CallWrong
from broker.store.session import Act
from broker.store.steps import append_step, find_steps, open_words
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.cases import require_member
from broker.usecases.casework.front_door import require_unconnected
from broker.usecases.kinds import VersionedKind
from broker.usecases.world import World


@dataclass(frozen=True, slots=True, repr=False)
class PlanWords:
    """What a plan says: what is going well, the family's own words about what they want, and on which day it is
    meant to end (None: nobody knows yet). Printing it shows nothing."""

    strengths: str
    family_words: str
    ends_on: date | None = None


@dataclass(frozen=True, slots=True, repr=False)
class NewGoal:
    """A goal to set, or to change where `goal_id` names an open one. `who` is a member's staff id, None: the
    family themselves; `due_on` is its last day. Printing it shows nothing."""

    what: str
    who: str | None = None
    due_on: date | None = None
    goal_id: str | None = None


def write_plan(world: World, acting: Acting, case_id: str, words: PlanWords, version: int | None = None) -> Plan:
    """Writes a new version of the plan's words. `version` is the one that was read. Raises NotAllowed,
    CallWrong."""
    if not words.strengths.strip():
        raise CallWrong("strengths", "is missing: say what is going well; there is always something")
    if not words.family_words.strip():
        raise CallWrong("family-words", "is missing: say in their own words what the family wants")

    def work(act: Act, staff: Staff) -> Plan:
        case, plan = _planned(act, staff, case_id)
        require_version(plan, version)
        ends_at = _over_at(words.ends_on)
        if ends_at is not None and ends_at <= act.at:
            raise CallWrong("ends", "lies in the past; name a later day, or close the case")
        said = {"strengths": words.strengths.strip(), "family_words": words.family_words.strip()}
        return _stepped(act, staff, case, StepKind.PLAN_WRITTEN, "plan-written", {"ends_at": ends_at}, said)

    return _performed(world, acting, case_id, work)


def set_goal(world: World, acting: Acting, case_id: str, new: NewGoal) -> Plan:
    """Sets a goal, or says anew what an open one is. Raises NotAllowed, CallWrong."""
    if not new.what.strip():
        raise CallWrong("what", "is missing: say in a sentence what will be done")

    def work(act: Act, staff: Staff) -> Plan:
        case, plan = _planned(act, staff, case_id)
        if new.goal_id is not None:
            require_open(plan, new.goal_id)
        if new.who is not None and not case.has_member(new.who, act.at):
            raise CallWrong("who", "is nobody in this case now; name one of its members, or the family")
        due_at = _over_at(new.due_on)
        if due_at is not None and due_at <= act.at:
            raise CallWrong("due", "lies in the past; name a later day")
        goal_id = new.goal_id or act.new_id("o-")
        facts = {"goal": goal_id, "who": new.who, "due_at": due_at}
        return _stepped(act, staff, case, StepKind.GOAL_SET, "goal-set", facts, {"what": new.what.strip()})

    return _performed(world, acting, case_id, work)


def end_goal(world: World, acting: Acting, case_id: str, goal_id: str, end: GoalState, outcome: str) -> Plan:
    """Ends a goal: it is reached, or left. Raises NotAllowed, CallWrong."""
    if end not in ENDS:
        raise CallWrong("end", f"is `{ENDS[0].value}` or `{ENDS[1].value}`")
    if not outcome.strip():
        raise CallWrong("outcome", "is missing: say in a sentence what came of it")

    def work(act: Act, staff: Staff) -> Plan:
        case, plan = _planned(act, staff, case_id)
        require_open(plan, goal_id)
        facts = {"goal": goal_id, "end": end.value}
        said = {"outcome": outcome.strip()}
        return _stepped(act, staff, case, StepKind.GOAL_ENDED, f"goal-{end.value}", facts, said)

    return _performed(world, acting, case_id, work)


@dataclass(frozen=True, slots=True, repr=False)
class GoalShown:
    """A goal with what is said of it; empty where that was erased. Printing it shows nothing."""

    goal: Goal
    what: str
    outcome: str


@dataclass(frozen=True, slots=True, repr=False)
class PlanShown:
    """A plan with what it says; empty where that was erased, or was never written. Printing it shows nothing."""

    plan: Plan
    strengths: str
    family_words: str
    goals: tuple[GoalShown, ...]


def read_plan(act: Act, plan: Plan, *, words_hidden: bool) -> PlanShown:
    """The plan with its words, in an act that says who reads it; without any where they are hidden."""
    rows = [plan.row, *(one.row for one in plan.goals), *(one.end_row for one in plan.goals)]
    words: Mapping[bytes, Mapping[str, Any]] = {}
    if not words_hidden:
        words = open_words(act, [row for row in rows if row])
    said = words.get(plan.row, {})
    goals = tuple(
        GoalShown(
            one, str(words.get(one.row, {}).get("what", "")), str(words.get(one.end_row, {}).get("outcome", ""))
        )
        for one in plan.goals
    )
    ordered = tuple(sorted(goals, key=lambda one: _order(one.goal)))
    return PlanShown(plan, str(said.get("strengths", "")), str(said.get("family_words", "")), ordered)


def _order(goal: Goal) -> tuple[object, ...]:
    """What is left to do first, the first due before the others."""
    return (goal.state is not GoalState.OPEN, goal.due_at is None, goal.due_at, goal.id)


def _over_at(day: date | None) -> datetime | None:
    """The instant at which a day is over."""
    return start_of_day(day + timedelta(days=1)) if day is not None else None


def _planned(act: Act, staff: Staff, case_id: str) -> tuple[Case, Plan]:
    case = require_member(act, staff, case_id)
    require_unconnected(act, staff, case)
    if case.kind is CaseKind.CONTACT:
        raise CallWrong(f"case `{case_id}`", "is a contact, which has no plan; it goes on as a team first")
    return case, plan_of(find_steps(act, [case_id]).get(case_id, ()))


def _stepped(
    act: Act,
    staff: Staff,
    case: Case,
    kind: StepKind,
    change: str,
    facts: Mapping[str, str | datetime | None],
    words: Mapping[str, str],
) -> Plan:
    entry = entry_of(act, staff, Event.CASE_CHANGED, {"case": case.id, "change": change}, about=case.about)
    append_step(act, case.id, kind, staff.id, facts, entry=entry, words=words, about=case.about)
    return plan_of(find_steps(act, [case.id]).get(case.id, ()))


def _performed(world: World, acting: Acting, case_id: str, work: Callable[[Act, Staff], Plan]) -> Plan:
    # Locked first, so that two who write at once are one after the other and the second is told.
    def locking(act: Act) -> object:
        return act.lock([(VersionedKind.CASE, case_id)])

    return perform(world, acting, Verb.CASE_PLAN, work, locking=locking)
