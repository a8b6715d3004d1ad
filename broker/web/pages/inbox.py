"""The holder's inbox: what must my organisation decide, and by when?

Decides how a question is laid out to be decided, and what whoever decided it is told afterwards. What is in it,
who sees it and what a decision does is the use case's (`broker.usecases.holders`).
"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Depends, Response

from broker.dates import instant_text, parse_instant, start_of_day
from broker.decision.facts import HolderRuling
from broker.errors import CallWrong
from broker.usecases.holders.answer_question import NewAnswer, answer_question, hand_over
from broker.usecases.holders.decide_as_holder import HolderDecided
from broker.usecases.holders.holder_inbox import list_inbox, show_question
from broker.usecases.signing_in.drafts import get_draft, keep_draft
from broker.web.forms import Form, problem_among
from broker.web.language import _
from broker.web.site import Site, Visit

DETAILS: Final = {
    "flag": _("Known to: that you know them, and nothing else"),
    "summary": _("A summary"),
    "full": _("In full"),
}
"""How much goes, by the detail's code."""
FIELDS: Final = frozenset({"decision", "reason", "until", "tell", "to"})
DECIDED: Final = "holder-decided"
"""The draft that tells whoever decided what happens next."""


def inbox_routes(site: Site) -> APIRouter:
    """`/inbox`, `/inbox/<question id>`, `/inbox/decided/<draft id>`."""
    routes = APIRouter()

    @routes.get("/inbox")
    def inbox(visit: Visit = Depends(site.visit), overdue: bool = False) -> Response:
        found = list_inbox(site.world, visit.acting, overdue=overdue)
        return site.page(visit, "inbox.html", inbox=found, overdue=overdue)

    @routes.get("/inbox/decided/{draft_id}")
    def decided(draft_id: str, visit: Visit = Depends(site.visit)) -> Response:
        told = get_draft(site.world, visit.staff_id, DECIDED, draft_id)
        until_at = parse_instant(told["until"]) if told["until"] else None
        return site.page(visit, "question-decided.html", told=told, until_at=until_at)

    @routes.get("/inbox/{question_id}")
    def question(question_id: str, visit: Visit = Depends(site.visit)) -> Response:
        shown = show_question(site.world, visit.acting, question_id)
        return site.page(visit, "question.html", shown=shown, details=DETAILS)

    @routes.post("/inbox/{question_id}")
    def decide(question_id: str, visit: Visit = Depends(site.proved), form: Form = Depends(site.form)) -> Response:
        try:
            made = answer_question(site.world, visit.acting, question_id, _answer(form))
        except CallWrong as error:
            return again(visit, question_id, form, error)
        told = _told(made, asked_to_tell=form.ticked("tell"))
        return site.go(f"/inbox/decided/{keep_draft(site.world, visit.staff_id, DECIDED, told)}")

    @routes.post("/inbox/{question_id}/hand-over")
    def give(question_id: str, visit: Visit = Depends(site.proved), form: Form = Depends(site.form)) -> Response:
        try:
            to = form.text("to")
            if not to:
                raise CallWrong("to", _("is missing: choose a colleague"))
            hand_over(site.world, visit.acting, question_id, to)
        except CallWrong as error:
            return again(visit, question_id, form, CallWrong("to", error.message))
        return site.go(f"/inbox/{question_id}")

    def again(visit: Visit, question_id: str, form: Form, error: CallWrong) -> Response:
        shown = show_question(site.world, visit.acting, question_id)
        problems = [problem_among(error, FIELDS)]
        return site.page(visit, "question.html", form=form, problems=problems, shown=shown, details=DETAILS)

    return routes


def _answer(form: Form) -> NewAnswer:
    ruling = form.choice("decision", HolderRuling)
    until = form.day("until")
    reason = form.text("reason")
    if not reason:
        raise CallWrong("reason", _("is missing: say in a sentence why"))
    return NewAnswer(
        ruling,
        reason,
        start_of_day(until) if until is not None else None,
        form.ticked("tell") and ruling is HolderRuling.WITHHOLD,
    )


def _told(made: HolderDecided, *, asked_to_tell: bool) -> dict[str, object]:
    """What was decided, in what names nobody."""
    until_at = made.ruling.until_at
    return {
        "reference": made.ruling_id,
        "released": made.ruling.ruling is HolderRuling.RELEASE,
        "until": instant_text(until_at) if until_at is not None else None,
        "telling": asked_to_tell,
        "others": max(0, len(made.answers) - 1),
        "recipients": sorted({one.recipient for one in made.told}),
    }
