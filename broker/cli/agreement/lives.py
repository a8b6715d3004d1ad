"""`broker agreement show|due|end`: one version as a whole, the work list, and an end before its time."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from broker.cli.agreement.arguments import As, AsJson, By, Name, named
from broker.cli.screen import console, plain, print_json, table
from broker.cli.words import acting
from broker.dates import instant_text, london_day, uk_date
from broker.settings import Settings
from broker.usecases.agreements.due_agreements import due_agreements
from broker.usecases.agreements.end_agreement import end_agreement
from broker.usecases.agreements.show_agreement import AgreementShown, SignatureShown, show_agreement
from broker.wiring import open_broker


def register(group: typer.Typer) -> None:
    """Adds the verbs."""
    group.command("show", help=_SHOW)(show)
    group.command("due", help=_DUE)(due)
    group.command("end", help=_END)(end)


_SHOW = """One version of an agreement: its state, its signatures party by party, and which of the terms it uses
changed since it was signed.

Example: broker agreement show family-support@2 --by ola --as ig-officer
"""


def show(name: Name, by: By, role: As, as_json: AsJson = False) -> None:
    """Shows."""
    reference, version = named(name)
    with open_broker(Settings.read()) as broker:
        shown = show_agreement(broker, acting(by, role), reference, version)
    if as_json:
        print_json(_shown_json(shown))
        return
    out = console()
    agreement = shown.agreement
    out.print(plain(f"{agreement.name}: {agreement.title}"))
    out.print(plain(f"{shown.state} {shown.signed}"))
    out.print(plain(f"Published on {uk_date(london_day(shown.published_at))}; text {shown.document_digest}"))
    out.print(plain(f"Terms it uses: {shown.terms_digest}"))
    for change, parties in shown.changed:
        says = f"{change.name}: {'; '.join(change.said)}. Signed upon what it was: {', '.join(parties)}."
        out.print(plain(f"  changed since it was signed: {says}"))
    rows = [(one.party, _who(one), _how(one), _when(one)) for one in shown.signatures]
    signed = {one.party for one in shown.signatures}
    rows += [(party, "", "", "has not signed") for party in shown.unsigned if party not in signed]
    out.print(table("Signatures", ("Party", "Who", "How", "When"), rows))


_DUE = """The work list: which agreements are to be reviewed, lapse, end, begin or lack signatures, whose terms
changed, and which keys and authorisations end, within so many days; what is overdue too.

Example: broker agreement due --within 90 --by ola --as ig-officer
"""


def due(
    by: By,
    role: As,
    within: Annotated[int, typer.Option("--within", help="how many days ahead")] = 90,
    as_json: AsJson = False,
) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = due_agreements(broker, acting(by, role), within)
    if as_json:
        fields = [
            {"on": one.on.isoformat(), "kind": one.kind.value, "what": one.what, "says": one.says} for one in found
        ]
        print_json(fields)
        return
    if not found:
        console().print(plain(f"Nothing is due within {within} days."))
        return
    rows = [(uk_date(one.on), one.what, one.says) for one in found]
    console().print(table(f"Due within {within} days", ("Day", "What", "Because"), rows))


_END = """End a version before its time, and every lower one: from now on nothing flows under them. For its owner.

Example: broker agreement end family-support@2 --by sid --as siro --reason "the service closes"
"""


def end(
    name: Name,
    by: By,
    role: As,
    reason: Annotated[str, typer.Option("--reason", help="why, in a sentence; kept sealed")],
    as_json: AsJson = False,
) -> None:
    """Ends."""
    reference, version = named(name)
    with open_broker(Settings.read()) as broker:
        ended = end_agreement(broker, acting(by, role), reference, version, reason)
    names = [f"{reference}@{number}" for number in ended.versions]
    if as_json:
        print_json({"ended": names, "at": instant_text(ended.at)})
        return
    under = "it" if len(names) == 1 else "them"
    console().print(plain(f"Ended: {', '.join(names)}. Nothing flows under {under} from now on."))


def _who(one: SignatureShown) -> str:
    behalf = f", of {one.signed_by} for {one.party}" if one.signed_by not in (None, one.party) else ""
    return f"{one.signatory}, {one.post}{behalf}; {one.authority}"


def _how(one: SignatureShown) -> str:
    how = "a click" if one.key is None else f"key {one.key}"
    return how if one.authorisation is None else f"{how}, by authorisation {one.authorisation}"


def _when(one: SignatureShown) -> str:
    signed = f"signed on {uk_date(london_day(one.signed_at))}"
    if one.withdrawn_at is None:
        return signed
    return f"{signed}, taken back on {uk_date(london_day(one.withdrawn_at))}"


def _shown_json(shown: AgreementShown) -> dict[str, Any]:
    agreement = shown.agreement
    return {
        "agreement": agreement.name,
        "title": agreement.title,
        "owner": agreement.owner,
        "parties": list(agreement.parties),
        "document_digest": shown.document_digest,
        "published": instant_text(shown.published_at),
        "ended": None if shown.ended_at is None else instant_text(shown.ended_at),
        "superseded_by": None if shown.superseded is None else shown.superseded.by,
        "superseded_since": None if shown.superseded is None else instant_text(shown.superseded.since),
        "state": f"{shown.state} {shown.signed}",
        "unsigned": list(shown.unsigned),
        "signatures": [_signature_json(one) for one in shown.signatures],
        "terms_digest": shown.terms_digest,
        "terms_changed": [
            {"term": change.name, "said": list(change.said), "signed_upon": list(parties)}
            for change, parties in shown.changed
        ],
    }


def _signature_json(one: SignatureShown) -> dict[str, Any]:
    return {
        "party": one.party,
        "signatory": one.signatory,
        "post": one.post,
        "authority": one.authority,
        "signed": instant_text(one.signed_at),
        "withdrawn": None if one.withdrawn_at is None else instant_text(one.withdrawn_at),
        "signed_by": one.signed_by,
        "authorisation": one.authorisation,
        "key": one.key,
        "terms_digest": one.terms_digest,
    }
