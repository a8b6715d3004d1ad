"""Opening a team: around people who were found, or around those of a case one is in already.

Decides what is asked: whom it is about, what for, the level of need, and who is in it by name from the beginning.
Whom a search found stands in a draft of whoever searched, and in no address. What the family has agreed to is told
to those in the team, on its page, and not before. Who may open one is the use case's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from fastapi import APIRouter, Depends, Response

from broker.access import Verb
from broker.casework import CaseKind
from broker.dates import instant_text, parse_instant
from broker.errors import CallWrong
from broker.usecases.acting import require_may
from broker.usecases.casework.cases import NewCase, open_case
from broker.usecases.casework.look_at_team import list_teams, look_at_team
from broker.usecases.posts.colleagues import list_colleagues
from broker.usecases.signing_in.drafts import drop_draft, get_draft, keep_draft
from broker.web.forms import Form
from broker.web.language import _
from broker.web.pages.asking import Field, Kind, Question, ask, choices_of, chosen
from broker.web.pages.team_steps import LEVELS, by_name
from broker.web.pages.team_words import first_names
from broker.web.site import Site, Visit

KIND: Final = "team"
SHOWN_FOR: Final = timedelta(minutes=15)
"""As long as what a search found is shown."""


def team_new_routes(site: Site) -> APIRouter:
    """`/teams/new`."""
    routes = APIRouter()
    world = site.world

    @routes.get("/teams/new")
    def new(visit: Visit = Depends(site.visit), draft: str = "", case: str = "") -> Response:
        require_may(world, visit.acting, Verb.TEAM_OPEN)
        people = around(visit, draft, case)
        if not people:
            teams = list_teams(world, visit.acting).rows
            known = [{"value": one.case.id, "text": first_names(one.people)} for one in teams]
            return site.page(visit, "team-new.html", known=known, stale=bool(draft))
        return ask(site, visit, question(visit, people, draft, case))

    @routes.post("/teams/new")
    def create(visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        require_may(world, visit.acting, Verb.TEAM_OPEN)
        draft, case = form.text("draft"), form.text("case")
        people = around(visit, draft, case)
        if not people:
            return site.go(f"/teams/new?draft={draft}" if draft else "/teams/new")
        try:
            opened = open_case(world, visit.acting, wanted(form, people))
        except CallWrong as error:
            return ask(site, visit, question(visit, people, draft, case), form, error)
        if draft:
            drop_draft(world, visit.staff_id, draft)
        return site.go(f"/teams/{opened.case.id}")

    def around(visit: Visit, draft: str, case: str) -> dict[str, str]:
        """Whom it may be about, by id, as they are called; nobody once what a search found is old."""
        if draft:
            body = get_draft(world, visit.staff_id, KIND, draft)
            at = parse_instant(str(body["at"]))
            stale = at is None or visit.session.at - at > SHOWN_FOR
            return {} if stale else {one["person"]: one["name"] for one in body["people"]}
        if case:
            return {one.person_id: one.name for one in look_at_team(world, visit.acting, case).people}
        return {}

    def question(visit: Visit, people: Mapping[str, str], draft: str, case: str) -> Question:
        vocabulary = world.partnership.vocabulary
        mine = vocabulary.roles[visit.role].purposes
        purposes = {
            code: one.title for code, one in vocabulary.purposes.items() if code in mine and one.case_required
        }
        named = {one: name or _("Name not known") for one, name in people.items()}
        colleagues = list_colleagues(world, visit.acting, Verb.TEAM_JOIN)
        return Question(
            _("A new team"),
            _("Open a team around the family"),
            _("Open the team"),
            "/teams/new",
            f"/teams/{case}" if case else "/search",
            _("The team") if case else _("Search"),
            (
                Field(Kind.HIDDEN, "draft", value=draft),
                Field(Kind.HIDDEN, "case", value=case),
                Field(Kind.TICKS, "about", _("Who is it about?"), choices=choices_of(named), value=tuple(named)),
                Field(Kind.RADIOS, "purpose", _("What is it for?"), choices=choices_of(purposes)),
                Field(Kind.RADIOS, "level", _("Which level of need?"), choices=choices_of(LEVELS)),
                Field(
                    Kind.TICKS,
                    "members",
                    _("Which colleagues are in it from now on?"),
                    _("You are in it, and you lead. Others can be added later."),
                    choices=by_name(site, colleagues),
                ),
                Field(
                    Kind.TEXT,
                    "references",
                    _("Anybody elsewhere? Their work references"),
                    _("They can tell you. Put a comma between them. Who works elsewhere is not listed here."),
                ),
            ),
            lines=(
                _("Everybody you name has access from that moment, and every look is written down."),
                _("What each of the family has agreed to is shown once the team is open, to those in it."),
            ),
            main="references",
        )

    return routes


def wanted(form: Form, people: Mapping[str, str]) -> NewCase:
    """The case that the form asks for. Raises CallWrong for what is missing."""
    about = [one for one in form.texts("about") if one in people]
    if not about:
        raise CallWrong("about", _("is missing: tick at least one person"))
    purpose, level = chosen(form, "purpose"), chosen(form, "level")
    if level not in LEVELS:
        raise CallWrong("level", _("is a level of need from 1 to 4"))
    elsewhere = [one.strip() for one in form.text("references").split(",") if one.strip()]
    members = frozenset([*form.texts("members"), *elsewhere])
    return NewCase(CaseKind.TEAM, int(level), frozenset({purpose}), frozenset(about), members)


def keep_found(site: Site, visit: Visit, people: Iterable[Mapping[str, Any]]) -> str:
    """Keeps whom a search found and somebody chose, and returns where a team around them is opened."""
    kept = [{"person": one["person"], "name": one["name"]} for one in people]
    body = {"people": kept, "at": instant_text(visit.session.at)}
    return f"/teams/new?draft={keep_draft(site.world, visit.staff_id, KIND, body)}"
