"""The rights desk: what have people asked of us, and by when?

Decides which lists and forms are offered to whom, and how something new is written down. Who may, which clock runs
and what follows is the use cases' (`broker.usecases.rights`).
"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Depends, Response

from broker.access import Verb
from broker.dates import start_of_day
from broker.errors import CallWrong
from broker.rights.breach import BreachKind
from broker.rights.restriction import RestrictionGround
from broker.rights.subject_access import Capacity, ChildView
from broker.usecases.acting import require_may
from broker.usecases.rights.access_requests import NewRequest, open_request
from broker.usecases.rights.breaches import NewBreach, record_breach
from broker.usecases.rights.complaints import open_complaint
from broker.usecases.rights.corrections import open_dispute
from broker.usecases.rights.desk import desk_verb, show_desk
from broker.usecases.rights.look_at_answer import list_opinions_waiting
from broker.usecases.rights.restrictions import NewRestriction, restrict
from broker.web.forms import Form, number_of
from broker.web.language import _
from broker.web.pages import rights_words as words
from broker.web.pages.asking import Field, Kind, Question, ask, choices_of, chosen
from broker.web.site import Site, Visit
from broker.web.step_up import STEP_UP

_ABOUT: Final = Field(Kind.TEXT, "about", _("Who are they?"), _("Their reference, from a search."))
_RECEIVED: Final = Field(Kind.DAY, "received", _("On which day did it come in?"), _("Leave it empty for today."))


def rights_routes(site: Site) -> APIRouter:
    """`/rights` and what is newly written down there."""
    routes = APIRouter()
    world = site.world

    def may(visit: Visit, verb: Verb) -> bool:
        return world.access.find_role([visit.role], verb) is not None

    @routes.get("/rights")
    def desk(visit: Visit = Depends(site.visit), done: str = "") -> Response:
        reads = may(visit, desk_verb(world, visit.acting))
        records = may(visit, Verb.RIGHTS_RECORD) or may(visit, Verb.BREACH_RECORD)
        assesses = may(visit, Verb.HARM_ASSESS)
        return site.page(
            visit,
            "rights.html",
            desk=show_desk(world, visit.acting) if reads or not (records or assesses) else None,
            opinions=list_opinions_waiting(world, visit.acting) if assesses else (),
            begin=[(f"/rights/new/{name}", text) for name, verb, text in _BEGIN if may(visit, verb)],
            done=done,
            looks=may(visit, Verb.RIGHTS_ANSWER),
            words=words,
            left=words.left_words,
        )

    def may_begin(name: str) -> None:
        verb = next(verb for one, verb, _text in _BEGIN if one == name)
        visiting = site.proved if verb in STEP_UP else site.visit

        @routes.get(f"/rights/new/{name}", name=f"rights-new-{name}")
        def begin(visit: Visit = Depends(site.visit), about: str = "") -> Response:
            require_may(world, visit.acting, verb)
            return ask(site, visit, _question(site, visit, name, about))

        @routes.post(f"/rights/new/{name}", name=f"rights-new-{name}-keep")
        def keep(visit: Visit = Depends(visiting), form: Form = Depends(site.form)) -> Response:
            try:
                matter_id = _opened(site, visit, name, form)
            except CallWrong as error:
                return ask(site, visit, _question(site, visit, name, ""), form, _beside(error))
            place = _WHERE[name]
            reads = may(visit, Verb.BREACH_DECIDE if name == "breach" else Verb.RIGHTS_ANSWER)
            return site.go(f"/rights/{place}/{matter_id}" if reads else "/rights?done=yes")

    for one, _verb, _text in _BEGIN:
        may_begin(one)
    return routes


_BEGIN: Final = (
    ("request", Verb.RIGHTS_RECORD, _("Somebody asks for their own information")),
    ("dispute", Verb.RIGHTS_RECORD, _("Somebody says that a record is wrong")),
    ("complaint", Verb.RIGHTS_RECORD, _("Somebody complains about how their information was used")),
    ("restriction", Verb.RIGHTS_ANSWER, _("Information about somebody may not be used for now")),
    ("breach", Verb.BREACH_RECORD, _("A data breach: information went wrong")),
)
_WHERE: Final = {
    "request": "requests",
    "dispute": "disputes",
    "complaint": "complaints",
    "restriction": "restrictions",
    "breach": "breaches",
}


def _opened(site: Site, visit: Visit, name: str, form: Form) -> str:
    world, acting = site.world, visit.acting
    day = form.day("received")
    received_at = start_of_day(day) if day is not None else None
    if name == "request":
        about = chosen(form, "about")
        new = NewRequest(
            about,
            form.given("by") or about,
            form.choice("capacity", Capacity),
            form.text("identity"),
            form.text("authority"),
            received_at,
            form.find_choice("child", ChildView),
            form.ticked("others"),
        )
        return open_request(world, acting, new).matter_id
    if name == "dispute":
        about, record = chosen(form, "about"), chosen(form, "record")
        return open_dispute(world, acting, about, record, form.text("words"), received_at).matter_id
    if name == "complaint":
        return open_complaint(world, acting, chosen(form, "about"), form.text("words"), received_at).matter_id
    if name == "restriction":
        kinds = frozenset(form.texts("category"))
        ground = form.choice("ground", RestrictionGround)
        return restrict(
            world, acting, NewRestriction(chosen(form, "about"), kinds, ground, form.text("reason"))
        ).matter_id
    breach = NewBreach(
        form.choice("kind", BreachKind),
        form.text("what"),
        people=_count(form, "people"),
        disclosures=form.texts("release"),
        partners=frozenset(form.texts("partner")),
    )
    return record_breach(world, acting, breach).breach_id


def _count(form: Form, name: str) -> int:
    found = number_of(form.text(name) or "0")
    if found is None:
        raise CallWrong(name, _("is no number: give how many people, at least"))
    return found


def _beside(error: CallWrong) -> CallWrong:
    """Beside the field the page has: a use case says `person` of what is asked as `about`."""
    return CallWrong("about", error.message) if error.where == "person" else error


def _question(site: Site, visit: Visit, name: str, about: str) -> Question:
    heading, lines, fields = _form_of(site, visit, name)
    filled = [
        Field(Kind.TEXT, one.name, one.label, one.hint, value=about) if one is _ABOUT else one for one in fields
    ]
    return Question(
        title=_("Write down something new"),
        heading=heading,
        button=_("Write it down"),
        action=f"/rights/new/{name}",
        back="/rights",
        back_text=_("Rights desk"),
        fields=filled,
        lines=lines,
        main=filled[0].name,
    )


def _form_of(site: Site, visit: Visit, name: str) -> tuple[str, tuple[str, ...], tuple[Field, ...]]:
    vocabulary = site.world.partnership.vocabulary
    if name == "request":
        return (
            _("Somebody asks for their own information"),
            (_("The month to answer begins on the day it came in. It costs them nothing."),),
            (
                _ABOUT,
                Field(Kind.AREA, "identity", _("What showed who they are?"), _("Or say that you will ask.")),
                Field(
                    Kind.RADIOS, "capacity", _("For whom do they ask?"), choices=choices_of(words.CAPACITIES),
                    value=Capacity.SELF.value,
                ),
                Field(Kind.TEXT, "by", _("If for somebody else: who asks?"), _("Their reference.")),
                Field(Kind.AREA, "authority", _("If for somebody else: what shows that they may?")),
                Field(
                    Kind.RADIOS, "child", _("If a parent asks: what does the child say?"),
                    choices=choices_of(words.CHILD_VIEWS),
                ),
                _RECEIVED,
                Field(Kind.TICK, "others", _("Ask the other organisations that know them to answer too")),
            ),
        )  # fmt: skip
    if name == "dispute":
        return (
            _("Somebody says that a record is wrong"),
            (_("There is one month to correct it, or to say why not."),),
            (
                _ABOUT,
                Field(Kind.TEXT, "record", _("Which record?"), _("Its reference, from its papers.")),
                Field(Kind.AREA, "words", _("What do they say is wrong?"), _("In their words.")),
                _RECEIVED,
            ),
        )
    if name == "complaint":
        return (
            _("Somebody complains about how their information was used"),
            (_("They are told within 30 days that you have it."),),
            (_ABOUT, Field(Kind.AREA, "words", _("What do they say?"), _("In their words.")), _RECEIVED),
        )
    if name == "restriction":
        kinds = [
            {"value": code, "text": one.title}
            for code, one in sorted(vocabulary.categories.items(), key=lambda pair: pair[1].title)
        ]
        return (
            _("Information about somebody may not be used for now"),
            (_("It is kept and not used. Whoever received it is told."),),
            (
                _ABOUT,
                Field(Kind.RADIOS, "ground", _("Why?"), choices=choices_of(words.GROUNDS)),
                Field(Kind.AREA, "reason", _("In your words"), _("In a sentence. It is kept sealed.")),
                Field(Kind.TICKS, "category", _("Which information?"), choices=kinds),
            ),
        )
    partners = [
        {"value": code, "text": one.name}
        for code, one in sorted(vocabulary.organisations.items(), key=lambda pair: pair[1].name)
        if code != visit.organisation
    ]
    return (
        _("Write down a data breach"),
        (
            _("The 72 hours begin now. Your officers see it, and the organisations concerned are told, at once."),
            _("Do not wait until you know everything: write down what you know."),
        ),
        (
            Field(Kind.RADIOS, "kind", _("What happened?"), choices=choices_of(words.BREACHES)),
            Field(Kind.AREA, "what", _("In your words"), _("In a sentence. Name nobody.")),
            Field(Kind.TEXT, "people", _("How many people, at least?"), value="1"),
            Field(Kind.TEXT, "release", _("Which release was it?"), _("Its reference, if it was one.")),
            Field(Kind.SELECT, "partner", _("Which other organisation is concerned?"), choices=partners),
        ),
    )
