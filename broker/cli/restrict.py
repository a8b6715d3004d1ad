"""`broker restrict`: what an organisation holds about somebody is kept and not used."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from broker.cli.screen import console, plain, print_json
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting, moment, word
from broker.dates import instant_text
from broker.errors import CallWrong
from broker.rights.exemptions import NOT_SEARCHED
from broker.rights.restriction import RestrictionGround, UseGround
from broker.settings import Settings
from broker.usecases.rights.restrictions import (
    NewRestriction,
    RestrictionNow,
    lift_restriction,
    list_restrictions,
    restrict,
    use_restricted,
)
from broker.wiring import open_broker

_GROUP = typer.Typer(no_args_is_help=True, help="Restriction of processing: kept and not used.")
_By = Annotated[str, typer.Option("--by", help=BY_HELP)]
_As = Annotated[str, typer.Option("--as", help=AS_HELP)]
_Ref = Annotated[str, typer.Argument(help="the restriction's reference", show_default=False)]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-restrict.md)")]
_Reason = Annotated[str, typer.Option("--reason", help="why, in a sentence; kept sealed")]


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.add_typer(_GROUP, name="restrict")


_APPLY = """Restrict what your organisation holds about somebody: it is released for no purpose.

Example: broker restrict apply --by ola --as ig-officer --about p-7ax3 --category early-help --because
accuracy-contested --reason "She says the plan is another family's"
"""


@_GROUP.command("apply", help=_APPLY)
def apply(
    by: _By,
    role: _As,
    about: Annotated[str, typer.Option("--about", help="the id of the person it is about")],
    category: Annotated[list[str], typer.Option("--category", help="a kind of information; once for each")],
    because: Annotated[
        str,
        typer.Option("--because", help="accuracy-contested, unlawful, needed-for-claims or objection-pending"),
    ],
    reason: _Reason,
    as_json: _Json = False,
) -> None:
    """Restricts."""
    new = NewRestriction(about, frozenset(category), word("--because", because, RestrictionGround), reason)
    with open_broker(Settings.read()) as broker:
        _show(restrict(broker, acting(by, role), new), as_json=as_json)


_USE = """Let restricted information be used for one purpose, for a reason of the law, until a day.

Example: broker restrict use m-4fq2 --by ola --as ig-officer --purpose section-47 --because protect-another
--reason "A child may be in danger" --until 2026-04-01
"""


@_GROUP.command("use", help=_USE)
def use(
    ref: _Ref,
    by: _By,
    role: _As,
    purpose: Annotated[str, typer.Option("--purpose", help="for which purpose")],
    because: Annotated[
        str, typer.Option("--because", help="consent, legal-claims, protect-another or public-interest")
    ],
    reason: _Reason,
    until: Annotated[str, typer.Option("--until", help="when it ends")],
    case: Annotated[str | None, typer.Option("--case", help="for this case only; left out: any")] = None,
    as_json: _Json = False,
) -> None:
    """Uses."""
    until_at = moment("--until", until)
    if until_at is None:
        raise CallWrong("--until", "is missing: name the day on which it ends")
    ground = word("--because", because, UseGround)
    with open_broker(Settings.read()) as broker:
        now = use_restricted(broker, acting(by, role), ref, purpose, ground, reason, until_at, case)
        _show(now, as_json=as_json)


_LIFT = """Lift a restriction, after the person was told.

Example: broker restrict lift m-4fq2 --by ola --as ig-officer --told "By letter on 2 March"
"""


@_GROUP.command("lift", help=_LIFT)
def lift(
    ref: _Ref,
    by: _By,
    role: _As,
    told: Annotated[str, typer.Option("--told", help="how and when the person was told; kept sealed")],
    as_json: _Json = False,
) -> None:
    """Lifts."""
    with open_broker(Settings.read()) as broker:
        _show(lift_restriction(broker, acting(by, role), ref, told), as_json=as_json)


_LIST = """List your organisation's restrictions. Exits with 1 where one does not cover a purpose there is since.

Example: broker restrict list --by ola --as ig-officer
"""


@_GROUP.command("list", help=_LIST)
def list_(by: _By, role: _As, as_json: _Json = False) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = list_restrictions(broker, acting(by, role))
    if as_json:
        print_json({"restrictions": [_as_json(one) for one in found]})
    elif not found:
        console().print(plain("Nothing is restricted."))
    else:
        for one in found:
            _print(one)
    if any(one.uncovered for one in found):
        raise typer.Exit(1)


def _show(now: RestrictionNow, *, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(now))
    else:
        _print(now)


def _print(now: RestrictionNow) -> None:
    out, restriction = console(), now.restriction
    kinds = ", ".join(restriction.categories)
    out.print(plain(f"{now.matter_id} · {now.state} · about {restriction.about}: {kinds}"))
    for told in now.told:
        out.print(plain(f"  A notice waits for: {told.recipient}, who received something in {told.disclosure_id}"))
    out.print(plain(f"  {NOT_SEARCHED}"))
    if now.uncovered:
        out.print(plain(f"  not covered, apply it again: {', '.join(now.uncovered)}"))


def _as_json(now: RestrictionNow) -> dict[str, Any]:
    restriction = now.restriction
    return {
        "restriction": now.matter_id,
        "state": now.state.value,
        "about": restriction.about,
        "categories": list(restriction.categories),
        "because": restriction.ground.value,
        "at": instant_text(restriction.at),
        "uncovered": list(now.uncovered),
        "not_searched": NOT_SEARCHED,
        "told": [{"disclosure": one.disclosure_id, "recipient": one.recipient} for one in now.told],
    }
