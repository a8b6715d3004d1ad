"""Who has looked at a person, or at the people of a case: the officer's copy, decisions, the family's copy.

Decides how looks read. Whose business they are and what a family may be told is the use case's
(`broker.usecases.oversight.who_has_looked`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Depends, Response

from broker.access import Verb
from broker.errors import CallWrong
from broker.rights.looks import KeptBack
from broker.usecases.oversight.who_has_looked import Look, WhoLooked, decide_look, family_copy, show_looks
from broker.web.forms import Form, number_of
from broker.web.language import _
from broker.web.pages.asking import Field, Kind, Question, ask, choices_of, chosen
from broker.web.rendering import moment
from broker.web.site import Site, Visit

TELL: Final = "tell"
_REFERENCE: Final = re.compile(r"[pk]-[a-z0-9]{1,40}")
KEPT_BACK: Final[Mapping[str, str]] = {
    KeptBack.COULD_HARM: _("Keep it back: telling them could put somebody in danger"),
    KeptBack.COULD_PREJUDICE: _("Keep it back: telling them could harm an enquiry"),
    KeptBack.ABOUT_ANOTHER: _("Keep it back: it would tell them about somebody else"),
    KeptBack.IN_CONFIDENCE: _("Keep it back: it was given in confidence"),
}


def who_has_looked_routes(site: Site) -> APIRouter:
    """`/who-has-looked`, `/who-has-looked/<person or case>`, its looks and its copy for the family."""
    routes = APIRouter()
    world = site.world

    @routes.get("/who-has-looked")
    def begin(visit: Visit = Depends(site.visit)) -> Response:
        world.access.require([visit.role], Verb.RIGHTS_ANSWER)
        return ask(site, visit, _BEGIN)

    @routes.post("/who-has-looked")
    def choose(visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        world.access.require([visit.role], Verb.RIGHTS_ANSWER)
        try:
            subject = chosen(form, "subject")
            # What is typed becomes an address: a name or a number must never.
            if not _REFERENCE.fullmatch(subject):
                raise CallWrong("subject", f"nobody here has the id `{subject}`; find the person first")
            visit.require_step_up()
        except CallWrong as error:
            return ask(site, visit, _BEGIN, form, error)
        return site.go(f"/who-has-looked/{subject}")

    @routes.get("/who-has-looked/{subject}")
    def looked(subject: str, visit: Visit = Depends(site.visit)) -> Response:
        shown = show_looks(world, visit.acting, subject)
        return site.page(visit, "who-has-looked.html", shown=shown, subject=subject, kept=KEPT_BACK)

    @routes.get("/who-has-looked/{subject}/family")
    def family(subject: str, visit: Visit = Depends(site.visit)) -> Response:
        copy = family_copy(world, visit.acting, subject)
        return site.page(visit, "who-has-looked-family.html", copy=copy, subject=subject)

    @routes.get("/who-has-looked/{subject}/looks/{number}")
    def look(subject: str, number: str, visit: Visit = Depends(site.visit)) -> Response:
        shown = show_looks(world, visit.acting, subject)
        return ask(site, visit, _question(site, subject, number, _look(shown, number)))

    @routes.post("/who-has-looked/{subject}/looks/{number}")
    def decide(
        subject: str, number: str, visit: Visit = Depends(site.proved), form: Form = Depends(site.form)
    ) -> Response:
        shown = show_looks(world, visit.acting, subject)
        found = _look(shown, number)
        try:
            because = None if chosen(form, "answer") == TELL else form.choice("answer", KeptBack)
            words = form.text("words")
            decide_look(world, visit.acting, shown.request_id or "", found.disclosure_id, because, words)
        except CallWrong as error:
            return ask(site, visit, _question(site, subject, number, found), form, error)
        return site.go(f"/who-has-looked/{subject}")

    return routes


def _look(shown: WhoLooked, number: str) -> Look:
    place = number_of(number)
    if place is None or not 0 < place <= len(shown.looks):
        raise CallWrong("look", _("is none here; go back and choose again"))
    return shown.looks[place - 1]


_BEGIN: Final = Question(
    title=_("Who has looked"),
    heading=_("Who has looked at whom?"),
    button=_("Show who has looked"),
    action="/who-has-looked",
    back="/rights",
    back_text=_("Rights desk"),
    fields=(
        Field(
            Kind.TEXT,
            "subject",
            _("A person’s reference, or a case’s"),
            _("It is shown for your organisation alone."),
        ),
    ),
    lines=(
        _("What your staff asked for, and what others were given of your records. That you looked is logged."),
    ),
    main="subject",
)


def _question(site: Site, subject: str, number: str, look: Look) -> Question:
    what = _("%(organisation)s, %(role)s, for: %(purpose)s") % {
        "organisation": look.outside or site.templates.organisation(look.recipient),
        "role": site.templates.role(look.role),
        "purpose": site.templates.purpose(look.purpose),
    }
    return Question(
        title=_("One look"),
        heading=_("Are they told of this look?"),
        button=_("Keep this"),
        action=f"/who-has-looked/{subject}/looks/{number}",
        back=f"/who-has-looked/{subject}",
        back_text=_("Who has looked"),
        fields=(
            Field(
                Kind.RADIOS,
                "answer",
                _("What do you decide?"),
                choices=[{"value": TELL, "text": _("Tell them")}, *choices_of(KEPT_BACK)],
            ),
            Field(Kind.AREA, "words", _("Why?"), _("In a sentence. It is kept sealed.")),
        ),
        lines=(what, moment(look.at)),
        main="answer",
    )
