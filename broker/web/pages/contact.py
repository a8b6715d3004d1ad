"""One contact: how to reach the family safely, what was said, and everything that can be done next.

Decides what each form of the page asks of which use case, and where whoever sent it goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends, Response

from broker.casework import CaseKind
from broker.casework.front_door_words import OUTCOME_IN_WORDS
from broker.casework.threshold import LEVELS, ThresholdOutcome
from broker.errors import CallWrong
from broker.usecases.casework.agency_checks import ask_check
from broker.usecases.casework.decide_contact import close_contact, decide_threshold, tell_referrer
from broker.usecases.casework.find_lead import find_lead, pass_to_lead
from broker.usecases.casework.move_case import move_case
from broker.usecases.casework.recalled_leads import keep_lead
from broker.usecases.casework.screen_contact import put_back, rate_contact, take_contact
from broker.usecases.rules.proposals import propose_purpose
from broker.vocabulary.clocks import Rating
from broker.web.forms import Form
from broker.web.language import _
from broker.web.pages.contact_page import DONE, contact_data
from broker.web.pages.front_door_fields import called, lacking, problem_in
from broker.web.pages.queue_place import QueuePlace, queue_place
from broker.web.site import Site, Visit

Doing = Callable[[Visit, str, Form], object]


def contact_routes(site: Site) -> APIRouter:
    """`/contacts/{case_id}` and what can be done there."""
    routes = APIRouter()

    @routes.get("/contacts/{case_id}")
    def contact(
        case_id: str,
        visit: Visit = Depends(site.visit),
        place: QueuePlace = Depends(queue_place),
        done: str = "",
    ) -> Response:
        data = contact_data(site, visit, case_id)
        return site.page(visit, "contact.html", **data, kept=place.query(), done=DONE.get(done))

    def may_do(name: str, doing: Doing, *, leaves: bool = False) -> None:
        """One form of the page. Its fields' names begin with `name`, so that what is wrong stands beside its
        own."""

        @routes.post(f"/contacts/{{case_id}}/{name}", name=f"contact-{name}")
        def do(
            case_id: str,
            visit: Visit = Depends(site.visit),
            form: Form = Depends(site.form),
            place: QueuePlace = Depends(queue_place),
        ) -> Response:
            problems = lacking(name, form)
            refused: CallWrong | None = None
            if not problems:
                try:
                    doing(visit, case_id, form)
                except CallWrong as error:
                    refused = error
            if problems or refused is not None:
                data = contact_data(site, visit, case_id)
                if refused is not None:
                    choices = [data[one] for one in ("colleagues", "managers", "workers", "askable")]
                    problems = [problem_in(name, refused, called(*choices))]
                return site.page(
                    visit,
                    "contact.html",
                    form=form,
                    problems=problems,
                    wrong=name,
                    done=None,
                    **data,
                    kept=place.query(),
                )
            where = "/queue" if leaves else f"/contacts/{case_id}"
            return site.go(f"{where}{place.query(done=name)}{_PLACES.get(name, '')}")

    for name, doing, leaves in _doings(site):
        may_do(name, doing, leaves=leaves)
    return routes


_PLACES = {"lead": "#already-open"}
"""Where on the page the answer stands, for whoever must not look for it."""


def _doings(site: Site) -> tuple[tuple[str, Doing, bool], ...]:
    """Each form's name, what it does, and whether the contact is left for the queue afterwards."""

    def take(visit: Visit, case_id: str, form: Form) -> object:
        return take_contact(site.world, visit.acting, case_id, unless_held=form.ticked("take-if-free"))

    def hand_over(visit: Visit, case_id: str, form: Form) -> object:
        return take_contact(site.world, visit.acting, case_id, form.text("hand-over-to"))

    def back(visit: Visit, case_id: str, form: Form) -> object:
        return put_back(site.world, visit.acting, case_id, form.text("back-reason"))

    def rate(visit: Visit, case_id: str, form: Form) -> object:
        rating = _choice(form, "rate", "rating", Rating)
        level = _level(form, "rate") if form.given("rate-level") else None
        return rate_contact(site.world, visit.acting, case_id, rating, form.text("rate-reason"), level)

    def check(visit: Visit, case_id: str, form: Form) -> object:
        return ask_check(site.world, visit.acting, case_id, form.text("check-of"))

    def lead(visit: Visit, case_id: str, form: Form) -> object:
        answer = find_lead(site.world, visit.acting, case_id, form.text("lead-reason"))
        keep_lead(site.world, visit.acting, case_id, answer)
        return answer

    def pass_on(visit: Visit, case_id: str, form: Form) -> object:
        to, reason = form.given("pass-to"), form.text("pass-reason")
        try:
            return pass_to_lead(site.world, visit.acting, case_id, to, reason)
        except CallWrong as error:
            if error.where != "to":
                raise
            says = _("is not passed on: ask who leads, and choose whom to pass it to")
            raise CallWrong(f"contact `{case_id}`", says) from None

    def decide(visit: Visit, case_id: str, form: Form) -> object:
        level = _level(form, "decide")
        outcome = _choice(form, "decide", "outcome", ThresholdOutcome)
        if level not in LEVELS[outcome]:
            fitting = _(" or ").join(str(one) for one in sorted(LEVELS[outcome]))
            says = _("does not go with “%(outcome)s”: that is for level %(levels)s")
            raise CallWrong("level", says % {"outcome": OUTCOME_IN_WORDS[outcome], "levels": fitting})
        return decide_threshold(site.world, visit.acting, case_id, level, outcome, form.text("decide-reason"))

    def tell(visit: Visit, case_id: str, _form: Form) -> object:
        return tell_referrer(site.world, visit.acting, case_id)

    def close(visit: Visit, case_id: str, form: Form) -> object:
        untold, despite = form.text("close-untold"), form.text("close-despite")
        return close_contact(site.world, visit.acting, case_id, untold, despite)

    def purpose(visit: Visit, case_id: str, form: Form) -> object:
        before, after = form.text("purpose-from"), form.text("purpose-to")
        manager, reason = form.text("purpose-manager"), form.text("purpose-reason")
        return propose_purpose(site.world, visit.acting, case_id, before, after, manager, reason)

    def go_on(visit: Visit, case_id: str, form: Form) -> object:
        kind = _choice(form, "go-on", "kind", CaseKind)
        level = _level(form, "go-on")
        members = frozenset(form.texts("go-on-member"))
        return move_case(site.world, visit.acting, case_id, kind, level, members, form.text("go-on-reason"))

    return (
        ("take", take, False),
        ("hand-over", hand_over, False),
        ("back", back, True),
        ("rate", rate, False),
        ("check", check, False),
        ("lead", lead, False),
        ("pass", pass_on, True),
        ("decide", decide, False),
        ("tell", tell, False),
        ("close", close, True),
        ("purpose", purpose, False),
        ("go-on", go_on, True),
    )


def _choice(form: Form, name: str, field: str, kind: Any) -> Any:
    try:
        return form.choice(f"{name}-{field}", kind)
    except CallWrong as error:
        raise CallWrong(field, error.message) from None


def _level(form: Form, name: str) -> int:
    text = form.text(f"{name}-level")
    if text not in {"1", "2", "3", "4"}:
        raise CallWrong("level", _("is missing: choose a level of need"))
    return int(text)
