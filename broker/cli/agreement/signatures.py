"""`broker agreement export|import`: signatures to and from the file that lies beside an agreement."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from broker.agreements.signature_file import SignatureEntry, SignatureFile, read_signatures
from broker.cli.agreement.arguments import As, AsJson, By, Name, named
from broker.cli.screen import console, plain, print_json
from broker.cli.words import acting
from broker.dates import instant_text
from broker.documents.files import read_bytes, single_document
from broker.documents.findings import Findings
from broker.documents.reading import Reading
from broker.documents.shapes import REFUSED
from broker.errors import CallWrong, DocumentsRefused, NotAllowed
from broker.settings import Settings
from broker.usecases.acting import Acting
from broker.usecases.agreements.show_agreement import AgreementShown, SignatureShown, show_agreement
from broker.usecases.agreements.sign_agreement import ByKey, Signing, sign_agreement
from broker.wiring import Broker, open_broker


def register(group: typer.Typer) -> None:
    """Adds the verbs."""
    group.command("export", help=_EXPORT)(export)
    group.command("import", help=_IMPORT)(import_)


_EXPORT = """Write the signatures of a version to a file, as it lies beside the agreement (docs/formats.md).

Example: broker agreement export family-support@2 --by ola --as ig-officer --out signatures.yaml
"""


def export(
    name: Name,
    by: By,
    role: As,
    out: Annotated[Path, typer.Option("--out", help="the file to write")],
    as_json: AsJson = False,
) -> None:
    """Exports."""
    reference, version = named(name)
    with open_broker(Settings.read()) as broker:
        shown = show_agreement(broker, acting(by, role), reference, version)
    try:
        out.write_text(_text(shown), encoding="utf-8", newline="\n")
    except OSError as error:
        raise CallWrong(str(out), f"cannot be written: {(error.strerror or 'unknown').lower()}") from None
    if as_json:
        print_json({"signatures": str(out), "count": len(shown.signatures)})
        return
    console().print(plain(f"Written: {out}, {len(shown.signatures)} signatures."))


_IMPORT = """Hand in the signatures by keys that a file holds. A click made elsewhere cannot be checked.

Exit code 1 when one was refused; the others are kept.

Example: broker agreement import signatures.yaml --by sid --as siro
"""


def import_(
    file: Annotated[Path, typer.Argument(help="the file of signatures", show_default=False)],
    by: By,
    role: As,
    as_json: AsJson = False,
) -> None:
    """Imports."""
    who = acting(by, role)
    with open_broker(Settings.read()) as broker:
        signatures = _read(file, broker)
        told = [_hand_in(broker, who, signatures, one) for one in signatures.entries]
    if as_json:
        print_json(told)
    else:
        for one in told:
            console().print(plain(f"{one['party']}: {one['says']}"))
    if any(one["outcome"] == "refused" for one in told):
        raise typer.Exit(1)


def _read(file: Path, broker: Broker) -> SignatureFile:
    findings = Findings()
    data = read_bytes(file, str(file), findings)
    document = None if data is None else single_document(data, str(file), findings)
    if document is not None:
        found = read_signatures(document.root, Reading(str(file), findings, broker.partnership.registers))
        if found is not REFUSED and not findings.errors:
            return found
    raise DocumentsRefused(findings.errors)


def _hand_in(broker: Broker, who: Acting, signatures: SignatureFile, one: SignatureEntry) -> dict[str, str]:
    def told(outcome: str, says: str) -> dict[str, str]:
        return {"party": one.party, "outcome": outcome, "says": says}

    if one.withdrawn_at is not None:
        return told("passed-over", "was taken back, so it is passed over")
    if one.ed25519 is None:
        return told("passed-over", "signed by a click elsewhere, which cannot be checked here; sign again")
    signing = Signing(
        signatures.reference,
        signatures.version,
        one.party,
        one.signatory,
        one.post,
        one.authority,
        one.digest,
        by_key=ByKey(one.ed25519.key, one.signed_at, one.ed25519.signature),
    )
    try:
        sign_agreement(broker, who, signing)
    except (NotAllowed, CallWrong) as error:
        return told("refused", str(error))
    return told("signed", "signed")


def _text(shown: AgreementShown) -> str:
    """The file, in the order of the document's parties; words in quotes, so that they read back as they were."""
    lines = [f"signatures: {shown.agreement.reference}", f"version: {shown.agreement.version}"]
    lines.append("signed:" if shown.signatures else "signed: []")
    for one in shown.signatures:
        for number, (key, value) in enumerate(_pairs(one, shown.document_digest)):
            lines.append(f"{'    ' if number else '  - '}{key}: {value}")
    return "\n".join(lines) + "\n"


def _pairs(one: SignatureShown, digest: str) -> list[tuple[str, str]]:
    by_key = one.key is not None and one.signature is not None
    signed_at = one.key_signed_at if by_key and one.key_signed_at is not None else one.signed_at
    pairs = [
        ("party", one.party),
        ("signatory", _quoted(one.signatory)),
        ("post", _quoted(one.post)),
        ("authority", _quoted(one.authority)),
        ("signed_at", instant_text(signed_at)),
    ]
    if one.withdrawn_at is not None:
        pairs.append(("withdrawn_at", instant_text(one.withdrawn_at)))
    pairs.append(("digest", digest))
    if one.signed_by is not None and one.signed_by != one.party:
        pairs.append(("signed_by", one.signed_by))
    if by_key:
        pairs.append(("ed25519", f"{{key: {_quoted(one.key)}, signature: {_quoted(one.signature)}}}"))
    else:
        record = f"{one.signed_by or one.party}/{one.handed_in_by or 'unknown'}"
        pairs.append(("click", f"{{record: {_quoted(record)}, at: {instant_text(one.signed_at)}}}"))
    return pairs


def _quoted(text: str | None) -> str:
    return json.dumps(text or "not recorded", ensure_ascii=False)
