"""`broker agreement`: adopts standing rules, publishes and signs agreements, and says how they stand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from broker.cli.screen import console, plain, print_json, table
from broker.cli.words import AS_HELP, BY_HELP, acting
from broker.dates import instant_text
from broker.documents.files import read_bytes
from broker.documents.findings import Findings
from broker.errors import CallWrong, Finding
from broker.settings import Settings
from broker.usecases.adopt_policies import adopt_standing_rules
from broker.usecases.list_agreements import AgreementState, list_agreements
from broker.usecases.publish_agreement import publish_agreement
from broker.usecases.sign_agreement import SignatureKept, Signing, sign_agreement, withdraw_signature
from broker.vocabulary.load import folder_bytes
from broker.wiring import open_broker, policies_folder

_GROUP = typer.Typer(no_args_is_help=True, help="Agreements: adopt, publish, sign, list.")
_By = Annotated[str, typer.Option("--by", help=BY_HELP)]
_As = Annotated[str, typer.Option("--as", help=AS_HELP)]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-agreement.md)")]
_Name = Annotated[str, typer.Argument(help="reference and version, such as family-support@2", show_default=False)]


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.add_typer(_GROUP, name="agreement")


_ADOPT = """Adopt the standing rules this broker runs with. For whoever sets the deployment up.

Example: broker agreement adopt
"""


@_GROUP.command("adopt", help=_ADOPT)
def adopt(as_json: _Json = False) -> None:
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


@_GROUP.command("publish", help=_PUBLISH)
def publish(
    file: Annotated[Path, typer.Argument(help="the agreement's file", show_default=False)],
    by: _By,
    role: _As,
    as_json: _Json = False,
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


@_GROUP.command("sign", help=_SIGN)
def sign(
    name: _Name,
    by: _By,
    role: _As,
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
    as_json: _Json = False,
) -> None:
    """Signs."""
    reference, version = _named(name)
    signing = Signing(reference, version, party, signatory, post, authority, digest, authorised_by)
    with open_broker(Settings.read()) as broker:
        _show_signed(sign_agreement(broker, acting(by, role), signing), "signed", as_json=as_json)


_UNSIGN = """Take your organisation's signature back: nothing flows to or from it under this agreement from now on.

Example: broker agreement unsign family-support@2 --by sid --as siro --party ecc --reason "replaced by version 3"
"""


@_GROUP.command("unsign", help=_UNSIGN)
def unsign(
    name: _Name,
    by: _By,
    role: _As,
    party: Annotated[str, typer.Option("--party", help="your organisation's code")],
    reason: Annotated[str, typer.Option("--reason", help="why, in a sentence")],
    as_json: _Json = False,
) -> None:
    """Takes back."""
    reference, version = _named(name)
    with open_broker(Settings.read()) as broker:
        kept = withdraw_signature(broker, acting(by, role), reference, version, party, reason)
    _show_signed(kept, "withdrawn", as_json=as_json)


_LIST = """Every published agreement with its state in words.

Example: broker agreement list --by ola --as ig-officer
"""


@_GROUP.command("list", help=_LIST)
def list_(by: _By, role: _As, as_json: _Json = False) -> None:
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


def _named(name: str) -> tuple[str, int]:
    reference, _, number = name.partition("@")
    if not reference or not number.isascii() or not number.isdigit():
        raise CallWrong("agreement", f"`{name}` is no reference and version; write it as `family-support@2`")
    return reference, int(number)
