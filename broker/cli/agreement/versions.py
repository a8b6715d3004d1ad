"""`broker agreement adopt|publish|list`: rules and agreements brought into force, and how they stand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from broker.agreements.life import ONLY_ONE
from broker.cli.agreement.arguments import As, AsJson, By
from broker.cli.screen import console, plain, print_json, table
from broker.cli.words import acting
from broker.dates import instant_text
from broker.documents.files import read_bytes
from broker.documents.findings import Findings
from broker.errors import Finding
from broker.settings import Settings
from broker.usecases.agreements.list_agreements import AgreementState, list_agreements
from broker.usecases.agreements.publish_agreement import publish_agreement
from broker.usecases.rules.adopt_policies import adopt_standing_rules
from broker.vocabulary.load import folder_bytes
from broker.wiring import open_broker, policies_folder


def register(group: typer.Typer) -> None:
    """Adds the verbs."""
    group.command("adopt", help=_ADOPT)(adopt)
    group.command("publish", help=_PUBLISH)(publish)
    group.command("list", help=_LIST)(list_)


_ADOPT = """Adopt the standing rules this broker runs with, as its first. For whoever sets the deployment up: once
somebody is in post who may approve a change, it takes two people (`broker policies propose`).

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
                "access_digest": adopted.access_digest,
                "version": adopted.version,
                "changed": adopted.changed,
            }
        )
        return
    words = "Adopted" if adopted.changed else "In force already"
    console().print(plain(f"{words}: standing rules, version {adopted.version}, {adopted.policies_digest}"))


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
                "supersedes": published.supersedes,
                "warnings": [_finding(one) for one in published.warnings],
            }
        )
        return
    out = console()
    words = "Published" if published.changed else "Published before, unchanged"
    out.print(plain(f"{words}: {published.agreement.name}, {published.document_digest}"))
    if published.supersedes is not None:
        name = f"{published.agreement.reference}@{published.supersedes}"
        out.print(plain(f"It supersedes {name} from now on: {ONLY_ONE}."))
    for one in published.warnings:
        out.print(plain(one))


def _finding(finding: Finding) -> dict[str, str]:
    return {"where": finding.where, "message": finding.message, "severity": finding.severity.value}


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
        "superseded_by": None if one.superseded is None else one.superseded.by,
        "superseded_since": None if one.superseded is None else instant_text(one.superseded.since),
        "terms_changed": one.terms_changed,
        "state": one.state,
        "clauses": [{"clause": number, "text": text} for number, text in one.clauses],
    }
