"""`broker correct`: a record is said to be wrong, is corrected, or is not and why."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from broker.cli.screen import console, plain, print_json
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting, moment
from broker.dates import LONDON, instant_text
from broker.errors import CallWrong
from broker.release.profile import uk_date
from broker.settings import Settings
from broker.usecases.rights.corrections import (
    DisputeNow,
    correct_record,
    list_disputes,
    open_dispute,
    refuse_dispute,
)
from broker.wiring import open_broker

_GROUP = typer.Typer(no_args_is_help=True, help="Records that are wrong, or are said to be.")
_By = Annotated[str, typer.Option("--by", help=BY_HELP)]
_As = Annotated[str, typer.Option("--as", help=AS_HELP)]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-correct.md)")]


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.add_typer(_GROUP, name="correct")


_DISPUTE = """Record that somebody says a record of your organisation is wrong; it is answered within a month.

Example: broker correct dispute --by ola --as ig-officer --about p-7ax3 --record r-4fq2 --words "I never missed it"
"""


@_GROUP.command("dispute", help=_DISPUTE)
def dispute(
    by: _By,
    role: _As,
    about: Annotated[str, typer.Option("--about", help="the id of the person it is about")],
    record: Annotated[str, typer.Option("--record", help="the record's id")],
    words: Annotated[str, typer.Option("--words", help="what they say is wrong; kept sealed")],
    received: Annotated[str | None, typer.Option("--received", help="when it came in; left out: now")] = None,
    as_json: _Json = False,
) -> None:
    """Disputes."""
    received_at = moment("--received", received)
    with open_broker(Settings.read()) as broker:
        _show(open_dispute(broker, acting(by, role), about, record, words, received_at), as_json=as_json)


_APPLY = """Change fields of one of your organisation's records; whoever received it is told.

Example: broker correct apply r-4fq2 --by ola --as ig-officer --field percentage=96 --remove note
"""


@_GROUP.command("apply", help=_APPLY)
def apply(
    record: Annotated[str, typer.Argument(help="the record's id", show_default=False)],
    by: _By,
    role: _As,
    field: Annotated[list[str] | None, typer.Option("--field", help="name=value; once for each")] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", help="a field to take out")] = None,
    matter: Annotated[str | None, typer.Option("--matter", help="the dispute that it answers")] = None,
    as_json: _Json = False,
) -> None:
    """Corrects."""
    fields: dict[str, str | None] = dict.fromkeys(remove or ())
    for one in field or ():
        name, equals, value = one.partition("=")
        if not equals:
            raise CallWrong("--field", "is written as name=value")
        fields[name] = value
    with open_broker(Settings.read()) as broker:
        made = correct_record(broker, acting(by, role), record, fields, matter)
    if as_json:
        reached = [{"disclosure": told.disclosure_id, "recipient": told.recipient} for told in made.told]
        print_json({"record": made.record_id, "changed": list(made.changed), "told": reached})
        return
    out = console()
    out.print(plain(f"{made.record_id}: {', '.join(made.changed) or 'nothing'} changed."))
    for told_one in made.told:
        said = f"A notice waits for: {told_one.recipient}, who received it in {told_one.disclosure_id}"
        out.print(plain(said))


_REFUSE = """Refuse to change a record; the person is told why, and their statement is kept beside it.

Example: broker correct refuse m-4fq2 --by ola --as ig-officer --because "The register agrees"
"""


@_GROUP.command("refuse", help=_REFUSE)
def refuse(
    ref: Annotated[str, typer.Argument(help="the dispute's reference", show_default=False)],
    by: _By,
    role: _As,
    because: Annotated[str, typer.Option("--because", help="why; the person is told, and it is kept sealed")],
    statement: Annotated[str, typer.Option("--statement", help="the person's own words to keep beside it")] = "",
    as_json: _Json = False,
) -> None:
    """Refuses."""
    with open_broker(Settings.read()) as broker:
        _show(refuse_dispute(broker, acting(by, role), ref, because, statement), as_json=as_json)


_LIST = """List which of your organisation's records are said to be wrong. Exits with 1 while an answer is overdue.

Example: broker correct list --by ola --as ig-officer
"""


@_GROUP.command("list", help=_LIST)
def list_(
    by: _By,
    role: _As,
    about: Annotated[str | None, typer.Option("--about", help="about this person alone")] = None,
    as_json: _Json = False,
) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = list_disputes(broker, acting(by, role), about)
    if as_json:
        print_json({"disputes": [_as_json(one) for one in found]})
    elif not found:
        console().print(plain("No record is said to be wrong."))
    else:
        for one in found:
            _print(one)
    if any(one.overdue for one in found):
        raise typer.Exit(1)


def _show(now: DisputeNow, *, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(now))
    else:
        _print(now)


def _print(now: DisputeNow) -> None:
    out = console()
    late = ", OVERDUE" if now.overdue else ""
    due = f" · due before {uk_date(now.due_at.astimezone(LONDON).date())}{late}" if now.due_at else ""
    out.print(plain(f"{now.matter_id} · {now.state} · record {now.record_id} about {now.about}{due}"))
    for label, words in (("they say", now.words), ("refused", now.because), ("statement", now.statement)):
        if words:
            out.print(plain(f"  {label}: {words}"))


def _as_json(now: DisputeNow) -> dict[str, Any]:
    return {
        "dispute": now.matter_id,
        "state": now.state.value,
        "about": now.about,
        "record": now.record_id,
        "due": None if now.due_at is None else instant_text(now.due_at),
        "overdue": now.overdue,
        "words": now.words,
        "because": now.because,
        "statement": now.statement,
    }
