"""The application the verbs hang on, and the one place where an error becomes words on stderr and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, Final

import typer

from broker import __version__
from broker.errors import BrokerError

_ABOUT: Final = (
    "A consent-based information-sharing broker: agreements that run, decisions that explain themselves."
)

VERBS: Final[Mapping[str, str]] = {
    "demo": "Make a synthetic county, load it as agencies would send it, and tell eight stories with it.",
    "check": (
        "Validate standing rules, agreements, signatures and scenarios: files, or folders with all below them."
    ),
    "test": "Run scenarios against what they expect; print which clauses they cover.",
    "decide": "Print the decision of a scenario; needs no database.",
    "can-share": "May this be shared, about anybody: yes, yes if, or no, by which clause and needing what.",
    "profile": "Ask for the profile of a person or family: what may be shown for this purpose, and why.",
    "consent": "Write down what somebody decided about sharing.",
    "contact": "The front door: worries that arrive, wait and are decided.",
    "case": "What happens to a case: steps, reviews, what a manager allows.",
    "team": "Cases, and who is in them.",
    "holder": "The holder decides: ask it, and what waits in its inbox.",
    "adhoc": "Disclose on request, without an agreement: on the ICO's form.",
    "refusal": "A family has said no: does that raise risk?",
    "told": "Does the family know what is shared about them?",
    "disagreement": "Professionals disagree: by stages, each with its clock.",
    "override": "Emergency access: ask, approve, use for minutes, review, tell whom it was about.",
    "access-checks": "Access checks: looks in the audit log that somebody should ask about.",
    "notices": "Notices that wait for your organisation: list them, close them.",
    "rights": "Requests by people for their own data (subject access).",
    "complaint": "Complaints about how data was handled.",
    "restrict": "Restriction of processing: kept and not used.",
    "correct": "Records that are wrong, or are said to be.",
    "recall": "Releases that should not have been made.",
    "expiring": "List what ends soon: of the people in your open cases; for an officer, in counts.",
    "link": "Who is who: possible matches, disputes, one id that is two people.",
    "breach": "Personal data breaches, and their clocks.",
    "person": "People: add, find, relate, house, mark, assess.",
    "agreement": "Agreements: write, publish, sign, list; adopt standing rules.",
    "keys": "Keys by which partners sign.",
    "webhooks": "Where partners' systems are told of withdrawals and the like.",
    "policies": "Standing rules: propose a change, approve it, see what changes.",
    "audit": "The audit log: export it, verify it.",
    "witness": "Watch an audit log from outside: cosign it while it only grows.",
    "ingest": "Take in files an agency sent: people are recognised, records are stored sealed.",
    "feed": "What organisations promise to send, and who is late.",
    "serve": "Serve the pages and partner systems, with several processes behind one port.",
    "client": "Ask a broker elsewhere, as a partner's system.",
    "synth": (
        "Write a synthetic county: invented families, the files their agencies send, and who everybody truly is."
    ),
    "migrate": "Make the keys and the database, or bring the database up to date.",
}
"""The verbs, in the order help lists them, and what help says of each; the module of each has `register(app)`."""


PIPE_CLOSED: Final = 141
"""What a shell says of a program whose reader went away: 128 and the number of SIGPIPE."""


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"broker {__version__}")
        raise typer.Exit


def broker(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="print the version and stop")
    ] = False,
) -> None:
    """A consent-based information-sharing broker: agreements that run, decisions that explain themselves."""
    # Typer leaves a verb's name out where only one is registered; having a callback keeps it.


def main() -> None:
    """Runs the command line and exits with 0, 1, 2 or 3; 130 when stopped by Ctrl-C, 141 when the reader went."""
    try:
        try:
            command_line(_called(sys.argv[1:]))()
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


@cache
def command_line(called: str | None = None) -> typer.Typer:
    """The application with the verb that is called, alone: checking a file never waits for (nor fails with) the
    database, and help and completion wait for nothing. Of the others it has the names, and what help says of them.
    """
    app = typer.Typer(name="broker", no_args_is_help=True, pretty_exceptions_enable=False, help=_ABOUT)
    app.callback()(broker)
    for verb, told in VERBS.items():
        if verb == called:
            import_module(module_of(verb)).register(app)
        else:
            app.command(verb, help=told)(_not_called)
    return app


def _not_called() -> None:
    """What stands for a verb that is not called; to reach it is a defect."""
    raise AssertionError("a verb that was not called was reached")


def _called(arguments: Sequence[str]) -> str | None:
    """The verb among the words that were typed, also when a shell asks how they may go on: the first word that is
    no option, because nothing before a verb takes a value."""
    if "_BROKER_COMPLETE" in os.environ:
        line = os.environ.get("_TYPER_COMPLETE_ARGS") or os.environ.get("COMP_WORDS", "")
        arguments = line.split()[1:]
    first = next((word for word in arguments if not word.startswith("-")), None)
    return first if first in VERBS else None


def unforeseen(error: Exception) -> str:
    """A defect, told by its place and kind: its own words may quote what it choked on, and a defect is never the
    answer no (exit code 1), which is what Python would exit with."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "broker"
    return f"{where}: failed in a way nobody foresaw ({type(error).__name__}); report this line, nothing was kept"
