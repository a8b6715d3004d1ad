"""`broker keys`: keys by which partners sign, made, handed in, approved by a second person, revoked and listed."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Annotated, Any

import typer

from broker.cli import own_keys
from broker.cli.private_key import make_private_key, public_half
from broker.cli.screen import console, plain, print_json, table
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting, moment, word
from broker.dates import instant_text, london_day, uk_date
from broker.errors import CallWrong
from broker.http_signatures.algorithms import make_signature
from broker.partner_keys import Algorithm, KeyEventKind, KeyState, KeyUse
from broker.partner_keys.possession import possession_statement
from broker.partner_keys.standing import ALWAYS, organisation_of
from broker.settings import Settings
from broker.usecases.agreements.partner_keys import (
    KeyNow,
    NewKey,
    RevokedBecause,
    approve_key,
    hand_in_key,
    list_keys,
    revoke_key,
)
from broker.wiring import open_broker

_GROUP = typer.Typer(no_args_is_help=True, help="Keys by which partners sign.")
_By = Annotated[str, typer.Option("--by", help=BY_HELP)]
_As = Annotated[str, typer.Option("--as", help=AS_HELP)]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-keys.md)")]
_Key = Annotated[str, typer.Argument(help="its name, such as ecc/sid-2027", show_default=False)]


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    own_keys.register(_GROUP)
    app.add_typer(_GROUP, name="keys")


_MAKE = """Make a key: a private half, which stays with you, and what is handed in of it. Needs no database.

Example: broker keys make ecc/sid-2027 --out sid.pem
"""


@_GROUP.command("make", help=_MAKE)
def make(
    key: _Key,
    out: Annotated[Path, typer.Option("--out", help="the file of the private half; keep it to yourself")],
    algorithm: Annotated[
        str, typer.Option("--algorithm", help="ed25519, or ecdsa-p256-sha256 where your hardware lacks it")
    ] = Algorithm.ED25519.value,
    as_json: _Json = False,
) -> None:
    """Makes."""
    settings, organisation = Settings.read(), organisation_of(key)
    private = make_private_key(out, word("--algorithm", algorithm, Algorithm))
    public = public_half(private)
    proof = make_signature(private, possession_statement(key, organisation, public, settings.log_origin))
    made = {
        "key": key,
        "private_key": str(out),
        "public_key": public.text,
        "proof": base64.b64encode(proof).decode("ascii"),
    }
    if as_json:
        print_json(made)
        return
    shown = console()
    shown.print(plain(f"Private half: {out}. It is nowhere else; who has it signs as you."))
    shown.print(plain(f"Hand in: --public-key {made['public_key']} --proof {made['proof']}"), soft_wrap=True)


_HAND_IN = """Hand in a public key with the proof that its private half is held. A second person approves it.

Example: broker keys hand-in ecc/sid-2027 --by len --as administrator --public-key BASE64 --proof BASE64
--until 2027-03-01 --use requests --allow profiles.request --allow records.submit
"""


@_GROUP.command("hand-in", help=_HAND_IN)
def hand_in(
    key: _Key,
    by: _By,
    role: _As,
    public_key: Annotated[str, typer.Option("--public-key", help="as `broker keys make` prints it, in base64")],
    proof: Annotated[str, typer.Option("--proof", help="its signature over its own name, in base64")],
    until: Annotated[str, typer.Option("--until", help="the first day without it, within thirteen months")],
    use: Annotated[str, typer.Option("--use", help="what it signs: agreements, or requests; never both")],
    allow: Annotated[
        list[str] | None, typer.Option("--allow", help="what requests by it may ask, such as profiles.request")
    ] = None,
    since: Annotated[str | None, typer.Option("--from", help="its first day; without: from its approval")] = None,
    as_json: _Json = False,
) -> None:
    """Hands in."""
    until_at = moment("--until", until)
    if until_at is None:
        raise CallWrong("--until", "is missing; write it as 2027-03-01")
    from_at = moment("--from", since) if since is not None else None
    new = NewKey(key, public_key, proof, until_at, word("--use", use, KeyUse), tuple(allow or ()), from_at)
    with open_broker(Settings.read()) as broker:
        now = hand_in_key(broker, acting(by, role), new)
    _show(now, as_json=as_json)


_APPROVE = """Approve a key that somebody else handed in, or confirm that somebody else revoked it. What it signs
and may ask stands in `broker keys list`: look before you approve.

