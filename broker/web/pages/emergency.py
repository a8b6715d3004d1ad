"""Emergency access: asking for it, what waits, and the window that is open.

Decides how it is asked for and laid out, beginning with 999. Who may ask, approve and review, and what it opens,
is the use cases' (`broker.usecases.emergency`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from fastapi import APIRouter, Depends, Query, Response

from broker.access import Verb
from broker.casework.emergency_access import ReviewFinding
from broker.decision.request import VITAL_INTERESTS
from broker.errors import CallWrong
from broker.usecases.casework.look_at_team import PersonHere
from broker.usecases.emergency.begin_override import Begun, begin_override
from broker.usecases.emergency.close_override import close_override
from broker.usecases.emergency.read_override import Seen, Step, list_overrides, show_override
from broker.usecases.emergency.request_override import NewOverride, request_override
from broker.web.forms import PERSON_REFERENCE, Form, Problem, number_of, problem_among
from broker.web.language import _
from broker.web.pages import emergency_words as words
from broker.web.pages.asking import choices_of
from broker.web.pages.search import found_in
from broker.web.site import Site, Visit

FIELDS: Final = frozenset(
    {"reason", "justification", "gateway", "purpose", "about", "case", "how", "second", "minutes"}
)
LENGTHS: Final = (15, 30, 60)
"""Minutes to choose from, as far as the standing rules allow them."""
ALONE: Final = "alone"
TOGETHER: Final = "together"


def emergency_routes(site: Site) -> APIRouter:
    """`/emergency-access`, `/emergency-access/new`, `/emergency-access/<id>` and its early end."""
    routes = APIRouter()
    world = site.world

    @routes.get("/emergency-access")
    def waiting(visit: Visit = Depends(site.visit)) -> Response:
        found = list_overrides(world, visit.acting)
        asks = world.access.find_role([visit.role], Verb.OVERRIDE_REQUEST) is not None
        return site.page(visit, "emergency-list.html", parts=_parts(visit, found), asks=asks, words=words)

    @routes.get("/emergency-access/new")
    def new(
        visit: Visit = Depends(site.visit),
        case: str = "",
        about: list[str] = Query(default_factory=list),
        found: str = "",
        person: str = "",
    ) -> Response:
        chosen = found_in(site, visit, found, person) if found else None
        about = [*about, *([chosen["person"]] if chosen is not None else [])]
        return _asking(site, visit, Form({"case": [case], "about": about, "found": [found], "person": [person]}))

    @routes.post("/emergency-access/new")
    def ask(visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        try:
            wanted = _wanted(form)
            visit.require_step_up()  # nobody proves who they are for a form that is sent back
            now = request_override(world, visit.acting, wanted)
        except CallWrong as error:
            return _asking(site, visit, form, [problem_among(error, FIELDS)])
        return site.go(f"/emergency-access/{now.access.id}")

    @routes.get("/emergency-access/{override_id}")
    def show(override_id: str, visit: Visit = Depends(site.visit)) -> Response:
        return site.page(visit, "emergency.html", **emergency_data(site, visit, override_id))

    @routes.post("/emergency-access/{override_id}/close")
    def close(override_id: str, visit: Visit = Depends(site.visit), _form: Form = Depends(site.form)) -> Response:
        close_override(world, visit.acting, override_id)
        return site.go(f"/emergency-access/{override_id}")

    return routes


def emergency_data(site: Site, visit: Visit, override_id: str) -> dict[str, Any]:
    """What stands on the page of one. Raises NotAllowed."""
    seen = show_override(site.world, visit.acting, override_id)
    access = seen.access
    mine = access.by == visit.staff_id
    gateways = site.world.partnership.vocabulary.gateways
    return {
        "seen": seen,
        "access": access,
        "mine": mine,
        "allowed": _allowed(seen),
        "may": {step.value for step in seen.steps},
        "gateway": words.gateway_sentence(access.gateway, gateways),
        "reason": site.world.partnership.vocabulary.override.reasons.get(access.reason, access.reason),
        "words": words,
        "findings": [{**one, "hint": words.FINDING_HINTS.get(one["value"], "")} for one in _findings()],
        "tellings": [(one, one.state(seen.at)) for one in access.tellings],
    }


def _allowed(seen: Seen) -> dict[str, list[str]]:
    """The kinds that could have been released and were not, by the organisation that holds them."""
    released = {(kind, source) for one in seen.releases for kind, source, _count in one.released}
    found: dict[str, list[str]] = {}
    for source, kind in sorted({(source, kind) for one in seen.releases for kind, source in one.cells}):
        if (kind, source) not in released:
            found.setdefault(source, []).append(kind)
    return found


def _findings() -> list[dict[str, str]]:
    return choices_of({one.value: words.FINDINGS[one] for one in ReviewFinding})


def _parts(visit: Visit, found: Iterable[Seen]) -> list[tuple[str, list[Seen]]]:
    """What waits, by what is to be done with it; each stands once, under the first."""
    order = (
        (Step.APPROVE, _("Waits for your answer")),
        (Step.REVIEW, _("To review")),
        (Step.TELL, _("People to tell")),
        (Step.AGREE, _("To agree that somebody is not told yet")),
    )
    parts: dict[str, list[Seen]] = {title: [] for _step, title in order}
    parts |= {_("Yours"): [], _("Open now"): []}
    for one in found:
        title = next((title for step, title in order if step in one.steps), "")
        own = _("Yours") if one.access.by == visit.staff_id else _("Open now")
        parts[title or own].append(one)
    return [(title, rows) for title, rows in parts.items() if rows]


def _wanted(form: Form) -> NewOverride:
    for name, what in (
        ("reason", _("is missing: choose one")),
        ("justification", _("is missing: say in a sentence why it cannot wait")),
        ("gateway", _("is missing: choose one")),
        ("purpose", _("is missing: choose one")),
        ("how", _("is missing: choose one")),
    ):
        if not form.text(name):
            raise CallWrong(name, what)
    if form.text("how") not in {ALONE, TOGETHER}:
        raise CallWrong("how", _("is not one of the choices: choose one"))
    alone = form.text("how") == ALONE
    minutes = number_of(form.text("minutes"))
    if form.text("minutes") and not minutes:
        raise CallWrong("minutes", _("is not one of the choices: choose one"))
    about = tuple(
        dict.fromkeys(one for text in (*form.texts("about"), form.text("others")) for one in text.split())
    )
    unlike = [one for one in about if not PERSON_REFERENCE.fullmatch(one)]
    if unlike:
        raise CallWrong("about", f"nobody here has the id `{' '.join(unlike)}`; find the person first")
    if not about:
        raise CallWrong("about", _("is missing: choose or name one person or more"))
    return NewOverride(
        form.text("reason"),
        form.text("justification"),
        form.text("gateway"),
        form.text("purpose"),
        about,
        form.given("case"),
        alone,
        None if alone else form.given("second"),
        minutes,
    )


def _asking(site: Site, visit: Visit, form: Form, problems: Iterable[Problem] = ()) -> Response:
    begun = begin_override(site.world, visit.acting, form.given("case"))
    people = [*begun.people, *_chosen(site, visit, form, begun.people)]
    if not people:  # then they are typed, one a line
        form = Form({**form.fields, "about": ["\n".join([*form.texts("about"), *form.texts("others")])]})
    here = {one.person_id for one in people}
    elsewhere = [one for one in form.texts("about") if one not in here]
    return site.page(
        visit,
        "emergency-new.html",
        form=form,
        problems=problems,
        begun=begun,
        people=people,
        case=form.text("case"),
        elsewhere=elsewhere,
        purpose=begun.purposes[0] if len(begun.purposes) == 1 else "",
        minutes=[{"value": str(one), "text": _("%s minutes") % one} for one in LENGTHS if one <= begun.minutes],
        gateways=_gateways(begun),
        limits=words.alone_limits(begun.alone.detail, begun.alone.max_tier) if begun.alone else (),
    )


def _chosen(site: Site, visit: Visit, form: Form, people: Iterable[PersonHere]) -> list[PersonHere]:
    """Whom they came with from a search of theirs, as it showed them, where the case does not offer them."""
    one = found_in(site, visit, form.text("found"), form.text("person")) if form.text("found") else None
    if one is None or one["person"] in {here.person_id for here in people}:
        return []
    return [PersonHere(one["person"], one["name"], one["age"])]


def _gateways(begun: Begun) -> list[dict[str, str]]:
    known = {one.code: one for one in begun.gateways}
    return [
        {"value": code, "text": words.gateway_sentence(code, known)} for code in (VITAL_INTERESTS, *sorted(known))
    ]
