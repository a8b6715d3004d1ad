"""My teams, and one of them in full: who is in it and until when, the plan, reviews, what waits.

Decides what a member of a case sees of it in one place. A case that is somebody else's, one that is closed, one
never opened and one about somebody the reader knows otherwise than from work are one answer, and in the list they
are not there. Why something was done is for those who may review the case. From docs/casework.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Case, CaseKind, Staff
from broker.casework.authority import Proposal, proposals_of
from broker.casework.cover import earlier
from broker.casework.plan import Plan, plan_of
from broker.casework.refusal import RefusalReview, reviews_of
from broker.casework.steps import Step, StepKind
from broker.dates import age_on, london_day
from broker.decision.admission import has_personal_connection
from broker.people import DataSubject
from broker.store.cases import find_cases_of
from broker.store.people import find_people
from broker.store.session import Act
from broker.store.steps import find_steps, open_words
from broker.store.vault import Identity, find_identities
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.front_door import is_about_protected, is_protected, nearby
from broker.usecases.casework.move_case import DueCase, due_of
from broker.usecases.casework.plan_case import PlanShown, read_plan
from broker.usecases.casework.show_team import Team, members_of, names_shown, read_team
from broker.usecases.world import World

MOST_ROWS: Final = 50
"""Rows of one list: few enough for everybody in it to stand in its entry."""


@dataclass(frozen=True, slots=True, repr=False)
class PersonHere:
    """Somebody a case is about. Printing it shows nothing."""

    person_id: str
    name: str
    age: int | None


@dataclass(frozen=True, slots=True, repr=False)
class TeamRow:
    """One of one's own cases: whom it is about, who leads (empty where nobody shown does), until when one's own
    access lasts (None: no end is set), when it is reviewed, when the first goal is due and when the plan is meant
    to end. Printing it shows nothing."""

    case: Case
    people: tuple[PersonHere, ...]
    lead: str
    until_at: datetime | None
    due: DueCase
    goal_due_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class TeamList:
    """One's own open cases, what is due first, and how many more there are."""

    rows: tuple[TeamRow, ...]
    more: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """Something done in a case; `reason` is empty for whoever may not read it."""

    step: Step
    by: str
    reason: str


@dataclass(frozen=True, slots=True, repr=False)
class TeamShown:
    """One case in full. `done` are its steps, the newest first; `proposals` those nobody has settled, `refusals`
    those reviews of a no that nobody has answered; `names` how those are called who are named in it. `reviews`
    says whether whoever looks may review the case. Printing it shows nothing."""

    team: Team
    people: tuple[PersonHere, ...]
    until_at: datetime | None
    due: DueCase
    plan: PlanShown
    done: tuple[Done, ...]
    proposals: tuple[Proposal, ...]
    refusals: tuple[RefusalReview, ...]
    names: Mapping[str, str]
    reviews: bool


def list_teams(world: World, acting: Acting) -> TeamList:
    """The open cases that whoever asks is in, contacts apart. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> TeamList:
        own = nearby(act, staff)
        cases = [
            one
            for one in find_cases_of(act, staff.id).values()
            if one.kind is not CaseKind.CONTACT
            and one.is_open(act.at)
            and one.has_member(staff.id, act.at)
            and not has_personal_connection(own, staff, one.about)
        ]
        steps = find_steps(act, [one.id for one in cases])
        due = {one.id: due_of(world, staff, one, steps.get(one.id, ()), act.at) for one in cases}
        plans = {one.id: plan_of(steps.get(one.id, ())) for one in cases}
        goals = {one: plan.next_due_at() for one, plan in plans.items()}
        first = {one.id: _first(due[one.id].review_due_at, goals[one.id], plans[one.id].ends_at) for one in cases}
        cases.sort(key=lambda one: (first[one.id] is None, first[one.id], one.id))
        shown = cases[:MOST_ROWS]
        people = find_people(act, {person for one in shown for person in one.about})
        here = {one for one in people if not is_protected(people[one])}
        names = find_identities(act, here)
        details = {"report": "my-teams", "rows": len(shown)}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details, about=here))
        rows = tuple(
            TeamRow(
                one,
                people_here(one, people, names, act.at),
                next((member.name for member in members_of(world, act, staff, one)), ""),
                _own_end(staff, one, act.at),
                due[one.id],
                goals[one.id],
                plans[one.id].ends_at,
            )
            for one in shown
        )
        return TeamList(rows, len(cases) - len(shown), act.at)

    return perform(world, acting, Verb.TEAM_READ, work)


def look_at_team(world: World, acting: Acting, case_id: str) -> TeamShown:
    """One of one's own cases in full. Raises NotAllowed."""
    reviews = world.access.find_role([acting.role], Verb.CASE_REVIEW) is not None

    def work(act: Act, staff: Staff) -> TeamShown:
        team = read_team(world, act, staff, case_id)
        case = team.case
        steps = find_steps(act, [case_id]).get(case_id, ())
        people = find_people(act, case.about)
        # What was said may be of somebody who was protected since.
        hidden = is_about_protected(case, people)
        plan = plan_of(steps)
        named = {step.by for step in steps} | {one.staff for one in case.members} | _named_in(plan, steps)
        names = names_shown(world, act, staff, named)
        reasons = open_words(act, [step.row for step in steps]) if reviews and not hidden else {}
        done = tuple(
            Done(step, names.get(step.by, ""), str(reasons.get(step.row, {}).get("reason", "")))
            for step in reversed(steps)
        )
        waiting = [one for one in reviews_of(case_id, steps) if one.finding is None]
        return TeamShown(
            team,
            people_here(case, people, find_identities(act, case.about), act.at),
            _own_end(staff, case, act.at),
            due_of(world, staff, case, steps, act.at),
            read_plan(act, plan, words_hidden=hidden),
            done,
            tuple(one for one in proposals_of(steps) if one.settled is None),
            tuple(one for one in waiting if not is_protected(people.get(one.about))),
            names,
            reviews,
        )

    return perform(world, acting, Verb.TEAM_READ, work)


def _named_in(plan: Plan, steps: Iterable[Step]) -> set[str]:
    asked = {str(step.facts["manager"]) for step in steps if step.kind is StepKind.PROPOSED}
    return asked | {one.who for one in plan.goals if one.who is not None}


def _first(*instants: datetime | None) -> datetime | None:
    return min((one for one in instants if one is not None), default=None)


def _own_end(staff: Staff, case: Case, at: datetime) -> datetime | None:
    """Until when one's own access through a case lasts: the place, the post, the training."""
    places = [one.interval.until_at for one in case.members if one.staff == staff.id and one.interval.covers(at)]
    place = None if not places or None in places else max(one for one in places if one is not None)
    return earlier(earlier(place, staff.posts_until_at), staff.trained_until_at)


def people_here(
    case: Case, people: Mapping[str, DataSubject], names: Mapping[str, Identity], at: datetime
) -> tuple[PersonHere, ...]:
    """Whom it is about, the eldest first; somebody protected is not there."""
    today = london_day(at)
    there = [people[one] for one in case.about if one in people and not is_protected(people[one])]
    there.sort(key=lambda one: (one.born is None, one.born, one.id))
    return tuple(
        PersonHere(
            one.id,
            names[one.id].full_name() if one.id in names else "",
            age_on(one.born, today) if one.born is not None else None,
        )
        for one in there
    )
