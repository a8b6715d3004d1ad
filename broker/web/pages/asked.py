"""Asking a holder, and what I have asked.

Decides what can be chosen on the form and how an answer is worded. INVARIANT: the pages show of a question what
its asker may know (`AskerState`) and nothing else, so that asking finds out nothing.
"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Depends, Response

from broker.casework.question import AskerState
from broker.errors import CallWrong
from broker.usecases.casework.look_at_team import TeamShown, look_at_team
from broker.usecases.holders.ask_holder import NewQuestion, ask_holder, drop_question
from broker.usecases.holders.recall_asked import recall_asked
from broker.web.forms import Form
from broker.web.language import _
from broker.web.pages.asking import Field, Kind, Question, ask, choices_of, chosen
from broker.web.site import Site, Visit

STATES: Final = {
    AskerState.WAITING: _("Not answered yet"),
    AskerState.OVERDUE: _("Not answered yet, and overdue. Ring them"),
    AskerState.RELEASED: _("They let it go. Ask for the family summary again"),
    AskerState.WITHHELD: _("They decided to withhold it"),
    AskerState.DROPPED: _("You took it back"),
}


def asked_routes(site: Site) -> APIRouter:
    """`/asked`, `/asked/<question id>/drop`, `/ask-holder/new`."""
    routes = APIRouter()
    world = site.world

    @routes.get("/asked")
    def asked(visit: Visit = Depends(site.visit), new: str = "") -> Response:
        rows = recall_asked(world, visit.acting)
        made = next((row for row in rows if row.asked.question_id == new), None)
        return site.page(visit, "asked.html", rows=rows, made=made, states=STATES)

    @routes.post("/asked/{question_id}/drop")
    def drop(question_id: str, visit: Visit = Depends(site.visit), _form: Form = Depends(site.form)) -> Response:
        drop_question(world, visit.acting, question_id)
        return site.go("/asked")

    @routes.get("/ask-holder/new")
    def new(
        visit: Visit = Depends(site.visit), case: str = "", category: str = "", controller: str = ""
    ) -> Response:
        if not case:
            return site.go("/teams")
        shown = look_at_team(world, visit.acting, case)
        return ask(site, visit, _question(site, visit, shown, category, controller))

    @routes.post("/ask-holder/new")
    def send(visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        try:
            made = ask_holder(
                world,
                visit.acting,
                NewQuestion(
                    chosen(form, "about"),
                    chosen(form, "from"),
                    chosen(form, "category"),
                    chosen(form, "purpose"),
                    form.text("reason"),
                    form.given("case"),
                    form.ticked("urgent"),
                ),
            )
        except CallWrong as error:
            shown = look_at_team(world, visit.acting, form.text("case"))
            return ask(site, visit, _question(site, visit, shown), form, error)
        return site.go(f"/asked?new={made.question_id}")

    return routes


def _question(site: Site, visit: Visit, shown: TeamShown, category: str = "", controller: str = "") -> Question:
    vocabulary = site.world.partnership.vocabulary
    case = shown.team.case
    mine = vocabulary.roles[visit.role].purposes
    purposes = {code: vocabulary.purposes[code].title for code in sorted(case.purposes) if code in mine}
    organisations = {code: one.name for code, one in sorted(vocabulary.organisations.items())}
    kinds = {code: one.title for code, one in vocabulary.categories.items()}
    return Question(
        _("Ask a holder"),
        _("What do you need, and why?"),
        _("Ask them"),
        "/ask-holder/new",
        f"/teams/{case.id}",
        _("The team"),
        (
            Field(
                Kind.RADIOS,
                "about",
                _("About whom?"),
                choices=[
                    {"value": one.person_id, "text": one.name or _("Name not known")} for one in shown.people
                ],
            ),
            Field(Kind.SELECT, "from", _("Who holds it?"), choices=choices_of(organisations), value=controller),
            Field(Kind.SELECT, "category", _("What do you need?"), choices=choices_of(kinds), value=category),
            Field(
                Kind.SELECT,
                "purpose",
                _("What for?"),
                choices=choices_of(purposes),
                value=next(iter(purposes), None),
            ),
            Field(
                Kind.AREA,
                "reason",
                _("Why do you need it?"),
                _("In a sentence. Their staff read this: write no more than they need."),
            ),
            Field(Kind.TICK, "urgent", _("It cannot wait")),
            Field(Kind.HIDDEN, "case", value=case.id),
        ),
        (_("Asking tells you nothing by itself: not whether they hold anything, nor whether it reached them."),),
        after=_("If somebody may be in danger, do not wait for an answer: ring them, or ring 999."),
    )
