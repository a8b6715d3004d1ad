"""`broker team lead` and `appoint`: hands over who leads a case, or names who leads while the lead is away."""

from __future__ import annotations

from typing import Annotated

import typer

from broker.cli.screen import console, plain, print_json
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting
from broker.dates import instant_text
from broker.settings import Settings
from broker.usecases.casework.appoint_lead import appoint_lead
from broker.usecases.casework.hand_over_lead import hand_over_lead
from broker.wiring import open_broker

_Case = Annotated[str, typer.Argument(help="the case's reference", show_default=False)]
_By = Annotated[str, typer.Option("--by", help=BY_HELP)]
_As = Annotated[str, typer.Option("--as", help=AS_HELP)]
_To = Annotated[str, typer.Option("--to", help="the staff id of whoever leads from now on")]
_Reason = Annotated[str, typer.Option("--reason", help="why, in a sentence; it stays with the case")]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-team.md)")]

_LEAD = """Let somebody else lead a case you lead. Their access starts now; yours ends now unless you --stay.

Example: broker team lead k-4fq2 --by kim --as lead-practitioner --to ann --reason "I change teams on Monday"
"""

_APPOINT = """As a manager where the lead works: name who leads a case whose lead is away. You see nothing of it.

Whoever you name is in it already, or is a colleague of yours whose role may lead. Whoever led stays in it unless
you say --leave.

Example: broker team appoint k-4fq2 --by pat --as practice-manager --to ann --reason "Kim is off sick"
"""


def add(group: typer.Typer) -> None:
    """Adds the verbs to `broker team`."""
    group.command("lead", help=_LEAD)(lead)
    group.command("appoint", help=_APPOINT)(appoint)


def lead(
    case: _Case,
    by: _By,
    role: _As,
    to: _To,
    reason: _Reason,
    stay: Annotated[bool, typer.Option("--stay", help="you go on in the team")] = False,
    as_json: _Json = False,
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


def appoint(
    case: _Case,
    by: _By,
    role: _As,
    to: _To,
    reason: _Reason,
    leave: Annotated[bool, typer.Option("--leave", help="whoever led is in it no longer")] = False,
    as_json: _Json = False,
) -> None:
    """Names."""
    with open_broker(Settings.read()) as broker:
        done = appoint_lead(broker, acting(by, role), case, to, reason, stays=not leave)
    if as_json:
        said = {"case": case, "change": "appointed", "at": instant_text(done.at)}
        print_json({**said, "lead": done.lead, "stays": done.stays})
        return
    before = "has no access through it any longer" if leave else "stays in it"
    told = f"{done.lead} leads {case} from now on; everybody in it is told. Whoever led {before}."
    console().print(plain(told))
