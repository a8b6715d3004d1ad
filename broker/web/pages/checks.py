"""Checks that front doors ask of my organisation: what is asked, and saying that it is answered."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Response

from broker.casework.checks import CheckAnswer, DeclineReason
from broker.casework.front_door_words import ANSWER_IN_WORDS, DECLINED_IN_WORDS
from broker.errors import CallWrong
from broker.usecases.casework.agency_checks import AskedOfUs, answer_check, list_checks
from broker.usecases.release.summary_request import SummaryRequest, keep_request
from broker.web.forms import Form, problem_beside
from broker.web.language import _
from broker.web.pages.front_door_words import WORDS
from broker.web.rendering import sentence
from broker.web.site import Site, Visit


def check_routes(site: Site) -> APIRouter:
    """`/checks` and answering one."""
    routes = APIRouter()

    @routes.get("/checks")
    def checks(visit: Visit = Depends(site.visit), done: str = "") -> Response:
        return page(visit, done=done == "answered")

    @routes.post("/checks/{check_id}")
    def answer(check_id: str, visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        try:
            said = form.choice(f"answer-{check_id}", CheckAnswer)
            because = None
            if said is CheckAnswer.DECLINED:
                because = form.choice(f"declined-{check_id}", DeclineReason)
            answer_check(site.world, visit.acting, check_id, said, because)
        except CallWrong as error:
            return page(visit, form=form, problems=[problem_beside(error)])
        return site.go("/checks?done=answered")

    @routes.post("/checks/{check_id}/summary")
    def summary(check_id: str, visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        row = next((one for one in list_checks(site.world, visit.acting) if one.check.id == check_id), None)
        if row is None:
            raise CallWrong("check", _("is not asked of your organisation any more; look at those that are"))
        reason = form.text(f"reason-{check_id}") or _("Answering a check asked by the front door")
        request = SummaryRequest(purpose_of(row), reason, row.people, row.case_id)
        return site.go(f"/summary/{keep_request(site.world, visit.staff_id, request)}")

    def purpose_of(row: AskedOfUs) -> str:
        vocabulary = site.world.partnership.vocabulary
        return vocabulary.front_doors[vocabulary.organisations[row.front_door].area].purpose

    def page(visit: Visit, *, form: Form | None = None, problems: Any = (), done: bool = False) -> Response:
        rows = list_checks(site.world, visit.acting)
        wrong = {one.field.partition("-")[2] for one in problems}
        return site.page(
            visit,
            "checks.html",
            rows=rows,
            form=form,
            problems=problems,
            wrong=wrong,
            done=_("It is answered. Whoever asked learns that you answered, and nothing else.") if done else None,
            words=WORDS,
            answers=[{"value": one.value, "text": text} for one, text in ANSWER_IN_WORDS.items()],
            reasons=[{"value": one.value, "text": sentence(text)} for one, text in DECLINED_IN_WORDS.items()],
        )

    return routes
