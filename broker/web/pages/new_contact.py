"""Recording a contact in one page: immediate danger first, then the worry, who it is about, and how to reach them.

Decides that nobody is made known before it was looked whether they are known already, that what was typed and who
was found stand in a draft of whoever typed it until it is recorded, and that somebody who may know the family
hands what they typed to a colleague.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter, Depends, Response

from broker.access import Verb
from broker.casework.contact import EMERGENCY, ContactWords, FamilyKnows, SafeContact, SourceKind
from broker.casework.front_door_words import KNOWS_AS_ASKED, RATING_IN_WORDS
from broker.dates import LONDON, instant_text, parse_instant
from broker.errors import CallWrong, NotAllowed
from broker.usecases.acting import require_may
from broker.usecases.casework.front_door import front_door_of
from broker.usecases.casework.record_contact import NewContact, record_contact
from broker.usecases.people.hand_over import Handed, hand_over, list_takers
from broker.usecases.people.people import NewPerson, find_person
from broker.usecases.signing_in.drafts import drop_draft, find_draft, get_draft, keep_draft, list_drafts
from broker.vocabulary.clocks import Rating
from broker.web.forms import Form, Problem, number_of, problem_beside
from broker.web.language import _
from broker.web.pages.contact_page import front_door_ratings
from broker.web.pages.people_found import form_kept, kept_people, listed_people, new_of, wanted_of
from broker.web.pages.search import SHOWN_FOR
from broker.web.site import Site, Visit

KIND: Final = "contact"
NOBODY: Final = "new"
"""The choice that none of those found is the one."""
FIRST_PEOPLE: Final = 1
MOST_PEOPLE: Final = 12
_LOOKING: Final = "Recording a contact: is this person known here?"
_BESIDE: Final = {
    "about": "given-1",
    "from": "source_code",
    "received": "received",
    "name": "given-1",
}
"""Where what a use case refuses stands, where its name is not the field's."""


