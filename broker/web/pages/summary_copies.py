"""A family summary on paper and in copies for others: for a meeting, and the family's own. Each is a release of
its own, decided again for its readers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Depends, Response

from broker.access import Verb
from broker.errors import BrokerError, CallWrong
from broker.paper.typeset import paper_of
from broker.release.copies import Copy
from broker.release.family_summary import FamilySummary
from broker.release.summary_sheet import summary_sheet
from broker.rights.subject_access import ChildView
from broker.usecases.casework.show_team import Team, show_team
from broker.usecases.release.check_copy import check_copy
from broker.usecases.release.copies import CopyFor
from broker.usecases.release.family_summary import show_family_summary
from broker.usecases.release.summary_request import SummaryRequest, get_request, keep_request, require_may_ask
from broker.usecases.release.whom_to_ask_about import CaseToAsk, get_case_to_ask
from broker.web.forms import Form
from broker.web.language import _
from broker.web.pages.summary_refused import refused_page
from broker.web.rendering import moment
from broker.web.site import Site, Visit


def summary_copies_routes(site: Site) -> APIRouter:
    """`/summary/{draft_id}/copy`, `/summary/{draft_id}/sheet` and `/summary/{draft_id}/paper.pdf`."""
    routes = APIRouter()
    world = site.world

    def asked(visit: Visit, draft_id: str) -> SummaryRequest:
        require_may_ask(world, visit.acting)
        return get_request(world, visit.staff_id, draft_id)

    @routes.get("/summary/{draft_id}/copy")
    def choose(draft_id: str, visit: Visit = Depends(site.visit)) -> Response:
        return site.page(visit, "summary-copy.html", **_choices(site, visit, draft_id, asked(visit, draft_id)))

    @routes.post("/summary/{draft_id}/copy")
    def make(draft_id: str, visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        request = asked(visit, draft_id)
        try:
            wanted = _wanted(form, request)
            if request.case is not None:
                check_copy(world, visit.acting, request.case, wanted)
        except BrokerError as error:
            found = _choices(site, visit, draft_id, request)
            return site.again(visit, "summary-copy.html", form, error, **found)
        kept = keep_request(world, visit.staff_id, replace(request, copy=wanted, questions=()))
        return site.go(f"/summary/{kept}/sheet")

    @routes.get("/summary/{draft_id}/sheet")
    def sheet(draft_id: str, visit: Visit = Depends(site.visit)) -> Response:
        request = asked(visit, draft_id)
        found = show_family_summary(world, visit.acting, request.asked())
        if found.summary is None:
            return refused_page(site, visit, draft_id, found.disclosure)
        made = summary_sheet(found.summary, request.copy.copy if request.copy else None, "")
        blocks = [(type(block).__name__.lower(), block) for block in made.blocks]
        return site.page(
            visit, "summary-sheet.html", draft=draft_id, title=made.title, blocks=blocks, request=request
        )

    @routes.get("/summary/{draft_id}/paper.pdf")
    def paper(draft_id: str, visit: Visit = Depends(site.visit)) -> Response:
        request = asked(visit, draft_id)
        found = show_family_summary(world, visit.acting, request.asked())
        if found.summary is None:
            return refused_page(site, visit, draft_id, found.disclosure)
        running = _running(site, visit, found.summary, request)
        made = summary_sheet(found.summary, request.copy.copy if request.copy else None, running)
        headers = {"content-disposition": 'inline; filename="family-summary.pdf"'}
        return Response(paper_of(made, found.disclosure.at), media_type="application/pdf", headers=headers)

    return routes


def _running(site: Site, visit: Visit, summary: FamilySummary, request: SummaryRequest) -> str:
    """Who and when, for every page; and why, but not on what the family keeps: the reason is the worker's own."""
    profile = summary.profile
    printed = _("Printed by {who}, {role}, {organisation}, {when}.").format(
        who=summary.disclosure.requester_name,
        role=site.templates.role(visit.role),
        organisation=profile.recipient_name,
        when=moment(profile.at),
    )
    if request.is_the_familys:
        return printed
    return f"{printed} {_('Why: {why}').format(why=profile.reason)}"


def _choices(site: Site, visit: Visit, draft_id: str, request: SummaryRequest) -> dict[str, Any]:
    """Who there is to choose from: the team, and those the summary is about."""
    if request.case is None or request.override is not None:
        raise CallWrong("copy", _("is for those who work together on a case; emergency access is for you alone"))
    case: CaseToAsk = get_case_to_ask(site.world, visit.acting, request.case)
    team: Team | None = None
    if site.world.access.find_role([visit.role], Verb.TEAM_READ) is not None:
        team = show_team(site.world, visit.acting, request.case)
    people = [one for one in case.people if one.person_id in request.about]
    adult_from = site.world.partnership.vocabulary.standing.own_decision_from
    return {
        "draft": draft_id,
        "members": [
            {"value": one.staff_id, "text": one.name, "hint": site.templates.organisation(one.organisation)}
            for one in (team.members if team is not None else ())
        ],
        "people": [{"value": one.person_id, "text": one.name} for one in people],
        "children": [one for one in people if one.age is not None and one.age < adult_from],
    }


def _wanted(form: Form, request: SummaryRequest) -> CopyFor:
    """Raises CallWrong beside the field."""
    copy = form.choice("reader", Copy)
    if copy is Copy.MEETING:
        if not form.texts("members"):
            raise CallWrong("members", _("is missing: choose who will have this copy"))
        return CopyFor(copy, form.texts("members"))
    person = form.given("person")
    if person is None or person not in request.about:
        raise CallWrong("person", _("is missing: choose whose copy it is"))
    views = {one: form.find_choice(f"view-{one}", ChildView) for one in request.about if one != person}
    return CopyFor(copy, person=person, children={one: view for one, view in views.items() if view is not None})
