"""The plan of a case: members write it, each version is kept, what is said is sealed, and who sees what of a
team."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import CaseKind, Staff
from broker.casework.plan import GoalState
from broker.casework.staff import StaffMember
from broker.consent.record import ConsentDecision
from broker.errors import CallWrong, NotAllowed
from broker.people import ProtectionMarker
from broker.usecases.acting import Acting
from broker.usecases.casework.cases import NewCase, close_case, join_team, leave_team, open_case
from broker.usecases.casework.look_at_team import TeamShown, list_teams, look_at_team
from broker.usecases.casework.move_case import review_case
from broker.usecases.casework.plan_case import NewGoal, PlanWords, end_goal, set_goal, write_plan
from broker.usecases.posts.colleagues import list_colleagues
from broker.usecases.posts.enrol_staff import enrol_staff
from broker.usecases.release.alerts import CONFLICT
from tests.functional.usecases.office import KIM, SCHOOL_LEAD, TOM, Office, at_rest
from tests.functional.usecases.test_verbs import run

WORDS = PlanWords("canary-strengths: they eat together", "canary-words: I want quiet mornings")


def look(office: Office, by: Acting = KIM) -> TeamShown:
    office.step()
    return look_at_team(office.broker, by, office.cases["team"])


def write(office: Office, words: PlanWords = WORDS, by: Acting = KIM, version: int | None = None) -> int:
    office.step()
    return write_plan(office.broker, by, office.cases["team"], words, version).version


def goal(office: Office, what: str = "canary-goal: a breakfast club", by: Acting = KIM, **how: object) -> str:
    office.step()
    new = NewGoal(what, **how)  # type: ignore[arg-type]
    return set_goal(office.broker, by, office.cases["team"], new).goals[-1].id


def join(office: Office, member: str = "tom") -> None:
    office.step()
    join_team(office.broker, KIM, office.cases["team"], member)


def test_a_member_writes_the_plan_and_every_member_reads_it(office: Office) -> None:
    join(office)
    assert write(office, by=TOM) == 1
    shown = look(office).plan
    assert (shown.strengths, shown.family_words) == (WORDS.strengths, WORDS.family_words)
    assert shown.plan.written_by == "tom"
    assert write(office, PlanWords("They laugh", "I want a friend"), version=1) == 2
    assert look(office, TOM).plan.family_words == "I want a friend"


def test_nobody_writes_over_what_they_have_not_read(office: Office) -> None:
    join(office)
    write(office)
    write(office, by=TOM, version=1)
    with pytest.raises(CallWrong, match="changed by somebody else"):
        write(office, version=1)


@pytest.mark.parametrize("words", [PlanWords(" ", "They want quiet"), PlanWords("They laugh", "")])
def test_a_plan_begins_with_what_is_going_well_and_the_familys_words(office: Office, words: PlanWords) -> None:
    with pytest.raises(CallWrong, match="is missing"):
        write(office, words)


def test_goals_say_who_does_what_by_when_and_what_came_of_it(office: Office) -> None:
    join(office)
    first = goal(office, who="tom", due_on=date(2026, 3, 9))
    goal(office, "Bedtime at eight")
    office.step()
    end_goal(office.broker, TOM, office.cases["team"], first, GoalState.REACHED, "He goes")
    shown = look(office)
    assert [(one.what, one.goal.who, one.goal.state, one.outcome) for one in shown.plan.goals] == [
        ("Bedtime at eight", None, GoalState.OPEN, ""),
        ("canary-goal: a breakfast club", "tom", GoalState.REACHED, "He goes"),
    ]
    assert shown.names["tom"] == "Tom Reed"


def test_a_goal_lasts_to_the_end_of_its_day(office: Office) -> None:
    goal(office, due_on=date(2026, 3, 2))
    (found,) = look(office).plan.goals
    assert found.goal.due_at is not None
    assert not found.goal.is_late(found.goal.due_at - timedelta(seconds=1))
    with pytest.raises(CallWrong, match="lies in the past"):
        goal(office, due_on=date(2026, 3, 1))


def test_a_goal_is_seen_to_by_somebody_who_is_in_the_case(office: Office) -> None:
    with pytest.raises(CallWrong, match="is nobody in this case now"):
        goal(office, who="tom")


def test_a_plan_says_when_it_is_meant_to_end_and_nothing_ends_by_itself(office: Office) -> None:
    write(office, replace(WORDS, ends_on=date(2026, 3, 20)))
    found = look(office).plan.plan
    assert found.ends_at is not None
    assert not found.is_over(found.ends_at - timedelta(seconds=1))
    office.step(60 * 24 * 20)
    assert look(office).plan.plan.is_over(office.clock.now())
    assert office.ask().outcome == "answered", "access follows membership"
    with pytest.raises(CallWrong, match="lies in the past"):
        write(office, replace(WORDS, ends_on=date(2026, 3, 20)))


def test_only_members_write_or_read_a_plan(office: Office) -> None:
    for by in (TOM, Acting("soc", "social-worker")):
        with pytest.raises(NotAllowed, match="is not one you are a member of"):
            write(office, by=by)
        with pytest.raises(NotAllowed, match="is not one you are a member of"):
            look(office, by)
    join(office)
    office.step()
    leave_team(office.broker, KIM, office.cases["team"], "tom")
    with pytest.raises(NotAllowed):
        write(office, by=TOM)


def test_a_role_without_the_verb_writes_none_even_as_a_member(office: Office) -> None:
    join(office, "dee")
    with pytest.raises(NotAllowed):
        write(office, by=SCHOOL_LEAD)


def test_whoever_knows_the_family_reads_and_writes_nothing(office: Office) -> None:
    friend = office.befriend("fay", "mum", "ecc", "lead-practitioner")
    join(office, "fay")
    for act in (lambda: write(office, by=friend), lambda: look(office, friend)):
        with pytest.raises(NotAllowed):
            act()
    assert list_teams(office.broker, friend).rows == ()
    assert office.notices(CONFLICT)


def test_what_is_said_is_sealed_and_the_log_has_codes(office: Office) -> None:
    write(office)
    end = goal(office)
    office.step()
    end_goal(office.broker, KIM, office.cases["team"], end, GoalState.LEFT, "canary-outcome")
    stored = at_rest(office)
    for word in (b"canary-strengths", b"canary-words", b"canary-goal", b"canary-outcome"):
        assert word not in stored
    changes = [one.details["change"] for one in office.entries() if one.event is Event.CASE_CHANGED]
    assert changes == ["plan-written", "goal-set", "goal-left"]


def test_somebody_protected_since_takes_the_words_with_them(office: Office) -> None:
    write(office)
    goal(office)
    review_case(office.broker, KIM, office.cases["team"], "They laugh more")
    office.mark("partner", ProtectionMarker.PROTECTED)
    shown = look(office)
    assert (shown.plan.strengths, shown.plan.goals[0].what) == ("", "")
    assert [one.reason for one in shown.done if one.reason] == []
    assert {one.name for one in shown.people} == {"Mum Testing", "Child Testing"}


def test_a_contact_has_no_plan(office: Office) -> None:
    new = NewCase(CaseKind.CONTACT, 1, frozenset({"family-support"}), frozenset({office.people["child"]}))
    case = open_case(office.broker, KIM, new).case
    with pytest.raises(CallWrong, match="is a contact, which has no plan"):
        write_plan(office.broker, KIM, case.id, WORDS)


# One team in full


def test_reasons_are_for_those_who_may_review(office: Office) -> None:
    join(office)
    office.step()
    review_case(office.broker, KIM, office.cases["team"], "They laugh more")
    assert "They laugh more" in [one.reason for one in look(office).done]
    shown = look(office, TOM)
    assert [one.reason for one in shown.done if one.reason] == []
    assert not shown.reviews


def test_it_says_until_when_access_lasts(office: Office) -> None:
    until = office.clock.now() + timedelta(days=3)
    office.step()
    join_team(office.broker, KIM, office.cases["team"], "tom", until)
    assert look(office, TOM).until_at == until
    assert look(office).until_at is None
    ends = until - timedelta(days=1)
    enrol_staff(
        office.broker,
        [StaffMember(Staff("tom", "ecc", frozenset({"team-member"}), None, ends), "Tom Reed")],
    )
    shown = look(office, TOM)
    assert shown.until_at == ends, "a post that ends first ends it first"
    assert {one.staff_id: one.access_until_at for one in shown.team.members} == {"kim": None, "tom": ends}


def test_a_review_overdue_and_a_no_wait_there(office: Office) -> None:
    office.consent("mum", "mum", ConsentDecision.REFUSED)
    office.step(60 * 24 * 40)
    shown = look(office)
    assert shown.due.overdue
    assert [one.about for one in shown.refusals] == [office.people["mum"]]


def test_ones_own_teams_what_is_due_first_and_closed_ones_not(office: Office) -> None:
    new = NewCase(CaseKind.ENQUIRY, 4, frozenset({"section-47"}), frozenset({office.people["child"]}))
    later = open_case(office.broker, KIM, new).case.id
    found = list_teams(office.broker, KIM)
    assert [row.case.id for row in found.rows] == [office.cases["team"], later]
    assert [one.name for one in found.rows[1].people] == ["Child Testing"]
    assert [row.lead for row in found.rows] == ["Kim Ward", "Kim Ward"]
    office.step()
    close_case(office.broker, KIM, later)
    assert [row.case.id for row in list_teams(office.broker, KIM).rows] == [office.cases["team"]]
    assert list_teams(office.broker, TOM).rows == ()


def test_colleagues_are_those_of_ones_own_organisation(office: Office) -> None:
    office.enrol_one("pat", "Pat Lowe", "ecc", "practice-manager")
    found = [one.staff.id for one in list_colleagues(office.broker, KIM, Verb.TEAM_JOIN)]
    assert "dee" not in found
    assert {"tom", "pat"} <= set(found)
    assert "kim" not in found
    managers = list_colleagues(office.broker, KIM, Verb.CASE_RESTRICT, Verb.CASE_AUTHORISE)
    assert [one.staff.id for one in managers] == ["pat"]
    with pytest.raises(NotAllowed):
        list_colleagues(office.broker, TOM, Verb.CASE_RESTRICT)


# As it is typed


def test_the_plan_is_written_and_shown_on_the_command_line(office: Office) -> None:
    folder, case = office.broker.settings.data_dir, office.cases["team"]
    who = ("--by", "kim", "--as", "lead-practitioner")
    said = ("--strengths", "They eat together", "--family-words", "I want quiet mornings")
    assert "Nobody has written a plan" in run(folder, "case", "plan", case, *who).stdout
    assert "Version 1" in run(folder, "case", "plan-write", case, *who, *said).stdout
    lost = run(folder, "case", "plan-write", case, *who, *said, "--version", "0")
    assert (lost.returncode, lost.stderr.strip().startswith("plan: was changed")) == (2, True)
    set_ = run(folder, "case", "goal", case, *who, "--what", "A club", "--due", "2099-03-27", "--json")
    (found,) = json.loads(set_.stdout)["goals"]
    assert (found["who"], found["state"], found["due"]) == (None, "open", "2099-03-28T00:00:00Z")
    ended = run(folder, "case", "goal-end", case, found["goal"], *who, "--end", "reached", "--outcome", "He goes")
    assert f"Goal {found['goal']} is reached." in ended.stdout, ended.stderr
    shown = run(folder, "case", "plan", case, *who)
    assert "In the family's own words: I want quiet mornings" in shown.stdout
    assert "reached: A club: the family" in shown.stdout
    assert json.loads(run(folder, "case", "plan", case, *who, "--json").stdout)["strengths"] == "They eat together"
