"""When the family has said no to help: what does that mean?

Decides how it is asked, beginning with that saying no is a right. What an answer needs is the use case's
(`broker.usecases.consent.refusal_reviews`).
"""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from broker.casework.refusal import A_RIGHT, RefusalFinding
from broker.errors import CallWrong
from broker.usecases.casework.look_at_team import TeamShown, look_at_team
from broker.usecases.consent.refusal_reviews import NewFinding, answer_review
from broker.web.forms import Form
from broker.web.language import _
from broker.web.pages.asking import Field, Kind, Question, ask, choices_of
from broker.web.pages.team_steps import question_of
from broker.web.pages.team_words import FINDINGS
from broker.web.site import Site, Visit


def team_no_routes(site: Site) -> APIRouter:
    """`/teams/<case id>/no/<review id>`."""
    routes = APIRouter()
    world = site.world

    @routes.get("/teams/{case_id}/no/{review_id}")
    def refused(case_id: str, review_id: str, visit: Visit = Depends(site.visit)) -> Response:
        return ask(site, visit, _no_of(site, look_at_team(world, visit.acting, case_id), review_id))

    @routes.post("/teams/{case_id}/no/{review_id}")
    def answer(
        case_id: str, review_id: str, visit: Visit = Depends(site.visit), form: Form = Depends(site.form)
    ) -> Response:
        try:
            found = NewFinding(
                form.choice("finding", RefusalFinding),
                form.text("reason"),
                form.text("apart"),
                form.given("power"),
            )
            answer_review(world, visit.acting, review_id, found)
        except CallWrong as error:
            shown = look_at_team(world, visit.acting, case_id)
            return ask(site, visit, _no_of(site, shown, review_id), form, error)
        return site.go(f"/teams/{case_id}")

    return routes


def _no_of(site: Site, shown: TeamShown, review_id: str) -> Question:
    gateways = site.world.partnership.vocabulary.gateways
    return question_of(
        shown,
        f"no/{review_id}",
        _("A no to help"),
        _("The family said no. What does that mean?"),
        _("Keep this answer"),
        (
            Field(Kind.RADIOS, "finding", _("What happens now?"), choices=choices_of(FINDINGS)),
            Field(Kind.AREA, "reason", _("Why?"), _("In a sentence.")),
            Field(
                Kind.AREA,
                "apart",
                _("Only to step up: what worries you apart from the no?"),
                _("Leave this empty for the other answers."),
            ),
            Field(
                Kind.SELECT,
                "power",
                _("Only to go on: by which power that does not rest on agreement?"),
                choices=[{"value": code, "text": one.provision} for code, one in sorted(gateways.items())],
            ),
        ),
        lines=(A_RIGHT,),
        main="finding",
    )
