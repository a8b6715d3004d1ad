"""Search: is this the right person, and may I look?

Decides that purpose and reason come before the person, that what was found stands in a draft of whoever searched
(nothing of it in an address) and only for a while, and where they go on to with whom they chose.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from fastapi import APIRouter, Depends, Response

from broker.access import Verb
from broker.dates import instant_text, parse_instant
from broker.errors import CallWrong
from broker.usecases.acting import require_may
from broker.usecases.people.hand_over import Handed, hand_over, list_takers
from broker.usecases.people.people import Wanted, add_person, find_person
from broker.usecases.release.summary_request import SummaryRequest, keep_request
from broker.usecases.signing_in.drafts import drop_draft, find_draft, get_draft, keep_draft, list_drafts
from broker.web.forms import Form, Problem, number_of, problem_among
from broker.web.language import _
from broker.web.pages.people_found import form_kept, kept_people, listed_people, new_of, wanted_of
from broker.web.pages.team_new import keep_found
from broker.web.site import Site, Visit

KIND: Final = "search"
SHOWN_FOR: Final = timedelta(minutes=15)
"""How long what was found is shown again; afterwards it is searched for anew, and written down anew."""
FIELDS: Final = frozenset({"purpose", "reason", "given", "family", "born", "age", "postcode", "nhs-number", "to"})


def search_routes(site: Site) -> APIRouter:
    """`/search`, `/search/<draft id>` and where one goes on to from there."""
    routes = APIRouter()

    @routes.get("/search")
    def ask(visit: Visit = Depends(site.visit), again: str = "", handed: str = "") -> Response:
        require_may(site.world, visit.acting, Verb.PERSON_SEARCH)
        form = Form()
        if again:
            form = form_kept(get_draft(site.world, visit.staff_id, KIND, again)["fields"])
        elif handed:
            form = form_kept(get_draft(site.world, visit.staff_id, Handed.SEARCH.value, handed)["typed"])
        return asking(visit, form, handed=handed)

    @routes.post("/search")
    def search(visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        try:
            wanted = wanted_of(form)
            if not form.text("purpose"):
                require_may(site.world, visit.acting, Verb.PERSON_SEARCH)
                raise CallWrong("purpose", _("is missing: choose why you look"))
            found = find_person(site.world, visit.acting, wanted, form.text("purpose"), form.text("reason"))
        except CallWrong as error:
            problem = problem_among(error, FIELDS)
            if error.where == "search":
                says = _("Add a date of birth, a postcode, or about how old they are. A name alone finds nobody")
                problem = Problem("family", says)
            return asking(visit, form, problems=[problem], handed=form.text("handed"))
        people = kept_people(found.found, wanted.given_names, wanted.family_name)
        body = {
            "fields": form.values(),
            "found": people,
            "stopped": found.stopped,
            "at": instant_text(site.world.clock.now()),
        }
        if form.text("handed"):
            drop_draft(site.world, visit.staff_id, form.text("handed"))
        return site.go(f"/search/{keep_draft(site.world, visit.staff_id, KIND, body)}")

    @routes.get("/search/{draft_id}")
    def results(draft_id: str, visit: Visit = Depends(site.visit)) -> Response:
        require_may(site.world, visit.acting, Verb.PERSON_SEARCH)
        return found_page(visit, draft_id)

    @routes.post("/search/{draft_id}")
    def go_on(draft_id: str, visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        require_may(site.world, visit.acting, Verb.PERSON_SEARCH)
        body = get_draft(site.world, visit.staff_id, KIND, draft_id)
        known = {one["person"]: one for one in body["found"]}
        chosen = [known[one] for one in form.texts("about") if one in known]
        if not chosen:
            problem = Problem("about", _("Choose whom you mean, or say that it is none of these"))
            return found_page(visit, draft_id, form=form, problems=[problem])
        if form.text("do") == "agreement" and len(chosen) > 1:
            problem = Problem("about", _("Choose one person: each decides for themselves"))
            return found_page(visit, draft_id, form=form, problems=[problem])
        return site.go(next_place(site, visit, form.text("do"), chosen, form_kept(body["fields"])))

    @routes.post("/search/{draft_id}/new")
    def new(draft_id: str, visit: Visit = Depends(site.visit), _form: Form = Depends(site.form)) -> Response:
        require_may(site.world, visit.acting, Verb.CONTACT_RECORD)
        body = get_draft(site.world, visit.staff_id, KIND, draft_id)
        typed = form_kept(body["fields"])
        person = new_of(typed)
        person_id = add_person(site.world, visit.acting, person)
        name = f"{person.given_names} {person.family_name}".strip()
        added = {"person": person_id, "name": name, "age": None, "district": "", "apart": "", "otherwise": False}
        kept = {**body, "found": [added], "stopped": False, "added": True}
        keep_draft(site.world, visit.staff_id, KIND, kept, draft_id)
        return site.go(f"/search/{draft_id}")

    @routes.post("/search/{draft_id}/hand-over")
    def hand(draft_id: str, visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        require_may(site.world, visit.acting, Verb.PERSON_SEARCH)
        body = get_draft(site.world, visit.staff_id, KIND, draft_id)
        to = form.text("to")
        try:
            name = hand_over(site.world, visit.acting, Handed.SEARCH, to, body["fields"], draft_id)
        except CallWrong as error:
            return found_page(visit, draft_id, form=form, problems=[problem_among(error, FIELDS)])
        lines = [_("%(name)s finds it at the top of their search page.") % {"name": name}]
        return site.page(visit, "handed.html", title=_("It is handed over"), lines=lines)

    def asking(visit: Visit, form: Form, *, problems: Any = (), handed: str = "") -> Response:
        vocabulary = site.world.partnership.vocabulary
        role = vocabulary.roles[visit.role]
        purposes = [
            {"value": code, "text": one.title}
            for code, one in vocabulary.purposes.items()
            if code in role.purposes
        ]
        waiting = list_drafts(site.world, visit.staff_id, Handed.SEARCH.value)
        return site.page(
            visit,
            "search.html",
            form=form,
            problems=problems,
            purposes=purposes,
            handed=handed,
            waiting={one: body["from"] for one, body in waiting.items() if one != handed},
        )

    def found_page(visit: Visit, draft_id: str, *, form: Form | None = None, problems: Any = ()) -> Response:
        body = get_draft(site.world, visit.staff_id, KIND, draft_id)
        at = parse_instant(str(body["at"]))
        typed = form_kept(body["fields"])
        stale = is_stale(visit, body)
        takers = list_takers(site.world, visit.acting, Handed.SEARCH) if body["stopped"] and not stale else ()
        return site.page(
            visit,
            "search-found.html",
            draft_id=draft_id,
            form=form,
            problems=problems,
            typed=typed,
            typed_in=said(wanted_of(typed)),
            born=typed.day("born"),
            found=() if stale else listed_people(body["found"]),
            stopped=body["stopped"] and not stale,
            added=body.get("added", False),
            stale=stale,
            at=at,
            takers=[{"value": one.staff.id, "text": one.name} for one in takers],
            may=may(site, visit),
        )

    return routes


def said(wanted: Wanted) -> list[str]:
    """By what was searched, as a line says it: by name and number never again in full."""
    parts = [f"{wanted.given_names} {wanted.family_name}".strip(), wanted.postcode.upper()]
    if wanted.about_age is not None:
        parts.append(_("about %(age)s") % {"age": wanted.about_age})
    return [one for one in parts if one] + ([_("NHS number")] if wanted.identifiers else [])


def may(site: Site, visit: Visit) -> frozenset[str]:
    """Where this role may go on to from somebody found."""
    wanted = {
        "summary": Verb.PROFILE_REQUEST,
        "contact": Verb.CONTACT_RECORD,
        "agreement": Verb.CONSENT_RECORD,
        "team": Verb.TEAM_OPEN,
        "emergency": Verb.OVERRIDE_REQUEST,
    }
    access = site.world.access
    return frozenset(name for name, verb in wanted.items() if access.find_role([visit.role], verb) is not None)


def found_in(site: Site, visit: Visit, draft_id: str, number: str) -> dict[str, Any] | None:
    """Somebody of a search of theirs by the place they stand in, as long as what was found is shown; else None."""
    body = find_draft(site.world, visit.staff_id, KIND, draft_id)
    place = number_of(number)
    if body is None or place is None or not 0 < place <= len(body["found"]) or is_stale(visit, body):
        return None
    found: dict[str, Any] = body["found"][place - 1]
    return found


def is_stale(visit: Visit, body: Mapping[str, Any]) -> bool:
    """Whether what was found is not shown any longer."""
    at = parse_instant(str(body["at"]))
    return at is None or visit.session.at - at > SHOWN_FOR


def next_place(site: Site, visit: Visit, do: str, chosen: list[dict[str, Any]], typed: Form) -> str:
    """The address to go on to, with whom was chosen kept in a draft of the page that is there."""
    about = [one["person"] for one in chosen]
    if do == "contact":
        fields: dict[str, list[str]] = {"people": [str(len(chosen))]}
        found = {}
        for number, one in enumerate(chosen, start=1):
            fields[f"known-{number}"] = [one["person"]]
            found[str(number)] = [one]
        looked_at = instant_text(visit.session.at)
        body = {"fields": fields, "found": found, "stopped": False, "looked_at": looked_at}
        return f"/contacts/new?draft={keep_draft(site.world, visit.staff_id, 'contact', body)}"
    if do == "agreement":
        return f"/agreement-desk/new?about={about[0]}"
    if do == "team":
        return keep_found(site, visit, chosen)
    called = tuple(one["name"] for one in chosen)
    request = SummaryRequest(typed.text("purpose"), typed.text("reason"), tuple(about), called=called)
    return f"/summary/new?draft={keep_request(site.world, visit.staff_id, request)}"