def new_contact_routes(site: Site) -> APIRouter:
    """`/contacts/new` and handing it over."""
    routes = APIRouter()

    @routes.get("/contacts/new")
    def ask(visit: Visit = Depends(site.visit), draft: str = "", handed: str = "") -> Response:
        require_may(site.world, visit.acting, Verb.CONTACT_RECORD)
        if handed:
            typed = get_draft(site.world, visit.staff_id, Handed.CONTACT.value, handed)["typed"]
            return asking(visit, "", form=form_kept({**typed, "handed": [handed]}))
        return asking(visit, draft)

    @routes.post("/contacts/new")
    def send(visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        require_may(site.world, visit.acting, Verb.CONTACT_RECORD)
        draft = form.text("draft")
        before = find_draft(site.world, visit.staff_id, KIND, draft) if draft else None
        kept = still_shown(before or {}, visit.session.at)
        body: dict[str, Any] = {"found": {}, **kept, "fields": form.values(), "stopped": False}

        def keep() -> str:
            return keep_draft(site.world, visit.staff_id, KIND, body, draft or None)

        if form.text("do") == "more":
            body["fields"]["people"] = [str(min(people_in(form) + 1, MOST_PEOPLE))]
            return site.go(f"/contacts/new?draft={keep()}#given-{people_in(form) + 1}")
        try:
            require_said(form)
            look_for(site, visit, form, body)
            body["looked_at"] = instant_text(visit.session.at)
            undecided = [number for number in body["found"] if not chosen(form, body, number)] + body["thin"]
            if body["stopped"] or undecided or form.text("do") == "find":
                where = "stopped" if body["stopped"] else f"who-{undecided[0]}" if undecided else "given-1"
                return site.go(f"/contacts/new?draft={keep()}#{where}")
            recorded = record_contact(site.world, visit.acting, contact_of(form, body))
        except CallWrong as error:
            problem = problem_beside(error)
            field = _BESIDE.get(error.where, error.where)
            return asking(visit, keep(), form=form, problems=[Problem(field, problem.text)])
        except NotAllowed as refused:
            if refused.where != KIND:
                raise
            body["stopped"] = True
            return site.go(f"/contacts/new?draft={keep()}#stopped")
        for done in (draft, form.text("handed")):
            if done:
                drop_draft(site.world, visit.staff_id, done)
        return site.go(f"/contacts/{recorded.case.id}?done=recorded")

    @routes.post("/contacts/new/hand-over")
    def hand(visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        require_may(site.world, visit.acting, Verb.CONTACT_RECORD)
        draft = form.text("draft")
        body = get_draft(site.world, visit.staff_id, KIND, draft)
        # What was found goes with nobody: whoever takes it looks for themselves.
        typed = {
            name: value
            for name, value in body["fields"].items()
            if not name.startswith(("known-", "draft", "handed"))
        }
        try:
            name = hand_over(site.world, visit.acting, Handed.CONTACT, form.text("to"), typed, draft)
        except CallWrong as error:
            return asking(visit, draft, problems=[Problem("to", problem_beside(error).text)])
        lines = [
            _("%(name)s finds it at the top of their queue. Tell them now: it is not recorded yet.")
            % {"name": name}
        ]
        return site.page(visit, "handed.html", title=_("It is handed over"), lines=lines)

    def asking(visit: Visit, draft: str, *, form: Form | None = None, problems: Any = ()) -> Response:
        body = get_draft(site.world, visit.staff_id, KIND, draft) if draft else {}
        body = still_shown(body, visit.session.at)
        given = site.find_kept(visit) or form or form_kept(body.get("fields", {}))
        organisations = site.world.partnership.vocabulary.organisations.values()
        stopped = bool(body.get("stopped"))
        takers = list_takers(site.world, visit.acting, Handed.CONTACT) if stopped else ()
        waiting = list_drafts(site.world, visit.staff_id, Handed.CONTACT.value)
        return site.page(
            visit,
            "contact-new.html",
            form=given,
            problems=problems,
            draft=draft,
            numbers=range(1, people_in(given) + 1),
            found={int(number): listed_people(found) for number, found in body.get("found", {}).items()},
            stopped=stopped,
            thin={int(one) for one in body.get("thin", ())},
            takers=[{"value": one.staff.id, "text": one.name} for one in takers],
            waiting={one: kept["from"] for one, kept in waiting.items() if one != given.text("handed")},
            emergency_words=EMERGENCY,
            sources=[
                {"value": SourceKind.ORGANISATION.value, "text": _("An organisation")},
                {"value": SourceKind.FAMILY.value, "text": _("Somebody in the family")},
                {"value": SourceKind.PUBLIC.value, "text": _("A member of the public")},
                {"value": SourceKind.ANONYMOUS.value, "text": _("Somebody who did not say who they are")},
            ],
            organisations=sorted(
                ({"value": one.code, "text": one.name} for one in organisations), key=lambda one: one["text"]
            ),
            knows=[{"value": one.value, "text": text} for one, text in KNOWS_AS_ASKED.items()],
            ratings=[
                {"value": one.value, "text": RATING_IN_WORDS[one]} for one in front_door_ratings(site, visit)
            ],
            none=NOBODY,
        )

    return routes


def still_shown(body: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The draft; without whom a search found, once that is as old as a search may be shown: somebody may be
    protected by now, so they are looked for anew."""
    looked_at = parse_instant(str(body.get("looked_at", "")))
    if looked_at is not None and at - looked_at <= SHOWN_FOR:
        return body
    return {name: value for name, value in body.items() if name not in {"found", "searched", "stops", "thin"}}


def people_in(form: Form) -> int:
    """How many people the form has fields for."""
    text = form.text("people")
    return min(max(int(text), FIRST_PEOPLE), MOST_PEOPLE) if text.isdecimal() and len(text) < 3 else FIRST_PEOPLE


def is_typed(form: Form, number: int) -> bool:
    """Whether anything was typed about this person."""
    names = ("given", "family", "born-day", "born-month", "born-year", "postcode", "nhs-number")
    return any(form.text(field_of(name, number)) for name in names)


def field_of(name: str, number: int) -> str:
    """The field's name: `born-day` of the second person is `born-2-day`."""
    first, _dash, part = name.partition("-")
    return f"born-{number}-{part}" if first == "born" else f"{name}-{number}"


def require_said(form: Form) -> None:
    """Raises CallWrong for what can be said to be missing before anybody is looked for."""
    if not form.text("worry"):
        raise CallWrong("worry", _("is missing: write down what was said, in their words"))
    form.choice("source", SourceKind)
    if form.text("source") == SourceKind.ORGANISATION.value and not form.text("source_code"):
        raise CallWrong("source_code", _("is missing: choose the organisation"))


def look_for(site: Site, visit: Visit, form: Form, body: dict[str, Any]) -> None:
    """Looks for everybody who was typed and was not looked for as they are typed now; keeps who was found. Raises
    CallWrong, beside the person's own field."""
    purpose = front_door_of(site.world, visit.organisation).purpose
    searched: dict[str, list[str]] = body.setdefault("searched", {})
    stops: dict[str, bool] = body.setdefault("stops", {})
    thin: list[str] = []
    for number in range(1, people_in(form) + 1):
        key = str(number)
        if not is_typed(form, number):
            stops.pop(key, None)
            continue
        names = ("given", "family", "born-day", "born-month", "born-year", "postcode", "nhs-number")
        typed = [form.text(field_of(name, number)) for name in names]
        if searched.get(key) == typed:
            continue
        try:
            wanted = wanted_of(form, f"-{number}")
            people: list[dict[str, Any]] = []
            stopped = False
            try:
                found = find_person(site.world, visit.acting, wanted, purpose, _LOOKING)
                people, stopped = kept_people(found.found, wanted.given_names, wanted.family_name), found.stopped
            except CallWrong as error:
                if error.where != "search":
                    raise
                thin.append(key)
        except CallWrong as error:
            raise CallWrong(f"{error.where.partition('-' + key)[0]}-{number}", error.message) from None
        searched[key], stops[key] = typed, stopped
        if people:
            body["found"][key] = people
        else:
            body["found"].pop(key, None)
    # INVARIANT: whoever may know one of them makes nobody known in their stead, however often they send it.
    body["stopped"], body["thin"] = any(stops.values()), thin


def chosen(form: Form, body: dict[str, Any], number: str) -> str:
    """Whom of those found was meant, or that it is none of them; empty where nothing was chosen yet."""
    said = form.text(f"known-{number}")
    known = {one["person"] for one in body["found"].get(number, ())}
    return said if said == NOBODY or said in known else ""


def contact_of(form: Form, body: dict[str, Any]) -> NewContact:
    """The contact as it was typed. Raises CallWrong beside its field."""
    about: set[str] = set()
    new: list[NewPerson] = []
    for number in range(1, people_in(form) + 1):
        picked = chosen(form, body, str(number))
        if picked and picked != NOBODY:
            about.add(picked)
        elif is_typed(form, number):
            new.append(new_of(form, f"-{number}"))
            if not (new[-1].given_names or new[-1].family_name):
                raise CallWrong(f"given-{number}", _("is missing: give the name by which they are known"))
    return NewContact(
        form.choice("source", SourceKind),
        ContactWords(
            form.text("worry"),
            form.text("told_by"),
            form.text("call_back"),
            SafeContact(
                form.text("safe_phone"),
                "call" in form.texts("safe"),
                "text" in form.texts("safe"),
                "voicemail" in form.texts("safe"),
                form.text("safe_when"),
                form.text("code_word"),
            ),
        ),
        frozenset(about),
        tuple(new),
        form.given("source_code") if form.text("source") == SourceKind.ORGANISATION.value else None,
        form.find_choice("knows", FamilyKnows) or FamilyKnows.UNKNOWN,
        form.ticked("danger"),
        received_of(form),
        form.find_choice("rating", Rating),
    )


def received_of(form: Form) -> datetime | None:
    """When it arrived, by the clock in England; None for now. Raises CallWrong."""
    on, at = form.day("received"), form.text("received_time")
    if on is None and not at:
        return None
    typed = at.replace(".", ":").partition(":")
    hours, minutes = number_of(typed[0]), number_of(typed[2])
    if on is None or hours is None or minutes is None or hours >= 24 or minutes >= 60:
        raise CallWrong("received", _("needs a day and a time, like 27 3 2026 and 16:40"))
    return datetime(on.year, on.month, on.day, hours, minutes, tzinfo=LONDON)
