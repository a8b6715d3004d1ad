"""`broker told`: does the family know? Who was told of the sharing and how, or why not yet."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from broker.casework.telling import How, NotNow
from broker.cli.holder_page import when
from broker.cli.screen import console, plain, print_json, table
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting, moment, word
from broker.dates import instant_text, london_day, start_of_day, uk_date
from broker.errors import CallWrong
from broker.settings import Settings
from broker.usecases.consent.tell_family import TellingNow, list_told, record_not_told, record_told
from broker.wiring import open_broker

_GROUP = typer.Typer(no_args_is_help=True, help="Does the family know what is shared about them?")
_By = Annotated[str, typer.Option("--by", help=BY_HELP)]
_As = Annotated[str, typer.Option("--as", help=AS_HELP)]
_Case = Annotated[str, typer.Argument(help="the case's reference", show_default=False)]
_About = Annotated[str, typer.Option("--about", help="the id of the person")]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-told.md)")]

_RECORD = """Write down that somebody was told what is shared about them, with whom and why.

Example: broker told record k-4fq2 --by kim --as lead-practitioner --about p-7ax3 --how in-person
"""
_NOT_YET = """Write down that somebody is not told for now, why, and when to look again.

Example: broker told not-yet k-4fq2 --by kim --as lead-practitioner --about p-7ax3 --because could-harm
--reason "The person she fears opens her letters" --look-again 2026-06-01
"""
_LIST = """Who was told and who was not, in one of my cases or in all of them; what to look at again first.

Example: broker told list --by kim --as lead-practitioner
"""


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.add_typer(_GROUP, name="told")


@_GROUP.callback()
def told() -> None:
    """Whether the family knows."""


@_GROUP.command("record", help=_RECORD)
def record(
    case: _Case,
    by: _By,
    role: _As,
    about: _About,
    how: Annotated[str, typer.Option("--how", help="in-person, letter, phone or through-somebody")],
    on: Annotated[str | None, typer.Option("--on", help="when; left out: now")] = None,
    as_json: _Json = False,
) -> None:
    """Writes down."""
    with open_broker(Settings.read()) as broker:
        made = record_told(broker, acting(by, role), case, about, word("--how", how, How), moment("--on", on))
    _show(made, as_json=as_json)


@_GROUP.command("not-yet", help=_NOT_YET)
def not_yet(
    case: _Case,
    by: _By,
    role: _As,
    about: _About,
    because: Annotated[
        str, typer.Option("--because", help="could-harm, could-prejudice-enquiry, no-safe-way or not-found")
    ],
    reason: Annotated[str, typer.Option("--reason", help="why, in a sentence; kept sealed")],
    look_again: Annotated[str, typer.Option("--look-again", help="the day to look again")],
    as_json: _Json = False,
) -> None:
    """Writes down."""
    day = moment("--look-again", look_again)
    if day is None:
        raise CallWrong("--look-again", "is missing: name a day")
    with open_broker(Settings.read()) as broker:
        made = record_not_told(
            broker, acting(by, role), case, about, word("--because", because, NotNow), reason, day
        )
    _show(made, as_json=as_json)


@_GROUP.command("list", help=_LIST)
def list_(
    by: _By,
    role: _As,
    case: Annotated[str | None, typer.Option("--case", help="this case alone")] = None,
    as_json: _Json = False,
) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = list_told(broker, acting(by, role), case)
    if as_json:
        print_json({"people": [_as_json(one) for one in found]})
        return
    rows = [(one.case_id, one.about, _words(one)) for one in found]
    console().print(table("Does the family know?", ("Case", "Person", "Told of the sharing"), rows))


def _words(one: TellingNow) -> str:
    told = one.told
    if told is None:
        return "nobody wrote it down: take it that they do not know"
    if told.told_at is not None and told.how is not None:
        return f"told on {_day_or_moment(told.told_at)}, {told.how.value.replace('-', ' ')}"
    again = _day_or_moment(told.look_again_at) if told.look_again_at is not None else "now"
    why = f" ({one.reason})" if one.reason else ""
    return f"not yet: {(told.because or NotNow.NOT_FOUND).value.replace('-', ' ')}{why}; look again {again}"


def _day_or_moment(at: datetime) -> str:
    """A day where a day was named, which is its first instant; else the moment."""
    day = london_day(at)
    return uk_date(day) if start_of_day(day) == at else when(at)


def _show(made: TellingNow, *, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(made))
    else:
        console().print(plain(f"{made.about}: {_words(made)}."))


def _as_json(one: TellingNow) -> dict[str, Any]:
    told = one.told
    return {
        "case": one.case_id,
        "about": one.about,
        "told": instant_text(told.told_at) if told is not None and told.told_at is not None else None,
        "how": told.how.value if told is not None and told.how is not None else None,
        "because": told.because.value if told is not None and told.because is not None else None,
        "reason": one.reason,
        "look_again": instant_text(told.look_again_at) if told is not None and told.look_again_at else None,
        "by": told.by if told is not None else None,
    }
