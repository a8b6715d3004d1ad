"""`broker audit signer` and `broker audit sequence`: the processes beside the application that keep its log."""

from __future__ import annotations

import sys
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from broker.cli.screen import console, plain, print_json
from broker.errors import CallWrong
from broker.logs import set_up_logs
from broker.settings import Settings, find_log_origin
from broker.usecases.log.log_signer import LogSigner
from broker.usecases.log.publish_log import sequence_once
from broker.usecases.log.sequencer import follow_log
from broker.usecases.log.signer_process import serve_signer
from broker.usecases.log.signing import open_signer
from broker.wiring import open_broker


def add_to(group: typer.Typer) -> None:
    """Adds the verbs to `broker audit`."""
    group.command("signer", help=_SIGNER)(signer)
    group.command("sequence", help=_SEQUENCE)(sequence)


_SIGNER = """Sign checkpoints for the application, in a process, and under a user, of its own.

The key and the memory of what was signed lie in FOLDER, which the application need not be able to read; whoever
may write to the socket may ask, and gets a signature only for what extends what was signed before. Tell the
application with BROKER_LOG_SIGNER=SOCKET. Stop it with Ctrl-C; it may be killed at any moment.

Example: broker audit signer /var/lib/log-signer --socket /run/log-signer/socket --origin broker.example.org/log
"""


def signer(
    folder: Annotated[Path, typer.Argument(help="the signer's own folder; made where it is not there")],
    path: Annotated[Path, typer.Option("--socket", help="where it is asked", show_default=False)],
    origin: Annotated[
        str | None, typer.Option("--origin", help="the log's name; left out: the one it signed under before")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the key as JSON (docs/audit.md)")] = False,
) -> None:
    """Signs until it is stopped."""
    called = origin or find_log_origin(folder)
    if called is None:
        raise CallWrong("--origin", "is needed the first time: the log's name, as `broker.example.org/log`")

    def ready(found: LogSigner) -> None:
        if as_json:
            print_json({"socket": str(path), "origin": found.public.name, "log_key": str(found.public)})
        else:
            console().print(plain(f"Signing for `{found.public.name}` at {path} (stop with Ctrl-C)"))
            console().print(plain(f"Log key for auditors: {found.public}"))
        sys.stdout.flush()

    serve_signer(folder, called, path, ready)


_SEQUENCE = """Follow the log: give what was committed its place and publish a signed checkpoint, within a second.

`broker serve` does this by itself; run it where several machines serve, or none. Of several on one machine one
works and the others wait to take over. Stop it with Ctrl-C; it may be killed at any moment.

Example: broker audit sequence --once --json
"""


def sequence(
    once: Annotated[bool, typer.Option("--once", help="do what there is to do, and stop")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON (docs/audit.md)")] = False,
) -> None:
    """Sequences until it is stopped."""
    settings = Settings.read()
    with open_broker(settings) as broker:
        if once:
            found = sequence_once(broker, open_signer(settings))
            if as_json:
                print_json(
                    {"waiting": found.waiting, "integrated": found.integrated, "published": found.published}
                )
            else:
                console().print(plain(f"{found.published} entries are published, {found.waiting} are waiting."))
            return
        set_up_logs(broker.clock, settings.log_level)
        if as_json:
            print_json({"following": settings.log_origin})
        else:
            console().print(plain(f"Following `{settings.log_origin}` (stop with Ctrl-C)"))
        sys.stdout.flush()
        follow_log(broker, Event())
