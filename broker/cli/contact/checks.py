"""`broker contact ask`, `checks` and `answer`: what is asked of agencies, and that they have answered."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from broker.casework.checks import CheckAnswer, DeclineReason
from broker.cli.contact.words import As, By, Json, Reference
from broker.cli.screen import console, plain, print_json, table
from broker.cli.words import acting, word
from broker.dates import instant_text
from broker.settings import Settings
from broker.usecases.casework.agency_checks import AskedOfUs, answer_check, ask_check, list_checks
from broker.wiring import open_broker

_ASK = """Ask an agency for a check. What it has comes in the profile, not in the answer.

Example: broker contact ask k-4fq2 --by tri --as triage --of essex-police
"""
_CHECKS = """What is asked of your own organisation and not answered yet, the first due first.

Example: broker contact checks --by nav --as navigator
"""
_ANSWER = """Answer a check asked of your organisation, once what it may tell is on record or decided about.

Whoever asked learns that you have answered, or that you declined and why; never whether you had anything.

Example: broker contact answer q-7ax3 --by nav --as navigator --answer answered
"""


def add(group: typer.Typer) -> None:
    """Adds the verbs."""
    group.command("ask", help=_ASK)(ask)
    group.command("checks", help=_CHECKS)(checks)
    group.command("answer", help=_ANSWER)(answer)


def ask(
    contact: Reference,
    by: By,
    role: As,
    of: Annotated[str, typer.Option("--of", help="the organisation's code")],
    as_json: Json = False,
) -> None:
    """Asks."""
    with open_broker(Settings.read()) as broker:
        made, check = ask_check(broker, acting(by, role), contact, of)
        asked = broker.partnership.vocabulary.organisations[check.organisation].name
    if as_json:
        due = instant_text(check.due_at)
        print_json({"check": check.id, "contact": made.case_id, "of": check.organisation, "due": due})
    else:
        console().print(plain(f"Check {check.id} is asked of {asked}."))


def checks(by: By, role: As, as_json: Json = False) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        rows = list_checks(broker, acting(by, role))
        purpose = {area: door.purpose for area, door in broker.partnership.vocabulary.front_doors.items()}
        areas = {code: one.area for code, one in broker.partnership.vocabulary.organisations.items()}
        called = {code: one.name for code, one in broker.partnership.vocabulary.organisations.items()}
    if as_json:
        print_json([{**_row(row), "purpose": purpose[areas[row.front_door]]} for row in rows])
        return
    screen = console()
    if not rows:
        screen.print(plain("No check is asked of your organisation."))
        return
    lines = [
        (row.check.id, row.left.in_words, row.case_id, called[row.front_door], ", ".join(row.people))
        for row in rows
    ]
    screen.print(table("Checks asked of us", ("Check", "Due", "Contact", "Asked by", "About"), lines))
    screen.print(plain("Who they are comes in a profile: `broker profile --case` with the contact's reference."))


def answer(
    check: Annotated[str, typer.Argument(help="the check's reference", show_default=False)],
    by: By,
    role: As,
    said: Annotated[str, typer.Option("--answer", help="answered, nothing-relevant or declined")],
    declined: Annotated[
        str | None,
        typer.Option("--because", help="declined: not-proportionate, no-power, no-capacity or ask-elsewhere"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Answers."""
    reason = word("--because", declined, DeclineReason) if declined is not None else None
    with open_broker(Settings.read()) as broker:
        made = answer_check(broker, acting(by, role), check, word("--answer", said, CheckAnswer), reason)
    if as_json:
        because = made.declined.value if made.declined is not None else None
        print_json({"check": made.id, "answer": made.answer.value if made.answer else None, "because": because})
    else:
        console().print(plain(f"Check {made.id} is answered."))


def _row(row: AskedOfUs) -> dict[str, Any]:
    return {
        "check": row.check.id,
        "contact": row.case_id,
        "asked_by": row.front_door,
        "about": list(row.people),
        "rating": row.rating.value if row.rating is not None else None,
        "due": instant_text(row.check.due_at),
        "overdue": row.left.is_overdue,
        "left": row.left.in_words,
    }
