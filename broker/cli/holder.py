"""`broker holder`: the organisation that holds something decides to release or withhold it."""

from __future__ import annotations

from typing import Annotated

import typer

from broker.cli.screen import console, plain, print_json
from broker.cli.words import AS_HELP, BY_HELP, acting, moment, word
from broker.dates import instant_text
from broker.decision.facts import HolderRuling
from broker.settings import Settings
from broker.usecases.decide_as_holder import HolderRules, decide_as_holder
from broker.wiring import open_broker

_GROUP = typer.Typer(no_args_is_help=True, help="The holder decides.")


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.add_typer(_GROUP, name="holder")


@_GROUP.callback()
def holder() -> None:
    """The organisation that holds something decides to release or withhold it."""


_DECIDE = """Decide to release or withhold one kind of information about one person, for one purpose.

Only staff of the organisation that holds it may. The latest decision governs.

Example: broker holder decide release --by dee --as safeguarding-lead --about p-7ax3 --from oakdale-primary
--category attendance --purpose family-support --reason "the head has weighed it" --until 2026-09-01
"""


@_GROUP.command("decide", help=_DECIDE)
def decide(
    ruling: Annotated[str, typer.Argument(help="release or withhold", show_default=False)],
    by: Annotated[str, typer.Option("--by", help=BY_HELP)],
    role: Annotated[str, typer.Option("--as", help=AS_HELP)],
    about: Annotated[str, typer.Option("--about", help="the id of the person it is about")],
    controller: Annotated[str, typer.Option("--from", help="your organisation's code")],
    category: Annotated[str, typer.Option("--category", help="the kind of information")],
    purpose: Annotated[str, typer.Option("--purpose", help="for which purpose")],
    reason: Annotated[str, typer.Option("--reason", help="why, in a sentence; kept sealed")],
    case: Annotated[str | None, typer.Option("--case", help="for this case only; left out: any")] = None,
    until: Annotated[str | None, typer.Option("--until", help="when it ends; left out: open")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-holder.md)")] = False,
) -> None:
    """Decides."""
    rules = HolderRules(
        about,
        controller,
        category,
        purpose,
        word("decision", ruling, HolderRuling),
        reason,
        case,
        moment("--until", until),
    )
    with open_broker(Settings.read()) as broker:
        decided = decide_as_holder(broker, acting(by, role), rules)
    kept = decided.ruling
    if as_json:
        print_json(
            {
                "decision": decided.ruling_id,
                "ruling": kept.ruling.value,
                "about": kept.about,
                "controller": kept.controller,
                "category": kept.category,
                "purpose": kept.purpose,
                "case": kept.case,
                "at": instant_text(kept.at),
                "until": instant_text(kept.until_at) if kept.until_at is not None else None,
                "told": [{"disclosure": one.disclosure_id, "recipient": one.recipient} for one in decided.told],
            }
        )
        return
    console().print(plain(f"{kept.ruling.value.capitalize()}: written down as {decided.ruling_id}."))
    for one in decided.told:
        console().print(
            plain(f"A notice waits for: {one.recipient}, who received something in {one.disclosure_id}")
        )
