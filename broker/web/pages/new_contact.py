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
from broker.casework.contact import EMERGENCY, SourceKind
from broker.casework.front_door_words import KNOWS_AS_ASKED, RATING_IN_WORDS
from broker.dates import instant_text, parse_instant
from broker.errors import CallWrong, NotAllowed
from broker.usecases.acting import require_may
from broker.usecases.casework.front_door import front_door_of
from broker.usecases.casework.record_contact import record_contact
from broker.usecases.people.hand_over import Handed, hand_over, list_takers
from broker.usecases.people.people import find_person
from broker.usecases.signing_in.drafts import drop_draft, find_draft, get_draft, keep_draft, list_drafts
from broker.web.forms import Form
from broker.web.language import _
from broker.web.pages.contact_page import front_door_ratings
from broker.web.pages.front_door_fields import problem_of_new
from broker.web.pages.new_contact_form import (
    BESIDE,
    MOST_PEOPLE,
    NOBODY,
    chosen,
    contact_of,
    field_of,
    is_typed,
    lacking_in,
    people_in,
    unsaid,
    which,
)
from broker.web.pages.people_found import form_kept, kept_people, listed_people, wanted_of
from broker.web.pages.search import SHOWN_FOR
from broker.web.site import Site, Visit

KIND: Final = "contact"
RECORDED: Final = "recorded"
"""What is left of a draft that was recorded: the contact's id."""
_LOOKING: Final = "Recording a contact: is this person known here?"


def new_contact_routes(site: Site) -> APIRouter:
    """`/contacts/new` and handing it over."""
    routes = APIRouter()

    @routes.get("/contacts/new")
    def ask(visit: Visit = Depends(site.visit), draft: str = "", handed: str = "") -> Response:
        require_may(site.world, visit.acting, Verb.CONTACT_RECORD)
        if handed:
            kept = find_draft(site.world, visit.staff_id, Handed.CONTACT.value, handed)
            if kept is None:
                return over(visit, None)
            return asking(visit, "", form=form_kept({**kept["typed"], "handed": [handed]}))
        begun = find_draft(site.world, visit.staff_id, KIND, draft) if draft else {}
        if begun is None or RECORDED in begun:
            return over(visit, begun)
        return asking(visit, draft)

    def over(visit: Visit, body: dict[str, Any] | None) -> Response:
        """What is said to whoever goes back to what was recorded, or is gone."""
        case_id = body[RECORDED] if body is not None else None
        status = 200 if case_id else 422
        return site.page(visit, "contact-recorded.html", status=status, case_id=case_id)

    @routes.post("/contacts/new")
    def send(visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        require_may(site.world, visit.acting, Verb.CONTACT_RECORD)
        draft = form.text("draft")
        before = find_draft(site.world, visit.staff_id, KIND, draft) if draft else None
        if before is not None and RECORDED in before:
            return over(visit, before)
        kept = still_shown(before or {}, visit.session.at)
        body: dict[str, Any] = {"found": {}, **kept, "fields": form.values(), "stopped": False}
        asked = {one: body.get("searched", {}).get(one) for one in body["found"]}

        def keep() -> str:
            return keep_draft(site.world, visit.staff_id, KIND, body, draft or None)

        if form.text("do") == "more":
            body["fields"]["people"] = [str(min(people_in(form) + 1, MOST_PEOPLE))]
            return site.go(f"/contacts/new?draft={keep()}#given-{people_in(form) + 1}")
        problems = lacking_in(form, body)
        if problems:
            return asking(visit, keep(), form=form, problems=problems)
        try:
            look_for(site, visit, form, body)
            body["looked_at"] = instant_text(visit.session.at)
            undecided = [one for one in body["found"] if not chosen(form, body, one)]
            again = [one for one in undecided if one in asked and asked[one] == body["searched"].get(one)]
            if again and not body["stopped"] and form.text("do") != "find":
                return asking(visit, keep(), form=form, problems=[which(body, one) for one in again])
            if body["stopped"] or undecided or body["thin"]:
                return site.go(f"/contacts/new?draft={keep()}#{'stopped' if body['stopped'] else 'not-recorded'}")
            recorded = record_contact(site.world, visit.acting, contact_of(form, body))
        except CallWrong as error:
            return asking(visit, keep(), form=form, problems=[problem_of_new(error, BESIDE)])
        except NotAllowed as refused:
            if refused.where != KIND:
                raise
            body["stopped"] = True
            return site.go(f"/contacts/new?draft={keep()}#stopped")
        if draft:  # for whoever goes back, nothing of what was typed
            keep_draft(site.world, visit.staff_id, KIND, {RECORDED: recorded.case.id}, draft)
        if form.text("handed"):
            drop_draft(site.world, visit.staff_id, form.text("handed"))
        return site.go(f"/contacts/{recorded.case.id}?done=recorded")

    @routes.post("/contacts/new/hand-over")
    def hand(visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        require_may(site.world, visit.acting, Verb.CONTACT_RECORD)
        draft = form.text("draft")
        body = get_draft(site.world, visit.staff_id, KIND, draft)
        if RECORDED in body:
            return over(visit, body)
        # What was found goes with nobody: whoever takes it looks for themselves.
        typed = {
            name: value
            for name, value in body["fields"].items()
            if not name.startswith(("known-", "draft", "handed"))
        }
        try:
            name = hand_over(site.world, visit.acting, Handed.CONTACT, form.text("to"), typed, draft)
        except CallWrong as error:
            return asking(visit, draft, problems=[problem_of_new(error, {})])
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
        sent = "worry" in given.fields and given.text("do") != "more" and not problems and not stopped
        return site.page(
            visit,
            "contact-new.html",
            form=given,
            problems=problems,
            draft=draft,
            numbers=range(1, people_in(given) + 1),
            found={int(number): listed_people(found) for number, found in body.get("found", {}).items()},
            stopped=stopped,
            unsaid=unsaid(given, body) if sent else (),
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
