"""`broker complaint`: complaints about how data was handled, and their 30 days."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from broker.cli.screen import console, plain, print_json
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting, moment
from broker.dates import LONDON, instant_text
from broker.release.profile import uk_date
from broker.settings import Settings
from broker.usecases.rights.complaints import (
    ComplaintNow,
    ComplaintState,
    list_complaints,
    move_complaint,
    open_complaint,
)
from broker.wiring import open_broker

_GROUP = typer.Typer(no_args_is_help=True, help="Complaints about how data was handled.")
_By = Annotated[str, typer.Option("--by", help=BY_HELP)]
_As = Annotated[str, typer.Option("--as", help=AS_HELP)]
_Ref = Annotated[str, typer.Argument(help="the complaint's reference", show_default=False)]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-rights.md)")]


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.add_typer(_GROUP, name="complaint")


_OPEN = """Record a complaint; it is acknowledged within 30 days.

Example: broker complaint open --by ola --as ig-officer --about p-7ax3 --words "My school record is wrong"
"""


@_GROUP.command("open", help=_OPEN)
def open_(
    by: _By,
    role: _As,
    about: Annotated[str, typer.Option("--about", help="the id of whoever complains")],
    words: Annotated[str, typer.Option("--words", help="what the complaint is; kept sealed")],
    received: Annotated[str | None, typer.Option("--received", help="when it came in; left out: now")] = None,
    as_json: _Json = False,
) -> None:
    """Opens."""
    received_at = moment("--received", received)
    with open_broker(Settings.read()) as broker:
        _show(open_complaint(broker, acting(by, role), about, words, received_at), as_json=as_json)


_ACKNOWLEDGE = """Note that whoever complains was told that you have their complaint.

Example: broker complaint acknowledge m-4fq2 --by ola --as ig-officer
"""


@_GROUP.command("acknowledge", help=_ACKNOWLEDGE)
def acknowledge(ref: _Ref, by: _By, role: _As, as_json: _Json = False) -> None:
    """Acknowledges."""
    with open_broker(Settings.read()) as broker:
        _show(move_complaint(broker, acting(by, role), ref, ComplaintState.ACKNOWLEDGED), as_json=as_json)


_ANSWER = """Note that a complaint was answered.

Example: broker complaint answer m-4fq2 --by ola --as ig-officer
"""


@_GROUP.command("answer", help=_ANSWER)
def answer(ref: _Ref, by: _By, role: _As, as_json: _Json = False) -> None:
    """Answers."""
    with open_broker(Settings.read()) as broker:
        _show(move_complaint(broker, acting(by, role), ref, ComplaintState.ANSWERED), as_json=as_json)


_LIST = """List your organisation's complaints. Exits with 1 while an acknowledgement is overdue.

Example: broker complaint list --by ola --as ig-officer
"""


@_GROUP.command("list", help=_LIST)
def list_(by: _By, role: _As, as_json: _Json = False) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = list_complaints(broker, acting(by, role))
    if as_json:
        print_json({"complaints": [_as_json(one) for one in found]})
    elif not found:
        console().print(plain("No complaint is recorded."))
    else:
        for one in found:
            _print(one)
    if any(one.overdue for one in found):
        raise typer.Exit(1)


def _show(now: ComplaintNow, *, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(now))
    else:
        _print(now)


def _print(now: ComplaintNow) -> None:
    late = ", OVERDUE" if now.overdue else ""
    due = f" · acknowledge by {uk_date(now.due_at.astimezone(LONDON).date())}{late}" if now.due_at else ""
    console().print(plain(f"{now.matter_id} · {now.state} · about {now.about}{due}"))


def _as_json(now: ComplaintNow) -> dict[str, Any]:
    return {
        "complaint": now.matter_id,
        "about": now.about,
        "state": now.state.value,
        "due": None if now.due_at is None else instant_text(now.due_at),
        "overdue": now.overdue,
    }
