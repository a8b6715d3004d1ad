"""The plan of a team: its words, its goals, and what came of them.

Decides how each is asked for. Who may write, and that nobody writes over what they have not read, is the use
case's (`broker.usecases.casework.plan_case`).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from fastapi import APIRouter, Depends, Response

from broker.casework.plan import GoalState
from broker.dates import london_day
from broker.errors import CallWrong, NotAllowed
from broker.usecases.casework.look_at_team import TeamShown, look_at_team
from broker.usecases.casework.plan_case import GoalShown, NewGoal, PlanWords, end_goal, set_goal, write_plan
from broker.web.forms import Form, number_of
from broker.web.language import _
from broker.web.pages.asking import Field, Kind, Question, ask, chosen
from broker.web.site import Site, Visit

FAMILY: Final = "the-family"
"""The choice of who sees to a goal that is nobody's post."""


def team_plan_routes(site: Site) -> APIRouter:
    """`/teams/<case id>/plan`, `…/goals/new`, `…/goals/<goal id>`, `…/goals/<goal id>/end`."""
    routes = APIRouter()

    @routes.get("/teams/{case_id}/plan")
    def plan(case_id: str, visit: Visit = Depends(site.visit)) -> Response:
        return ask(site, visit, _plan_of(case_id, look_at_team(site.world, visit.acting, case_id)))

    @routes.post("/teams/{case_id}/plan")
    def write(case_id: str, visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        try:
            words = PlanWords(form.text("strengths"), form.text("family-words"), form.day("ends"))
            write_plan(site.world, visit.acting, case_id, words, number_of(form.text("version")))
        except CallWrong as error:
            return ask(
                site, visit, _plan_of(case_id, look_at_team(site.world, visit.acting, case_id)), form, error
            )
        return site.go(f"/teams/{case_id}")

    @routes.get("/teams/{case_id}/goals/{goal_id}")
    def goal(case_id: str, goal_id: str, visit: Visit = Depends(site.visit)) -> Response:
        return ask(site, visit, _goal_of(case_id, goal_id, look_at_team(site.world, visit.acting, case_id)))

    @routes.post("/teams/{case_id}/goals/{goal_id}")
    def keep(
        case_id: str, goal_id: str, visit: Visit = Depends(site.visit), form: Form = Depends(site.form)
    ) -> Response:
        try:
            who = chosen(form, "who")
            new = NewGoal(
                form.text("what"),
                None if who == FAMILY else who,
                form.day("due"),
                None if goal_id == "new" else goal_id,
            )
            set_goal(site.world, visit.acting, case_id, new)
        except CallWrong as error:
            shown = look_at_team(site.world, visit.acting, case_id)
            return ask(site, visit, _goal_of(case_id, goal_id, shown), form, error)
        return site.go(f"/teams/{case_id}")

    @routes.get("/teams/{case_id}/goals/{goal_id}/end")
    def ending(case_id: str, goal_id: str, visit: Visit = Depends(site.visit)) -> Response:
        return ask(site, visit, _end_of(case_id, goal_id, look_at_team(site.world, visit.acting, case_id)))

    @routes.post("/teams/{case_id}/goals/{goal_id}/end")
    def end(
        case_id: str, goal_id: str, visit: Visit = Depends(site.visit), form: Form = Depends(site.form)
    ) -> Response:
        try:
            end_goal(
                site.world, visit.acting, case_id, goal_id, form.choice("end", GoalState), form.text("outcome")
            )
        except CallWrong as error:
            shown = look_at_team(site.world, visit.acting, case_id)
            return ask(site, visit, _end_of(case_id, goal_id, shown), form, error)
        return site.go(f"/teams/{case_id}")

    return routes


def _plan_of(case_id: str, shown: TeamShown) -> Question:
    found = shown.plan
    return Question(
        _("The plan"),
        _("What is going well, and what does the family say?"),
        _("Keep this plan"),
        f"/teams/{case_id}/plan",
        f"/teams/{case_id}",
        _("The team"),
        (
            Field(
                Kind.AREA,
                "strengths",
                _("What is going well"),
                _("Begin here. Say what the family does well, and who helps them already."),
                value=found.strengths,
            ),
            Field(
                Kind.AREA,
                "family-words",
                _("In the family’s own words"),
                _("What they want, as they say it. Say who said it."),
                value=found.family_words,
            ),
            Field(
                Kind.DAY,
                "ends",
                _("When do you mean to end? (if you know)"),
                _("Nothing ends by itself. You are reminded. For example, 27 9 2026"),
                value=_last_day(found.plan.ends_at),
            ),
            Field(Kind.HIDDEN, "version", value=str(found.plan.version)),
        ),
        (_("Everybody in the team reads this. Write it so that the family may read it too."),),
        after=_("Every version is kept. Yours stands beside the last one and does not replace it."),
    )


def _goal_of(case_id: str, goal_id: str, shown: TeamShown) -> Question:
    found = None if goal_id == "new" else _open_goal(shown, goal_id)
    members = [{"value": one.staff_id, "text": one.name} for one in shown.team.members]
    due_at = found.goal.due_at if found is not None else None
    value = None if found is None else found.goal.who or FAMILY
    return Question(
        _("A goal"),
        _("Who does what, by when?"),
        _("Keep this goal"),
        f"/teams/{case_id}/goals/{goal_id}",
        f"/teams/{case_id}",
        _("The team"),
        (
            Field(
                Kind.AREA,
                "what",
                _("What will be done?"),
                _("One thing, so that everybody can see when it is done."),
                value=found.what if found is not None else None,
            ),
            Field(
                Kind.RADIOS,
                "who",
                _("Who does it?"),
                choices=[*members, {"value": FAMILY, "text": _("The family")}],
                value=value,
            ),
            Field(
                Kind.DAY,
                "due",
                _("By which day? (if there is one)"),
                _("For example, 27 3 2026"),
                value=_last_day(due_at),
            ),
        ),
    )


def _end_of(case_id: str, goal_id: str, shown: TeamShown) -> Question:
    found = _open_goal(shown, goal_id)
    return Question(
        _("A goal"),
        _("What came of it?"),
        _("Keep this"),
        f"/teams/{case_id}/goals/{goal_id}/end",
        f"/teams/{case_id}",
        _("The team"),
        (
            Field(
                Kind.RADIOS,
                "end",
                _("How does it end?"),
                choices=(
                    {"value": GoalState.REACHED.value, "text": _("It is done")},
                    {"value": GoalState.LEFT.value, "text": _("We leave it out now")},
                ),
            ),
            Field(Kind.AREA, "outcome", _("What came of it?"), _("In a sentence. No blame.")),
        ),
        (found.what,) if found.what else (),
    )


def _last_day(over_at: datetime | None) -> date | None:
    return london_day(over_at - timedelta(microseconds=1)) if over_at is not None else None


def _open_goal(shown: TeamShown, goal_id: str) -> GoalShown:
    found = next((one for one in shown.plan.goals if one.goal.id == goal_id), None)
    if found is None or found.goal.state is not GoalState.OPEN:
        raise NotAllowed("goal", _("is none that is open in this plan; go back to the team and choose one"))
    return found
