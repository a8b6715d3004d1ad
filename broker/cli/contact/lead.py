"""`broker contact lead` and `pass`: is it open already, who leads, and passing it to them in one step."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from broker.cli.contact.screening import show
from broker.cli.contact.words import As, By, Json, Reference, Why, contact_json
from broker.cli.profile_page import show_refusal
from broker.cli.screen import console, plain, print_json
from broker.cli.words import acting
from broker.dates import parse_date, uk_date
from broker.settings import Settings
from broker.usecases.casework.find_lead import LeadAnswer, find_lead, pass_to_lead
from broker.wiring import open_broker

_LEAD = """Is it open already, and who leads? Decided like any other request, and written down first.

Exit code 1 when the request is refused. That nobody is told of does not mean that nothing is open.

Example: broker contact lead k-4fq2 --by tri --as triage --reason "is somebody with this family already"
"""
_HAND_OVER = """Pass a contact to the lead of a case that `broker contact lead` told of, and tell the lead.

Example: broker contact pass k-4fq2 --by tri --as triage --to k-9d3e --reason "the team is meeting on Friday"
"""


def add(group: typer.Typer) -> None:
    """Adds the verbs."""
    group.command("lead", help=_LEAD)(lead)
    group.command("pass", help=_HAND_OVER)(pass_)


def lead(contact: Reference, by: By, role: As, reason: Why, as_json: Json = False) -> None:
    """Asks who leads."""
    with open_broker(Settings.read()) as broker:
        answer = find_lead(broker, acting(by, role), contact, reason)
        names = {code: one.name for code, one in broker.partnership.vocabulary.organisations.items()}
    if as_json:
        print_json(_as_json(answer))
    elif answer.disclosure.profile is None:
        show_refusal(answer.disclosure, console())
    else:
        _page(contact, answer, names)
    if answer.disclosure.profile is None:
        raise typer.Exit(1)


def pass_(
    contact: Reference,
    by: By,
    role: As,
    to: Annotated[str, typer.Option("--to", help="the reference of the open case")],
    reason: Why,
    as_json: Json = False,
) -> None:
    """Passes on."""
    with open_broker(Settings.read()) as broker:
        passed = pass_to_lead(broker, acting(by, role), contact, to, reason)
    if as_json:
        told = {"lead": passed.lead.staff_id, "organisation": passed.lead.organisation}
        print_json({**contact_json(passed.contact), **told, "disclosure": passed.disclosure_id})
        return
    console().print(plain(f"{passed.lead.name} is told. They will ring you: nothing that was said is passed on."))
    show(passed.contact, as_json=False)


def _as_json(answer: LeadAnswer) -> dict[str, Any]:
    disclosure = answer.disclosure
    return {
        "disclosure": disclosure.id,
        "outcome": disclosure.outcome,
        "refused_because": disclosure.refused_because,
        "leads": [
            {
                "person": one.person_id,
                "case": one.case_id,
                "lead": one.name,
                "organisation": one.organisation,
                "phone": one.phone or None,
            }
            for one in answer.leads
        ],
        "involved": [
            {"about": list(one.about), "organisation": one.papers.controller, "fields": dict(one.fields)}
            for one in answer.involved
        ],
    }


def _page(contact_id: str, answer: LeadAnswer, names: dict[str, str]) -> None:
    screen = console()
    profile = answer.disclosure.profile
    called = dict(profile.people) if profile is not None else {}
    for one in answer.leads:
        reach = f", {one.phone}" if one.phone else ""
        screen.print(plain(f"{called[one.person_id]}: open. Lead: {one.name}, {names[one.organisation]}{reach}."))
        screen.print(plain(f"  Pass it on: broker contact pass {contact_id} --to {one.case_id} …"))
    for item in answer.involved:
        who = ", ".join(called[person] for person in item.about)
        said = ", ".join(f"{name.replace('_', ' ')} {_said(value)}" for name, value in item.fields)
        screen.print(plain(f"{who}: {item.papers.controller_name} is involved. {said}"))
    if not answer.leads and not answer.involved:
        screen.print(plain("Nothing released about who leads. That does not mean that nothing is open."))


def _said(value: object) -> str:
    """A value as people write it: a day as `3 September 2026`."""
    text = str(value)
    day = parse_date(text)
    return text if day is None else uk_date(day)
