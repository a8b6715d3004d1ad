"""`broker keys own` and `rotate-own`: the key by which this broker signs its answers."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Annotated, Any, Final

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from broker.cli.screen import console, plain, print_json, table
from broker.cli.words import moment
from broker.clock import SystemClock
from broker.http_signatures.answer_signer import PIN_IT, AnswerSigner
from broker.settings import Settings
from broker.usecases.partners.own_key import log_rotation
from broker.wiring import open_answer_signer, open_broker, prepare_answer_key, rotate_answer_key

_PUBLISHED_FOR: Final = timedelta(days=30)
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-keys.md)")]


def register(group: typer.Typer) -> None:
    """Adds the verbs."""
    group.command("own", help=_OWN)(own)
    group.command("rotate-own", help=_ROTATE)(rotate_own)


_OWN = """Show the key by which this broker signs its answers, to hand to partners for pinning.

Example: broker keys own --json
"""


def own(as_json: _Json = False) -> None:
    """Shows."""
    _show(open_answer_signer(Settings.read()), as_json=as_json)


_ROTATE = """Replace the key by which this broker signs its answers, in two steps: prepare the next one, which is
published and signs nothing yet; when partners have pinned it, take it into use and start the server again.

Example: broker keys rotate-own --prepare
"""


def rotate_own(
    prepare: Annotated[bool, typer.Option("--prepare", help="make and publish the next key, no more")] = False,
    until: Annotated[
        str | None, typer.Option("--until", help="the first day the old key is not published; default: in 30 days")
    ] = None,
    as_json: _Json = False,
) -> None:
    """Replaces."""
    settings = Settings.read()
    if prepare:
        _show(prepare_answer_key(settings), as_json=as_json)
        return
    until_at = (moment("--until", until) if until else None) or SystemClock().now() + _PUBLISHED_FOR
    with open_broker(settings) as broker:
        signer = rotate_answer_key(settings, until_at)
        log_rotation(broker, signer.key_id)
    _show(signer, as_json=as_json)


def _show(signer: AnswerSigner, *, as_json: bool) -> None:
    found = signer.published(SystemClock().now())
    keys: list[dict[str, Any]] = [{**key, **_forms(key["x"])} for key in found["keys"]]
    if as_json:
        print_json({"keys": keys, "note": PIN_IT})
        return
    rows = [(key["kid"], key["status"], key["until"] or "", key["public_key"]) for key in keys]
    console().print(
        table("Keys of this broker's answers", ("Key", "Status", "Published until", "Public key"), rows)
    )
    console().print(plain(keys[0]["pem"]))
    console().print(plain(PIN_IT))


def _forms(x: str) -> dict[str, str]:
    """The public half in base64 and in PEM."""
    raw = base64.urlsafe_b64decode(f"{x}=")
    pem = Ed25519PublicKey.from_public_bytes(raw).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return {"public_key": base64.b64encode(raw).decode("ascii"), "pem": pem.decode("ascii")}
