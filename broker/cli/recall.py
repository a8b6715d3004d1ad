"""`broker recall`: takes a release back that should not have been made, and shows what is not confirmed."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from broker.cli.screen import console, plain, print_json
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting
from broker.dates import LONDON, instant_text
from broker.settings import Settings
from broker.usecases.release.recall_release import RecallNow, list_recalls, recall_release
from broker.wiring import open_broker

_GROUP = typer.Typer(no_args_is_help=True, help="Releases that should not have been made.")
_By = Annotated[str, typer.Option("--by", help=BY_HELP)]
_As = Annotated[str, typer.Option("--as", help=AS_HELP)]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-recall.md)")]


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.add_typer(_GROUP, name="recall")


_SEND = """Recall a release: its recipient is to say that it has the recall, and then that it was destroyed.

Example: broker recall send d-4fq2 --by ola --as ig-officer --reason "The case had been closed"
"""


@_GROUP.command("send", help=_SEND)
def send(
    release: Annotated[str, typer.Argument(help="the release's reference", show_default=False)],
    by: _By,
    role: _As,
    reason: Annotated[str, typer.Option("--reason", help="why, in a sentence; kept sealed")],
    as_json: _Json = False,
) -> None:
    """Recalls."""
    with open_broker(Settings.read()) as broker:
        now = recall_release(broker, acting(by, role), release, reason)
    if as_json:
        print_json(_as_json(now))
    else:
        _print(now)


_LIST = """List your organisation's recalls. Exits with 1 while a recipient is late.

Example: broker recall list --by ola --as ig-officer
"""


@_GROUP.command("list", help=_LIST)
def list_(by: _By, role: _As, as_json: _Json = False) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = list_recalls(broker, acting(by, role))
    if as_json:
        print_json({"recalls": [_as_json(one) for one in found]})
    elif not found:
        console().print(plain("No release was recalled."))
    else:
        for one in found:
            _print(one)
    if any(one.overdue for one in found):
        raise typer.Exit(1)


def _print(now: RecallNow) -> None:
    due = ""
    if now.due_at is not None:
        late = ", OVERDUE" if now.overdue else ""
        due = f" · answer by {now.due_at.astimezone(LONDON).strftime('%d/%m/%Y %H:%M')}{late}"
    console().print(plain(f"{now.matter_id} · {now.disclosure_id} from {now.recipient} · {now.state}{due}"))


def _as_json(now: RecallNow) -> dict[str, Any]:
    return {
        "recall": now.matter_id,
        "release": now.disclosure_id,
        "recipient": now.recipient,
        "state": now.state.value,
        "due": None if now.due_at is None else instant_text(now.due_at),
        "overdue": now.overdue,
    }
