"""`broker override`: emergency access, asked for and approved by two people, open for minutes, reviewed
afterwards."""

from __future__ import annotations

from typing import Annotated

import typer

from broker.casework.emergency_access import AccessState
from broker.cli.override.words import STATES, As, AsJson, By, Id, access_as_json, clock, seen_as_json, show_seen
from broker.cli.screen import console, plain, print_json
from broker.cli.words import acting
from broker.settings import Settings
from broker.usecases.emergency.answer_override import approve_override, refuse_override
from broker.usecases.emergency.close_override import close_override
from broker.usecases.emergency.read_override import list_overrides, show_override
from broker.usecases.emergency.request_override import AccessNow, NewOverride, request_override
from broker.wiring import open_broker


def register(group: typer.Typer) -> None:
    """Adds the verbs."""
    group.command("request", help=_REQUEST)(request)
    group.command("approve", help=_APPROVE)(approve)
    group.command("refuse", help=_REFUSE)(refuse)
    group.command("close", help=_CLOSE)(close)
    group.command("show", help=_SHOW)(show)
    group.command("queue", help=_QUEUE)(queue)


_REQUEST = """Ask for emergency access, when it cannot wait for the usual way. Always logged, always reviewed.

A second authorised person approves it, in an act of their own; for sensitive services, somebody at the
organisation that holds them (--second-from). With --alone, where your partnership allows it: less detail, no
sensitive service, review within a day, and the privacy officers are told at once. Asking looks at nobody's data
and tells you nothing about anybody.

Example: broker override request --by tom --as team-member --reason significant-harm --gateway vital-interests
--purpose family-support --about p-7ax3 --justification "Child not seen since Friday, door not answered"
"""


def request(
    by: By,
    role: As,
    reason: Annotated[str, typer.Option("--reason", help="a reason's code, from policies/override.yaml")],
    justification: Annotated[str, typer.Option("--justification", help="why it cannot wait, in a sentence")],
    gateway: Annotated[str, typer.Option("--gateway", help="the legal gateway's code, or vital-interests")],
    purpose: Annotated[str, typer.Option("--purpose", help="why you ask: a purpose's code")],
    about: Annotated[list[str], typer.Option("--about", help="a person's id; once for each person")],
    case: Annotated[str | None, typer.Option("--case", help="the case this is for, if there is one")] = None,
    alone: Annotated[bool, typer.Option("--alone", help="nobody can approve in time: act alone")] = False,
    second_from: Annotated[
        str | None,
        typer.Option("--second-from", help="whose staff is to approve; left out: your own organisation"),
    ] = None,
    minutes: Annotated[
        int | None, typer.Option("--minutes", help="for how long; left out: as long as is allowed")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Asks."""
    new = NewOverride(reason, justification, gateway, purpose, tuple(about), case, alone, second_from, minutes)
    with open_broker(Settings.read()) as broker:
        now = request_override(broker, acting(by, role), new)
    _tell(now, as_json=as_json)


_APPROVE = """Approve emergency access as the second person: its window opens now.

You answer for it with whoever asked. Read the justification first (`broker override show`).

Example: broker override approve o-4fq2 --by dee --as safeguarding-lead
"""


def approve(override: Id, by: By, role: As, as_json: AsJson = False) -> None:
    """Approves."""
    with open_broker(Settings.read()) as broker:
        now = approve_override(broker, acting(by, role), override)
    _tell(now, as_json=as_json)


_REFUSE = """Refuse emergency access as the second person.

Example: broker override refuse o-4fq2 --by dee --as safeguarding-lead --reason "The duty worker is there now"
"""


def refuse(
    override: Id,
    by: By,
    role: As,
    reason: Annotated[str, typer.Option("--reason", help="why not, in a sentence")],
    as_json: AsJson = False,
) -> None:
    """Refuses."""
    with open_broker(Settings.read()) as broker:
        now = refuse_override(broker, acting(by, role), override, reason)
    _tell(now, as_json=as_json)


_CLOSE = """Close emergency access before its time is up. For whoever asked, the second person, and reviewers.

Example: broker override close o-4fq2 --by tom --as team-member
"""


def close(override: Id, by: By, role: As, as_json: AsJson = False) -> None:
    """Closes."""
    with open_broker(Settings.read()) as broker:
        now = close_override(broker, acting(by, role), override)
    _tell(now, as_json=as_json)


_SHOW = """Show one emergency access: who asked and why, who approved, what was released with it, what is due.

Example: broker override show o-4fq2 --by ola --as ig-officer
"""


def show(override: Id, by: By, role: As, as_json: AsJson = False) -> None:
    """Shows."""
    with open_broker(Settings.read()) as broker:
        seen = show_override(broker, acting(by, role), override)
    if as_json:
        print_json(seen_as_json(seen))
    else:
        show_seen(seen)


_QUEUE = """List what waits for you: requests to approve, reviews that are due, and your own.

Example: broker override queue --by dee --as safeguarding-lead
"""


def queue(by: By, role: As, as_json: AsJson = False) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = list_overrides(broker, acting(by, role))
    if as_json:
        print_json({"overrides": [seen_as_json(one) for one in found]})
        return
    if not found:
        console().print(plain("No emergency access waits for you."))
    for one in found:
        show_seen(one)


def _tell(now: AccessNow, *, as_json: bool) -> None:
    access, state = now.access, now.access.state(now.at)
    if as_json:
        print_json(access_as_json(access, state))
        return
    window, out = access.window, console()
    out.print(plain(f"Emergency access {access.id} {STATES[state]}."))
    if state is AccessState.WAITING:
        out.print(plain(f"  Somebody authorised at {access.second_from} approves it: broker override approve …"))
        out.print(plain(f"  It lapses at {clock(access.answer_by)}."))
    if state is AccessState.OPEN and window is not None:
        out.print(plain(f"  Until {clock(window.ends_at())}: broker profile --override {access.id} …"))
        out.print(plain("  with the same role, purpose, case and people. Everything is logged."))
        out.print(plain(f"  Its review is due before {clock(window.review_due_at)}."))
