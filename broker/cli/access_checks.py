"""`broker access-checks`: follows the audit log for looks that somebody should ask about."""

from __future__ import annotations

from typing import Annotated

import typer

from broker.cli.screen import console, plain, print_json, table
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting
from broker.errors import CallWrong
from broker.oversight.register import CHECKS
from broker.settings import Settings
from broker.usecases.acting import Acting
from broker.usecases.oversight.access_checks import run_access_checks, watch_person
from broker.wiring import open_broker

_GROUP = typer.Typer(
    no_args_is_help=True, help="Access checks: looks in the audit log that somebody should ask about."
)
_By = Annotated[str, typer.Option("--by", help=BY_HELP)]
_As = Annotated[str, typer.Option("--as", help=AS_HELP)]
_About = Annotated[str, typer.Option("--about", help="the person's id")]
_Words = Annotated[str, typer.Option("--words", help="why, in a sentence")]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-access-checks.md)")]


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.add_typer(_GROUP, name="access-checks")


_RUN = """Run every check over what is new in the audit log; findings wait as notices for those who govern.

Meant for a schedule, by the holder of the keys; nothing is found twice.

Example: broker access-checks run
"""


@_GROUP.command("run", help=_RUN)
def run(
    by: Annotated[str | None, typer.Option("--by", help=f"{BY_HELP}; left out: the holder of the keys")] = None,
    role: Annotated[str | None, typer.Option("--as", help=AS_HELP)] = None,
    as_json: _Json = False,
) -> None:
    """Runs."""
    if (by is None) != (role is None):
        raise CallWrong("--by", "and `--as` go together: say who you are and in which role you act")
    who = None if by is None or role is None else Acting(by, role)
    with open_broker(Settings.read()) as broker:
        ran = run_access_checks(broker, who)
    if as_json:
        found = {code: ran.found.get(code, 0) for code in CHECKS}
        print_json({"from": ran.from_index, "until": ran.until_index, "found": found, "more": ran.more})
        return
    out = console()
    out.print(
        plain(f"{ran.until_index - ran.from_index} entries checked, {sum(ran.found.values())} to ask about.")
    )
    if ran.found:
        rows = [(CHECKS[code].title, count) for code, count in ran.found.items()]
        out.print(table("Waiting as notices", ("what", "how many"), rows))
    if ran.more:
        out.print(plain("More entries wait: run it again."))


_LIST = """List the checks there are.

Example: broker access-checks list
"""


@_GROUP.command("list", help=_LIST)
def list_(as_json: _Json = False) -> None:
    """Lists."""
    if as_json:
        print_json({"checks": [{"check": code, "title": one.title} for code, one in CHECKS.items()]})
        return
    console().print(
        table("Access checks", ("check", "somebody"), [(code, one.title) for code, one in CHECKS.items()])
    )


_WATCH = """Put somebody on the watched list: every look at them is asked about. Kept as a pseudonym.

Example: broker access-checks watch --by ola --as ig-officer --about p-7ax3 --words "In the local press"
"""


@_GROUP.command("watch", help=_WATCH)
def watch(by: _By, role: _As, about: _About, words: _Words, as_json: _Json = False) -> None:
    """Watches."""
    _watch(acting(by, role), about, words, watched=True, as_json=as_json)


_UNWATCH = """Take somebody off the watched list.

Example: broker access-checks unwatch --by ola --as ig-officer --about p-7ax3 --words "Interest has gone"
"""


@_GROUP.command("unwatch", help=_UNWATCH)
def unwatch(by: _By, role: _As, about: _About, words: _Words, as_json: _Json = False) -> None:
    """Watches no more."""
    _watch(acting(by, role), about, words, watched=False, as_json=as_json)


def _watch(who: Acting, about: str, words: str, *, watched: bool, as_json: bool) -> None:
    with open_broker(Settings.read()) as broker:
        watch_person(broker, who, about, words, watched=watched)
    if as_json:
        print_json({"about": about, "watched": watched})
    else:
        console().print(plain(f"{about} is {'on' if watched else 'off'} the watched list."))
