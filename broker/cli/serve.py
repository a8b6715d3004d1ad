"""`broker serve`: the server, on this machine only."""

from __future__ import annotations

import os
import re
import tempfile
from functools import partial
from typing import Annotated, Final

import typer

from broker.cli.screen import console, plain, print_json
from broker.errors import CallWrong
from broker.logs import set_up_logs
from broker.serving.listening import address_of, authority_of, listening
from broker.serving.processes import run_processes
from broker.settings import AUTHORITY, Settings
from broker.usecases.partners.after_restore import closed_until
from broker.wiring import open_answer_signer, open_broker, open_sign_in

DEFAULT_PORT: Final = 8080
DEFAULT_PRIVATE_PORT: Final = 8081
DEFAULT_WORKERS: Final = 2
MOST_WORKERS: Final = 64


def register(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("serve", help=_HELP)(serve)


_HELP = """Serve the pages and partner systems, with several processes behind one port.

Health, metrics and a page that says what this is are on the private port. Both listen on 127.0.0.1 only; a proxy
that speaks TLS stands before the first (docs/how-to-serve.md). Stop it with Ctrl-C.

Example: broker serve --workers 4 --port 8080 --private-port 8081
"""


def serve(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 is any free port")] = DEFAULT_PORT,
    private_port: Annotated[
        int, typer.Option("--private-port", min=0, max=65535, help="health and metrics; 0 is any free port")
    ] = DEFAULT_PRIVATE_PORT,
    workers: Annotated[
        int, typer.Option("--workers", min=1, max=MOST_WORKERS, help="how many processes answer")
    ] = DEFAULT_WORKERS,
    authority: Annotated[
        str | None, typer.Option("--authority", help="the one name partners reach this server by")
    ] = None,
    restored: Annotated[
        bool, typer.Option("--restored", help="a backup was restored: refuse what was created before now")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print the addresses as JSON (docs/demo.md)")] = False,
) -> None:
    """Serves until it is stopped."""
    settings = _settings(authority)
    with listening(port) as public, listening(private_port, "--private-port") as private:
        with open_broker(settings) as broker:  # what is wrong with it is said here and not by each worker
            set_up_logs(broker.clock, settings.log_level)
            open_answer_signer(settings)
            open_sign_in(settings)
            opens_at = closed_until(broker, restored=restored)
        with tempfile.TemporaryDirectory(prefix="broker-metrics-") as folder:
            # Before the web's libraries are loaded: each process writes its counts here, the keeper adds them up.
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
            # Here and not above: they take a second to load, no other verb needs them, and each process shares
            # what was loaded before it was forked.
            from broker.serving.workers import answer_partners, keep_the_house, prepare

            prepare()
            name = authority_of(settings, public)
            _say(address_of(public), address_of(private), name, as_json=as_json)
            answer = partial(answer_partners, settings, public, name, opens_at)
            works = {f"worker-{number + 1}": answer for number in range(workers)}
            run_processes({"keeper": partial(keep_the_house, settings, private), **works})


def _say(public: str, private: str, name: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"address": public, "private_address": private, "authority": name})
    else:
        words = f"Serving partners at {public} as {name}; health and metrics at {private} (stop with Ctrl-C)"
        console().print(plain(words))


def _settings(authority: str | None) -> Settings:
    settings = Settings.read()
    if authority is None:
        return settings
    if not re.fullmatch(AUTHORITY, authority):
        raise CallWrong("--authority", f"`{authority}` is not a name such as `broker.example.org`")
    return settings.model_copy(update={"authority": authority})
