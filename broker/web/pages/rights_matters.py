"""Disputes, complaints, restrictions and breaches: one of each, and what can be done with it.

Decides what each page lays out and which use case each of its forms asks.
"""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter

from broker.access import Verb
from broker.dates import uk_date
from broker.errors import CallWrong
from broker.rights.breach import NotTold, Risk, Step
from broker.usecases.kinds import MatterKind
from broker.usecases.rights.breaches import BreachNow, assess_breach, close_breach, list_breaches, note_breach
from broker.usecases.rights.complaints import ComplaintState, move_complaint
from broker.usecases.rights.corrections import correct_record, refuse_dispute
from broker.usecases.rights.desk import MatterShown
from broker.usecases.rights.restrictions import lift_restriction
from broker.vocabulary.codes import FieldKind
from broker.web.forms import Form
from broker.web.language import _
from broker.web.pages import rights_words as words
from broker.web.pages.asking import Field, Kind, choices_of, chosen
from broker.web.pages.rights_page import Action, Laid, matter_routes
from broker.web.site import Site, Visit

_PLAIN: Final = frozenset(FieldKind) - {FieldKind.PERSON}
REPORT: Final = "report"


def rights_matter_routes(site: Site) -> APIRouter:
    """`/rights/disputes/…`, `/rights/complaints/…`, `/rights/restrictions/…`, `/rights/breaches/…`."""
    routes = APIRouter()
    _disputes(site, routes)
    _complaints(site, routes)
    _restrictions(site, routes)
    _breaches(site, routes)
    return routes


def _disputes(site: Site, routes: APIRouter) -> None:
    world = site.world

    def lay(visit: Visit, shown: MatterShown) -> Laid:
        record = ""
        vocabulary = world.partnership.vocabulary
        category = vocabulary.categories.get(shown.category or "")
        if category is not None and shown.occurred_on is not None:
            record = f"{category.title}, {uk_date(shown.occurred_on)}"
        facts = (
            (_("The record"), record),
            (_("What they say is wrong"), shown.words.get("words", "")),
            (_("Why it was not changed"), shown.words.get("because", "")),
            (_("Their own words, kept beside it"), shown.words.get("statement", "")),
        )
        if shown.row.is_over:
            return Laid(facts)
        actions: list[Action] = []
        if category is not None and world.access.find_role([visit.role], Verb.RECORD_CORRECT) is not None:
            choices = [
                {"value": one.name, "text": one.name.replace("_", " ").capitalize()}
                for one in category.fields
                if one.kind in _PLAIN
            ]
            actions.append(
                Action(
                    "correct",
                    _("Correct the record"),
                    _("Correct it"),
                    (
                        Field(Kind.SELECT, "field", _("Which part is wrong?"), choices=choices),
                        Field(
                            Kind.TEXT,
                            "value",
                            _("What should it say?"),
                            _("Leave it empty to take it out. Free text can only be taken out here."),
                        ),
                    ),
                    (_("Everybody who received it is told at once."),),
                    first=True,
                )
            )
        actions.append(
            Action(
                "refuse",
                _("It is right as it is"),
                _("Keep the record"),
                (
                    Field(Kind.AREA, "because", _("Why?"), _("The person is told this.")),
                    Field(Kind.AREA, "statement", _("What do they say against it?"), _("Kept beside the record.")),
                ),
            )
        )
        note = _("To change several parts at once, ask whoever runs this service for you.")
        return Laid(facts, actions, notes=(note,))

    def correct(visit: Visit, shown: MatterShown, form: Form) -> object:
        changed: dict[str, str | None] = {chosen(form, "field"): form.given("value")}
        return correct_record(world, visit.acting, str(shown.body["record"]), changed, shown.row.matter_id)

    def refuse(visit: Visit, shown: MatterShown, form: Form) -> object:
        because, statement = form.text("because"), form.text("statement")
        return refuse_dispute(world, visit.acting, shown.row.matter_id, because, statement)

    doings = {"correct": correct, "refuse": refuse}
    matter_routes(site, routes, MatterKind.RECTIFICATION, lay, doings)


def _complaints(site: Site, routes: APIRouter) -> None:
    world = site.world

    def lay(_visit: Visit, shown: MatterShown) -> Laid:
        facts = ((_("What they said"), _("It is kept sealed, with what was written down when it came in.")),)
        state = shown.row.state
        if state == ComplaintState.OPEN:
            title = _("Tell them that you have it")
            step = Action("acknowledge", title, _("They were told"), first=True)
            return Laid(facts, (step, Action("answer", _("It is answered already"), _("It is answered"))))
        if state == ComplaintState.ACKNOWLEDGED:
            return Laid(facts, (Action("answer", _("Answer it"), _("It is answered"), first=True),))
        return Laid(facts)

    def acknowledge(visit: Visit, shown: MatterShown, _form: Form) -> object:
        return move_complaint(world, visit.acting, shown.row.matter_id, ComplaintState.ACKNOWLEDGED)

    def answer(visit: Visit, shown: MatterShown, _form: Form) -> object:
        return move_complaint(world, visit.acting, shown.row.matter_id, ComplaintState.ANSWERED)

    doings = {"acknowledge": acknowledge, "answer": answer}
    matter_routes(site, routes, MatterKind.COMPLAINT, lay, doings)


