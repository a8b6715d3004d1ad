"""Requests without an agreement: those that wait, one on its form, deciding it, and the letter that says so.

Decides how the Information Commissioner's form is laid out as questions. What may go, by which right and who
decides is the use cases' (`broker.usecases.adhoc`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from fastapi import APIRouter, Depends, Response

from broker.access import Verb
from broker.casework.adhoc import AdhocState, Direction, RefusedBecause
from broker.consent.record import ConsentKind
from broker.dates import start_of_day
from broker.decision.adhoc import COURT_ORDER, VITAL_INTERESTS
from broker.errors import CallWrong
from broker.release.adhoc_document import as_mapping
from broker.usecases.adhoc import adhoc_requests
from broker.usecases.adhoc.adhoc_requests import (
    AdhocShown,
    NewAdhoc,
    answer_adhoc,
    list_adhoc,
    record_adhoc,
    show_adhoc,
)
from broker.usecases.adhoc.adhoc_terms import AdhocDecision
from broker.usecases.adhoc.decide_adhoc import WHY_NOT, decide_request
from broker.usecases.casework.look_at_team import TeamShown, look_at_team
from broker.usecases.signing_in.drafts import get_draft, keep_draft
from broker.vocabulary.codes import Detail
from broker.web.forms import Form
from broker.web.language import _
from broker.web.pages.asking import Field, Kind, Question, ask, choices_of, chosen
from broker.web.site import Site, Visit

LETTER: Final = "adhoc-letter"
"""The draft that holds the letter for whoever decided: it is printed and sent, and nobody else's."""
GO: Final = "release"
WAYS: Final[Mapping[str, str]] = {
    Direction.OUT: _("Somebody asks us"),
    Direction.IN: _("We ask somebody"),
    Direction.TOLD: _("We told somebody already, in an emergency"),
}
STATES: Final[Mapping[str, str]] = {
    AdhocState.OPEN: _("Not decided yet"),
    AdhocState.SECOND_NEEDED: _("A second person decides it too"),
    AdhocState.RELEASED: _("Something went"),
    AdhocState.REFUSED: _("We said no"),
    AdhocState.ANSWERED: _("They answered"),
    AdhocState.TOLD: _("Told already"),
}
DETAILS: Final = {
    "flag": _("Known to, and nothing else"),
    "summary": _("A summary"),
    "full": _("In full"),
}
PARTS: Final = {
    "body": _("Who they are"),
    "contact": _("Whom we spoke to, and how we know"),
    "why": _("Why it is needed"),
    "items": _("What exactly"),
    "power_said": _("The power they name"),
    "dpia": _("The impact assessment"),
    "retention": _("How long they keep it"),
    "secure": _("How it is sent safely"),
    "reason": _("Why it was decided so"),
    "said": _("What they said"),
}
"""What was written on the form, in the order in which it is read."""
MOST_KINDS: Final = 3
_OFFERED: Final = ("category", "category-2", "category-3")


