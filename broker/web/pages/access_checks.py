"""Access checks: which looks should somebody ask about?

Decides how a finding reads (a question, never a verdict) and how it is answered. What is found, who reads it and
what answering does is the use cases' (`broker.usecases.oversight`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Depends, Response

from broker.audit.events import Event
from broker.errors import CallWrong
from broker.usecases.oversight.access_checks import run_access_checks, watch_person
from broker.usecases.oversight.answer_checks import (
    CheckAnswer,
    CheckWaiting,
    answer_check,
    list_checks,
    show_check,
)
from broker.web.forms import Form, problem_among
from broker.web.language import _
from broker.web.pages.asking import Field, Kind, Question, ask, choices_of, chosen
from broker.web.site import Site, Visit

SENTENCES: Final[Mapping[str, str]] = {
    "own-record": _("%s looked at themselves"),
    "same-name-or-place": _("%s looked at somebody of their own family name, postcode or address"),
    "declared-link": _("%s looked at, or opened emergency access about, somebody they have a declared link to"),
    "colleague": _("%s looked at a colleague"),
    "watched": _("%s looked at somebody on the watched list"),
    "no-open-case": _("%s was given something about somebody of whom no case was open"),
    "another-area": _("%s was the first from an area where nobody knows this person to look"),
    "volume": _("%s looked at many more people in a day than others in their role"),
    "sequential": _("%s looked at people whose NHS numbers follow one another"),
    "refusals-then-override": _("%s was refused twice and then asked for emergency access"),
    "out-of-hours": _("%s looked at night, at a weekend or on a bank holiday"),
    "dormant-account": _("%s used an account that nobody had used for 90 days"),
    "two-organisations": _("%s acted for two organisations within a day"),
    "recurring-pair": _("%s approved emergency access for the same colleague again and again"),
    "deceased": _("%s looked at somebody who had died"),
}
"""INVARIANT: one for each check (a test walks both)."""
ANSWERS: Final[Mapping[str, str]] = {
    CheckAnswer.EXPLAINED: _("There is a good reason"),
    CheckAnswer.TRAINING: _("There is something to learn"),
    CheckAnswer.BREACH: _("It was a data breach"),
}
HINTS: Final[Mapping[str, str]] = {
    CheckAnswer.EXPLAINED: _("Nothing more happens."),
    CheckAnswer.TRAINING: _("Talk to them and their manager. Nothing is sent by itself."),
    CheckAnswer.BREACH: _("It is recorded at once, and its 72 hours begin."),
}
LOOKS: Final[Mapping[Event, str]] = {
    Event.PROFILE_RELEASED: _("Saw a family summary"),
    Event.PROFILE_REFUSED: _("Asked for a family summary, and nothing was released"),
    Event.PERSON_SEARCHED: _("Searched"),
    Event.OVERRIDE_REQUESTED: _("Asked for emergency access"),
    Event.OVERRIDE_OPENED: _("Emergency access was opened"),
}
WATCHED: Final = "yes"
UNWATCHED: Final = "no"


def access_check_routes(site: Site) -> APIRouter:
    """`/access-checks`, `…/run`, `…/watch`, `/access-checks/<id>`."""
    routes = APIRouter()
    world = site.world

    @routes.get("/access-checks")
    def waiting(visit: Visit = Depends(site.visit), done: str = "") -> Response:
        shown = list_checks(world, visit.acting)
        return site.page(
            visit, "access-checks.html", shown=shown, sentence=sentence_of, answers=ANSWERS, done=done
        )

    @routes.post("/access-checks/run")
    def run(visit: Visit = Depends(site.visit), _form: Form = Depends(site.form)) -> Response:
        run_access_checks(world, visit.acting)
        return site.go("/access-checks?done=run")

    @routes.get("/access-checks/watch")
    def watching(visit: Visit = Depends(site.visit)) -> Response:
        list_checks(world, visit.acting)
        return ask(site, visit, _watch_of())

    @routes.post("/access-checks/watch")
    def watch(visit: Visit = Depends(site.proved), form: Form = Depends(site.form)) -> Response:
        try:
            about, change, words = (chosen(form, name) for name in ("about", "change", "words"))
            watch_person(world, visit.acting, about, words, watched=change == WATCHED)
        except CallWrong as error:
            return ask(site, visit, _watch_of(), form, error)
        return site.go("/access-checks?done=watch")

    @routes.get("/access-checks/{check_id}")
    def check(check_id: str, visit: Visit = Depends(site.visit)) -> Response:
        return _page(site, visit, show_check(world, visit.acting, check_id))

    @routes.post("/access-checks/{check_id}")
    def answer(check_id: str, visit: Visit = Depends(site.proved), form: Form = Depends(site.form)) -> Response:
        try:
            found = form.choice("answer", CheckAnswer)
            breach = answer_check(world, visit.acting, check_id, found, form.text("words"))
        except CallWrong as error:
            return _page(site, visit, show_check(world, visit.acting, check_id), form, error)
        return site.go(f"/access-checks?done={'breach' if breach is not None else 'answered'}")

    return routes


def sentence_of(check: CheckWaiting) -> str:
    """What somebody should ask about, in a sentence."""
    who = [check.names.get(one, one) for one in check.staff] or [_("Somebody")]
    return SENTENCES[check.check] % (_("%s and %s") % (who[0], who[1]) if len(who) > 1 else who[0])


def _page(
    site: Site, visit: Visit, check: CheckWaiting, form: Form | None = None, error: CallWrong | None = None
) -> Response:
    return site.page(
        visit,
        "access-check.html",
        form=form,
        problems=[problem_among(error, {"answer", "words"})] if error is not None else (),
        check=check,
        sentence=sentence_of(check),
        answers=[{"value": str(code), "text": text, "hint": HINTS[code]} for code, text in ANSWERS.items()],
        looks=LOOKS,
    )


def _watch_of() -> Question:
    changes = {WATCHED: _("Put them on the watched list"), UNWATCHED: _("Take them off it")}
    return Question(
        title=_("Watched list"),
        heading=_("Whom should every look be asked about?"),
        button=_("Keep this"),
        action="/access-checks/watch",
        back="/access-checks",
        back_text=_("Access checks"),
        fields=(
            Field(Kind.TEXT, "about", _("Their reference"), _("Anybody may be named, known here or not.")),
            Field(Kind.RADIOS, "change", _("What changes?"), choices=choices_of(changes)),
            Field(Kind.AREA, "words", _("Why?"), _("In a sentence. It is kept sealed.")),
        ),
        lines=(
            _("For somebody in the news, or whose family works here. Every look at them is then asked about."),
        ),
        main="about",
    )
