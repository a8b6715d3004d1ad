"""`broker webhooks`: where partners' systems are told: handed in, approved by another, stopped, listed."""

from __future__ import annotations

import sys
from threading import Event
from typing import Annotated, Any

import typer

from broker.cli.screen import console, plain, print_json, table
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting, word
from broker.dates import instant_text
from broker.logs import set_up_logs
from broker.settings import Settings
from broker.usecases.partners.deliver_notices import deliver_once
from broker.usecases.partners.endpoints import (
    NewEndpoint,
    StoppedBecause,
    add_endpoint,
    approve_endpoint,
    list_endpoints,
    stop_endpoint,
)
from broker.usecases.partners.follow_notices import follow_notices
from broker.webhooks.endpoint import Endpoint, EndpointState
from broker.webhooks.topics import CODES
from broker.wiring import open_answer_signer, open_broker

_GROUP = typer.Typer(no_args_is_help=True, help="Where partners' systems are told of withdrawals and the like.")
_By = Annotated[str, typer.Option("--by", help=BY_HELP)]
_As = Annotated[str, typer.Option("--as", help=AS_HELP)]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-webhooks.md)")]
_Endpoint = Annotated[str, typer.Argument(help="its id, from the list", show_default=False)]


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.add_typer(_GROUP, name="webhooks")


_ADD = """Hand in the address at which an organisation's system is told. A second person of it approves it.

Example: broker webhooks add ecc --url https://hooks.example.org/broker --topic withdrawal --by len --as
administrator
"""


@_GROUP.command("add", help=_ADD)
def add(
    organisation: Annotated[str, typer.Argument(help="whose system it is", show_default=False)],
    url: Annotated[str, typer.Option("--url", help="https, a full host name, no user, no query")],
    by: _By,
    role: _As,
    topic: Annotated[
        list[str] | None, typer.Option("--topic", help=f"one of: {', '.join(CODES)}; left out: all")
    ] = None,
    as_json: _Json = False,
) -> None:
    """Adds."""
    new = NewEndpoint(organisation, url, tuple(topic or CODES))
    with open_broker(Settings.read()) as broker:
        added = add_endpoint(broker, acting(by, role), new)
    _show(added, as_json=as_json)


_APPROVE = """Approve an address that somebody else handed in: it is told from now on, and no other of yours.

Example: broker webhooks approve w-reference --by sid --as siro
"""


@_GROUP.command("approve", help=_APPROVE)
def approve(endpoint: _Endpoint, by: _By, role: _As, as_json: _Json = False) -> None:
    """Approves."""
    with open_broker(Settings.read()) as broker:
        approved = approve_endpoint(broker, acting(by, role), endpoint)
    _show(approved, as_json=as_json)


_STOP = """Stop telling an address, for good. What waits for it goes on waiting for the organisation.

Example: broker webhooks stop w-reference --by sid --as siro --because moved
"""


@_GROUP.command("stop", help=_STOP)
def stop(
    endpoint: _Endpoint,
    by: _By,
    role: _As,
    because: Annotated[str, typer.Option("--because", help="moved, replaced, unsafe or not-approved")],
    note: Annotated[str, typer.Option("--note", help="more, in a sentence; kept sealed")] = "",
    as_json: _Json = False,
) -> None:
    """Stops."""
    reason = word("--because", because, StoppedBecause)
    with open_broker(Settings.read()) as broker:
        stopped = stop_endpoint(broker, acting(by, role), endpoint, reason, note)
    _show(stopped, as_json=as_json)


_LIST = """Every address and how it stands.

Example: broker webhooks list --by ola --as ig-officer
"""


@_GROUP.command("list", help=_LIST)
def list_(by: _By, role: _As, as_json: _Json = False) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = list_endpoints(broker, acting(by, role))
    if as_json:
        print_json([_as_json(one) for one in found])
        return
    rows = [(one.id, one.organisation, one.url, _in_words(one)) for one in found]
    console().print(table("Where partners' systems are told", ("Id", "Organisation", "Address", "It"), rows))


_DELIVER = """Tell partners' systems what is due to them, once or until it is stopped.

`broker serve` does this by itself; run it where several machines serve, or none. Of several on one machine one
works and the others wait to take over. Stop it with Ctrl-C; it may be killed at any moment.

Example: broker webhooks deliver --once --json
"""


@_GROUP.command("deliver", help=_DELIVER)
def deliver(
    once: Annotated[
        bool, typer.Option("--once/--follow", help="do what is due and stop, or go on until stopped")
    ] = False,
    as_json: _Json = False,
) -> None:
    """Delivers."""
    settings = Settings.read()
    with open_broker(settings) as broker:
        signer = open_answer_signer(settings)
        set_up_logs(broker.clock, settings.log_level)
        if once:
            done = deliver_once(broker, signer)
            if as_json:
                print_json({"delivered": done.delivered, "failed": done.failed})
            else:
                console().print(plain(f"{done.delivered} taken, {done.failed} to be tried again."))
            return
        if as_json:
            print_json({"following": signer.key_id})
        else:
            console().print(plain(f"Telling partners' systems, signed by {signer.key_id} (stop with Ctrl-C)"))
        sys.stdout.flush()
        follow_notices(broker, signer, Event())


def _show(endpoint: Endpoint, *, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(endpoint))
        return
    console().print(plain(f"{endpoint.id} ({endpoint.organisation}): {_in_words(endpoint)}"))


def _in_words(endpoint: Endpoint) -> str:
    if endpoint.state is EndpointState.PROPOSED:
        return f"waits for a second person of {endpoint.organisation} to approve it"
    return "is told" if endpoint.state is EndpointState.LIVE else "is stopped"


def _as_json(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "endpoint": endpoint.id,
        "organisation": endpoint.organisation,
        "url": endpoint.url,
        "topics": sorted(topic.value for topic in endpoint.topics),
        "state": endpoint.state.value,
        "events": [
            {"event": event.kind.value, "at": instant_text(event.at), "by": event.by} for event in endpoint.events
        ],
    }