def adhoc_routes(site: Site) -> APIRouter:
    """`/adhoc`, `/adhoc/new`, `/adhoc/letter/<draft id>`, `/adhoc/<id>` and its `decide` and `answer`."""
    routes = APIRouter()
    world = site.world

    @routes.get("/adhoc")
    def listed(visit: Visit = Depends(site.visit), every: bool = False) -> Response:
        found = list_adhoc(world, visit.acting, every=every)
        return site.page(visit, "adhoc-list.html", found=found, every=every, ways=WAYS, states=STATES)

    @routes.get("/adhoc/new")
    def new(visit: Visit = Depends(site.visit), case: str = "") -> Response:
        return ask(site, visit, _new(site, _team(site, visit, case)))

    @routes.post("/adhoc/new")
    def record(visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        try:
            made = record_adhoc(world, visit.acting, _request(form))
        except CallWrong as error:
            return ask(site, visit, _new(site, _team(site, visit, form.text("case"))), form, error)
        return site.go(f"/adhoc/{made.id}")

    @routes.get("/adhoc/letter/{draft_id}")
    def letter(draft_id: str, visit: Visit = Depends(site.visit)) -> Response:
        kept = get_draft(world, visit.staff_id, LETTER, draft_id)
        return site.page(visit, "adhoc-letter.html", letter=kept, on=date.fromisoformat(kept["date"]))

    @routes.get("/adhoc/{adhoc_id}")
    def one(adhoc_id: str, visit: Visit = Depends(site.visit)) -> Response:
        shown = show_adhoc(world, visit.acting, adhoc_id)
        decides = world.access.find_role([visit.role], Verb.HOLDER_DECIDE) is not None
        written = [(PARTS[name], said[name]) for said in shown.words for name in PARTS if said.get(name)]
        return site.page(
            visit, "adhoc.html", shown=shown, written=written, decides=decides, ways=WAYS, states=STATES
        )

    @routes.get("/adhoc/{adhoc_id}/decide")
    def deciding(adhoc_id: str, visit: Visit = Depends(site.visit)) -> Response:
        return ask(site, visit, _decide(site, show_adhoc(world, visit.acting, adhoc_id)))

    @routes.post("/adhoc/{adhoc_id}/decide")
    def decide(adhoc_id: str, visit: Visit = Depends(site.proved), form: Form = Depends(site.form)) -> Response:
        try:
            decided = decide_request(world, visit.acting, adhoc_id, _decision(form))
        except CallWrong as error:
            return ask(site, visit, _decide(site, show_adhoc(world, visit.acting, adhoc_id)), form, error)
        if decided.letter is None:
            return site.go(f"/adhoc/{adhoc_id}")
        draft_id = keep_draft(world, visit.staff_id, LETTER, as_mapping(decided.letter))
        return site.go(f"/adhoc/letter/{draft_id}")

    @routes.get("/adhoc/{adhoc_id}/answer")
    def answering(adhoc_id: str, visit: Visit = Depends(site.visit)) -> Response:
        return ask(site, visit, _answer(show_adhoc(world, visit.acting, adhoc_id)))

    @routes.post("/adhoc/{adhoc_id}/answer")
    def answer(adhoc_id: str, visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        try:
            given = chosen(form, "given") == "yes"
            answer_adhoc(world, visit.acting, adhoc_id, given=given, said=form.text("said"))
        except CallWrong as error:
            return ask(site, visit, _answer(show_adhoc(world, visit.acting, adhoc_id)), form, error)
        return site.go(f"/adhoc/{adhoc_id}")

    return routes


def _team(site: Site, visit: Visit, case_id: str) -> TeamShown | None:
    return look_at_team(site.world, visit.acting, case_id) if case_id else None


def _request(form: Form) -> NewAdhoc:
    direction = form.choice("direction", Direction)
    for name in ("body", "why", "category"):
        chosen(form, name)
    needed = form.day("needed-by")
    told = {name: form.text(name.replace("_", "-")) for name in adhoc_requests.Form.__slots__}
    return NewAdhoc(
        direction,
        chosen(form, "purpose"),
        tuple(dict.fromkeys(form.text(name) for name in _OFFERED if form.text(name))),
        tuple(form.texts("about")) or tuple(form.text("references").split()),
        adhoc_requests.Form(**told),
        form.given("to"),
        frozenset(form.texts("type")),
        form.text("area") or "elsewhere",
        form.ticked("emergency"),
        start_of_day(needed) if needed is not None else None,
    )


def _decision(form: Form) -> AdhocDecision:
    wanted = chosen(form, "decision")
    because = None if wanted == GO else form.choice("decision", RefusedBecause)
    if because is None:
        for name in ("category", "detail", "power", "article-6"):
            chosen(form, name)
    details = {one.code: one for one in Detail}
    detail = details.get(form.text("detail"), Detail.SUMMARY)
    return AdhocDecision(
        form.text("reason"),
        because,
        form.texts("category") or None,
        detail,
        form.text("power"),
        form.text("article-6"),
        form.given("article-9"),
        form.given("schedule-1"),
        form.given("article-10"),
        form.find_choice("relies-on", ConsentKind),
        form.given("policy-document"),
        form.ticked("weighed"),
        tuple(line.strip() for line in form.text("conditions").splitlines() if line.strip()),
    )


def _new(site: Site, team: TeamShown | None) -> Question:
    vocabulary = site.world.partnership.vocabulary
    kinds = choices_of({code: one.title for code, one in vocabulary.categories.items()})
    labels = (_("What is asked for?"), _("And what else? (if anything)"), _("And what else? (if anything)"))
    people: tuple[Field, ...] = (
        Field(
            Kind.TEXT,
            "references",
            _("About whom? Their references"),
            _("As search shows them, with a space between them."),
        ),
    )
    if team is not None:
        there = [{"value": one.person_id, "text": one.name or _("Name not known")} for one in team.people]
        people = (
            Field(Kind.TICKS, "about", _("About whom?"), choices=there),
            Field(Kind.HIDDEN, "case", value=team.team.case.id),
        )
    types = sorted(vocabulary.organisation_types() | adhoc_requests.TYPES_ELSEWHERE)
    return Question(
        _("A request"),
        _("Who asks for what, and why?"),
        _("Write it down"),
        "/adhoc/new",
        "/adhoc",
        _("Requests without an agreement"),
        (
            Field(Kind.RADIOS, "direction", _("Which way?"), choices=choices_of(WAYS)),
            Field(Kind.TEXT, "body", _("Who are they?"), _("The name of the other body.")),
            Field(
                Kind.SELECT,
                "to",
                _("Are they one of our partners?"),
                _("Leave it where they are not."),
                choices_of({code: one.name for code, one in sorted(vocabulary.organisations.items())}),
            ),
            Field(
                Kind.SELECT,
                "type",
                _("If not: what kind of body are they?"),
                choices=[{"value": one, "text": one} for one in types],
            ),
            Field(Kind.TEXT, "contact", _("Whom did you speak to, and how do you know it is them?")),
            Field(Kind.HEADING, "", _("What they need, and why")),
            *people,
            *(Field(Kind.SELECT, name, labels[at], choices=kinds) for at, name in enumerate(_OFFERED)),
            Field(
                Kind.SELECT,
                "purpose",
                _("What for?"),
                choices=choices_of({code: one.title for code, one in vocabulary.purposes.items()}),
            ),
            Field(Kind.AREA, "why", _("Why is it needed?"), _("In a sentence. It is kept sealed.")),
            Field(Kind.TEXT, "items", _("Which items exactly?"), _("Not “everything that matters”.")),
            Field(Kind.HEADING, "", _("By which right, and how it is kept")),
            Field(Kind.TEXT, "power-said", _("Which legal power do they name?")),
            Field(Kind.TEXT, "dpia", _("Their impact assessment, or why there is none")),
            Field(Kind.TEXT, "retention", _("How long will they keep it?")),
            Field(Kind.TEXT, "secure", _("How can it be sent safely?")),
            Field(Kind.HEADING, "", _("By when")),
            Field(Kind.DAY, "needed-by", _("When is it needed? (if there is a day)"), _("For example, 27 3 2026")),
            Field(Kind.TICK, "emergency", _("It cannot wait for a colleague")),
        ),
        (_("No agreement is needed for this, and none is a reason to wait where somebody is in danger."),),
        main="body",
    )


def _decide(site: Site, shown: AdhocShown) -> Question:
    vocabulary, bases = site.world.partnership.vocabulary, site.world.partnership.vocabulary.lawful_bases
    asked = {code: vocabulary.categories[code].title for code in shown.adhoc.categories}
    powers = {code: one.provision for code, one in sorted(vocabulary.gateways.items())}
    powers |= {
        VITAL_INTERESTS: _("Vital interests: a matter of life and death"),
        COURT_ORDER: _("A court’s order"),
    }
    no = {code.value: _("No: %s") % text for code, text in WHY_NOT.items()}
    return Question(
        _("Decide a request"),
        _("What do we let go, and by which right?"),
        _("Decide"),
        f"/adhoc/{shown.adhoc.id}/decide",
        f"/adhoc/{shown.adhoc.id}",
        _("The request"),
        (
            Field(
                Kind.RADIOS,
                "decision",
                _("What do you decide?"),
                choices=choices_of({GO: _("Let go what is ticked below"), **no}),
            ),
            Field(Kind.HEADING, "", _("If something goes")),
            Field(Kind.TICKS, "category", _("What goes?"), choices=choices_of(asked)),
            Field(Kind.RADIOS, "detail", _("How much of it?"), choices=choices_of(DETAILS)),
            Field(Kind.SELECT, "power", _("By which power?"), choices=choices_of(powers)),
            Field(Kind.SELECT, "article-6", _("Which basis in Article 6?"), choices=_titles(bases.article_6)),
            Field(
                Kind.SELECT,
                "article-9",
                _("For special-category data: which condition in Article 9?"),
                choices=_titles(bases.article_9),
            ),
            Field(
                Kind.SELECT,
                "schedule-1",
                _("Where that needs one: which condition in Schedule 1?"),
                choices=_titles(bases.schedule_1),
            ),
            Field(
                Kind.SELECT,
                "article-10",
                _("For criminal offences: which condition in Article 10?"),
                choices=_titles(bases.article_10),
            ),
            Field(
                Kind.SELECT,
                "relies-on",
                _("Does it rest on something that a person agreed to?"),
                choices=[{"value": one.value, "text": one.value.replace("-", " ")} for one in ConsentKind],
            ),
            Field(Kind.TEXT, "policy-document", _("Your policy document, where one is needed")),
            Field(Kind.TICK, "weighed", _("Somebody objected, and it was weighed")),
            Field(Kind.AREA, "conditions", _("What must they keep to?"), _("One on each line.")),
            Field(Kind.HEADING, "", _("Whatever you decide")),
            Field(Kind.AREA, "reason", _("Why?"), _("In a sentence. It is kept sealed.")),
        ),
        (_("Record by record, no more goes than the law allows without an agreement."),),
        main="decision",
    )


def _answer(shown: AdhocShown) -> Question:
    return Question(
        _("An answer"),
        _("What did they answer?"),
        _("Keep this answer"),
        f"/adhoc/{shown.adhoc.id}/answer",
        f"/adhoc/{shown.adhoc.id}",
        _("The request"),
        (
            Field(
                Kind.RADIOS,
                "given",
                _("Did they give it?"),
                choices=({"value": "yes", "text": _("Yes")}, {"value": "no", "text": _("No")}),
            ),
            Field(Kind.AREA, "said", _("What did they say?"), _("In a sentence. It is kept sealed.")),
        ),
        main="given",
    )


def _titles(found: Mapping[str, object]) -> list[dict[str, str]]:
    return [{"value": code, "text": f"{code}: {getattr(one, 'title', code)}"} for code, one in found.items()]
