"""Emergency access answered: by the second person, by whoever reviews it, and the people it was about told.

Decides what each form of its page asks of which use case. Approving, refusing and reviewing need a fresh proof of
who somebody is, as asking does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from fastapi import APIRouter, Depends, Response

from broker.casework.emergency_access import ReviewFinding
from broker.casework.telling import How, NotNow
from broker.dates import start_of_day
from broker.errors import CallWrong
from broker.usecases.emergency.answer_override import approve_override, refuse_override
from broker.usecases.emergency.read_override import show_override
from broker.usecases.emergency.review_override import review_override
from broker.usecases.emergency.tell_about_override import agree_to_put_off, put_off_telling, tell_person
from broker.web.forms import Form, number_of, problem_among
from broker.web.language import _
from broker.web.pages.asking import Field, Kind, Question, ask, choices_of, chosen
from broker.web.pages.emergency import emergency_data
from broker.web.pages.emergency_words import HOW, NOT_NOW
from broker.web.site import Site, Visit

FIELDS: Final = frozenset({"reason", "finding", "words"})
Doing = Callable[[Visit, str, Form], object]
ASKED: Final[Mapping[str, Mapping[str, str]]] = {
    "refuse": {"reason": _("is missing: say in a sentence why not")},
    "review": {
        "finding": _("is missing: choose one"),
        "words": _("is missing: say in a sentence what you found"),
    },
}
"""What a form must hold before anybody is asked to prove who they are."""


def emergency_answer_routes(site: Site) -> APIRouter:
    """`/emergency-access/<id>/approve`, `…/refuse`, `…/review`, `…/agree`, `…/told/<n>`, `…/not-told/<n>`."""
    routes = APIRouter()
    world = site.world

    def may_do(name: str, doing: Doing) -> None:
        @routes.post(f"/emergency-access/{{override_id}}/{name}", name=f"emergency-{name}")
        def do(override_id: str, visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
            try:
                for asked, missing in ASKED.get(name, {}).items():
                    if not form.text(asked):
                        raise CallWrong(asked, missing)
                visit.require_step_up()
                doing(visit, override_id, form)
            except CallWrong as error:
                data = emergency_data(site, visit, override_id)
                problems = [problem_among(error, FIELDS)]
                return site.page(visit, "emergency.html", form=form, problems=problems, wrong=name, **data)
            return site.go(f"/emergency-access/{override_id}")

    def approve(visit: Visit, override_id: str, _form: Form) -> object:
        return approve_override(world, visit.acting, override_id)

    def refuse(visit: Visit, override_id: str, form: Form) -> object:
        return refuse_override(world, visit.acting, override_id, form.text("reason"))

    def review(visit: Visit, override_id: str, form: Form) -> object:
        finding = form.choice("finding", ReviewFinding)
        return review_override(world, visit.acting, override_id, finding, form.text("words"))

    def agree(visit: Visit, override_id: str, form: Form) -> object:
        return agree_to_put_off(
            world, visit.acting, override_id, _person(site, visit, override_id, form.text("person"))
        )

    may_do("approve", approve)
    may_do("refuse", refuse)
    may_do("review", review)
    may_do("agree", agree)

    @routes.get("/emergency-access/{override_id}/told/{number}")
    def told(override_id: str, number: str, visit: Visit = Depends(site.visit)) -> Response:
        _person(site, visit, override_id, number)
        return ask(site, visit, _told_of(override_id, number))

    @routes.post("/emergency-access/{override_id}/told/{number}")
    def tell(
        override_id: str, number: str, visit: Visit = Depends(site.proved), form: Form = Depends(site.form)
    ) -> Response:
        about = _person(site, visit, override_id, number)
        try:
            tell_person(world, visit.acting, override_id, about, form.choice("how", How))
        except CallWrong as error:
            return ask(site, visit, _told_of(override_id, number), form, error)
        return site.go(f"/emergency-access/{override_id}")

    @routes.get("/emergency-access/{override_id}/not-told/{number}")
    def not_told(override_id: str, number: str, visit: Visit = Depends(site.visit)) -> Response:
        _person(site, visit, override_id, number)
        return ask(site, visit, _not_told_of(override_id, number))

    @routes.post("/emergency-access/{override_id}/not-told/{number}")
    def put_off(
        override_id: str, number: str, visit: Visit = Depends(site.proved), form: Form = Depends(site.form)
    ) -> Response:
        about = _person(site, visit, override_id, number)
        try:
            why, said = form.choice("why", NotNow), chosen(form, "words")
            again = form.day("look-again")
            if again is None:
                raise CallWrong("look-again", _("is missing: name the day to look again"))
            again_at = start_of_day(again)
            put_off_telling(world, visit.acting, override_id, about, why, said, again_at)
        except CallWrong as error:
            return ask(site, visit, _not_told_of(override_id, number), form, error)
        return site.go(f"/emergency-access/{override_id}")

    return routes


def _person(site: Site, visit: Visit, override_id: str, number: str) -> str:
    """The person who stands there by this number: no address says who. Raises NotAllowed, CallWrong."""
    tellings = show_override(site.world, visit.acting, override_id).access.tellings
    place = number_of(number)
    if place is None or not 0 < place <= len(tellings):
        raise CallWrong("person", _("is nobody here; go back and choose again"))
    return tellings[place - 1].about


def _told_of(override_id: str, number: str) -> Question:
    return Question(
        title=_("They were told"),
        heading=_("How were they told?"),
        button=_("Write it down"),
        action=f"/emergency-access/{override_id}/told/{number}",
        back=f"/emergency-access/{override_id}",
        back_text=_("Emergency access"),
        fields=(Field(Kind.RADIOS, "how", _("In which way?"), choices=choices_of(HOW)),),
        main="how",
    )


def _not_told_of(override_id: str, number: str) -> Question:
    return Question(
        title=_("Not told yet"),
        heading=_("Why should they not be told yet?"),
        button=_("Propose it"),
        action=f"/emergency-access/{override_id}/not-told/{number}",
        back=f"/emergency-access/{override_id}",
        back_text=_("Emergency access"),
        fields=(
            Field(Kind.RADIOS, "why", _("What stands against it?"), choices=choices_of(NOT_NOW)),
            Field(Kind.AREA, "words", _("In your words"), _("In a sentence. It is kept sealed.")),
            Field(Kind.DAY, "look-again", _("On which day is it looked at again?"), _("Within a year.")),
        ),
        lines=(_("It stands once another reviewer agrees. Until then they are still to be told."),),
        main="why",
    )
