"""How the verbs of the front door say a contact: one shape in JSON, a line or a page for people."""

from __future__ import annotations

import sys
from typing import Annotated, Any, Final

import typer

from broker.casework.front_door import Contact
from broker.cli.who import AS_HELP, BY_HELP
from broker.dates import instant_text
from broker.errors import CallWrong
from broker.usecases.casework.front_door_queue import Queued

By = Annotated[str, typer.Option("--by", help=BY_HELP)]
As = Annotated[str, typer.Option("--as", help=AS_HELP)]
Reference = Annotated[str, typer.Argument(help="the contact's reference", show_default=False)]
Why = Annotated[str, typer.Option("--reason", help="why, in a sentence")]
Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-front-door.md)")]

_MOST_TYPED: Final = 1 << 20


def typed(option: str, text: str) -> str:
    """The text, or what standard input says where it is `-`: a worry need not stand in the shell's history. Raises
    CallWrong for more than a megabyte."""
    if text != "-":
        return text
    found = sys.stdin.read(_MOST_TYPED + 1)
    if len(found) > _MOST_TYPED:
        raise CallWrong(option, "is longer than a megabyte; write down what matters")
    return found.strip()


def contact_json(contact: Contact) -> dict[str, Any]:
    """How a contact stands, without anybody's words."""
    decision = contact.decision
    return {
        "contact": contact.case_id,
        "state": contact.state.value,
        "rating": contact.rating.value if contact.rating is not None else None,
        "received": instant_text(contact.received_at),
        "source": contact.source.value,
        "from": contact.source_code,
        "danger": contact.danger,
        "holder": contact.holder,
        "decided": None
        if decision is None
        else {
            "level": decision.level,
            "outcome": decision.outcome.value,
            "by": decision.by,
            "at": instant_text(decision.at),
            "checks_out": decision.checks_out,
        },
        "told": instant_text(contact.told_at) if contact.told_at is not None else None,
        "passed_to": contact.passed_to,
        "closed": instant_text(contact.closed_at) if contact.closed_at is not None else None,
    }


def row_json(row: Queued) -> dict[str, Any]:
    """A row of the queue."""
    return {
        **contact_json(row.contact),
        "level": row.level,
        "people": [{"id": one.person_id, "first_name": one.first_name, "age": one.age} for one in row.people],
        "worry": row.line,
        "checks": [
            {
                "check": one.check_id,
                "of": one.organisation,
                "state": one.state.value,
                "because": one.declined.value if one.declined is not None else None,
            }
            for one in row.checks
        ],
        "overdue": row.left.is_overdue if row.left is not None else None,
        "left": row.left.in_words if row.left is not None else None,
        "already_open": list(row.open_to),
    }


def people_words(row: Queued) -> str:
    """First names and ages."""
    return ", ".join(
        f"{one.first_name or 'unnamed'}{f' ({one.age})' if one.age is not None else ''}" for one in row.people
    )