Example: broker keys approve ecc/sid-2027 --by cal --as caldicott-guardian
"""


@_GROUP.command("approve", help=_APPROVE)
def approve(key: _Key, by: _By, role: _As, as_json: _Json = False) -> None:
    """Approves."""
    with open_broker(Settings.read()) as broker:
        now = approve_key(broker, acting(by, role), key)
    _show(now, as_json=as_json)


_REVOKE = """Revoke a key: it signs nothing from this moment on, for good. A second person confirms it afterwards.

Example: broker keys revoke ecc/sid-2027 --by sid --as siro --because lost
"""


@_GROUP.command("revoke", help=_REVOKE)
def revoke(
    key: _Key,
    by: _By,
    role: _As,
    because: Annotated[str, typer.Option("--because", help="lost, stolen, replaced, left-post or not-approved")],
    note: Annotated[str, typer.Option("--note", help="more, in a sentence; kept sealed")] = "",
    as_json: _Json = False,
) -> None:
    """Revokes."""
    reason = word("--because", because, RevokedBecause)
    with open_broker(Settings.read()) as broker:
        now = revoke_key(broker, acting(by, role), key, reason, note)
    _show(now, as_json=as_json)


_LIST = """Every key and how it stands.

Example: broker keys list --by ola --as ig-officer
"""


@_GROUP.command("list", help=_LIST)
def list_(by: _By, role: _As, as_json: _Json = False) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = list_keys(broker, acting(by, role))
    if as_json:
        print_json([_key_json(one) for one in found])
        return
    rows = [(one.key.id, _in_words(one), _signs(one), one.key.key.thumbprint) for one in found]
    console().print(table("Keys", ("Key", "How it stands", "What it signs", "Thumbprint"), rows))


def _show(now: KeyNow, *, as_json: bool) -> None:
    if as_json:
        print_json(_key_json(now))
        return
    console().print(plain(f"{now.key.id}: {_in_words(now)}. It signs {_signs(now)}."))


def _signs(now: KeyNow) -> str:
    """What it may be used for, as whoever approves it reads it."""
    if now.key.use is KeyUse.AGREEMENTS:
        return "agreements"
    return f"requests for {', '.join(sorted(verb.value for verb in now.key.allows))}"


def _in_words(now: KeyNow) -> str:
    day = uk_date(london_day(now.key.until_at))
    revoked = now.key.first(KeyEventKind.REVOKED)
    if now.state is KeyState.REVOKED and revoked is not None:
        words = f"revoked on {uk_date(london_day(revoked.at))}"
        return f"{words}; a second person has yet to confirm it" if now.key.awaits_confirmation else words
    if now.state is KeyState.PROPOSED:
        return f"waits for a second person of {now.key.organisation} to approve it"
    if now.state is KeyState.NOT_YET:
        return f"signs from {uk_date(london_day(now.key.from_at))} until {day}"
    return f"signs until {day}" if now.state is KeyState.LIVE else f"ended on {day}"


def _key_json(now: KeyNow) -> dict[str, Any]:
    return {
        "key": now.key.id,
        "organisation": now.key.organisation,
        "algorithm": now.key.key.algorithm.value,
        "thumbprint": now.key.key.thumbprint,
        "use": now.key.use.value,
        "allows": sorted(verb.value for verb in now.key.allows),
        "state": now.state.value,
        "from": instant_text(now.key.from_at) if now.key.from_at > ALWAYS else None,
        "until": instant_text(now.key.until_at),
        "awaits_confirmation": now.key.awaits_confirmation,
        "events": [
            {"event": event.kind.value, "at": instant_text(event.at), "by": event.by} for event in now.key.events
        ],
    }
