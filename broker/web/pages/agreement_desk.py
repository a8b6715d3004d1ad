"""The agreement desk: what is this person agreeing to?

Decides the order of the journey (who, what is read aloud, what only the worker answers, read back, written down)
and what stands on each of its pages; what counts, and what is written down, is the use cases'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Response
from starlette.responses import JSONResponse

from broker.access import Verb
from broker.errors import CallWrong
from broker.release.receipt_words import Contact
from broker.release.sheets import SheetWord, find_language, group_of, offered
from broker.usecases.consent.append_consent import CHANNELS
from broker.usecases.consent.at_desk import AtDesk, SignatoryCheck, check_signatory, require_desk, show_desk
from broker.usecases.consent.decided_at_desk import Choice, Decided, Pressure, statements_of
from broker.usecases.consent.read_offer import Reading, list_purposes
from broker.usecases.consent.record_consent import record_together
from broker.usecases.signing_in.drafts import drop_draft
from broker.vocabulary.codes import Tier
from broker.web.forms import Form, Problem
from broker.web.language import _
from broker.web.pages.agreement_draft import (
    NOBODY,
    OTHER,
    SILENT_QUESTIONS,
    SOMEBODY,
    Journey,
    asks_able,
    decided_of,
    find_journey,
    is_child,
    keep_journey,
    mark_recorded,
    missing_in,
    problem_at,
    reading_of,
    signatory_of,
    where_of,
    with_boxes,
)
from broker.web.pages.agreement_lines import doubt_words
from broker.web.pages.agreement_receipt import keep_receipt
from broker.web.pages.agreement_words import (
    CHANNEL_WORDS,
    Names,
    Row,
    check_words,
    choices,
    earlier_words,
    evidence_words,
    full_lists,
    group_choices,
    offer_parts,
    read_back,
    service_lines,
    services_in,
    who_words,
)
from broker.web.site import Site, Visit

HERE: Final = "/agreement-desk"
WHO_FIELDS: Final = frozenset({"about", "signatory", "signatory_reference", "purpose"})
CHOICE_FIELDS: Final = frozenset({"choice", "services", "leave_out", "until"})
ALONE_FIELDS: Final = frozenset({"able", "room", "pressure", "channel"})
CHECK: Final = "check"
"""The button that asks who can agree, and stays on the page."""


def agreement_desk_routes(site: Site) -> APIRouter:
    """The journey beneath `/agreement-desk`."""
    routes = APIRouter()
    words = site.templates

    def group(code: str) -> SheetWord:
        return group_of(site.world.partnership.vocabulary.organisations[code].types)

    def is_private(code: str) -> bool:
        return site.world.partnership.vocabulary.organisations[code].tier >= Tier.T4

    names = Names(words.organisation, words.category, group, is_private)

    def at_desk(visit: Visit = Depends(site.visit)) -> Visit:
        require_desk(site.world, visit.acting, Verb.CONSENT_RECORD)
        return visit

    @routes.get(f"{HERE}/new")
    def new(visit: Visit = Depends(at_desk), case: str = "", about: str = "") -> Response:
        if not case and not about:
            return site.go(HERE)
        where = AtDesk(case or None, about or None)
        found = show_desk(site.world, visit.acting, where)
        only = found.people[0].person_id if len(found.people) == 1 else about
        form = Form({"case": [case], "about": [only]})
        return who_page(visit, form, f"{HERE}/new")

    @routes.post(f"{HERE}/new")
    def begin(visit: Visit = Depends(at_desk), form: Form = Depends(site.form)) -> Response:
        return who_sent(visit, form, f"{HERE}/new", None)

    @routes.post(f"{HERE}/check")
    def check(visit: Visit = Depends(at_desk), form: Form = Depends(site.form)) -> Response:
        found = checked(visit, form)
        return JSONResponse({"can": found.counts, "sentence": check_words(found)})

    @routes.get(f"{HERE}/{{draft_id}}/who")
    def who(draft_id: str, visit: Visit = Depends(at_desk)) -> Response:
        journey = find_journey(site, visit, draft_id)
        return who_page(visit, journey.form, f"{HERE}/{draft_id}/who", checked(visit, journey.form))

    @routes.post(f"{HERE}/{{draft_id}}/who")
    def change_who(draft_id: str, visit: Visit = Depends(at_desk), form: Form = Depends(site.form)) -> Response:
        return who_sent(visit, form, f"{HERE}/{draft_id}/who", find_journey(site, visit, draft_id))

    @routes.get(f"{HERE}/{{draft_id}}/choices")
    def read(draft_id: str, visit: Visit = Depends(at_desk)) -> Response:
        journey = find_journey(site, visit, draft_id)
        return choices_page(visit, journey, journey.form)

    @routes.post(f"{HERE}/{{draft_id}}/choices")
    def choose(draft_id: str, visit: Visit = Depends(at_desk), form: Form = Depends(site.form)) -> Response:
        journey = find_journey(site, visit, draft_id)
        sent = with_boxes(form, "choice", "groups", "services", "sensitive", "leave_out", "now_yes")
        keep_journey(site, visit, sent, journey)
        missing = missing_in(sent, {"choice": _("Choose what they say")})
        if missing:
            return choices_page(visit, journey, sent, missing)
        reading = reading_of(site, visit, journey)
        offer = reading.offer
        try:
            said = Decided(
                sent.choice("choice", Choice),
                services_in(sent, offer, names),
                frozenset(sent.texts("sensitive")),
                frozenset(sent.texts("leave_out")),
                frozenset(sent.texts("now_yes")),
            )
            sent.day("until")
            statements_of(offer, journey.about, journey.signatory, said, reading.still_no)
        except CallWrong as error:
            return choices_page(visit, journey, sent, [problem_at(error, CHOICE_FIELDS)])
        return site.go(f"{HERE}/{draft_id}/alone")

    @routes.post(f"{HERE}/{{draft_id}}/language")
    def read_in(draft_id: str, visit: Visit = Depends(at_desk), form: Form = Depends(site.form)) -> Response:
        journey = find_journey(site, visit, draft_id)
        keep_journey(site, visit, Form({"language": [find_language(form.text("language")).code]}), journey)
        return site.go(f"{HERE}/{draft_id}/choices")

    @routes.get(f"{HERE}/{{draft_id}}/alone")
    def alone(draft_id: str, visit: Visit = Depends(at_desk)) -> Response:
        journey = find_journey(site, visit, draft_id)
        return alone_page(visit, journey, journey.form)

    @routes.post(f"{HERE}/{{draft_id}}/alone")
    def answer(draft_id: str, visit: Visit = Depends(at_desk), form: Form = Depends(site.form)) -> Response:
        journey = find_journey(site, visit, draft_id)
        sent = with_boxes(form, "able", "room", "pressure", "channel")
        keep_journey(site, visit, sent, journey)
        able = {"able": _("Choose whether they could make this decision")} if asks_able(site, journey) else {}
        missing = missing_in(sent, {**SILENT_QUESTIONS, **able})
        if missing:
            return alone_page(visit, journey, sent, missing)
        try:
            reading = reading_of(site, visit, journey)
            said = decided(reading, Form({**journey.form.fields, **sent.fields}))
            statements_of(reading.offer, journey.about, journey.signatory, said, reading.still_no)
        except CallWrong as error:
            if error.where not in ALONE_FIELDS:
                return site.go(f"{HERE}/{draft_id}/choices")
            return alone_page(visit, journey, sent, [problem_at(error, ALONE_FIELDS)])
        return site.go(f"{HERE}/{draft_id}/read-back")

    @routes.get(f"{HERE}/{{draft_id}}/read-back")
    def show(draft_id: str, visit: Visit = Depends(at_desk)) -> Response:
        journey = find_journey(site, visit, draft_id)
        try:
            reading = reading_of(site, visit, journey)
            said = decided(reading, journey.form)
            statements_of(reading.offer, journey.about, journey.signatory, said, reading.still_no)
        except CallWrong:  # a page before this one was not sent, or does not fit what was changed since
            return site.go(f"{HERE}/{draft_id}/choices")
        return site.page(visit, "agreement-read-back.html", draft_id=draft_id, rows=rows_of(reading, said))

    @routes.post(f"{HERE}/{{draft_id}}/read-back")
    def record(draft_id: str, visit: Visit = Depends(at_desk), _form: Form = Depends(site.form)) -> Response:
        journey = find_journey(site, visit, draft_id)
        reading = reading_of(site, visit, journey)
        back = evidence_words(rows_of(reading, decided(reading, journey.form)))
        said = decided(reading, journey.form, back)
        statements = statements_of(reading.offer, journey.about, journey.signatory, said, reading.still_no)
        kept = record_together(site.world, visit.acting, statements)
        note = "" if reading.check.counts else check_words(reading.check)
        references = [one.consent_id for one in kept]
        doubt = doubt_of(journey, reading, said)
        receipt = keep_receipt(site, visit, references, journey.language, note, new=True, doubt=doubt)
        mark_recorded(site, visit, journey, receipt)
        return site.go(receipt)

    @routes.post(f"{HERE}/{{draft_id}}/throw-away")
    def throw_away(draft_id: str, visit: Visit = Depends(at_desk), _form: Form = Depends(site.form)) -> Response:
        drop_draft(site.world, visit.staff_id, draft_id)
        return site.go(HERE)

    def checked(visit: Visit, form: Form) -> SignatoryCheck:
        if not form.text("about"):
            raise CallWrong("about", _("is missing: choose whom this is about"))
        if not signatory_of(form):
            raise CallWrong("signatory", _("is missing: choose who decides"))
        return check_signatory(site.world, visit.acting, where_of(form), form.text("about"), signatory_of(form))

    def who_sent(visit: Visit, form: Form, action: str, journey: Journey | None) -> Response:
        sent = with_boxes(form, "about", "signatory", "signatory_reference", "anyway")
        try:
            found = checked(visit, sent)
        except CallWrong as error:
            return who_page(visit, sent, action, error=error)
        if sent.text("do") == CHECK:
            return who_page(visit, sent, action, found)
        purposes = list_purposes(site.world, visit.acting, where_of(sent))
        purpose = sent.text("purpose") or (purposes[0] if len(purposes) == 1 else "")
        if purpose not in purposes:
            missing = (
                _("is missing: choose what it is for") if purposes else _("is missing: nothing needs a yes here")
            )
            return who_page(visit, sent, action, found, CallWrong("purpose", missing))
        if not found.counts and not sent.ticked("anyway"):
            advice = _("Choose somebody who can, or tick that you write it down all the same")
            return who_page(visit, sent, action, found, CallWrong("signatory", f"{check_words(found)} {advice}"))
        kept = Form({**sent.fields, "purpose": [purpose], "do": [""]})
        return site.go(f"{HERE}/{keep_journey(site, visit, kept, journey)}/choices")

    def who_page(
        visit: Visit,
        form: Form,
        action: str,
        found: SignatoryCheck | None = None,
        error: CallWrong | None = None,
    ) -> Response:
        where = where_of(form)
        shown = show_desk(site.world, visit.acting, where)
        purposes = list_purposes(site.world, visit.acting, where)
        return site.page(
            visit,
            "agreement-who.html",
            form=form,
            problems=[problem_at(error, WHO_FIELDS)] if error is not None else (),
            action=action,
            desk=shown,
            who_words=who_words,
            purposes=purposes,
            found=found,
            sentence=check_words(found) if found is not None else "",
            other=OTHER,
        )

    def choices_page(visit: Visit, journey: Journey, form: Form, problems: Sequence[Problem] = ()) -> Response:
        reading, language = reading_of(site, visit, journey), journey.language
        purpose, own = words.purpose(reading.offer.purpose), words.organisation(visit.organisation)
        member = visit.session.member
        parts = offer_parts(
            reading,
            language,
            names,
            purpose,
            own,
            Contact(member.name, member.phone),
        )
        return site.page(
            visit,
            "agreement-choices.html",
            form=form,
            problems=problems,
            draft_id=journey.draft_id,
            reading=reading,
            earlier=earlier_words(reading.earlier, names),
            sentence=check_words(reading.check),
            parts=parts,
            language=language,
            languages=offered(),
            choices=choices(language),
            services=[
                {"value": one.key, "text": words.organisation(one.controller)} for one in reading.offer.services
            ],
            sensitive=[
                {
                    "value": one.key,
                    "text": service_lines([one], language, names)[0],
                }
                for one in reading.offer.sensitive
            ],
            kinds=[{"value": code, "text": words.category(code)} for code in reading.offer.categories],
            groups=group_choices(reading.offer, language, names),
            full=full_lists(reading, language, names),
        )

    def alone_page(visit: Visit, journey: Journey, form: Form, problems: Sequence[Problem] = ()) -> Response:
        reading = reading_of(site, visit, journey)
        return site.page(
            visit,
            "agreement-alone.html",
            form=form,
            problems=problems,
            draft_id=journey.draft_id,
            reading=reading,
            others_no=reading.others_no,
            asks_able=asks_able(site, journey),
            is_child=is_child(reading, journey),
            name=reading.check.about if reading.check.is_self else reading.check.signatory,
            channels=[{"value": code, "text": CHANNEL_WORDS[code]} for code in CHANNELS],
            nobody=NOBODY,
            somebody=SOMEBODY,
        )

    def decided(reading: Reading, form: Form, words_kept: str = "") -> Decided:
        return decided_of(form, services_in(form, reading.offer, names), words_kept)

    def rows_of(reading: Reading, said: Decided) -> tuple[Row, ...]:
        return read_back(reading, said, said.evidence.channel, names, words.purpose(reading.offer.purpose))

    return routes


def doubt_of(journey: Journey, reading: Reading, said: Decided) -> Mapping[str, str]:
    """Where a yes does not count yet, for the worker alone: that, and where to ask again; nothing otherwise."""
    if said.pressure is Pressure.NONE or said.choice is Choice.NO:
        return {}
    again = {name: one for name, one in {"case": journey.where.case_id, "about": journey.about}.items() if one}
    name = reading.check.about if reading.check.is_self else (reading.check.signatory or _("They"))
    return {"words": doubt_words(name, here=True), "address": f"{HERE}/new?{urlencode(again)}"}
