"""`broker client init` and `check`: a partner's key and settings made, and the broker found and recognised."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Annotated

import typer

from broker.audit.note import NoteKey
from broker.cli.client.arguments import DEFAULT_CONFIG, AsJson, Config, read_config
from broker.cli.private_key import make_private_key, public_half
from broker.cli.screen import console, plain, print_json
from broker.client.config import ClientConfig, broker_keys_of
from broker.client.problems import skew_words
from broker.errors import CallWrong, SystemFailed
from broker.http_signatures.algorithms import make_signature
from broker.partner_keys.possession import possession_statement
from broker.partner_keys.standing import organisation_of


def register(group: typer.Typer) -> None:
    """Adds the verbs."""
    group.command("init", help=_INIT)(init)
    group.command("check", help=_CHECK)(check)


_INIT = """Make a partner's key and settings, and print what the broker's administrator needs of them.

Example: broker client init ecc/case-system-2027 --url https://broker.example.org --broker-keys broker-keys.json
--log-key audit-log.pub
"""


def init(
    key: Annotated[str, typer.Argument(help="the key's name: your organisation / a name", show_default=False)],
    url: Annotated[str, typer.Option("--url", help="where the broker is, as https://broker.example.org")],
    broker_keys: Annotated[
        Path, typer.Option("--broker-keys", help="what `broker keys own --json` printed, from your officer")
    ],
    log_key: Annotated[
        Path, typer.Option("--log-key", help="the log's own key, `audit-log.pub`, from your officer")
    ],
    authority: Annotated[
        str | None, typer.Option("--authority", help="the name the broker goes by; left out: as in the url")
    ] = None,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Makes."""
    organisation = organisation_of(key)
    log = NoteKey.parse(_text(log_key))
    try:
        pinned = broker_keys_of(json.loads(_text(broker_keys)))
    except ValueError:
        raise CallWrong(
            str(broker_keys), "is no JSON; your officer prints it with `broker keys own --json`"
        ) from None
    name = key.partition("/")[2]
    made = ClientConfig(
        url.rstrip("/"),
        authority or url.rstrip("/").partition("://")[2],
        key,
        config.parent / f"{name}.pem",
        config.parent / f"{name}-receipts.jsonl",
        log,
        pinned,
    )
    if config.exists():
        raise CallWrong(str(config), "is there already, and is not written over; name another file with --config")
    private = make_private_key(made.private_key)
    try:
        with os.fdopen(
            os.open(config, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(made.to_toml())
    except OSError as error:
        raise SystemFailed(str(config), f"cannot be written: {(error.strerror or 'unknown').lower()}") from None
    public = public_half(private)
    proof = make_signature(private, possession_statement(key, organisation, public, log.name))
    told = {
        "config": str(config),
        "private_key": str(made.private_key),
        "key": key,
        "public_key": public.text,
        "proof": base64.b64encode(proof).decode("ascii"),
    }
    if as_json:
        print_json(told)
        return
    shown = console()
    shown.print(plain(f"Settings: {config}. Private key: {made.private_key}; it is nowhere else."))
    shown.print(plain("Give the broker's administrator, who hands it in for you:"))
    shown.print(plain(f"{key} --public-key {told['public_key']} --proof {told['proof']}"), soft_wrap=True)


_CHECK = """Find the broker: does it answer, is it the one whose key you pinned, does it know yours, do the clocks
agree. Nobody is named and nothing is released.

Example: broker client check
"""


def check(config: Config = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """Checks."""
    found = read_config(config)
    with found.open() as client:
        ahead = client.clock_ahead()
    if as_json:
        clock = ahead.total_seconds()
        print_json({"url": found.url, "key": found.key_id, "verified": True, "clock_ahead_seconds": clock})
        return
    console().print(
        plain(f"{found.url} answers, signs by a key you pinned, and takes requests by {found.key_id}.")
    )
    console().print(plain(f"{skew_words(ahead).capitalize()}."))


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise CallWrong(str(path), "cannot be read") from None
