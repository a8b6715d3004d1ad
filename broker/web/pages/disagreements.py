"""Professionals disagree: what is open, one with everything that was said, raising one.

Decides how a disagreement is laid out and which of its next steps are offered. Who sees one, and who may settle
it, is the use case's (`broker.usecases.casework.disagreements`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from fastapi import APIRouter, Depends, Response

from broker.casework.disagreement import Disagreement, DisagreementState, Subject
from broker.errors import CallWrong
from broker.usecases.acting import Acting
from broker.usecases.casework import move_disagreement
from broker.usecases.casework.disagreements import (
    DisagreementShown,
    NewDisagreement,
    list_disagreements,
    raise_disagreement,
    show_disagreement,
)
from broker.usecases.world import World
from broker.vocabulary.inboxes import Stage
from broker.web.forms import Form, problem_among
from broker.web.language import _
from broker.web.pages.asking import Field, Kind, Question, ask, choices_of, chosen
from broker.web.site import Site, Visit

ABOUT: Final[Mapping[str, str]] = {
    Subject.THRESHOLD: _("What the front door decided about a worry"),
    Subject.WITHHELD: _("Something that its holder withholds"),
    Subject.CLOSED: _("The closing of a case"),
}
STAGES: Final[Mapping[str, str]] = {
    Stage.PRACTITIONER: _("those who work on it"),
    Stage.MANAGER: _("their managers"),
    Stage.LEAD: _("the safeguarding leads"),
    Stage.PARTNERSHIP: _("the partnership"),
}
SAID: Final[Mapping[str, str]] = {
    "answered": _("said"),
    "escalated": _("took it up a stage"),
    "resolution-proposed": _("proposed how it ends"),
    "resolution-declined": _("did not agree to that"),
    "resolved": _("agreed to that"),
}
STEPS: Final[Mapping[str, Callable[[World, Acting, str, str], Disagreement]]] = {
    "answer": move_disagreement.answer,
    "propose": move_disagreement.propose,
    "escalate": move_disagreement.escalate,
    "accept": move_disagreement.accept,
    "decline": move_disagreement.decline,
}
STEP_WORDS: Final[Mapping[str, str]] = {
    "answer": _("Say something to it"),
    "propose": _("Propose how it ends"),
    "escalate": _("Take it up one stage"),
    "accept": _("Agree to what they propose: then it is over"),
    "decline": _("Not agree to that: it goes on"),
}


def disagreements_routes(site: Site) -> APIRouter:
    """`/disagreements`, `/disagreements/new`, `/disagreements/<id>`."""
    routes = APIRouter()
    world = site.world

    @routes.get("/disagreements")
    def disagreements(visit: Visit = Depends(site.visit), every: bool = False) -> Response:
        found = list_disagreements(world, visit.acting, every=every)
        return site.page(visit, "disagreements.html", found=found, every=every, about=ABOUT, stages=STAGES)

    @routes.get("/disagreements/new")
    def new(visit: Visit = Depends(site.visit), about: str = "", reference: str = "") -> Response:
        return ask(site, visit, _new(site, about, reference))

    @routes.post("/disagreements/new")
    def begin(visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        try:
            made = raise_disagreement(
                world,
                visit.acting,
                NewDisagreement(
                    form.choice("about", Subject),
                    chosen(form, "reference"),
                    form.text("grounds"),
                    form.given("with"),
                ),
            )
        except CallWrong as error:
            return ask(site, visit, _new(site), form, error)
        return site.go(f"/disagreements/{made.id}")

    @routes.get("/disagreements/{disagreement_id}")
    def disagreement(disagreement_id: str, visit: Visit = Depends(site.visit)) -> Response:
        shown = show_disagreement(world, visit.acting, disagreement_id)
        return site.page(visit, "disagreement.html", **_data(shown))

    @routes.post("/disagreements/{disagreement_id}")
    def go_on(
        disagreement_id: str, visit: Visit = Depends(site.visit), form: Form = Depends(site.form)
    ) -> Response:
        try:
            step = STEPS.get(chosen(form, "step"))
            if step is None:
                raise CallWrong("step", _("is not one of the choices: choose one"))
            step(world, visit.acting, disagreement_id, form.text("said"))
        except CallWrong as error:
            shown = show_disagreement(world, visit.acting, disagreement_id)
            problems = [problem_among(error, {"step", "said"})]
            return site.page(visit, "disagreement.html", form=form, problems=problems, **_data(shown))
        return site.go(f"/disagreements/{disagreement_id}")

    return routes


def next_steps(shown: DisagreementShown) -> list[str]:
    """The steps that whoever looks may take next, the gentlest first."""
    found = shown.disagreement
    match found.state:
        case DisagreementState.OPEN:
            steps = ["answer", *(["propose"] if shown.may_settle else [])]
            return steps if found.stage is Stage.PARTNERSHIP else [*steps, "escalate"]
        case DisagreementState.PROPOSED if shown.may_settle and not shown.is_own_proposal:
            return ["accept", "decline"]
        case _:
            return []


def _data(shown: DisagreementShown) -> dict[str, Any]:
    steps = [{"value": one, "text": STEP_WORDS[one]} for one in next_steps(shown)]
    return {"shown": shown, "steps": steps, "about": ABOUT, "stages": STAGES, "said": SAID}


def _new(site: Site, about: str = "", reference: str = "") -> Question:
    organisations = site.world.partnership.vocabulary.organisations
    return Question(
        _("Disagree"),
        _("What do you see differently?"),
        _("Raise it"),
        "/disagreements/new",
        "/disagreements",
        _("Disagreements"),
        (
            Field(Kind.RADIOS, "about", _("What is it about?"), choices=choices_of(ABOUT), value=about or None),
            Field(
                Kind.TEXT,
                "reference",
                _("The reference of the case or the question"),
                _("It begins with k- or q-."),
                value=reference or None,
            ),
            Field(Kind.AREA, "grounds", _("What do you see differently, and why?"), _("In a sentence or two.")),
            Field(
                Kind.SELECT,
                "with",
                _("Only for a case that was closed: with which of its organisations?"),
                choices=choices_of({code: one.name for code, one in sorted(organisations.items())}),
            ),
        ),
        (
            _("Disagreeing is part of the work, and blames nobody. The other side is told, and answers by a day."),
            _("If somebody is in danger now, do not wait for this: ring 999."),
        ),
        main="reference",
    )
