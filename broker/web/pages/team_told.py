"""Does the family know that information about them is shared? Person by person.

Decides how it is asked. What stands, and that not telling needs a reason and a day, is the use case's
(`broker.usecases.consent.tell_family`).
"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Depends, Response

from broker.casework.telling import How, NotNow
from broker.dates import start_of_day
from broker.errors import CallWrong
from broker.usecases.casework.look_at_team import look_at_team
from broker.usecases.consent.tell_family import TellingNow, list_told, record_not_told, record_told
from broker.web.forms import Form
from broker.web.language import _
from broker.web.pages.asking import Field, Kind, Question, ask, choices_of, chosen
from broker.web.pages.team_steps import question_of
from broker.web.rendering import day
from broker.web.site import Site, Visit

NOT_NOW: Final = "not-now"
HOW: Final = {
    How.IN_PERSON: _("in person"),
    How.LETTER: _("by letter"),
    How.PHONE: _("by phone"),
    How.THROUGH_SOMEBODY: _("through somebody they trust"),
}
WHY_NOT: Final = {
    NotNow.COULD_HARM: _("It could harm somebody"),
    NotNow.COULD_PREJUDICE: _("It could get in the way of an enquiry"),
    NotNow.NO_SAFE_WAY: _("There is no safe way to reach them"),
    NotNow.NOT_FOUND: _("We cannot find them"),
}


def team_told_routes(site: Site) -> APIRouter:
    """`/teams/<case id>/told`."""
    routes = APIRouter()
    world = site.world

    def asking(visit: Visit, case_id: str) -> Question:
        shown = look_at_team(world, visit.acting, case_id)
        stands = {one.about: one for one in list_told(world, visit.acting, case_id)}
        people = [{"value": one.person_id, "text": one.name or _("Name not known")} for one in shown.people]
        lines = [
            f"{one.name or _('Name not known')}: {_said(stands[one.person_id])}"
            for one in shown.people
            if one.person_id in stands
        ]
        ways = {how.value: _("Told, %s") % text for how, text in HOW.items()}
        ways[NOT_NOW] = _("Not told for now")
        return question_of(
            shown,
            "told",
            _("Does the family know?"),
            _("Who knows that information is shared?"),
            _("Keep this"),
            (
                Field(Kind.RADIOS, "about", _("Who?"), choices=people),
                Field(Kind.RADIOS, "how", _("Were they told?"), choices=choices_of(ways)),
                Field(Kind.DAY, "on", _("On which day? (if not today)"), _("For example, 27 3 2026")),
                Field(
                    Kind.SELECT,
                    "because",
                    _("If not: why not?"),
                    choices=[{"value": code.value, "text": text} for code, text in WHY_NOT.items()],
                ),
                Field(Kind.AREA, "reason", _("If not: say it in a sentence"), _("It is kept sealed.")),
                Field(Kind.DAY, "look-again", _("If not: when do you look again?"), _("Within half a year.")),
            ),
            lines=tuple(lines),
            main="about",
        )

    @routes.get("/teams/{case_id}/told")
    def told(case_id: str, visit: Visit = Depends(site.visit)) -> Response:
        return ask(site, visit, asking(visit, case_id))

    @routes.post("/teams/{case_id}/told")
    def keep(case_id: str, visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        try:
            about, how = chosen(form, "about"), chosen(form, "how")
            if how == NOT_NOW:
                again = form.day("look-again")
                if again is None:
                    raise CallWrong("look-again", _("is missing: say when you look again"))
                because = form.choice("because", NotNow)
                reason = form.text("reason")
                record_not_told(world, visit.acting, case_id, about, because, reason, start_of_day(again))
            else:
                on = form.day("on")
                told_at = start_of_day(on) if on is not None else None
                record_told(world, visit.acting, case_id, about, form.choice("how", How), told_at)
        except CallWrong as error:
            return ask(site, visit, asking(visit, case_id), form, error)
        return site.go(f"/teams/{case_id}/told")

    return routes


def _said(row: TellingNow) -> str:
    found = row.told
    if found is None:
        return _("nobody has written down that they were told.")
    if found.how is not None:
        return _("told %(how)s, on %(day)s.") % {"how": HOW[found.how], "day": day(found.told_at)}
    return _("not told for now. Look again on %s.") % day(found.look_again_at)
