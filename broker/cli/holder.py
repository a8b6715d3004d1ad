"""`broker holder`: ask the organisation that holds something, and decide for it to release or withhold."""

from __future__ import annotations

from typing import Annotated

import typer

from broker.cli import holder_inbox
from broker.cli.holder_page import show_decided
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting, moment, word
from broker.decision.facts import HolderRuling
from broker.settings import Settings
from broker.usecases.holders.decide_as_holder import HolderRules, decide_as_holder
from broker.wiring import open_broker

_GROUP = typer.Typer(no_args_is_help=True, help="The holder decides: ask it, and what waits in its inbox.")


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.add_typer(_GROUP, name="holder")
    holder_inbox.add(_GROUP)


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
    tell: Annotated[bool, typer.Option("--tell", help="tell those who asked that it is withheld")] = False,
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
        tell,
    )
    with open_broker(Settings.read()) as broker:
        decided = decide_as_holder(broker, acting(by, role), rules)
    show_decided(decided, as_json=as_json)
