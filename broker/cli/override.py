"""`broker override`: emergency access, asked for and approved by two people, open for minutes, reviewed
afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from broker.casework.emergency_access import AccessState, EmergencyAccess
from broker.cli.screen import console, plain, print_json
from broker.cli.words import AS_HELP, BY_HELP, acting
from broker.dates import LONDON, instant_text
from broker.settings import Settings
from broker.usecases.answer_override import approve_override, refuse_override
from broker.usecases.close_override import close_override
from broker.usecases.read_override import Seen, list_overrides, show_override
from broker.usecases.request_override import AccessNow, NewOverride, request_override
from broker.wiring import open_broker

_GROUP = typer.Typer(no_args_is_help=True, help="Emergency access: ask, approve, use for minutes, review.")
_By = Annotated[str, typer.Option("--by", help=BY_HELP)]
_As = Annotated[str, typer.Option("--as", help=AS_HELP)]
_Id = Annotated[str, typer.Argument(help="the emergency access's reference", show_default=False)]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-override.md)")]

STATES = {
    AccessState.WAITING: "waits for a second person",
    AccessState.REFUSED: "was refused",
    AccessState.LAPSED: "lapsed: nobody approved it in time",
    AccessState.OPEN: "is open",
    AccessState.REVIEW_DUE: "is over; its review is due",
    AccessState.REVIEW_OVERDUE: "is over; its review is OVERDUE",
    AccessState.REVIEWED: "is over and was reviewed",
}


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.add_typer(_GROUP, name="override")


_REQUEST = """Ask for emergency access, when it cannot wait for the usual way. Always logged, always reviewed.

A second authorised person approves it, in an act of their own; for sensitive services, somebody at the
organisation that holds them (--second-from). With --alone, where your partnership allows it: less detail, no
sensitive service, review within a day, and the privacy officers are told at once. Asking looks at nobody's data
and tells you nothing about anybody.

Example: broker override request --by tom --as team-member --reason significant-harm --gateway vital-interests
--purpose family-support --about p-7ax3 --justification "Child not seen since Friday, door not answered"
"""


@_GROUP.command("request", help=_REQUEST)
def request(
    by: _By,
    role: _As,
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
    as_json: _Json = False,
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


@_GROUP.command("approve", help=_APPROVE)
def approve(override: _Id, by: _By, role: _As, as_json: _Json = False) -> None:
    """Approves."""
    with open_broker(Settings.read()) as broker:
        now = approve_override(broker, acting(by, role), override)
    _tell(now, as_json=as_json)


_REFUSE = """Refuse emergency access as the second person.

Example: broker override refuse o-4fq2 --by dee --as safeguarding-lead --reason "The duty worker is there now"
"""


@_GROUP.command("refuse", help=_REFUSE)
def refuse(
    override: _Id,
    by: _By,
    role: _As,
    reason: Annotated[str, typer.Option("--reason", help="why not, in a sentence")],
    as_json: _Json = False,
) -> None:
    """Refuses."""
    with open_broker(Settings.read()) as broker:
        now = refuse_override(broker, acting(by, role), override, reason)
    _tell(now, as_json=as_json)


_CLOSE = """Close emergency access before its time is up. For whoever asked, the second person, and reviewers.

Example: broker override close o-4fq2 --by tom --as team-member
"""


@_GROUP.command("close", help=_CLOSE)
def close(override: _Id, by: _By, role: _As, as_json: _Json = False) -> None:
    """Closes."""
    with open_broker(Settings.read()) as broker:
        now = close_override(broker, acting(by, role), override)
    _tell(now, as_json=as_json)


_SHOW = """Show one emergency access: who asked and why, who approved, what was released with it, what is due.

Example: broker override show o-4fq2 --by ola --as ig-officer
"""


@_GROUP.command("show", help=_SHOW)
def show(override: _Id, by: _By, role: _As, as_json: _Json = False) -> None:
    """Shows."""
    with open_broker(Settings.read()) as broker:
        seen = show_override(broker, acting(by, role), override)
    if as_json:
        print_json(_as_json(seen))
    else:
        _show(seen)


_QUEUE = """List what waits for you: requests to approve, reviews that are due, and your own.

Example: broker override queue --by dee --as safeguarding-lead
"""


@_GROUP.command("queue", help=_QUEUE)
def queue(by: _By, role: _As, as_json: _Json = False) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = list_overrides(broker, acting(by, role))
    if as_json:
        print_json({"overrides": [_as_json(one) for one in found]})
        return
    if not found:
        console().print(plain("No emergency access waits for you."))
    for one in found:
        _show(one)


def _tell(now: AccessNow, *, as_json: bool) -> None:
    access, state = now.access, now.access.state(now.at)
    if as_json:
        print_json(_access_json(access, state))
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


def _show(seen: Seen) -> None:
    access, window, out = seen.access, seen.access.window, console()
    out.print(plain(f"{access.id} {STATES[seen.state]}"))
    second = "nobody yet" if window is None else window.second or "nobody: taken alone"
    lines = [
        ("asked by", f"{access.by}, {access.role} at {access.organisation}, {clock(access.asked_at)}"),
        ("reason", f"{access.reason}: “{access.justification}”"),
        ("gateway", access.gateway),
        ("purpose", access.purpose),
        ("case", access.case),
        ("about", ", ".join(access.about)),
        ("approved by", second),
    ]
    if window is not None:
        lines += [
            ("open", f"{clock(window.opened_at)} to {clock(window.ends_at())}"),
            ("review due before", clock(window.review_due_at)),
        ]
    for one in seen.releases:
        what = ", ".join(f"{category} from {controller}" for category, controller in one.cells)
        lines.append((f"release {one.disclosure}", f"{one.records} records{'; opened: ' if what else ''}{what}"))
    if access.refused is not None:
        lines.append(("refused by", f"{access.refused.by}: “{access.refused.words}”"))
    if seen.steps:
        lines.append(("you may", ", ".join(step.value for step in seen.steps)))
    for label, value in lines:
        if value:
            out.print(plain(f"  {label}: {value}"))


def clock(at: datetime) -> str:
    """An instant as a clock and calendar in England show it."""
    local = at.astimezone(LONDON)
    return f"{local:%H:%M} on {local.day} {local:%B %Y}"


def _as_json(seen: Seen) -> dict[str, Any]:
    return {
        **_access_json(seen.access, seen.state),
        "releases": [
            {
                "disclosure": one.disclosure,
                "records": one.records,
                "cells": [{"category": category, "controller": controller} for category, controller in one.cells],
            }
            for one in seen.releases
        ],
        "steps": [step.value for step in seen.steps],
    }


def _access_json(access: EmergencyAccess, state: AccessState) -> dict[str, Any]:
    window, refused = access.window, access.refused
    return {
        "override": access.id,
        "state": state.value,
        "by": access.by,
        "role": access.role,
        "organisation": access.organisation,
        "reason": access.reason,
        "justification": access.justification,
        "gateway": access.gateway,
        "purpose": access.purpose,
        "case": access.case,
        "about": list(access.about),
        "minutes": access.minutes,
        "second_from": access.second_from,
        "asked": instant_text(access.asked_at),
        "answer_by": instant_text(access.answer_by),
        "refused": None if refused is None else {"by": refused.by, "words": refused.words},
        "window": None
        if window is None
        else {
            "from": instant_text(window.opened_at),
            "until": instant_text(window.ends_at()),
            "second": window.second,
            "review_due": instant_text(window.review_due_at),
        },
    }
