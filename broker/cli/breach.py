"""`broker breach`: records a breach, assesses it, notes who was told, and shows which clocks run."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from broker.cli.screen import console, plain, print_json
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting, moment, word
from broker.dates import LONDON, instant_text
from broker.rights.breach import BreachKind, NotTold, Risk, Step
from broker.settings import Settings
from broker.usecases.rights.breaches import (
    BreachNow,
    NewBreach,
    assess_breach,
    close_breach,
    list_breaches,
    note_breach,
    record_breach,
)
from broker.wiring import open_broker

_GROUP = typer.Typer(no_args_is_help=True, help="Personal data breaches, and their clocks.")
_By = Annotated[str, typer.Option("--by", help=BY_HELP)]
_As = Annotated[str, typer.Option("--as", help=AS_HELP)]
_Breach = Annotated[str, typer.Argument(help="the breach's reference", show_default=False)]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-breach.md)")]


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.add_typer(_GROUP, name="breach")


_RECORD = """Record a breach. Its 72 hours run from when somebody became aware; the partners are told at once.

Example: broker breach record --by kim --as lead-practitioner --release d-4fq2 --what "Shown to the wrong team"
"""


@_GROUP.command("record", help=_RECORD)
def record(
    by: _By,
    role: _As,
    what: Annotated[str, typer.Option("--what", help="what happened, in a sentence; name nobody")],
    kind: Annotated[
        str, typer.Option("--kind", help="confidentiality, integrity or availability")
    ] = BreachKind.CONFIDENTIALITY.value,
    aware: Annotated[str | None, typer.Option("--aware", help="when somebody became aware; left out: now")] = None,
    happened: Annotated[str | None, typer.Option("--happened", help="when it happened, where known")] = None,
    release: Annotated[list[str] | None, typer.Option("--release", help="a release that it was")] = None,
    category: Annotated[list[str] | None, typer.Option("--category", help="a kind of information")] = None,
    people: Annotated[int, typer.Option("--people", help="how many people, at least")] = 0,
    records: Annotated[int, typer.Option("--records", help="how many records, at least")] = 0,
    partner: Annotated[list[str] | None, typer.Option("--partner", help="another organisation concerned")] = None,
    as_json: _Json = False,
) -> None:
    """Records."""
    new = NewBreach(
        word("--kind", kind, BreachKind),
        what,
        moment("--aware", aware),
        moment("--happened", happened),
        frozenset(category or ()),
        people,
        records,
        tuple(release or ()),
        frozenset(partner or ()),
    )
    with open_broker(Settings.read()) as broker:
        _show(record_breach(broker, acting(by, role), new), as_json=as_json)


_ASSESS = """Decide the risk to people, and whether the Information Commissioner is told.

Example: broker breach assess m-4fq2 --by ola --as ig-officer --risk unlikely --no-report --reason "Deleted unread"
"""


@_GROUP.command("assess", help=_ASSESS)
def assess(
    breach: _Breach,
    by: _By,
    role: _As,
    risk: Annotated[str, typer.Option("--risk", help="unlikely, likely or high")],
    reason: Annotated[str, typer.Option("--reason", help="why, in a sentence")],
    report: Annotated[bool, typer.Option("--report/--no-report", help="whether the Commissioner is told")] = True,
    people_not_told: Annotated[
        str | None,
        typer.Option("--people-not-told", help="for a high risk: unintelligible, risk-removed or public-notice"),
    ] = None,
    as_json: _Json = False,
) -> None:
    """Assesses."""
    excuse = None if people_not_told is None else word("--people-not-told", people_not_told, NotTold)
    with open_broker(Settings.read()) as broker:
        now = assess_breach(
            broker,
            acting(by, role),
            breach,
            word("--risk", risk, Risk),
            reason,
            report=report,
            people_not_told=excuse,
        )
        _show(now, as_json=as_json)


_NOTE = """Note that the Commissioner, the partners or the people were told.

Example: broker breach note m-4fq2 --by ola --as ig-officer --step authority-told --at 2026-03-02T16:00:00Z
"""


@_GROUP.command("note", help=_NOTE)
def note(
    breach: _Breach,
    by: _By,
    role: _As,
    step: Annotated[str, typer.Option("--step", help="authority-told, partners-told or people-told")],
    at: Annotated[str | None, typer.Option("--at", help="when; left out: now")] = None,
    late_because: Annotated[str, typer.Option("--late-because", help="after 72 hours: why only now")] = "",
    as_json: _Json = False,
) -> None:
    """Notes."""
    done_at = moment("--at", at)
    with open_broker(Settings.read()) as broker:
        now = note_breach(broker, acting(by, role), breach, word("--step", step, Step), done_at, late_because)
        _show(now, as_json=as_json)


_CLOSE = """Close a breach; refused with what is still to be done.

Example: broker breach close m-4fq2 --by ola --as ig-officer
"""


@_GROUP.command("close", help=_CLOSE)
def close(breach: _Breach, by: _By, role: _As, as_json: _Json = False) -> None:
    """Closes."""
    with open_broker(Settings.read()) as broker:
        _show(close_breach(broker, acting(by, role), breach), as_json=as_json)


_LIST = """List your organisation's breaches, the next clock first. Exits with 1 while a clock has run out.

Example: broker breach list --by ola --as ig-officer
"""


@_GROUP.command("list", help=_LIST)
def list_(by: _By, role: _As, as_json: _Json = False) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = list_breaches(broker, acting(by, role))
    if as_json:
        print_json({"breaches": [_as_json(one) for one in found]})
    elif not found:
        console().print(plain("No breach is recorded."))
    else:
        for one in found:
            _print(one)
    if any(one.overdue for one in found):
        raise typer.Exit(1)


def _show(now: BreachNow, *, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(now))
    else:
        _print(now)


def _print(now: BreachNow) -> None:
    out, breach = console(), now.breach
    people = "1 person" if breach.people == 1 else f"{breach.people} people"
    out.print(plain(f"{now.breach_id} · {breach.kind.value} · {now.state} · {people}"))
    for clock in breach.clocks():
        due = clock.due_at.astimezone(LONDON).strftime("%d/%m/%Y %H:%M")
        state = "done" if clock.done_at is not None else "OVERDUE" if clock.is_overdue(now.at) else "to do"
        out.print(plain(f"  {clock.name}: by {due}, {state}"))


def _as_json(now: BreachNow) -> dict[str, Any]:
    breach, made = now.breach, now.breach.assessment
    return {
        "breach": now.breach_id,
        "state": now.state,
        "kind": breach.kind.value,
        "what": breach.what,
        "aware": instant_text(breach.aware_at),
        "happened": _text(breach.happened_at),
        "categories": list(breach.categories),
        "people": breach.people,
        "records": breach.records,
        "releases": list(breach.disclosures),
        "partners": list(breach.partners),
        "risk": made.risk.value if made else None,
        "report": made.report if made else None,
        "reason": made.reason if made else None,
        "people_not_told": made.people_not_told.value if made and made.people_not_told else None,
        "clocks": [
            {
                "clock": clock.name,
                "due": instant_text(clock.due_at),
                "done": _text(clock.done_at),
                "overdue": clock in now.overdue,
            }
            for clock in breach.clocks()
        ],
    }


def _text(at: datetime | None) -> str | None:
    return None if at is None else instant_text(at)
