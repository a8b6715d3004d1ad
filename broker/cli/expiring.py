"""`broker expiring`: what ends, or changes hands, soon."""

from __future__ import annotations

from typing import Annotated

import typer

from broker.cli.screen import console, plain, print_json
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting
from broker.dates import LONDON, Period, instant_text
from broker.errors import CallWrong
from broker.release.citing import document_in_words
from broker.release.profile import uk_date
from broker.rights.expiry import Expiry, ExpiryKind
from broker.settings import Settings
from broker.usecases.people.expiring import list_expiring
from broker.wiring import open_broker

_EXPIRING = """List what ends soon: of the people in your open cases; for an officer, in counts.

Example: broker expiring --within P30D --by kim --as lead-practitioner
"""


def register(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("expiring", help=_EXPIRING)(expiring)


def expiring(
    by: Annotated[str, typer.Option("--by", help=BY_HELP)],
    role: Annotated[str, typer.Option("--as", help=AS_HELP)],
    within: Annotated[str, typer.Option("--within", help="how far to look: P30D, P6M, P1Y")] = "P30D",
    as_json: Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-expiring.md)")] = False,
) -> None:
    """Lists."""
    period = Period.parse(within)
    if period is None:
        raise CallWrong("--within", f"`{within}` is no period; write P30D, P6M or P1Y")
    with open_broker(Settings.read()) as broker:
        found = list_expiring(broker, acting(by, role), period)
    if as_json:
        print_json(
            {
                "until": instant_text(found.until),
                "items": [
                    {"kind": one.kind.value, "at": instant_text(one.at), "about": one.about, "case": one.case}
                    for one in found.items
                ],
                "counts": {kind.value: count for kind, count in found.counts.items()},
            }
        )
        return
    out = console()
    for one in found.items:
        case = f" in case {one.case}" if one.case else ""
        what = one.kind.value.replace("-", " ")
        out.print(plain(f"{uk_date(one.at.astimezone(LONDON).date())} · {what} · {_about(one)}{case}"))
    for kind, count in found.counts.items():
        what = kind.value.replace("-", " ")
        if kind is ExpiryKind.QUESTION_LATE:
            out.print(plain(f"{count} × {what}: asked of your organisation (`broker holder inbox --overdue`)"))
        else:
            out.print(plain(f"{count} × {what} in your organisation's cases"))
    if not found.items and not found.counts:
        out.print(plain("Nothing that you may know of ends by then."))


def _about(one: Expiry) -> str:
    """Whose it is; an agreement by its title."""
    reference, _, version = one.about.partition("@")
    return document_in_words(reference, version, {one.about: one.called}) if one.called else one.about
