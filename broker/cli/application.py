"""The application the verbs hang on, and the one place where an error becomes words on stderr and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Final

import typer

from broker import __version__
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
    "contact",
    "case",
    "team",
    "holder",
    "adhoc",
    "refusal",
    "told",
    "disagreement",
    "override",
    "access-checks",
    "notices",
    "rights",
    "complaint",
    "restrict",
    "correct",
    "recall",
    "expiring",
    "link",
    "breach",
    "person",
    "agreement",
    "keys",
    "webhooks",
    "policies",
    "audit",
    "witness",
    "ingest",
    "feed",
    "serve",
    "client",
    "synth",
    "migrate",
)
"""The verbs, in the order help lists them; the module of each has `register(app)`."""


PIPE_CLOSED: Final = 141
"""What a shell says of a program whose reader went away: 128 and the number of SIGPIPE."""


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"broker {__version__}")
        raise typer.Exit


@app.callback()
def broker(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="print the version and stop")
    ] = False,
) -> None:
    """A consent-based information-sharing broker: agreements that run, decisions that explain themselves."""
    # Typer leaves a verb's name out where only one is registered; having a callback keeps it.


def main() -> None:
    """Runs the command line and exits with 0, 1, 2 or 3; 130 when stopped by Ctrl-C, 141 when the reader went."""
    for verb in _wanted(sys.argv[1:]):
        import_module(module_of(verb)).register(app)
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except (BrokenPipeError, SystemExit) as ended:
        if not _pipe_closed(ended):
            raise
        # What is still buffered goes nowhere, so that the interpreter does not complain of it on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(PIPE_CLOSED) from None
    except BrokerError as error:
        print(str(error), file=sys.stderr)
        raise SystemExit(error.exit_code) from None
    except Exception as error:
        print(unforeseen(error), file=sys.stderr)
        raise SystemExit(BrokerError.exit_code) from None


def _pipe_closed(ended: BaseException | None) -> bool:
    """Whether this end began with a closed pipe: both typer and rich turn one into an exit with 1."""
    while ended is not None and not isinstance(ended, BrokenPipeError):
        ended = ended.__context__
    return ended is not None


def module_of(verb: str) -> str:
    """Where a verb is registered: one of two words has a hyphen as typed, an underscore in its module's name."""
    return f"broker.cli.{verb.replace('-', '_')}"


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
