"""`broker agreement sign|unsign|statement`: a party's signature, by click or key, given and taken back."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from broker.cli.agreement.arguments import As, AsJson, By, Name, named
from broker.cli.private_key import read_private_key
from broker.cli.screen import console, plain, print_json
from broker.cli.words import acting, moment
from broker.clock import SystemClock
from broker.dates import instant_text
from broker.errors import CallWrong
from broker.http_signatures.algorithms import make_signature
from broker.settings import Settings
from broker.usecases.acting import Acting
from broker.usecases.agreements.sign_agreement import (
    ByKey,
    SignatureKept,
    Signing,
    sign_agreement,
    statement_of,
    withdraw_signature,
)
from broker.wiring import Broker, open_broker

_Party = Annotated[str, typer.Option("--party", help="the party's code")]
_Signatory = Annotated[str, typer.Option("--signatory", help="who signs")]
_Post = Annotated[str, typer.Option("--post", help="their post")]
_Authority = Annotated[str, typer.Option("--authority", help="the evidence that the post may sign")]
_SignedAt = Annotated[
    str | None, typer.Option("--signed-at", help="when the key signs, an instant; left out: now")
]


def register(group: typer.Typer) -> None:
    """Adds the verbs."""
    group.command("sign", help=_SIGN)(sign)
    group.command("statement", help=_STATEMENT)(statement)
    group.command("unsign", help=_UNSIGN)(unsign)


_SIGN = """Sign a published agreement for a party, by this click or by a key: with its private half, or with the
signature it made over `broker agreement statement`.

Example: broker agreement sign family-support@2 --by sid --as siro --party ecc --signatory "Sid Marsh"
--post "Senior information risk owner" --authority "scheme of delegation 2026"
"""


def sign(
    name: Name,
    by: By,
    role: As,
    party: _Party,
    signatory: _Signatory,
    post: _Post,
    authority: _Authority,
    digest: Annotated[
        str | None, typer.Option("--digest", help="of the text you read; left out: of the text published")
    ] = None,
    authorisation: Annotated[
        str | None,
        typer.Option("--authorisation", help="by which you sign for the party; left out: the latest that stands"),
    ] = None,
    key: Annotated[str | None, typer.Option("--key", help="the key that signs, such as ecc/sid-2027")] = None,
    private_key: Annotated[
        Path | None, typer.Option("--private-key", help="the file of its private half, which is not kept")
    ] = None,
    signature: Annotated[str | None, typer.Option("--signature", help="its signature, in base64")] = None,
    signed_at: _SignedAt = None,
    as_json: AsJson = False,
) -> None:
    """Signs."""
    reference, version = named(name)
    signing = Signing(reference, version, party, signatory, post, authority, digest, authorisation)
    made = _signer(key, private_key, signature, signed_at)
    with open_broker(Settings.read()) as broker:
        who = acting(by, role)
        if made is not None:
            signing = replace(signing, by_key=made(broker, who, signing))
        _show_signed(sign_agreement(broker, who, signing), "signed", as_json=as_json)


_STATEMENT = """Write what a key is to sign, byte for byte, for a signature made away from here.

Sign the file as it is (`openssl pkeyutl -sign -rawin -inkey sid.pem -in statement.bin | base64 -w0`), then hand
the signature in with `broker agreement sign … --key … --signed-at … --signature …` and the very same words.

Example: broker agreement statement family-support@2 --by sid --as siro --party ecc --signatory "Sid Marsh"
--post SIRO --authority "scheme of delegation 2026" --key ecc/sid-2027 --out statement.bin
"""


def statement(
    name: Name,
    by: By,
    role: As,
    party: _Party,
    signatory: _Signatory,
    post: _Post,
    authority: _Authority,
    key: Annotated[str, typer.Option("--key", help="the key that will sign")],
    out: Annotated[Path, typer.Option("--out", help="the file to write")],
    signed_at: _SignedAt = None,
    as_json: AsJson = False,
) -> None:
    """Writes the statement."""
    reference, version = named(name)
    at = moment("--signed-at", signed_at) or SystemClock().now()
    with open_broker(Settings.read()) as broker:
        signing = Signing(reference, version, party, signatory, post, authority)
        data = statement_of(broker, acting(by, role), signing, key, at)
    try:
        out.write_bytes(data)
    except OSError as error:
        raise CallWrong(str(out), f"cannot be written: {(error.strerror or 'unknown').lower()}") from None
    if as_json:
        print_json({"statement": str(out), "key": key, "signed_at": instant_text(at)})
        return
    console().print(plain(f"Written: {out}. Hand the signature in with --signed-at {instant_text(at)}"))


_UNSIGN = """Take a signature back, your organisation's or one it gave for a party: nothing flows to or from that
party under this agreement from now on.

Example: broker agreement unsign family-support@2 --by sid --as siro --party ecc --reason "replaced by version 3"
"""


def unsign(
    name: Name,
    by: By,
    role: As,
    party: Annotated[str, typer.Option("--party", help="the party's code")],
    reason: Annotated[str, typer.Option("--reason", help="why, in a sentence")],
    as_json: AsJson = False,
) -> None:
    """Takes back."""
    reference, version = named(name)
    with open_broker(Settings.read()) as broker:
        kept = withdraw_signature(broker, acting(by, role), reference, version, party, reason)
    _show_signed(kept, "withdrawn", as_json=as_json)


_Made = Callable[[Broker, Acting, Signing], ByKey]


def _signer(
    key: str | None, private_key: Path | None, signature: str | None, signed_at: str | None
) -> _Made | None:
    """What makes the key's signature; None for a click. Raises CallWrong for options that do not go together."""
    if key is None:
        if private_key is not None or signature is not None or signed_at is not None:
            raise CallWrong("--key", "is missing: name the key that signs")
        return None
    if (private_key is None) == (signature is None):
        raise CallWrong("--key", "signs by its `--private-key`, or has signed: `--signature`; give one of the two")
    at = moment("--signed-at", signed_at)
    if signature is not None and at is None:
        raise CallWrong("--signed-at", "is missing: give the instant that the statement names")
    secret = None if private_key is None else read_private_key(private_key)

    def made(broker: Broker, who: Acting, signing: Signing) -> ByKey:
        moment_of = at or broker.clock.now()
        text = signature or ""
        if secret is not None:
            data = make_signature(secret, statement_of(broker, who, signing, key, moment_of))
            text = base64.b64encode(data).decode("ascii")
        return ByKey(key, moment_of, text)

    return made


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
