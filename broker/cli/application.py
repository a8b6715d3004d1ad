"""The application the verbs hang on, and the one place where an error becomes words on stderr and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

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


@app.callback()
def broker() -> None:
    """A consent-based information-sharing broker: agreements that run, decisions that explain themselves."""
    # Typer leaves a verb's name out where only one is registered; having a callback keeps it.


def main() -> None:
    """Runs the command line and exits with 0, 1, 2 or 3."""
    for verb in _wanted(sys.argv[1:]):
        import_module(f"broker.cli.{verb}").register(app)
    try:
        app()
    except BrokerError as error:
        print(str(error), file=sys.stderr)
        raise SystemExit(error.exit_code) from None
    except Exception as error:
        print(unforeseen(error), file=sys.stderr)
        raise SystemExit(BrokerError.exit_code) from None


def _wanted(arguments: Sequence[str]) -> Sequence[str]:
    """The verb that was called, alone, so that checking a file never waits for (nor fails with) the database; all
    of them for help and completion."""
    if arguments and arguments[0] in VERBS and "_BROKER_COMPLETE" not in os.environ:
        return arguments[:1]
    return VERBS


def unforeseen(error: Exception) -> str:
    """A defect, told by its place and kind: its own words may quote what it choked on, and a defect is never the
    answer no (exit code 1), which is what Python would exit with."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "broker"
    return f"{where}: failed in a way nobody foresaw ({type(error).__name__}); report this line, nothing was kept"
