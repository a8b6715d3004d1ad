"""The first page of the agreement desk, and what the family of a case has agreed to.

Decides where a day at the desk begins: with a case, with the reference on a receipt, or with what was not
finished.
"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Depends, Response

from broker.access import Verb
from broker.errors import CallWrong
from broker.release.sheets import ENGLISH
from broker.usecases.consent.agreements_now import AgreementLine, list_agreements_of
from broker.usecases.consent.at_desk import list_desks, require_desk
from broker.usecases.consent.show_receipt import find_to_withdraw, show_receipts
from broker.usecases.signing_in.drafts import list_drafts
from broker.web.forms import Form
from broker.web.language import _
from broker.web.pages.agreement_draft import KIND, RECORDED, form_of, problem_at
from broker.web.pages.agreement_lines import STATE_ADVICE, STATE_WORDS, doubt_words, line_facts, line_words
from broker.web.pages.agreement_receipt import keep_receipt
from broker.web.pages.agreement_withdrawal import keep_withdrawal
from broker.web.pages.agreement_words import who_words
from broker.web.site import Site, Visit

HERE: Final = "/agreement-desk"
RECEIPT: Final = "receipt"
"""The button that shows a receipt again; the other one withdraws."""


def agreement_start_routes(site: Site) -> APIRouter:
    """`/agreement-desk`, `/agreement-desk/reference`, `/agreement-desk/case/<case id>`."""
    routes = APIRouter()
    words = site.templates

    @routes.get(HERE)
    def desk(visit: Visit = Depends(site.visit)) -> Response:
        return desk_page(visit, Form())

    @routes.post(f"{HERE}/reference")
    def by_reference(visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        require_desk(site.world, visit.acting, Verb.CONSENT_WITHDRAW)
        reference = form.text("reference")
        try:
            if not reference:
                raise CallWrong("reference", _("is missing: it stands at the top of the receipt"))
            if form.text("do") == RECEIPT:
                shown = show_receipts(site.world, visit.acting, [reference])
                return site.go(keep_receipt(site, visit, [shown[0].reference], ENGLISH))
            found = find_to_withdraw(site.world, visit.acting, reference)
            return site.go(keep_withdrawal(site, visit, found))
        except CallWrong as error:
            return desk_page(visit, form, CallWrong("reference", error.message))

    @routes.get(f"{HERE}/case/{{case_id}}")
    def case(case_id: str, visit: Visit = Depends(site.visit)) -> Response:
        found = list_agreements_of(site.world, visit.acting, case_id)
        people = [
            {
                "person": one.person,
                "state": STATE_WORDS[one.state],
                "advice": STATE_ADVICE[one.state],
                "who": who_words(one.person.deciders),
                "now": [said(line) for line in one.lines if not line.is_past],
                "earlier": [said(line) for line in one.lines if line.is_past],
            }
            for one in found.people
        ]
        return site.page(visit, "agreement-case.html", found=found, people=people)

    def said(line: AgreementLine) -> dict[str, object]:
        facts = line_facts(line, words.organisation, words.category, words.purpose)
        doubt = doubt_words(line.by or _("They"), here=False) if line.in_doubt and not line.is_past else ""
        return {"line": line, "words": line_words(line), "facts": facts, "doubt": doubt}

    def desk_page(visit: Visit, form: Form, error: CallWrong | None = None) -> Response:
        desks = list_desks(site.world, visit.acting)
        names = {one.person_id: one.name for desk in desks for one in desk.people}
        begun = [
            {
                "draft_id": draft_id,
                "about": names.get(kept.text("about"), _("somebody")),
                "case": kept.text("case"),
            }
            for draft_id, body in list_drafts(site.world, visit.staff_id, KIND).items()
            for kept in [form_of(body)]
            if not kept.text(RECORDED)
        ]
        return site.page(
            visit,
            "agreement-desk.html",
            form=form,
            problems=[problem_at(error, {"reference"})] if error is not None else (),
            desks=desks,
            begun=begun,
            may_record=may(visit, Verb.CONSENT_RECORD),
            may_read=may(visit, Verb.CONSENT_READ),
        )

    def may(visit: Visit, verb: Verb) -> bool:
        return site.world.access.find_role([visit.role], verb) is not None

    return routes
