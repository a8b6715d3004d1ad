"""`broker contact decide`, `tell` and `close`: the threshold decision and what the referrer hears of it."""

from __future__ import annotations

from typing import Annotated

import typer

from broker.casework.threshold import ThresholdOutcome
from broker.cli.contact.screening import show
from broker.cli.contact.words import As, By, Json, Reference, Why, contact_json
from broker.cli.screen import console, plain, print_json
from broker.cli.words import acting, word
from broker.settings import Settings
from broker.usecases.casework.decide_contact import close_contact, decide_threshold, tell_referrer
from broker.wiring import open_broker

_DECIDE = """Decide about a contact: the level of need, what is done, and why. None without a reason.

Outcomes: advice, early-help, taf, family-solutions, section-17, section-47, nfa, already-open.

Example: broker contact decide k-4fq2 --by deb --as decision-maker --level 2 --outcome taf
--reason "school and health both see need, and mum wants help"
"""
_TELL = """Tell whoever told us what becomes of it: the words they may be told, written down as given.

Example: broker contact tell k-4fq2 --by tri --as triage
"""
_CLOSE = """Close a contact that was decided: nobody's access rests on it from now on.

Example: broker contact close k-4fq2 --by tri --as triage
"""


def add(group: typer.Typer) -> None:
    """Adds the verbs."""
    group.command("decide", help=_DECIDE)(decide)
    group.command("tell", help=_TELL)(tell)
    group.command("close", help=_CLOSE)(close)


def decide(
    contact: Reference,
    by: By,
    role: As,
    level: Annotated[int, typer.Option("--level", help="the level of need, 1 to 4")],
    outcome: Annotated[str, typer.Option("--outcome", help="what is done: one of those above")],
    reason: Why,
    as_json: Json = False,
) -> None:
    """Decides."""
    decided = word("--outcome", outcome, ThresholdOutcome)
    with open_broker(Settings.read()) as broker:
        made = decide_threshold(broker, acting(by, role), contact, level, decided, reason)
    out = len(made.checks_out())
    if out and not as_json:
        console().print(plain(f"Decided without waiting for {out} check{'s' if out > 1 else ''}."))
    show(made, as_json=as_json)


def tell(contact: Reference, by: By, role: As, as_json: Json = False) -> None:
    """Tells."""
    with open_broker(Settings.read()) as broker:
        told = tell_referrer(broker, acting(by, role), contact)
    if as_json:
        print_json({**contact_json(told.contact), "text": told.text})
    else:
        console().print(plain(told.text))


def close(
    contact: Reference,
    by: By,
    role: As,
    untold: Annotated[str, typer.Option("--untold", help="why the referrer was not told, if they were not")] = "",
    despite: Annotated[
        str, typer.Option("--despite", help="why it is closed although you are a party to a disagreement about it")
    ] = "",
    as_json: Json = False,
) -> None:
    """Closes."""
    with open_broker(Settings.read()) as broker:
        show(close_contact(broker, acting(by, role), contact, untold, despite), as_json=as_json)
