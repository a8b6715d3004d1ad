"""`broker team lead`: hands over who leads a case."""

from __future__ import annotations

from typing import Annotated

import typer

from broker.cli.screen import console, plain, print_json
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting
from broker.dates import instant_text
from broker.settings import Settings
from broker.usecases.casework.hand_over_lead import hand_over_lead
from broker.wiring import open_broker

_LEAD = """Let somebody else lead a case you lead. Their access starts now; yours ends now unless you --stay.

Example: broker team lead k-4fq2 --by kim --as lead-practitioner --to ann --reason "I change teams on Monday"
"""


def add(group: typer.Typer) -> None:
    """Adds the verb to `broker team`."""
    group.command("lead", help=_LEAD)(lead)


def lead(
    case: Annotated[str, typer.Argument(help="the case's reference", show_default=False)],
    by: Annotated[str, typer.Option("--by", help=BY_HELP)],
    role: Annotated[str, typer.Option("--as", help=AS_HELP)],
    to: Annotated[str, typer.Option("--to", help="the staff id of whoever leads from now on")],
    reason: Annotated[str, typer.Option("--reason", help="why, in a sentence; it stays with the case")],
    stay: Annotated[bool, typer.Option("--stay", help="you go on in the team")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-team.md)")] = False,
) -> None:
    """Hands over."""
    with open_broker(Settings.read()) as broker:
        done = hand_over_lead(broker, acting(by, role), case, to, reason, stays=stay)
    if as_json:
        print_json(
            {
                "case": case,
                "change": "led",
                "at": instant_text(done.now.at),
                "lead": done.lead,
                "before": done.before,
                "members_now": list(done.now.members_now()),
            }
        )
        return
    yours = "You are in it still." if stay else "Your access through it has ended."
    console().print(plain(f"{done.lead} leads {case} from now on; everybody in it is told. {yours}"))
