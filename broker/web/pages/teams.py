"""My teams, and one of them: who is in it and until when, what the plan is, what is due.

Decides how a case is laid out for those who are in it. What they see of it is the use case's
(`broker.usecases.casework.look_at_team`); what is done with it has pages of its own (`team_steps`, `team_plan`).
"""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from broker.access import Verb
from broker.errors import CallWrong, NotAllowed
from broker.usecases.casework.look_at_team import list_teams, look_at_team
from broker.usecases.consent.agreements_now import list_agreements_of
from broker.usecases.posts.leavers import accept_invitation, list_invitations
from broker.web.forms import Form
from broker.web.pages.agreement_lines import STATE_WORDS
from broker.web.pages.team_words import AROUND, GOALS, KINDS, PROPOSED, STEPS, first_names
from broker.web.site import Site, Visit


def teams_routes(site: Site) -> APIRouter:
    """`/teams`, `/teams/closed`, `/teams/<case id>`, `/teams/<case id>/accept`."""
    routes = APIRouter()

    @routes.get("/teams")
    def teams(visit: Visit = Depends(site.visit)) -> Response:
        found = list_teams(site.world, visit.acting)
        may_open = site.world.access.find_role([visit.role], Verb.TEAM_OPEN) is not None
        may_join = site.world.access.find_role([visit.role], Verb.TEAM_JOIN) is not None
        invited = list_invitations(site.world, visit.acting) if may_join else ()
        return site.page(
            visit,
            "teams.html",
            teams=found,
            invited=invited,
            may_open=may_open,
            kinds=KINDS,
            first_names=first_names,
        )

    @routes.get("/teams/closed")
    def closed(visit: Visit = Depends(site.visit)) -> Response:
        return site.page(visit, "team-closed.html")

    @routes.get("/teams/{case_id}")
    def team(case_id: str, visit: Visit = Depends(site.visit)) -> Response:
        shown = look_at_team(site.world, visit.acting, case_id)
        heading = AROUND[shown.team.case.kind] % first_names(shown.people)
        return site.page(
            visit,
            "team.html",
            shown=shown,
            heading=heading,
            agreed=agreed(visit, case_id),
            may=may(site, visit),
            kinds=KINDS,
            goal_words=GOALS,
            steps=STEPS,
            proposed=PROPOSED,
        )

    def agreed(visit: Visit, case_id: str) -> list[dict[str, str]]:
        """What each of the family has agreed to, in words, for a role that may read it."""
        if site.world.access.find_role([visit.role], Verb.CONSENT_READ) is None:
            return []
        try:
            found = list_agreements_of(site.world, visit.acting, case_id)
        except (CallWrong, NotAllowed):
            return []
        return [{"name": one.person.name, "state": STATE_WORDS[one.state]} for one in found.people]

    @routes.post("/teams/{case_id}/accept")
    def accept(case_id: str, visit: Visit = Depends(site.visit), _form: Form = Depends(site.form)) -> Response:
        accept_invitation(site.world, visit.acting, case_id)
        return site.go(f"/teams/{case_id}")

    return routes


def may(site: Site, visit: Visit) -> dict[str, bool]:
    """What the role of whoever looks has a verb for: what is offered, never what is allowed."""
    return {
        verb.name.lower(): site.world.access.find_role([visit.role], verb) is not None
        for verb in (
            Verb.TEAM_JOIN,
            Verb.TEAM_LEAD,
            Verb.TEAM_LEAVE,
            Verb.TEAM_CLOSE,
            Verb.CASE_PLAN,
            Verb.CASE_REVIEW,
            Verb.CASE_MOVE,
            Verb.CASE_PURPOSE,
            Verb.CASE_RESTRICT,
            Verb.PROFILE_REQUEST,
            Verb.CONSENT_RECORD,
            Verb.HOLDER_ASK,
            Verb.DISAGREEMENT_RAISE,
            Verb.REFUSAL_REVIEW,
            Verb.FAMILY_TELL,
        )
    }
