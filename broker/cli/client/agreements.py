"""`broker client agreements` and `sign`: the library, one version as it is, and a party's signature upon it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from broker.cli.client.arguments import DEFAULT_CONFIG, Again, As, AsJson, By, Config, opened
from broker.cli.private_key import read_private_key
from broker.cli.screen import console, plain, print_json, table
from broker.client.agreement_signature import Signatory, give_signature
from broker.errors import CallWrong
from broker.http_signatures.algorithms import make_signature


def register(group: typer.Typer) -> None:
    """Adds the verbs."""
    group.command("agreements", help=_AGREEMENTS)(agreements)
    group.command("sign", help=_SIGN)(sign)


_AGREEMENTS = """The published versions of every agreement; with a name, that one's text and who has signed.

Example: broker client agreements --by ola --as ig-officer
"""


def agreements(
    by: By,
    role: As,
    name: Annotated[str | None, typer.Argument(help="one version, such as family-support@2")] = None,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Lists, or shows one."""
    with opened(config) as client:
        if name is not None:
            read = client.agreement(name, by=by, role=role)
            if read is None:
                raise CallWrong("agreement", "was not answered")
            if as_json:
                print_json(dict(read.document))
                return
            console().print(plain(read.text))
            console().print(plain(f"{read.agreement}: {read.state}. Digest {read.document_digest}."))
            return
        found = list(client.agreements(by=by, role=role))
    if as_json:
        print_json([{"agreement": one.agreement, "title": one.title, "owner": one.owner,
                     "document_digest": one.document_digest, "unsigned": list(one.unsigned),
                     "counts": one.counts, "state": one.state} for one in found])  # fmt: skip
        return
    rows = [(one.agreement, one.title, one.state, ", ".join(one.unsigned)) for one in found]
    console().print(table("Agreements", ("Agreement", "Title", "State", "Not signed"), rows))


_SIGN = """Sign an agreement for your party, by a key for agreements, upon the text that you read: its digest is
told by `broker client agreements NAME`, and nothing is signed where the text or a signature has changed since.

Example: broker client sign family-support@1 --by sid --as siro --party ecc --signatory "Sid Marsh" --post SIRO
--authority "scheme of delegation" --key ecc/sid-2027 --private-key sid.pem --digest sha256:5b1e…
"""


def sign(
    name: Annotated[
        str, typer.Argument(help="reference and version, such as family-support@1", show_default=False)
    ],
    by: By,
    role: As,
    party: Annotated[str, typer.Option("--party", help="the party's code")],
    signatory: Annotated[str, typer.Option("--signatory", help="who signs")],
    post: Annotated[str, typer.Option("--post", help="their post")],
    authority: Annotated[str, typer.Option("--authority", help="the evidence that the post may sign")],
    key: Annotated[str, typer.Option("--key", help="the key for agreements that signs")],
    private_key: Annotated[Path, typer.Option("--private-key", help="the file of its private half")],
    digest: Annotated[str, typer.Option("--digest", help="of the text you read")],
    again: Again = None,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Signs."""
    private = read_private_key(private_key)
    with opened(config) as client:
        read = client.agreement(name, by=by, role=role)
        if read is None or read.document_digest != digest:
            raise CallWrong("--digest", "is of another text than the one that is published; read it again")
        who = Signatory(party, signatory, post, authority, key)
        given = give_signature(read, who, datetime.now(UTC), lambda base: make_signature(private, base))
        done = client.sign_agreement(read, given, by=by, role=role, idempotency_key=again)
    if as_json:
        print_json({"agreement": done.agreement, "party": done.party, "repeated": done.repeated,
                    "unsigned": list(done.unsigned)})  # fmt: skip
        return
    waits = f"; not signed yet: {', '.join(done.unsigned)}" if done.unsigned else ""
    console().print(plain(f"{done.agreement} is signed for {done.party}{waits}."))
