"""`broker contact list` and `show`: what to take next, and one contact in full."""

from __future__ import annotations

from typing import Annotated

import typer

from broker.casework.contact import EMERGENCY, KNOWS_IN_WORDS
from broker.casework.front_door_words import told_by
from broker.casework.queue_filter import QueueFilter
from broker.cli.contact.words import As, By, Json, Reference, people_words, row_json
from broker.cli.holder_page import when
from broker.cli.screen import console, plain, print_json, table
from broker.cli.words import acting
from broker.dates import instant_text
from broker.settings import Settings
from broker.usecases.casework.front_door_queue import Shown, list_contacts, show_contact
from broker.vocabulary.codes import Vocabulary
from broker.wiring import open_broker

_LIST = """What do I take next? Overdue first, then red, amber and green by the time left.

Example: broker contact list --by tri --as triage
"""
_SHOW = """Show one contact in full, how to reach the family safely first.

Example: broker contact show k-4fq2 --by tri --as triage
"""


def add(group: typer.Typer) -> None:
    """Adds the verbs."""
    group.command("list", help=_LIST)(list_)
    group.command("show", help=_SHOW)(show)


def list_(
    by: By,
    role: As,
    mine: Annotated[bool, typer.Option("--mine", help="only those you hold")] = False,
    page: Annotated[int, typer.Option("--page", min=1, help="which page, 50 to each; 1 has the most urgent")] = 1,
    as_json: Json = False,
) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        queue = list_contacts(broker, acting(by, role), QueueFilter.MINE if mine else None, page)
        vocabulary = broker.partnership.vocabulary
    if as_json:
        rows = [row_json(row) for row in queue.rows]
        counted = {"more": queue.more, "closed_today": queue.closed_today}
        print_json({"contacts": rows, **counted, "page": queue.page, "pages": queue.pages})
        return
    screen = console()
    if not queue.rows:
        screen.print(plain(f"Nothing waiting. {queue.closed_today} closed today."))
        return
    columns = ("Reference", "Due", "Rating", "Who", "The worry", "Told by", "Held by", "Already open to")
    lines = [
        (
            row.case_id,
            row.left.in_words if row.left is not None else row.contact.state.in_words,
            row.contact.rating.value if row.contact.rating is not None else "not rated yet",
            people_words(row),
            row.line,
            told_by(row.contact, vocabulary),
            row.contact.holder or "nobody",
            ", ".join(vocabulary.organisations[one].name for one in row.open_to),
        )
        for row in queue.rows
    ]
    screen.print(table("What do I take next?", columns, lines))
    if queue.more:
        screen.print(plain(f"{queue.more} more stand behind these: add --page {queue.page + 1}."))


def show(contact: Reference, by: By, role: As, as_json: Json = False) -> None:
    """Shows."""
    with open_broker(Settings.read()) as broker:
        shown = show_contact(broker, acting(by, role), contact)
        vocabulary = broker.partnership.vocabulary
    if as_json:
        print_json(_as_json(shown))
    else:
        _page(shown, vocabulary)


def _as_json(shown: Shown) -> dict[str, object]:
    contact, words = shown.seen.contact, shown.words
    return {
        **row_json(shown.row),
        "emergency": EMERGENCY if contact.danger else None,
        "family_knows": contact.family_knows.value,
        "words": None
        if words is None
        else {
            "worry": words.worry,
            "told_by": words.told_by,
            "call_back": words.call_back,
            "safe_contact": words.safe.in_words,
        },
        "steps": [
            {
                "step": step.kind.value,
                "at": instant_text(step.at),
                "by": step.by,
                "reason": shown.reasons.get(step.row),
            }
            for step in shown.seen.steps
        ],
    }


def _page(shown: Shown, vocabulary: Vocabulary) -> None:
    contact, words, row = shown.seen.contact, shown.words, shown.row
    screen = console()
    if contact.danger:
        screen.print(plain(EMERGENCY))
    left = f", {row.left.in_words}" if row.left is not None else ""
    screen.print(plain(f"Contact {row.case_id}: {contact.state.in_words}{left}."))
    screen.print(plain(f"About {people_words(row)}. Told by {told_by(contact, vocabulary)}."))
    screen.print(plain(KNOWS_IN_WORDS[contact.family_knows]))
    if words is None:
        screen.print(plain("What was said has been erased."))
    else:
        screen.print(plain(words.safe.in_words))
        screen.print(plain(f"“{words.worry}”"))
    for check in row.checks:
        asked = vocabulary.organisations[check.organisation].name
        screen.print(plain(f"  Check of {asked}: {check.state.value}."))
    for step in shown.seen.steps:
        reason = shown.reasons.get(step.row)
        what = step.kind.value.replace("-", " ")
        who = shown.staff_names.get(step.by, step.by)
        screen.print(plain(f"  {when(step.at)}: {what} by {who}{f': {reason}' if reason else ''}"))
