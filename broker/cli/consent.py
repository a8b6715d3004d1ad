"""`broker consent`: writes down what somebody decided about sharing, and prints their receipt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from broker.cli.screen import console, plain, print_json
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting, moment, scope, word
from broker.consent.record import ConsentDecision, ConsentKind
from broker.dates import instant_text
from broker.release.receipt import receipt_text
from broker.settings import Settings
from broker.usecases.consent.append_consent import CHANNELS, ConsentAppended, Evidence
from broker.usecases.consent.record_consent import ConsentStatement, record_consent
from broker.usecases.consent.withdraw_consent import Withdrawal, withdraw_consent
from broker.wiring import open_broker

_GROUP = typer.Typer(no_args_is_help=True, help="Write down what somebody decided about sharing.")
_CHANNEL_HELP = f"how they told us: {', '.join(CHANNELS)}"
_SCOPE = "left out: all"
_Present = Annotated[list[str] | None, typer.Option("--present", help="who else was there; not printed")]
_Interpreter = Annotated[str, typer.Option("--interpreter", help="who interpreted")]
_Alone = Annotated[
    bool | None, typer.Option("--alone/--not-alone", help="whether they were seen alone; not printed")
]
_Capacity = Annotated[str, typer.Option("--capacity", help="how capacity or competence was assessed")]
_Unsafe = Annotated[
    bool, typer.Option("--unsafe", help="there is a sign of pressure: nobody is to rely on it; not printed")
]


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.add_typer(_GROUP, name="consent")


_RECORD = """Write down a yes, a no, an objection or an opt-out, and print the receipt to hand over.

It is written down even where whoever decided cannot decide; it then says whose signature would count, changes
nothing, and the exit code is 1.

Example: broker consent record --by kim --as lead-practitioner --about p-7ax3 --signatory p-9qd1 --kind engagement
"""


@_GROUP.command("record", help=_RECORD)
def record(
    by: Annotated[str, typer.Option("--by", help=BY_HELP)],
    role: Annotated[str, typer.Option("--as", help=AS_HELP)],
    about: Annotated[str, typer.Option("--about", help="the id of the person it is about")],
    signatory: Annotated[str, typer.Option("--signatory", help="the id of whoever decided")],
    kind: Annotated[
        str,
        typer.Option(
            "--kind", help="engagement, confidentiality, data-protection, statutory, objection or opt-out"
        ),
    ] = "engagement",
    decision: Annotated[str, typer.Option("--decision", help="given, refused or withdrawn")] = "given",
    purpose: Annotated[list[str] | None, typer.Option("--purpose", help=_SCOPE)] = None,
    category: Annotated[
        list[str] | None, typer.Option("--category", help="left out: all but private services, which are named")
    ] = None,
    controller: Annotated[list[str] | None, typer.Option("--from", help=f"who would tell; {_SCOPE}")] = None,
    recipient: Annotated[list[str] | None, typer.Option("--to", help=f"who would be told; {_SCOPE}")] = None,
    at: Annotated[str | None, typer.Option("--at", help="when it was decided; left out: now")] = None,
    until: Annotated[str | None, typer.Option("--until", help="when a yes ends; left out: open")] = None,
    channel: Annotated[str, typer.Option("--channel", help=_CHANNEL_HELP)] = "in-person",
    words: Annotated[str, typer.Option("--words", help="what was signed or said")] = "",
    present: _Present = None,
    interpreter: _Interpreter = "",
    alone: _Alone = None,
    capacity: _Capacity = "",
    unsafe: _Unsafe = False,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-consent.md)")] = False,
) -> None:
    """Records and prints the receipt."""
    statement = ConsentStatement(
        about,
        signatory,
        word("--kind", kind, ConsentKind),
        word("--decision", decision, ConsentDecision),
        scope(purpose),
        scope(category),
        scope(controller),
        scope(recipient),
        moment("--at", at),
        moment("--until", until),
        unsafe,
        Evidence(channel, words, tuple(present or ()), interpreter, alone, capacity),
    )
    with open_broker(Settings.read()) as broker:
        kept = record_consent(broker, acting(by, role), statement)
        names = {code: one.name for code, one in broker.partnership.vocabulary.organisations.items()}
    _show(kept, names, as_json=as_json)


_WITHDRAW = """Withdraw a consent by the reference on its receipt.

It bites at once, and a notice waits for everybody who had received something because of it: `broker notices`.

Example: broker consent withdraw --by kim --as lead-practitioner c-4fq2 --channel phone
"""


@_GROUP.command("withdraw", help=_WITHDRAW)
def withdraw(
    consent_id: Annotated[str, typer.Argument(help="the reference on the receipt", show_default=False)],
    by: Annotated[str, typer.Option("--by", help=BY_HELP)],
    role: Annotated[str, typer.Option("--as", help=AS_HELP)],
    signatory: Annotated[
        str | None, typer.Option("--signatory", help="who withdraws; left out: whoever gave it")
    ] = None,
    category: Annotated[
        list[str] | None, typer.Option("--category", help="only these kinds; left out: all it covered")
    ] = None,
    channel: Annotated[str, typer.Option("--channel", help=_CHANNEL_HELP)] = "in-person",
    words: Annotated[str, typer.Option("--words", help="what was said")] = "",
    present: _Present = None,
    interpreter: _Interpreter = "",
    alone: _Alone = None,
    capacity: _Capacity = "",
    unsafe: _Unsafe = False,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-consent.md)")] = False,
) -> None:
    """Withdraws and prints what stops, what goes on and for whom a notice waits."""
    evidence = Evidence(channel, words, tuple(present or ()), interpreter, alone, capacity)
    withdrawal = Withdrawal(consent_id, signatory, scope(category), unsafe, evidence)
    with open_broker(Settings.read()) as broker:
        kept = withdraw_consent(broker, acting(by, role), withdrawal)
        names = {code: one.name for code, one in broker.partnership.vocabulary.organisations.items()}
    _show(kept, names, as_json=as_json)


def _show(kept: ConsentAppended, names: Mapping[str, str], *, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(kept))
    else:
        _print(kept, names)
    if not kept.counts:
        raise typer.Exit(1)


def _print(kept: ConsentAppended, names: Mapping[str, str]) -> None:
    out = console()
    out.print(plain(receipt_text(kept.receipt)))
    out.print(plain("For the worker, not for the sheet"), style="bold")
    out.print(plain(kept.standing.in_words))
    for what, lines in (("Stops now", kept.stops), ("Goes on", kept.goes_on)):
        for line in lines:
            out.print(plain(f"{what}: {line}"))
    for told in kept.told:
        recipient = names.get(told.recipient, told.recipient)
        out.print(plain(f"A notice waits for: {recipient}, who received something in {told.disclosure_id}"))


def _as_json(kept: ConsentAppended) -> dict[str, Any]:
    return {
        "consent": kept.consent_id,
        "at": instant_text(kept.at),
        "counts": kept.counts,
        "standing": {
            "counts_for": list(kept.standing.counts_for),
            "not_for": list(kept.standing.not_for),
            "who_can_decide": list(kept.standing.who),
            "in_words": kept.standing.in_words,
        },
        "receipt": receipt_text(kept.receipt),
        "stops": list(kept.stops),
        "goes_on": list(kept.goes_on),
        "told": [
            {"disclosure": told.disclosure_id, "recipient": told.recipient, "released": instant_text(told.at)}
            for told in kept.told
        ],
    }
