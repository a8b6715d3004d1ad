"""A plan as it stands after its steps: versions of its words, goals set, changed and ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.casework.plan import ENDS, GoalState, Plan, plan_of, require_open, require_version
from broker.casework.steps import Step, StepKind
from broker.errors import CallWrong

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def written(number: int) -> Step:
    return Step(StepKind.PLAN_WRITTEN, AT + number * DAY, "kim", {}, bytes([number]))


def goal(goal_id: str = "o-1", **facts: object) -> Step:
    return Step(StepKind.GOAL_SET, AT, "kim", {"goal": goal_id, **facts}, b"said")


def ended(goal_id: str = "o-1", end: GoalState = GoalState.REACHED) -> Step:
    return Step(StepKind.GOAL_ENDED, AT + DAY, "tom", {"goal": goal_id, "end": end.value}, b"outcome")


def test_a_case_without_a_plan_has_one_that_says_nothing() -> None:
    assert plan_of([Step(StepKind.REVIEWED, AT, "kim")]) == Plan()


def test_the_latest_version_counts() -> None:
    plan = plan_of([written(1), written(2)])
    assert (plan.version, plan.row, plan.written_at) == (2, b"\x02", AT + 2 * DAY)


def test_a_goal_is_set_changed_and_ends_once() -> None:
    set_anew = Step(StepKind.GOAL_SET, AT, "tom", {"goal": "o-1", "who": "tom"}, b"anew")
    plan = plan_of([goal(who="kim"), set_anew, ended(), ended(end=GoalState.LEFT), goal(who="dee")])
    (found,) = plan.goals
    assert (found.who, found.row, found.state) == ("tom", b"anew", GoalState.REACHED)
    assert (found.ended_at, found.end_row) == (AT + DAY, b"outcome")


def test_a_goal_is_late_from_the_end_of_its_day_until_it_ends() -> None:
    steps = [goal(due_at=AT + DAY)]
    (found,) = plan_of(steps).goals
    assert not found.is_late(AT + DAY - timedelta(microseconds=1))
    assert found.is_late(AT + DAY)
    assert plan_of(steps).next_due_at() == AT + DAY
    over = plan_of([*steps, ended()])
    assert not over.goals[0].is_late(AT + 9 * DAY)
    assert over.next_due_at() is None


def test_a_goal_for_no_day_is_never_late() -> None:
    (found,) = plan_of([goal()]).goals
    assert not found.is_late(AT + 900 * DAY)
    assert found.who is None, "the family sees to it"


def test_what_is_not_there_or_has_ended_cannot_be_ended() -> None:
    with pytest.raises(CallWrong, match="is none of this plan"):
        require_open(plan_of([]), "o-1")
    with pytest.raises(CallWrong, match="is reached already"):
        require_open(plan_of([goal(), ended()]), "o-1")
    assert require_open(plan_of([goal()]), "o-1").id == "o-1"


def test_nobody_writes_over_what_they_have_not_read() -> None:
    plan = plan_of([written(1)])
    require_version(plan, 1)
    require_version(plan, None)
    with pytest.raises(CallWrong, match="changed by somebody else"):
        require_version(plan, 0)


STEPS = st.lists(
    st.one_of(
        st.just(written(1)),
        st.builds(goal, st.sampled_from(["o-1", "o-2"])),
        st.builds(ended, st.sampled_from(["o-1", "o-2"]), st.sampled_from(ENDS)),
        st.just(Step(StepKind.REVIEWED, AT, "kim")),
    ),
    max_size=12,
)


@given(STEPS, STEPS)
def test_what_ended_stays_ended_and_no_goal_is_ever_lost(before: list[Step], more: list[Step]) -> None:
    was, now = plan_of(before), plan_of([*before, *more])
    assert [one.id for one in now.goals][: len(was.goals)] == [one.id for one in was.goals]
    assert now.version >= was.version
    for one in was.goals:
        if one.state is not GoalState.OPEN:
            assert now.find_goal(one.id) == one
