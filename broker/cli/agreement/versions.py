"""`broker agreement adopt|publish|sign|unsign|list`: rules and agreements brought into force and signed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from broker.cli.agreement.arguments import As, AsJson, By, Name, named
from broker.cli.screen import console, plain, print_json, table
from broker.cli.words import acting
from broker.dates import instant_text
from broker.documents.files import read_bytes
from broker.documents.findings import Findings
from broker.errors import Finding
from broker.settings import Settings
from broker.usecases.adopt_policies import adopt_standing_rules
from broker.usecases.list_agreements import AgreementState, list_agreements
from broker.usecases.publish_agreement import publish_agreement
from broker.usecases.sign_agreement import SignatureKept, Signing, sign_agreement, withdraw_signature
from broker.vocabulary.load import folder_bytes
from broker.wiring import open_broker, policies_folder


def register(group: typer.Typer) -> None:
    """Adds the verbs."""
    group.command("adopt", help=_ADOPT)(adopt)
    group.command("publish", help=_PUBLISH)(publish)
    group.command("sign", help=_SIGN)(sign)
    group.command("unsign", help=_UNSIGN)(unsign)
    group.command("list", help=_LIST)(list_)


_ADOPT = """Adopt the standing rules this broker runs with. For whoever sets the deployment up.

Example: broker agreement adopt
"""


def adopt(as_json: AsJson = False) -> None:
    """Adopts."""
    settings = Settings.read()
    findings = Findings()
    files = folder_bytes(policies_folder(settings), "policies", findings)
    findings.refuse_if_errors()
    with open_broker(settings) as broker:
        adopted = adopt_standing_rules(broker, files)
    if as_json:
        print_json(
            {
                "policies_digest": adopted.policies_digest,
                "agreements_digest": adopted.agreements_digest,
                "changed": adopted.changed,
            }
        )
        return
    words = "Adopted" if adopted.changed else "In force already"
    console().print(plain(f"{words}: standing rules {adopted.policies_digest}"))


_PUBLISH = """Publish a version of an agreement from its file, so that it can be signed. Nothing flows before that.

Example: broker agreement publish agreements/family-support/v1/agreement.yaml --by ola --as ig-officer
"""


def publish(
    file: Annotated[Path, typer.Argument(help="the agreement's file", show_default=False)],
    by: By,
    role: As,
    as_json: AsJson = False,
) -> None:
    """Publishes."""
    findings = Findings()
    data = read_bytes(file, str(file), findings)
    findings.refuse_if_errors()
    with open_broker(Settings.read()) as broker:
        published = publish_agreement(broker, acting(by, role), data or b"", str(file))
    if as_json:
        print_json(
            {
                "agreement": published.agreement.name,
                "document_digest": published.document_digest,
                "changed": published.changed,
                "parties": list(published.agreement.parties),
                "warnings": [_finding(one) for one in published.warnings],
            }
        )
        return
    out = console()
    words = "Published" if published.changed else "Published before, unchanged"
    out.print(plain(f"{words}: {published.agreement.name}, {published.document_digest}"))
    for one in published.warnings:
        out.print(plain(one))


def _finding(finding: Finding) -> dict[str, str]:
    return {"where": finding.where, "message": finding.message, "severity": finding.severity.value}


_SIGN = """Sign a published agreement for a party.

Example: broker agreement sign family-support@2 --by sid --as siro --party ecc --signatory "Sid Marsh"
--post "Senior information risk owner" --authority "scheme of delegation 2026"
"""


def sign(
    name: Name,
    by: By,
    role: As,
    party: Annotated[str, typer.Option("--party", help="the party's code")],
    signatory: Annotated[str, typer.Option("--signatory", help="who signs")],
    post: Annotated[str, typer.Option("--post", help="their post")],
    authority: Annotated[str, typer.Option("--authority", help="the evidence that the post may sign")],
    digest: Annotated[
        str | None, typer.Option("--digest", help="of the text you read; left out: of the text published")
    ] = None,
    authorised_by: Annotated[
        str | None, typer.Option("--authorised-by", help="the evidence that the party lets you sign for it")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Signs."""
    reference, version = named(name)
    signing = Signing(reference, version, party, signatory, post, authority, digest, authorised_by)
    with open_broker(Settings.read()) as broker:
        _show_signed(sign_agreement(broker, acting(by, role), signing), "signed", as_json=as_json)


_UNSIGN = """Take your organisation's signature back: nothing flows to or from it under this agreement from now on.

Example: broker agreement unsign family-support@2 --by sid --as siro --party ecc --reason "replaced by version 3"
"""


def unsign(
    name: Name,
    by: By,
    role: As,
    party: Annotated[str, typer.Option("--party", help="your organisation's code")],
    reason: Annotated[str, typer.Option("--reason", help="why, in a sentence")],
    as_json: AsJson = False,
) -> None:
    """Takes back."""
    reference, version = named(name)
    with open_broker(Settings.read()) as broker:
        kept = withdraw_signature(broker, acting(by, role), reference, version, party, reason)
    _show_signed(kept, "withdrawn", as_json=as_json)


_LIST = """Every published agreement with its state in words.

Example: broker agreement list --by ola --as ig-officer
"""


def list_(by: By, role: As, as_json: AsJson = False) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = list_agreements(broker, acting(by, role))
    if as_json:
        print_json([_state_json(one) for one in found])
        return
    rows = [(f"{one.reference}@{one.version}", one.title, one.state) for one in found]
    console().print(table("Agreements", ("Agreement", "Title", "How it stands"), rows))


def _state_json(one: AgreementState) -> dict[str, Any]:
    return {
        "agreement": f"{one.reference}@{one.version}",
        "title": one.title,
        "owner": one.owner,
        "document_digest": one.document_digest,
        "parties": list(one.parties),
        "unsigned": list(one.unsigned),
        "counts": one.counts,
        "state": one.state,
        "clauses": [{"clause": number, "text": text} for number, text in one.clauses],
    }


def _show_signed(kept: SignatureKept, event: str, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "agreement": f"{kept.reference}@{kept.version}",
                "party": kept.party,
                "event": event,
                "at": instant_text(kept.at),
                "document_digest": kept.document_digest,
                "unsigned": list(kept.unsigned),
            }
        )
        return
    out = console()
    out.print(plain(f"{kept.party}: {event}, {kept.reference}@{kept.version}, {kept.document_digest}"))
    missing = ", ".join(kept.unsigned)
    out.print(plain(f"Not signed: {missing}." if missing else "All parties have signed."))
