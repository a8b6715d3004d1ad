"""A lead is away: a manager where they work says who leads a team instead.

Decides how it is asked for, that whoever led stays unless somebody says otherwise, and what the manager is told
afterwards, which is nothing of the team. Who may name whom is the use case's
(`broker.usecases.casework.appoint_lead`).
"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Depends, Response

from broker.access import Verb
from broker.errors import CallWrong
from broker.usecases.casework.appoint_lead import appoint_lead
from broker.usecases.posts.colleagues import list_colleagues
from broker.usecases.signing_in.drafts import get_draft, keep_draft
from broker.web.forms import Form
from broker.web.language import _
from broker.web.pages.asking import Field, Kind, Question, ask, choices_of, chosen
from broker.web.pages.team_steps import by_name
from broker.web.site import Site, Visit

NAMED: Final = "lead-named"
"""The draft that tells a manager that somebody leads now."""
STAYS: Final = {"yes": _("Yes"), "no": _("No, their access to this family ends at once")}


def lead_away_routes(site: Site) -> APIRouter:
    """`/lead-away`, `/lead-away/named/<draft id>`."""
    routes = APIRouter()
    world = site.world

    @routes.get("/lead-away")
    def asking(visit: Visit = Depends(site.visit)) -> Response:
        return ask(site, visit, question(visit))

    @routes.post("/lead-away")
    def name(visit: Visit = Depends(site.proved), form: Form = Depends(site.form)) -> Response:
        try:
            case_id = chosen(form, "case")
            to, reference = form.text("to"), form.text("reference")
            if bool(to) == bool(reference):
                raise CallWrong("to", _("is missing: choose a colleague, or give one reference"))
            stays = chosen(form, "stays") != "no"
            done = appoint_lead(world, visit.acting, case_id, to or reference, form.text("reason"), stays=stays)
        except CallWrong as error:
            return ask(site, visit, question(visit), form, error)
        told = {"case": done.case_id, "stays": done.stays}
        return site.go(f"/lead-away/named/{keep_draft(world, visit.staff_id, NAMED, told)}")

    @routes.get("/lead-away/named/{draft_id}")
    def named(draft_id: str, visit: Visit = Depends(site.visit)) -> Response:
        return site.page(visit, "lead-named.html", told=get_draft(world, visit.staff_id, NAMED, draft_id))

    def question(visit: Visit) -> Question:
        able = list_colleagues(world, visit.acting, Verb.LEAD_APPOINT, Verb.TEAM_LEAD)
        return Question(
            _("A lead is away"),
            _("Who leads a team while its lead is away?"),
            _("Let them lead"),
            "/lead-away",
            "/",
            _("Start"),
            (
                Field(
                    Kind.TEXT,
                    "case",
                    _("Which team? Its reference"),
                    _("Somebody in the team can tell you. It begins with k-, at the top of the team’s page."),
                ),
                Field(Kind.SELECT, "to", _("A colleague of yours who may lead"), choices=by_name(site, able)),
                Field(
                    Kind.TEXT,
                    "reference",
                    _("Or somebody elsewhere who is in the team already: their work reference"),
                    _("They can tell you. Who is in the team is not listed here."),
                ),
                Field(
                    Kind.RADIOS,
                    "stays",
                    _("Does whoever led it stay in the team?"),
                    choices=choices_of(STAYS),
                    value="yes",
                ),
                Field(
                    Kind.AREA,
                    "reason",
                    _("Why?"),
                    _("In a sentence, such as: Kim is off sick. It stays with the team."),
                ),
            ),
            (
                _("For a team that one of your colleagues leads, who cannot hand it over now."),
                _("You see nothing of the family by it. Whoever you name has access from that moment."),
                _("Everybody in the team is told, and so is whoever led it."),
            ),
            main="to",
        )

    return routes
