"""Who stands in for whom, and who leaves a post.

Decides how each is asked for and what whoever arranged it is told afterwards. Who may arrange what is the use
cases' (`broker.usecases.posts`).
"""

from __future__ import annotations

from datetime import date
from typing import Final

from fastapi import APIRouter, Depends, Response

from broker.access import Verb
from broker.casework.staff import StaffMember
from broker.dates import instant_text, parse_instant, start_of_day
from broker.errors import CallWrong
from broker.usecases.posts.colleagues import list_colleagues
from broker.usecases.posts.cover_staff import Cover, arrange_cover, end_cover
from broker.usecases.posts.leavers import end_post
from broker.usecases.signing_in.drafts import get_draft, keep_draft
from broker.web.forms import Form
from broker.web.language import _
from broker.web.pages.asking import Field, Kind, Question, ask, choices_of, chosen
from broker.web.site import Site, Visit

ARRANGED: Final = "cover-arranged"
"""The draft that tells whoever arranged something what it does."""
ENDS_BEFORE: Final = _("It ends as this day begins. For example, 27 3 2026")


def cover_routes(site: Site) -> APIRouter:
    """`/cover`, `/cover/end`, `/cover/arranged/<draft id>`, `/leavers`."""
    routes = APIRouter()
    world = site.world

    def manages(visit: Visit) -> bool:
        return world.access.find_role([visit.role], Verb.COVER_ARRANGE) is not None

    @routes.get("/cover")
    def cover(visit: Visit = Depends(site.visit)) -> Response:
        return ask(site, visit, arranging(visit))

    @routes.post("/cover")
    def arrange(visit: Visit = Depends(site.proved), form: Form = Depends(site.form)) -> Response:
        try:
            until, since = form.day("until"), form.day("from")
            wanted = Cover(
                chosen(form, "for") if manages(visit) else visit.staff_id,
                chosen(form, "cover"),
                chosen(form, "role"),
                start_of_day(_needed(until)),
                start_of_day(since) if since is not None else None,
            )
            made = arrange_cover(world, visit.acting, wanted)
        except CallWrong as error:
            return ask(site, visit, arranging(visit), form, error)
        told = {"cases": made.cases, "lends": made.lends_role, "until": instant_text(made.cover.until_at)}
        return site.go(f"/cover/arranged/{keep_draft(world, visit.staff_id, ARRANGED, told)}")

    @routes.get("/cover/arranged/{draft_id}")
    def arranged(draft_id: str, visit: Visit = Depends(site.visit)) -> Response:
        told = get_draft(world, visit.staff_id, ARRANGED, draft_id)
        until_at = parse_instant(told["until"])
        return site.page(visit, "cover-arranged.html", told=told, until_at=until_at)

    @routes.get("/cover/end")
    def ending(visit: Visit = Depends(site.visit)) -> Response:
        return ask(site, visit, stopping(visit))

    @routes.post("/cover/end")
    def end(visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        try:
            end_cover(world, visit.acting, chosen(form, "for"), chosen(form, "cover"))
        except CallWrong as error:
            return ask(site, visit, stopping(visit), form, error)
        return site.go("/cover")

    @routes.get("/leavers")
    def leavers(visit: Visit = Depends(site.visit)) -> Response:
        return ask(site, visit, leaving(visit))

    @routes.post("/leavers")
    def leave(visit: Visit = Depends(site.proved), form: Form = Depends(site.form)) -> Response:
        try:
            on = form.day("on")
            ended = end_post(
                world,
                visit.acting,
                chosen(form, "staff"),
                start_of_day(on) if on is not None else None,
                form.given("successor"),
            )
        except CallWrong as error:
            return ask(site, visit, leaving(visit), form, error)
        told = {"left": len(ended.cases), "invited": ended.successor is not None, "until": instant_text(ended.at)}
        return site.go(f"/cover/arranged/{keep_draft(world, visit.staff_id, ARRANGED, told)}")

    def arranging(visit: Visit) -> Question:
        colleagues = list_colleagues(world, visit.acting, Verb.COVER_OWN)
        me = visit.session.member
        held = {role for one in colleagues for role in one.staff.roles} if manages(visit) else set()
        titles = world.partnership.vocabulary.roles
        roles = {one: titles[one].title for one in sorted(held | me.staff.roles)}
        whom = Field(
            Kind.SELECT, "for", _("Who is away?"), choices=_names([me, *colleagues]), value=visit.staff_id
        )
        return Question(
            _("Cover"),
            _("Who stands in, and until when?"),
            _("Arrange cover"),
            "/cover",
            "/",
            _("Start"),
            (
                *((whom,) if manages(visit) else ()),
                Field(Kind.SELECT, "cover", _("Who stands in?"), choices=_names(colleagues)),
                Field(
                    Kind.SELECT,
                    "role",
                    _("In which job?"),
                    choices=choices_of(roles),
                    value=visit.role if not manages(visit) else None,
                ),
                Field(Kind.DAY, "from", _("From which day? (if not from now)")),
                Field(Kind.DAY, "until", _("Until which day?"), ENDS_BEFORE),
            ),
            (
                _("Whoever stands in has your places in teams for that time, and not a minute longer.")
                if not manages(visit)
                else _("Whoever stands in has their places in teams for that time, and not a minute longer."),
                _("What is kept to its members is not covered."),
            ),
            main="cover",
        )

    def stopping(visit: Visit) -> Question:
        everybody = _names([visit.session.member, *list_colleagues(world, visit.acting, Verb.COVER_OWN)])
        return Question(
            _("Cover"),
            _("Whose cover ends now?"),
            _("End it now"),
            "/cover/end",
            "/cover",
            _("Cover"),
            (
                Field(Kind.SELECT, "for", _("Who was away?"), choices=everybody),
                Field(Kind.SELECT, "cover", _("Who stood in?"), choices=everybody),
            ),
            main="cover",
            warning=True,
        )

    def leaving(visit: Visit) -> Question:
        everybody = _names(list_colleagues(world, visit.acting, Verb.POST_END))
        return Question(
            _("Somebody leaves their post"),
            _("Who leaves their post, and when?"),
            _("End their access then"),
            "/leavers",
            "/",
            _("Start"),
            (
                Field(Kind.SELECT, "staff", _("Who leaves?"), choices=everybody),
                Field(Kind.DAY, "on", _("On which day? (if not now)"), ENDS_BEFORE),
                Field(
                    Kind.SELECT,
                    "successor",
                    _("Who comes after them? (if you know)"),
                    _("They are invited to the teams, and see nothing until they join."),
                    choices=everybody,
                ),
            ),
            (_("Every place they have in a team ends with their post."),),
            main="staff",
            warning=True,
        )

    return routes


def _needed(until: date | None) -> date:
    if until is None:
        raise CallWrong("until", _("is missing: cover has an end"))
    return until


def _names(members: list[StaffMember] | tuple[StaffMember, ...]) -> list[dict[str, str]]:
    return [{"value": one.staff.id, "text": one.name} for one in members]
