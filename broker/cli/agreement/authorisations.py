"""`broker agreement authorise|unauthorise|authorisations`: that one body may sign for another."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from broker.cli.agreement.arguments import As, AsJson, By
from broker.cli.screen import console, plain, print_json, table
from broker.cli.words import acting, moment
from broker.dates import instant_text, london_day, uk_date
from broker.settings import Settings
from broker.usecases.agreements.authorisations import (
    AuthorisationNow,
    NewAuthorisation,
    authorise,
    list_authorisations,
    withdraw_authorisation,
)
from broker.wiring import open_broker


def register(group: typer.Typer) -> None:
    """Adds the verbs."""
    group.command("authorise", help=_AUTHORISE)(authorise_)
    group.command("unauthorise", help=_UNAUTHORISE)(unauthorise)
    group.command("authorisations", help=_LIST)(authorisations)


_AUTHORISE = """Record that a party lets another body sign for it. Whoever records it does not sign by it.

Example: broker agreement authorise --by ola --as ig-officer --party oakdale-primary --body ecc
--agreement family-support --evidence "letter of the governors, 3 March 2026"
"""


def authorise_(
    by: By,
    role: As,
    party: Annotated[str, typer.Option("--party", help="who lets another sign for it")],
    body: Annotated[str, typer.Option("--body", help="who may sign")],
    evidence: Annotated[str, typer.Option("--evidence", help="where the party says so; kept sealed")],
    agreement: Annotated[
        str | None, typer.Option("--agreement", help="which one, by reference; left out: any")
    ] = None,
    from_: Annotated[str | None, typer.Option("--from", help="the first day; left out: now")] = None,
    until: Annotated[str | None, typer.Option("--until", help="the first day without it; left out: open")] = None,
    as_json: AsJson = False,
) -> None:
    """Records."""
    new = NewAuthorisation(party, body, evidence, agreement, moment("--from", from_), moment("--until", until))
    with open_broker(Settings.read()) as broker:
        _show(authorise(broker, acting(by, role), new), as_json=as_json)


_UNAUTHORISE = """Withdraw an authorisation: nothing more is signed by it; what was signed stands.

Example: broker agreement unauthorise au-7ax3 --by dee --as siro --reason "we sign for ourselves now"
"""


def unauthorise(
    authorisation: Annotated[str, typer.Argument(help="its id", show_default=False)],
    by: By,
    role: As,
    reason: Annotated[str, typer.Option("--reason", help="why, in a sentence; kept sealed")],
    as_json: AsJson = False,
) -> None:
    """Withdraws."""
    with open_broker(Settings.read()) as broker:
        _show(withdraw_authorisation(broker, acting(by, role), authorisation, reason), as_json=as_json)


_LIST = """Who may sign for whom.

Example: broker agreement authorisations --by ola --as ig-officer
"""


def authorisations(by: By, role: As, as_json: AsJson = False) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = list_authorisations(broker, acting(by, role))
    if as_json:
        print_json([_as_json(one) for one in found])
        return
    rows = [(one.authorisation.id, _who(one), _in_words(one)) for one in found]
    console().print(table("Authorisations to sign", ("Id", "Who may sign for whom", "How it stands"), rows))


def _show(now: AuthorisationNow, *, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(now))
        return
    console().print(plain(f"{now.authorisation.id}: {_who(now)}. {_in_words(now)}"))


def _who(now: AuthorisationNow) -> str:
    one = now.authorisation
    return f"{one.body} signs {one.reference or 'any agreement'} for {one.party}"


def _in_words(now: AuthorisationNow) -> str:
    one = now.authorisation
    if one.withdrawn_at is not None:
        return f"Withdrawn on {uk_date(london_day(one.withdrawn_at))}."
    until = one.interval.until_at
    if now.stands:
        return "Stands." if until is None else f"Stands until {uk_date(london_day(until))}."
    return "Does not stand now."


def _as_json(now: AuthorisationNow) -> dict[str, Any]:
    one = now.authorisation
    return {
        "authorisation": one.id,
        "party": one.party,
        "body": one.body,
        "agreement": one.reference,
        "from": None if one.interval.from_at is None else instant_text(one.interval.from_at),
        "until": None if one.interval.until_at is None else instant_text(one.interval.until_at),
        "withdrawn": None if one.withdrawn_at is None else instant_text(one.withdrawn_at),
        "stands": now.stands,
    }
