"""`broker client consent` and `withdraw`: what somebody decided, written down at the broker."""

from __future__ import annotations

from typing import Annotated

import typer

from broker.cli.client.arguments import DEFAULT_CONFIG, Again, As, AsJson, By, Config, opened
from broker.cli.screen import console, plain, print_json
from broker.client import ConsentTaken

_Channel = Annotated[str, typer.Option("--channel", help="how they told you: in-person, phone, …")]
_Words = Annotated[str, typer.Option("--words", help="what was signed or said")]


def register(group: typer.Typer) -> None:
    """Adds the verbs."""
    group.command("consent", help=_CONSENT)(consent)
    group.command("withdraw", help=_WITHDRAW)(withdraw)


_CONSENT = """Write down a yes, a no, an objection or an opt-out, and print the sheet to hand over. Exit code 1
where it does not count, because whoever decided cannot decide; whose signature would count is said.

Example: broker client consent --by kim --as lead-practitioner --about p-7ax3 --signatory p-9qd1 --kind engagement
"""


def consent(
    by: By,
    role: As,
    about: Annotated[str, typer.Option("--about", help="the id of the person it is about")],
    signatory: Annotated[str, typer.Option("--signatory", help="the id of whoever decided")],
    kind: Annotated[str, typer.Option("--kind", help="engagement, confidentiality, …")] = "engagement",
    decision: Annotated[str, typer.Option("--decision", help="given, refused or withdrawn")] = "given",
    purpose: Annotated[list[str] | None, typer.Option("--purpose", help="for these; left out: all")] = None,
    category: Annotated[list[str] | None, typer.Option("--category", help="of these kinds; left out: all")] = None,
    controller: Annotated[list[str] | None, typer.Option("--controller", help="told by; left out: all")] = None,
    recipient: Annotated[list[str] | None, typer.Option("--recipient", help="told to; left out: all")] = None,
    until: Annotated[str | None, typer.Option("--until", help="when a yes ends, as 2027-03-02T00:00:00Z")] = None,
    unsafe: Annotated[bool, typer.Option("--unsafe", help="a sign of pressure: nobody relies on it")] = False,
    channel: _Channel = "in-person",
    words: _Words = "",
    again: Again = None,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Writes it down."""
    with opened(config) as client:
        found = client.consent(
            by=by, role=role, about=about, signatory=signatory, kind=kind, decision=decision, purposes=purpose,
            categories=category, controllers=controller, recipients=recipient, until=until, unsafe=unsafe or None,
            evidence={"channel": channel, "words": words}, idempotency_key=again,
        )  # fmt: skip
    _show(found, as_json=as_json)
    if found.counts is False:
        raise typer.Exit(1)


_WITHDRAW = """Withdraw what the reference on the sheet names. It bites before this returns.

Example: broker client withdraw c-8f3k --by kim --as lead-practitioner --channel phone --words "I have changed my
mind"
"""


def withdraw(
    consent_id: Annotated[str, typer.Argument(metavar="CONSENT", help="the reference", show_default=False)],
    by: By,
    role: As,
    signatory: Annotated[
        str | None, typer.Option("--signatory", help="who withdraws; left out: who gave it")
    ] = None,
    category: Annotated[list[str] | None, typer.Option("--category", help="only these; left out: all")] = None,
    channel: _Channel = "in-person",
    words: _Words = "",
    again: Again = None,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Withdraws."""
    evidence = {"channel": channel, "words": words}
    with opened(config) as client:
        found = client.withdraw(
            consent_id, by=by, role=role, signatory=signatory, categories=category, evidence=evidence,
            idempotency_key=again,
        )  # fmt: skip
    _show(found, as_json=as_json)


def _show(found: ConsentTaken, *, as_json: bool) -> None:
    if as_json:
        print_json(dict(found.document))
        return
    out = console()
    if found.repeated:
        out.print(plain(f"{found.consent} was written down before; nothing was done twice."))
        return
    out.print(plain(found.sheet))
    out.print(plain(f"{found.consent}. {found.in_words}"))
