"""The plan of a case: what is going well, the family's own words, and who does what by when.

Decides how a plan stands from the steps of its case: which version of its words counts (the latest), and which
goals are open, reached or left. What is said is no part of a step: it is sealed beside it. Knows no clock. Source:
docs/how-to-plan.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum, unique
from typing import Final

from broker.casework.steps import Step, StepKind
from broker.errors import CallWrong


@unique
class GoalState(StrEnum):
    """Where a goal stands."""

    OPEN = "open"
    REACHED = "reached"
    LEFT = "left"


ENDS: Final = (GoalState.REACHED, GoalState.LEFT)
"""How a goal ends: what it was for has happened, or it is no part of the plan any more."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal as it stands. `who` (a staff id) sees to it, None: the family themselves; it is due before `due_at`,
    None: no day is set. `row` is where it is said, `end_row` where what came of it is."""

    id: str
    who: str | None
    due_at: datetime | None
    set_by: str
    set_at: datetime
    row: bytes
    state: GoalState = GoalState.OPEN
    ended_at: datetime | None = None
    end_row: bytes = b""

    def is_late(self, at: datetime) -> bool:
        """Whether it is open and its day is over at `at`."""
        return self.state is GoalState.OPEN and self.due_at is not None and self.due_at <= at


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as it stands. `version` counts how often its words were written (0: never), `row` is where they
    are; it is meant to end before `ends_at`, None: nobody has said when. Nothing ends by itself then."""

    version: int = 0
    written_by: str | None = None
    written_at: datetime | None = None
    row: bytes = b""
    goals: tuple[Goal, ...] = ()
    ends_at: datetime | None = None

    def is_over(self, at: datetime) -> bool:
        """Whether the day on which it is meant to end is over at `at`."""
        return self.ends_at is not None and self.ends_at <= at

    def find_goal(self, goal_id: str) -> Goal | None:
        """One of its goals."""
        return next((one for one in self.goals if one.id == goal_id), None)

    def next_due_at(self) -> datetime | None:
        """When the first of the open goals is due; None where no day is set."""
        due = [one.due_at for one in self.goals if one.state is GoalState.OPEN and one.due_at is not None]
        return min(due, default=None)


def plan_of(steps: Iterable[Step]) -> Plan:
    """The plan after the steps of a case, in order. A step that does not fit where it stands changes nothing."""
    plan = Plan()
    for step in steps:
        match step.kind:
            case StepKind.PLAN_WRITTEN:
                plan = replace(
                    plan,
                    version=plan.version + 1,
                    written_by=step.by,
                    written_at=step.at,
                    row=step.row,
                    ends_at=step.facts.get("ends_at"),
                )
            case StepKind.GOAL_SET:
                plan = _with(plan, _set(plan, step))
            case StepKind.GOAL_ENDED:
                plan = _with(plan, _ended(plan, step))
            case _:
                pass
    return plan


def require_open(plan: Plan, goal_id: str) -> Goal:
    """The open goal. Raises CallWrong where there is none, or it has ended."""
    found = plan.find_goal(goal_id)
    if found is None:
        raise CallWrong(f"goal `{goal_id}`", "is none of this plan; list those it has")
    if found.state is not GoalState.OPEN:
        raise CallWrong(f"goal `{goal_id}`", f"is {found.state.value} already; set a new one")
    return found


def require_version(plan: Plan, version: int | None) -> None:
    """Raises CallWrong where somebody has written the plan since the version that was read (None: whichever)."""
    if version is not None and version != plan.version:
        raise CallWrong("plan", "was changed by somebody else since you opened it; read theirs, then write yours")


def _set(plan: Plan, step: Step) -> Goal | None:
    goal_id = step.text("goal")
    before = plan.find_goal(goal_id or "")
    if goal_id is None or (before is not None and before.state is not GoalState.OPEN):
        return None
    return Goal(goal_id, step.text("who"), step.facts.get("due_at"), step.by, step.at, step.row)


def _ended(plan: Plan, step: Step) -> Goal | None:
    before = plan.find_goal(step.text("goal") or "")
    if before is None or before.state is not GoalState.OPEN:
        return None
    return replace(before, state=GoalState(str(step.facts["end"])), ended_at=step.at, end_row=step.row)


def _with(plan: Plan, goal: Goal | None) -> Plan:
    if goal is None:
        return plan
    if plan.find_goal(goal.id) is None:
        return replace(plan, goals=(*plan.goals, goal))
    return replace(plan, goals=tuple(goal if one.id == goal.id else one for one in plan.goals))
