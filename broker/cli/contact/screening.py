"""`broker contact take`, `back` and `rate`: who has a contact, and how soon it must be looked at."""

from __future__ import annotations

from typing import Annotated

import typer

from broker.casework.front_door import Contact
from broker.cli.contact.words import As, By, Json, Reference, Why, contact_json
from broker.cli.screen import console, plain, print_json
from broker.cli.words import acting, word
from broker.settings import Settings
from broker.usecases.casework.screen_contact import put_back, rate_contact, take_contact
from broker.vocabulary.clocks import Rating
from broker.wiring import open_broker

_TAKE = """Take a contact, or hand it to a colleague: whoever had it before leaves it the same instant.

Example: broker contact take k-4fq2 --by tri --as triage
"""
_BACK = """Put a contact back for somebody else to take.

Example: broker contact back k-4fq2 --by tri --as triage --reason "my shift ends"
"""
_RATE = """Say how soon a contact must be looked at. A more urgent colour never gives more time.

Example: broker contact rate k-4fq2 --by tri --as triage --rating red --level 3 --reason "a second call came in"
"""


def add(group: typer.Typer) -> None:
    """Adds the verbs."""
    group.command("take", help=_TAKE)(take)
    group.command("back", help=_BACK)(back)
    group.command("rate", help=_RATE)(rate)


def take(
    contact: Reference,
    by: By,
    role: As,
    to: Annotated[str | None, typer.Option("--to", help="a colleague's staff id; left out: yourself")] = None,
    as_json: Json = False,
) -> None:
    """Takes."""
    with open_broker(Settings.read()) as broker:
        show(take_contact(broker, acting(by, role), contact, to), as_json=as_json)


def back(contact: Reference, by: By, role: As, reason: Why, as_json: Json = False) -> None:
    """Puts back."""
    with open_broker(Settings.read()) as broker:
        show(put_back(broker, acting(by, role), contact, reason), as_json=as_json)


def rate(
    contact: Reference,
    by: By,
    role: As,
    reason: Why,
    rating: Annotated[str, typer.Option("--rating", help="red, amber, green or blue")],
    level: Annotated[int | None, typer.Option("--level", help="the level it looks like, 1 to 4")] = None,
    as_json: Json = False,
) -> None:
    """Rates."""
    with open_broker(Settings.read()) as broker:
        colour = word("--rating", rating, Rating)
        show(rate_contact(broker, acting(by, role), contact, colour, reason, level), as_json=as_json)


def show(contact: Contact, *, as_json: bool) -> None:
    """Says how the contact stands now."""
    if as_json:
        print_json(contact_json(contact))
        return
    held = f", held by {contact.holder}" if contact.holder is not None else ""
    console().print(plain(f"Contact {contact.case_id} is {contact.state.in_words}{held}."))
