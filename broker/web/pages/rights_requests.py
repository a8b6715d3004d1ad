"""Somebody asks for their own information: the records one by one, opinions, the draft and its release.

Decides how the answer is gone through, read and handed over. What goes into it, and that nobody releases what they
drafted, is the use cases' (`broker.usecases.rights.access_answer`).
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Final

from fastapi import APIRouter, Depends, Response

from broker.access import Verb
from broker.errors import CallWrong
from broker.rights.exemptions import EXEMPTIONS, NOT_SEARCHED, Exemption
from broker.rights.pack import pack_html
from broker.rights.subject_access import AccessState, Refused
from broker.usecases.kinds import MatterKind
from broker.usecases.rights.access_answer import (
    OfficerItem,
    draft_answer,
    give_opinion,
    release_answer,
    return_draft,
    review_items,
    rule_item,
    show_answer,
)
from broker.usecases.rights.access_kept import kept_request
from broker.usecases.rights.access_requests import (
    clarify_request,
    clear_person,
    extend_request,
    refuse_request,
    withdraw_request,
)
from broker.usecases.rights.desk import MatterShown
from broker.usecases.rights.look_at_answer import list_opinions_waiting, show_draft
from broker.web.forms import Form, number_of
from broker.web.language import _
from broker.web.pages import rights_words as words
from broker.web.pages.asking import Field, Kind, Question, ask, choices_of, chosen
from broker.web.pages.rights_page import Action, Laid, matter_routes
from broker.web.rendering import day
from broker.web.site import Site, Visit

GIVE: Final = "give"
HARM: Final = "harm"
AGREED: Final = "agreed"
REASONABLE: Final = "reasonable"
NO_HARM: Final = "no-harm"


def rights_request_routes(site: Site) -> APIRouter:
    """`/rights/requests/…` and `/rights/opinions/…`."""
    routes = APIRouter()
    world = site.world

    def may(visit: Visit, verb: Verb) -> bool:
        return world.access.find_role([visit.role], verb) is not None

    def lay(visit: Visit, shown: MatterShown) -> Laid:
        request, state = kept_request(shown.body), AccessState(shown.row.state)
        matter_id = shown.row.matter_id
        facts = [
            (_("For whom they ask"), words.CAPACITIES[request.capacity]),
            (_("What the child says"), words.CHILD_VIEWS[request.child_view] if request.child_view else ""),
            (_("Came in"), day(request.received_at)),
            (_("Why it takes two months more"), request.extended_because),
        ]
        links = []
        if state is AccessState.DRAFTED and may(visit, Verb.RIGHTS_REVIEW):
            links.append((f"/rights/requests/{matter_id}/draft", _("Read the draft")))
        if state is AccessState.RELEASED and may(visit, Verb.RIGHTS_ANSWER):
            links.append((f"/rights/requests/{matter_id}/answer", _("Open the answer, to print or to save")))
        answers = may(visit, Verb.RIGHTS_ANSWER)
        working = state in (AccessState.OPEN, AccessState.CLARIFYING, AccessState.DRAFTED)
        items = review_items(world, visit.acting, matter_id) if answers and working else None
        if items is not None:
            facts.append((_("Releases the answer does not list"), str(items.looks_suppressed)))
        actions = _answering(state, extended=bool(request.extended_because)) if answers else []
        if state is AccessState.DRAFTED and may(visit, Verb.RIGHTS_REVIEW):
            actions = [*_reviewing(request.drafted_by == visit.staff_id), *actions]
        more: dict[str, Any] = {"links": links}
        if items is not None:
            more |= {"items": items.items, "searched": NOT_SEARCHED}
        said = words.ENDED.get(state, ())
        ended = [line % day(shown.moved_at) for line in said[:1]] + list(said[1:] if answers else ())
        return Laid(facts, actions, ended=ended, more=more)

    def clarify(visit: Visit, shown: MatterShown, _form: Form) -> object:
        return clarify_request(world, visit.acting, shown.row.matter_id, answered=False)

    def identified(visit: Visit, shown: MatterShown, _form: Form) -> object:
        return clarify_request(world, visit.acting, shown.row.matter_id, answered=True)

    def extend(visit: Visit, shown: MatterShown, form: Form) -> object:
        return extend_request(world, visit.acting, shown.row.matter_id, form.text("reason"))

    def refuse(visit: Visit, shown: MatterShown, form: Form) -> object:
        why = form.choice("why", Refused)
        return refuse_request(world, visit.acting, shown.row.matter_id, why, form.text("reason"))

    def withdraw(visit: Visit, shown: MatterShown, _form: Form) -> object:
        return withdraw_request(world, visit.acting, shown.row.matter_id)

    def clear(visit: Visit, shown: MatterShown, form: Form) -> object:
        person, how = chosen(form, "person"), chosen(form, "how")
        agreed = how == AGREED
        return clear_person(
            world, visit.acting, shown.row.matter_id, person, agreed=agreed, reason=form.text("reason")
        )

    def draft(visit: Visit, shown: MatterShown, _form: Form) -> object:
        return draft_answer(world, visit.acting, shown.row.matter_id)

    def give_back(visit: Visit, shown: MatterShown, _form: Form) -> object:
        return return_draft(world, visit.acting, shown.row.matter_id)

    def release(visit: Visit, shown: MatterShown, _form: Form) -> object:
        return release_answer(world, visit.acting, shown.row.matter_id)

    @routes.get("/rights/requests/{matter_id}/draft")
    def read_draft(matter_id: str, visit: Visit = Depends(site.proved)) -> Response:
        return _answer_page(site, visit, matter_id, show_draft(world, visit.acting, matter_id), draft=True)

    @routes.get("/rights/requests/{matter_id}/answer")
    def read_answer(matter_id: str, visit: Visit = Depends(site.proved)) -> Response:
        return _answer_page(site, visit, matter_id, show_answer(world, visit.acting, matter_id), draft=False)

    @routes.get("/rights/requests/{matter_id}/answer.html")
    def save_page(matter_id: str, visit: Visit = Depends(site.proved)) -> Response:
        pack = show_answer(world, visit.acting, matter_id)
        return _file("answer.html", "text/html; charset=utf-8", pack_html(pack))

    @routes.get("/rights/requests/{matter_id}/answer.json")
    def save_data(matter_id: str, visit: Visit = Depends(site.proved)) -> Response:
        pack = show_answer(world, visit.acting, matter_id)
        return _file("answer.json", "application/json", json.dumps(pack, ensure_ascii=False, indent=2) + "\n")

    def item_of(visit: Visit, matter_id: str, number: str) -> OfficerItem:
        items = review_items(world, visit.acting, matter_id).items
        place = number_of(number)
        if place is None or not 0 < place <= len(items):
            raise CallWrong("record", _("is none of this request; go back and choose again"))
        return items[place - 1]

    @routes.get("/rights/requests/{matter_id}/records/{number}")
    def record(matter_id: str, number: str, visit: Visit = Depends(site.visit)) -> Response:
        return ask(site, visit, _rule_of(matter_id, number, item_of(visit, matter_id, number)))

    @routes.post("/rights/requests/{matter_id}/records/{number}")
    def rule(
        matter_id: str, number: str, visit: Visit = Depends(site.proved), form: Form = Depends(site.form)
    ) -> Response:
        item = item_of(visit, matter_id, number)
        try:
            because = None if form.text("because") == GIVE else form.choice("because", Exemption)
            rule_item(world, visit.acting, matter_id, item.outcome.record_id, because, form.text("reason"))
        except CallWrong as error:
            return ask(site, visit, _rule_of(matter_id, number, item), form, error)
        return site.go(f"/rights/requests/{matter_id}")

    @routes.get("/rights/opinions/{matter_id}/{record_id}")
    def opinion(matter_id: str, record_id: str, visit: Visit = Depends(site.visit)) -> Response:
        return ask(site, visit, _opinion_of(site, visit, matter_id, record_id))

    @routes.post("/rights/opinions/{matter_id}/{record_id}")
    def opine(
        matter_id: str, record_id: str, visit: Visit = Depends(site.proved), form: Form = Depends(site.form)
    ) -> Response:
        question = _opinion_of(site, visit, matter_id, record_id)
        try:
            harm = chosen(form, "harm") == HARM
            give_opinion(world, visit.acting, matter_id, record_id, form.text("reason"), harm=harm)
        except CallWrong as error:
            return ask(site, visit, question, form, error)
        return site.go("/rights")

    doings = {
        "clarify": clarify,
        "identified": identified,
        "extend": extend,
        "refuse": refuse,
        "withdraw": withdraw,
        "clear": clear,
        "make-draft": draft,
        "return": give_back,
        "release": release,
    }
    matter_routes(site, routes, MatterKind.SUBJECT_ACCESS, lay, doings)
    return routes


def _answering(state: AccessState, *, extended: bool) -> list[Action]:
    refuse = Action(
        "refuse",
        _("Refuse it"),
        _("Refuse the request"),
        (
            Field(Kind.RADIOS, "why", _("Why?"), choices=choices_of(words.REFUSALS)),
            Field(
                Kind.AREA, "reason", _("In your words"), _("The person is told this, and that they can complain.")
            ),
        ),
    )
    withdraw = Action("withdraw", _("They took it back"), _("Close it"))
    extend = Action(
        "extend",
        _("Take two months more"),
        _("Take two months more"),
        (
            Field(
                Kind.AREA, "reason", _("Why is it complex?"), _("The person is told this, within the first month.")
            ),
        ),
    )
    if state is AccessState.OPEN:
        draft = Action(
            "make-draft",
            _("Make the draft"),
            _("Make the draft"),
            lines=(_("Somebody else reads it and releases it."),),
            first=True,
        )
        clarify = Action(
            "clarify",
            _("Ask them who they are"),
            _("Stop the clock"),
            lines=(_("The clock stands still until they have shown it."),),
        )
        clear = Action(
            "clear",
            _("Let somebody else’s part stay in"),
            _("Let it stay in"),
            (
                Field(Kind.TEXT, "person", _("Whose part?"), _("Their reference, from a search.")),
                Field(
                    Kind.RADIOS,
                    "how",
                    _("Why may it?"),
                    choices=choices_of(
                        {AGREED: _("They agreed"), REASONABLE: _("It is reasonable without asking them")}
                    ),
                ),
                Field(Kind.AREA, "reason", _("What was weighed?"), _("In a sentence. It is kept sealed.")),
            ),
            lines=(_("What a record says of somebody else is hidden or left out unless you write this down."),),
        )
        return [draft, clear, clarify, *([] if extended else [extend]), refuse, withdraw]
    if state is AccessState.CLARIFYING:
        title = _("They have shown who they are")
        return [Action("identified", title, _("Let the clock go on"), first=True), refuse, withdraw]
    return [withdraw] if state is AccessState.DRAFTED else []


def _reviewing(own: bool) -> list[Action]:
    back = Action("return", _("Send it back"), _("Send it back"))
    if own:
        return [back]
    read = (_("Read the draft first. You answer for it together with whoever made it."),)
    return [Action("release", _("Release the answer"), _("Release it"), lines=read, first=True), back]


def _rule_of(matter_id: str, number: str, item: OfficerItem) -> Question:
    reasons = [
        {"value": code.value, "text": row.words[:1].upper() + row.words[1:], "hint": row.provision}
        for code, row in EXEMPTIONS.items()
        if row.by_hand
    ]
    give = {"value": GIVE, "text": _("Give it: it is in the child’s best interests")}
    return Question(
        title=_("One record"),
        heading=_("Is this record left out?"),
        button=_("Keep this"),
        action=f"/rights/requests/{matter_id}/records/{number}",
        back=f"/rights/requests/{matter_id}",
        back_text=_("The request"),
        fields=(
            Field(Kind.RADIOS, "because", _("It stays out because it:"), choices=[*reasons, give]),
            Field(Kind.AREA, "reason", _("In your words"), _("In a sentence. It is kept sealed.")),
        ),
        lines=(f"{item.title}, {day(item.occurred_on)}",),
        main="because",
    )


def _opinion_of(site: Site, visit: Visit, matter_id: str, record_id: str) -> Question:
    waiting = list_opinions_waiting(site.world, visit.acting)
    found = next((one for one in waiting if (one.matter_id, one.record_id) == (matter_id, record_id)), None)
    if found is None:
        raise CallWrong("record", _("waits for no opinion of yours; open it from the list"))
    answers = {
        NO_HARM: _("No: it would not be likely to"),
        HARM: _("Yes: it would be likely to cause serious harm"),
    }
    title = site.templates.category(found.category)
    return Question(
        title=_("Your opinion"),
        heading=_("Would giving this record be likely to cause serious harm?"),
        button=_("Give my opinion"),
        action=f"/rights/opinions/{matter_id}/{record_id}",
        back="/rights",
        back_text=_("Rights desk"),
        fields=(
            Field(
                Kind.RADIOS,
                "harm",
                _("To the body or mind of the person, or of anybody"),
                choices=choices_of(answers),
            ),
            Field(Kind.AREA, "reason", _("Why?"), _("In a sentence. It is kept sealed.")),
        ),
        lines=(
            f"{title}, {day(found.occurred_on)} ({record_id})",
            _("Somebody asks for their own information. Read the record in your own system, not here."),
        ),
        main="harm",
    )


def _answer_page(site: Site, visit: Visit, matter_id: str, pack: dict[str, Any], *, draft: bool) -> Response:
    return site.page(visit, "rights-answer.html", pack=pack, draft=draft, matter_id=matter_id, day_of=_day_of)


def _day_of(text: str) -> str:
    return day(date.fromisoformat(text))


def _file(name: str, kind: str, text: str) -> Response:
    return Response(text, headers={"content-type": kind, "content-disposition": f'attachment; filename="{name}"'})
