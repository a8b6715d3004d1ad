"""Changing one's mind: what will stop and what will not, then done.

Decides that what a withdrawal stops is read out before it is made, that no reason is asked for, and that it takes
two pages: what stops, and what only the worker answers. What stops is the use cases' (`broker.usecases.consent`).
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from fastapi import APIRouter, Depends, Response

from broker.access import Verb
from broker.errors import CallWrong
from broker.release.covered import Grouped, grouped, kind_lines
from broker.release.sheets import ENGLISH, SheetWord, kind_group, say
from broker.usecases.consent.append_consent import CHANNELS
from broker.usecases.consent.at_desk import require_desk
from broker.usecases.consent.decided_at_desk import Pressure
from broker.usecases.consent.preview_withdrawal import Preview, preview_withdrawal
from broker.usecases.consent.show_receipt import find_to_withdraw
from broker.usecases.consent.withdraw_consent import Withdrawal, withdraw_together
from broker.usecases.people.standing_of import NOBODY as NOBODY_NAMED
from broker.usecases.signing_in.drafts import drop_draft, get_draft, keep_draft
from broker.web.forms import Form, Problem
from broker.web.language import _
from broker.web.pages.agreement_draft import (
    NOBODY,
    SILENT_QUESTIONS,
    SOMEBODY,
    evidence_of,
    form_of,
    missing_in,
    problem_at,
    with_boxes,
)
from broker.web.pages.agreement_lines import KIND_WORDS
from broker.web.pages.agreement_receipt import keep_receipt
from broker.web.pages.agreement_words import CHANNEL_WORDS, every, every_kind, who_words
from broker.web.site import Site, Visit

HERE: Final = "/agreement-desk/withdraw"
DRAFT: Final = "agreement-withdrawal"
FIELDS: Final = frozenset({"scope", "categories", "read", "by", "by_reference"})
ALONE_FIELDS: Final = frozenset({"room", "pressure", "channel"})
MOST_KINDS: Final = 3
"""How many kinds of information are read aloud by name, before they are told as groups."""
SAME: Final = "same"
"""Whoever gave it withdraws it."""
SHOW: Final = "show"
"""The button that shows what the chosen part would stop."""


class Scope(StrEnum):
    """How much is withdrawn."""

    THIS = "this"
    KINDS = "kinds"
    EVERYTHING = "everything"


def agreement_withdrawal_routes(site: Site) -> APIRouter:
    """`/agreement-desk/withdraw…`."""
    routes = APIRouter()
    words = site.templates

    def at_desk(visit: Visit = Depends(site.visit)) -> Visit:
        require_desk(site.world, visit.acting, Verb.CONSENT_WITHDRAW)
        return visit

    @routes.post(HERE)
    def begin(visit: Visit = Depends(at_desk), form: Form = Depends(site.form)) -> Response:
        found = find_to_withdraw(site.world, visit.acting, form.text("reference"))
        return site.go(keep_withdrawal(site, visit, found))

    @routes.get(f"{HERE}/{{draft_id}}")
    def show(draft_id: str, visit: Visit = Depends(at_desk)) -> Response:
        return shown(visit, draft_id, kept(visit, draft_id))

    @routes.post(f"{HERE}/{{draft_id}}")
    def choose(draft_id: str, visit: Visit = Depends(at_desk), form: Form = Depends(site.form)) -> Response:
        before = kept(visit, draft_id)
        sent = with_boxes(form, "scope", "categories", "read", "by", "by_reference", "do")
        whole = Form({**before.fields, **sent.fields})
        keep_draft(site.world, visit.staff_id, DRAFT, whole.values(), draft_id)
        try:
            scope = sent.choice("scope", Scope)
            if scope is Scope.KINDS and not sent.texts("categories"):
                raise CallWrong("categories", _("are missing: tick those to withdraw"))
            if sent.text("do") == SHOW:
                return shown(visit, draft_id, whole)
            if sent.text("by") not in {SAME, "other"}:
                raise CallWrong("by", _("is missing: choose who withdraws it"))
            if sent.text("by") == "other" and not sent.text("by_reference"):
                raise CallWrong("by_reference", _("is missing: give their reference"))
            if not sent.ticked("read"):
                raise CallWrong("read", _("is missing: read what will stop to them, then tick"))
        except CallWrong as error:
            return shown(visit, draft_id, whole, error)
        return site.go(f"{HERE}/{draft_id}/alone")

    @routes.get(f"{HERE}/{{draft_id}}/alone")
    def alone(draft_id: str, visit: Visit = Depends(at_desk)) -> Response:
        return alone_page(visit, draft_id, kept(visit, draft_id))

    @routes.post(f"{HERE}/{{draft_id}}/alone")
    def withdraw(draft_id: str, visit: Visit = Depends(at_desk), form: Form = Depends(site.form)) -> Response:
        before = kept(visit, draft_id)
        sent = with_boxes(form, "room", "pressure", "channel")
        whole = Form({**before.fields, **sent.fields})
        keep_draft(site.world, visit.staff_id, DRAFT, whole.values(), draft_id)
        if not before.ticked("read"):
            return site.go(f"{HERE}/{draft_id}")
        missing = missing_in(sent, SILENT_QUESTIONS)
        if missing:
            return alone_page(visit, draft_id, whole, missing)
        try:
            preview = previewed(visit, whole)
            done = withdraw_together(site.world, visit.acting, withdrawals_of(preview, whole))
        except CallWrong as error:
            if error.where in ALONE_FIELDS:
                return alone_page(visit, draft_id, whole, [problem_at(error, ALONE_FIELDS)])
            return shown(visit, draft_id, whole, error)
        drop_draft(site.world, visit.staff_id, draft_id)
        note = "" if done[0].counts else note_of(preview)
        return site.go(keep_receipt(site, visit, [one.consent_id for one in done], ENGLISH, note, new=True))

    def kept(visit: Visit, draft_id: str) -> Form:
        return form_of(get_draft(site.world, visit.staff_id, DRAFT, draft_id))

    def previewed(visit: Visit, form: Form) -> Preview:
        scope = form.find_choice("scope", Scope) or Scope.THIS
        categories = frozenset(form.texts("categories")) if scope is Scope.KINDS else None
        return preview_withdrawal(
            site.world,
            visit.acting,
            form.text("reference"),
            categories or None,
            everything=scope is Scope.EVERYTHING,
        )

    def shown(visit: Visit, draft_id: str, form: Form, error: CallWrong | None = None) -> Response:
        preview = previewed(visit, form)
        scopes = [{"value": Scope.THIS.value, "text": _("All of this")}]
        if preview.categories:
            scopes.append({"value": Scope.KINDS.value, "text": _("Some kinds of information only")})
        if preview.also:
            scopes.append({"value": Scope.EVERYTHING.value, "text": _("This and everything else they agreed to")})
        return site.page(
            visit,
            "agreement-withdraw.html",
            form=form,
            problems=[problem_at(error, FIELDS)] if error is not None else (),
            draft_id=draft_id,
            preview=preview,
            kind=KIND_WORDS[preview.kind],
            note=note_of(preview),
            stops=[(one.purpose, stopped(one.kinds)) for one in preview.stops],
            stops_full=[(one.purpose, kind_lines(by_group(one.kinds), ENGLISH)) for one in preview.stops],
            scopes=scopes,
            kinds=[{"value": code, "text": words.category(code)} for code in preview.categories],
            same=SAME,
        )

    def by_group(titles: Sequence[str]) -> Grouped:
        rows = site.world.partnership.vocabulary.categories
        groups = {row.title: kind_group(code) for code, row in rows.items()}
        return grouped((groups.get(title, SheetWord.ABOUT_OTHER), title) for title in titles)

    def stopped(titles: Sequence[str]) -> str:
        """What stops, in a few words: the kinds themselves where they are few."""
        if len(titles) <= MOST_KINDS:
            return every_kind(titles)
        return every(say(word) for word, _kinds in by_group(titles))

    def alone_page(visit: Visit, draft_id: str, form: Form, problems: Sequence[Problem] = ()) -> Response:
        return site.page(
            visit,
            "agreement-withdraw-alone.html",
            form=form,
            problems=problems,
            draft_id=draft_id,
            channels=[{"value": code, "text": CHANNEL_WORDS[code]} for code in CHANNELS],
            nobody=NOBODY,
            somebody=SOMEBODY,
        )

    return routes


def keep_withdrawal(site: Site, visit: Visit, reference: str) -> str:
    """The address at which this yes is withdrawn."""
    body = {"reference": [reference], "by": [SAME], "scope": [Scope.THIS.value]}
    return f"{HERE}/{keep_draft(site.world, visit.staff_id, DRAFT, body)}"


def withdrawals_of(preview: Preview, form: Form) -> Sequence[Withdrawal]:
    """What is withdrawn, all of it at once. Raises CallWrong beside the field that is missing."""
    scope = form.choice("scope", Scope)
    references = (preview.reference, *preview.also) if scope is Scope.EVERYTHING else (preview.reference,)
    categories = frozenset(form.texts("categories")) if scope is Scope.KINDS else None
    by = form.text("by_reference").lower() if form.text("by") == "other" else None
    unsafe = form.choice("pressure", Pressure) is not Pressure.NONE
    evidence = evidence_of(form, _("Withdrawn at the desk, after what it stops was read out"))
    return [Withdrawal(one, by, categories, unsafe, evidence) for one in references]


def note_of(preview: Preview) -> str:
    """For the worker: that it changes nothing yet, and who can decide."""
    if preview.counts:
        return ""
    others = "; ".join(who_words(preview.deciders))
    said = _("They cannot decide this now: it is written down, and changes nothing by itself.")
    return f"{said} " + (_("Who can: {others}.").format(others=others) if others else NOBODY_NAMED)
