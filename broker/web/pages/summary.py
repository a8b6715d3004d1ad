"""The family summary: what do I need to know before I act? Asked for with a purpose and a reason, kept sealed, and
decided, released and written down anew each time its page is opened."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Depends, Response

from broker.access import Verb
from broker.decision.reasons import CoverageState
from broker.errors import CallWrong
from broker.release.family_picture import Picture, family_picture
from broker.release.family_summary import FamilySummary, Item
from broker.release.not_shared_rows import not_shared_groups
from broker.release.summary_sheet import NOBODY_ELSE
from broker.usecases.holders.ask_holder import NewQuestion, ask_holder
from broker.usecases.release.family_summary import show_family_summary
from broker.usecases.release.summary_request import (
    QuestionAsked,
    SummaryRequest,
    check_request,
    get_request,
    keep_request,
    require_may_ask,
)
from broker.usecases.release.whom_to_ask_about import CaseToAsk, get_case_to_ask, list_cases_to_ask
from broker.web.forms import Form, problem_beside
from broker.web.language import _
from broker.web.pages.summary_refused import refused_page
from broker.web.printed import running_lines
from broker.web.rendering import moment
from broker.web.site import Site, Visit


@dataclass(frozen=True, slots=True)
class Shown:
    """The timeline as it is filtered: the months, and by whom and what."""

    months: tuple[tuple[str, tuple[Item, ...]], ...]
    person: str
    source: str

    @property
    def count(self) -> int:
        """Items shown."""
        return sum(len(items) for _month, items in self.months)


def summary_routes(site: Site) -> APIRouter:
    """`/summary/new`, `/summary/{draft_id}` and what is started from it."""
    routes = APIRouter()
    world = site.world

    @routes.get("/summary/new")
    def ask(visit: Visit = Depends(site.visit), case: str = "", draft: str = "", override: str = "") -> Response:
        require_may_ask(world, visit.acting)
        before = get_request(world, visit.staff_id, draft) if draft else None
        form = _form_of(before) if before is not None else Form({"override": [override]} if override else {})
        case_id = case or (before.case if before is not None else None)
        return _asking(site, visit, form, case_id)

    @routes.post("/summary/new")
    def keep(visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        require_may_ask(world, visit.acting)
        request = SummaryRequest(
            form.text("purpose"),
            form.text("reason"),
            form.texts("about"),
            form.given("case"),
            form.given("override"),
        )
        problems = check_request(world, visit.acting, request)
        if not problems:
            return site.go(f"/summary/{keep_request(world, visit.staff_id, request)}")
        # What a search sends has no piece of work in it yet: asked for, and not held against anybody.
        first = "case" not in form.fields and {one.where for one in problems} == {"case"}
        return _asking(site, visit, form, request.case, () if first else problems)

    @routes.get("/summary/{draft_id}")
    def show(draft_id: str, visit: Visit = Depends(site.visit), person: str = "", source: str = "") -> Response:
        require_may_ask(world, visit.acting)
        request = get_request(world, visit.staff_id, draft_id)
        if request.copy is not None:
            return site.go(f"/summary/{draft_id}/sheet")
        found = show_family_summary(world, visit.acting, request.asked())
        if found.summary is None:
            return refused_page(site, visit, draft_id, found.disclosure)
        return site.page(
            visit,
            "summary.html",
            draft=draft_id,
            request=request,
            summary=found.summary,
            nobody_else=NOBODY_ELSE,
            picture=_picture(site, found.summary),
            groups=tuple(not_shared_groups(found.summary.profile)),
            timeline=_timeline(found.summary, person, source),
            may=_may(site, visit),
            asks=tuple(one for one in found.summary.profile.coverage if one.state == CoverageState.ASK_THE_HOLDER),
            questions={(one.about, one.controller, one.category): one for one in request.questions},
        )

    @routes.get("/summary/{draft_id}/print.css")
    def print_style(draft_id: str, visit: Visit = Depends(site.visit)) -> Response:
        require_may_ask(world, visit.acting)
        request = get_request(world, visit.staff_id, draft_id)
        words = site.templates
        who = f"{visit.session.member.name}, {words.role(visit.role)}, {words.organisation(visit.organisation)}"
        style = running_lines(who, moment(world.clock.now()), None if request.is_the_familys else request.reason)
        return Response(style, media_type="text/css; charset=utf-8")

    @routes.post("/summary/{draft_id}/ask")
    def ask_its_holder(
        draft_id: str, visit: Visit = Depends(site.visit), form: Form = Depends(site.form)
    ) -> Response:
        require_may_ask(world, visit.acting)
        request = get_request(world, visit.staff_id, draft_id)
        controller, _between, category = form.text("of").partition("/")
        about = form.text("about")
        if about not in request.about:
            raise CallWrong("about", _("is nobody this summary asks about"))
        new = NewQuestion(about, controller, category, request.purpose, request.reason, request.case)
        asked = ask_holder(world, visit.acting, new)
        question = QuestionAsked(about, controller, category, asked.due_at)
        keep_request(world, visit.staff_id, request.with_question(question), draft_id)
        return site.go(f"/summary/{draft_id}")

    return routes


def _asking(
    site: Site, visit: Visit, form: Form, case_id: str | None, problems: tuple[CallWrong, ...] = ()
) -> Response:
    """The form: with the people of one case to choose from, or the cases to choose one."""
    vocabulary = site.world.partnership.vocabulary
    case: CaseToAsk | None = None
    cases: tuple[CaseToAsk, ...] = ()
    if case_id:
        case = get_case_to_ask(site.world, visit.acting, case_id)
    else:
        cases = list_cases_to_ask(site.world, visit.acting)
    asked_by_role = vocabulary.roles[visit.role].purposes
    purposes = case.purposes if case is not None else sorted(asked_by_role)
    called = dict(zip(form.texts("about"), form.texts("called"), strict=False))
    return site.page(
        visit,
        "summary-new.html",
        form=form,
        problems=[problem_beside(one) for one in problems],
        case=case,
        cases=cases,
        called=called,
        purposes=[{"value": one, "text": vocabulary.purposes[one].title} for one in purposes],
        needs_case=any(vocabulary.purposes[one].case_required for one in purposes),
    )


def _form_of(request: SummaryRequest) -> Form:
    return Form(
        {
            "purpose": [request.purpose],
            "reason": [request.reason],
            "about": list(request.about),
            "case": [request.case or ""],
            "override": [request.override or ""],
            "called": list(request.called),
        }
    )


def _may(site: Site, visit: Visit) -> dict[str, bool]:
    """What of the next steps the role has a verb for."""
    wanted: dict[str, Verb] = {
        "ask": Verb.HOLDER_ASK,
        "agreement": Verb.CONSENT_RECORD,
        "emergency": Verb.OVERRIDE_REQUEST,
        "team": Verb.TEAM_READ,
    }
    access = site.world.access
    return {name: access.find_role([visit.role], verb) is not None for name, verb in wanted.items()}


def _picture(site: Site, summary: FamilySummary) -> Picture:
    return family_picture(summary.cards, summary.ties, site.world.partnership.vocabulary.standing.adult_from)


def _timeline(summary: FamilySummary, person: str, source: str) -> Shown:
    """The months with what is left after filtering; a filter nobody here has filters nothing."""
    by = person if person in summary.profile.people else ""
    of = source if source in summary.sources else ""
    months = []
    for month, items in summary.months:
        kept = tuple(one for one in items if (not by or by in one.about) and (not of or one.source == of))
        if kept:
            months.append((month, kept))
    return Shown(tuple(months), by, of)
