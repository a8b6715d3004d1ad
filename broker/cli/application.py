"""The application the verbs hang on, and the one place where an error becomes words on stderr and an exit code."""

from __future__ import annotations

import sys
from importlib import import_module

import typer

from broker.errors import BrokerError

app = typer.Typer(
    name="broker",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="A consent-based information-sharing broker: agreements that run, decisions that explain themselves.",
)

VERBS: tuple[str, ...] = (
    "demo",
    "check",
    "test",
    "decide",
    "profile",
    "consent",
    "team",
    "holder",
    "person",
    "agreement",
    "audit",
    "ingest",
    "serve",
    "synth",
    "migrate",
)
"""Modules of broker.cli, in the order help lists them; each has `register(app)`."""


def main() -> None:
    """Runs the command line and exits with 0, 1, 2 or 3."""
    for verb in VERBS:
        import_module(f"broker.cli.{verb}").register(app)
    try:
        app()
    except BrokerError as error:
        print(str(error), file=sys.stderr)
        raise SystemExit(error.exit_code) from None