def _restrictions(site: Site, routes: APIRouter) -> None:
    world = site.world

    def lay(_visit: Visit, shown: MatterShown) -> Laid:
        known = world.partnership.vocabulary.categories
        titles = [known[one].title if one in known else str(one) for one in shown.body["categories"]]
        facts = (
            (_("What may not be used"), "\n".join(titles)),
            (_("Why"), words.GROUNDS.get(shown.body["ground"], "")),
        )
        if shown.row.is_over:
            return Laid(facts)
        lift = Action(
            "lift",
            _("Lift it"),
            _("Lift it"),
            (
                Field(
                    Kind.AREA,
                    "told",
                    _("How and when was the person told?"),
                    _("They are told before it is lifted."),
                ),
            ),
        )
        note = _("To use it for one purpose all the same, ask whoever runs this service: they write down why.")
        return Laid(facts, (lift,), notes=(note,))

    def lift(visit: Visit, shown: MatterShown, form: Form) -> object:
        return lift_restriction(world, visit.acting, shown.row.matter_id, form.text("told"))

    matter_routes(site, routes, MatterKind.RESTRICTION, lay, {"lift": lift})


def _breaches(site: Site, routes: APIRouter) -> None:
    world = site.world

    def now_of(visit: Visit, shown: MatterShown) -> BreachNow:
        found = [one for one in list_breaches(world, visit.acting) if one.breach_id == shown.row.matter_id]
        return found[0]

    def lay(visit: Visit, shown: MatterShown) -> Laid:
        breach = now_of(visit, shown).breach
        known = world.partnership.vocabulary
        made = breach.assessment
        facts = (
            (_("What happened"), words.BREACHES[breach.kind]),
            (_("In words"), breach.what),
            (_("People, at least"), str(breach.people)),
            (_("Records, at least"), str(breach.records)),
            (
                _("Other organisations"),
                "\n".join(known.organisations[one].name for one in breach.partners if one in known.organisations),
            ),
            (_("Releases"), "\n".join(breach.disclosures)),
            (_("The risk"), words.RISKS[made.risk] if made is not None else ""),
            (_("Why"), made.reason if made is not None else ""),
            (
                _("Why the people are not told"),
                words.NOT_TOLD[made.people_not_told] if made is not None and made.people_not_told else "",
            ),
        )
        if shown.row.is_over:
            return Laid(facts, clocks=breach.clocks())
        return Laid(facts, tuple(_breach_actions(assessed=made is not None)), clocks=breach.clocks())

    def assess(visit: Visit, shown: MatterShown, form: Form) -> object:
        risk, report = form.choice("risk", Risk), chosen(form, "report")
        excuse = form.find_choice("people-not-told", NotTold)
        reason = form.text("reason")
        matter_id = shown.row.matter_id
        return assess_breach(
            world, visit.acting, matter_id, risk, reason, report=report == REPORT, people_not_told=excuse
        )

    def note(visit: Visit, shown: MatterShown, form: Form) -> object:
        step = form.choice("step", Step)
        return note_breach(world, visit.acting, shown.row.matter_id, step, None, form.text("late"))

    def close(visit: Visit, shown: MatterShown, _form: Form) -> object:
        try:
            return close_breach(world, visit.acting, shown.row.matter_id)
        except CallWrong as error:
            told = error.message
            for code, said in words.CLOCKS.items():
                told = told.replace(f"`{code}` is still to be told", said[0].lower() + said[1:])
            raise CallWrong(error.where, _("cannot be closed yet: %s") % told) from None

    doings: dict[str, Any] = {"assess": assess, "note": note, "close": close}
    matter_routes(site, routes, MatterKind.BREACH, lay, doings)


def _breach_actions(*, assessed: bool) -> list[Action]:
    reports = {REPORT: _("Yes"), "no-report": _("No: a risk is unlikely")}
    assess = Action(
        "assess",
        _("Decide the risk again") if assessed else _("Decide the risk to people"),
        _("Write down the decision"),
        (
            Field(Kind.RADIOS, "risk", _("How high is it?"), choices=choices_of(words.RISKS)),
            Field(Kind.RADIOS, "report", _("Is the Information Commissioner told?"), choices=choices_of(reports)),
            Field(
                Kind.RADIOS,
                "people-not-told",
                _("If the risk is high and the people are not told: why?"),
                choices=choices_of(words.NOT_TOLD),
            ),
            Field(Kind.AREA, "reason", _("Why?"), _("The Commissioner may ask for it.")),
        ),
        first=not assessed,
    )
    note = Action(
        "note",
        _("Somebody was told"),
        _("Write it down"),
        (
            Field(Kind.RADIOS, "step", _("Who was told just now?"), choices=choices_of(words.STEPS)),
            Field(Kind.AREA, "late", _("If the 72 hours are over: why only now?")),
        ),
        (_("If it was at another time than now, say so to whoever runs this service: they write the time down."),),
        first=assessed,
    )
    close = Action("close", _("Close it"), _("Close the breach"))
    return [note, assess, close] if assessed else [assess, note, close]
