"""`broker notices`: lists the notices that wait for an organisation, and closes them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

import typer

from broker.cli.screen import console, plain, print_json, table
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import word
from broker.dates import LONDON, instant_text
from broker.errors import CallWrong
from broker.release.profile import uk_date
from broker.settings import Settings
from broker.usecases.acting import Acting
from broker.usecases.notices import Finding, Waiting, close_notice, list_notices
from broker.usecases.partners.told_notices import Unacknowledged, list_unacknowledged
from broker.usecases.release.recall import Topic
from broker.vocabulary.codes import Vocabulary
from broker.wiring import open_broker

_GROUP = typer.Typer(no_args_is_help=True, help="Notices that wait for your organisation: list them, close them.")
_By = Annotated[str | None, typer.Option("--by", help=f"{BY_HELP}; left out: the holder of the keys")]
_As = Annotated[str | None, typer.Option("--as", help=AS_HELP)]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-notices.md)")]


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.add_typer(_GROUP, name="notices")


_LIST = """List what waits for your organisation, the longest due first: withdrawals, and the alerts you may see.

Example: broker notices list --by kim --as lead-practitioner
"""


@_GROUP.command("list", help=_LIST)
def list_(by: _By = None, role: _As = None, as_json: _Json = False) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = list_notices(broker, _acting(by, role))
        vocabulary = broker.partnership.vocabulary
    if as_json:
        print_json({"notices": [_as_json(one) for one in found]})
        return
    if not found:
        console().print(plain("No notice waits."))
        return
    for one in found:
        _show(one, vocabulary)


def _show(one: Waiting, vocabulary: Vocabulary) -> None:
    """One notice; ids on lines of their own, so that they can be copied."""
    out = console()
    out.print(plain(f"{one.notice_id} · {one.topic} · since {uk_date(one.due_at.astimezone(LONDON).date())}"))
    labelled = (
        ("release", one.disclosure),
        ("emergency access", one.override),
        ("case", one.case),
        ("reference", one.reference),
        ("pass this on to", one.pass_on),
    )
    lists = (("about", one.about), ("staff", one.staff), ("log entries", one.entries))
    for label, value in (*labelled, *((label, ", ".join(map(str, found))) for label, found in lists)):
        if value:
            out.print(plain(f"  {label}: {value}"))
    # By sources of which the same is said: a withdrawal may reach a hundred kinds and sources.
    kinds: dict[str, list[str]] = {}
    for category, controller in one.cells:
        kind = vocabulary.categories.get(category)
        kinds.setdefault(controller, []).append(category if kind is None else kind.title)
    sources: dict[str, list[str]] = {}
    for controller, titles in kinds.items():
        # A notice may outlive the rules that named its source.
        source = vocabulary.organisations.get(controller)
        sources.setdefault("; ".join(titles), []).append(controller if source is None else source.name)
    for listed, names in sources.items():
        out.print(plain(f"  {_do(one.topic)}: {listed} (from {', '.join(names)})"))
    for record_id in one.records:
        out.print(plain(f"  record: {record_id}"))


def _do(topic: str) -> str:
    """What a recipient is asked to do with what it has."""
    return "was corrected, ask again" if topic == Topic.CORRECTION else "stop using"


_CLOSE = """Close a notice, once it was read or once those who use the information were told.

Example: broker notices close n-4fq2 --by kim --as lead-practitioner --finding told
"""


@_GROUP.command("close", help=_CLOSE)
def close(
    notice_id: Annotated[str, typer.Argument(help="the notice's id, from the list", show_default=False)],
    by: _By = None,
    role: _As = None,
    finding: Annotated[
        str,
        typer.Option("--finding", help="acknowledged (it was read), told (those who use it know) or destroyed"),
    ] = Finding.ACKNOWLEDGED.value,
    as_json: _Json = False,
) -> None:
    """Closes."""
    kind = word("--finding", finding, Finding)
    with open_broker(Settings.read()) as broker:
        closed = close_notice(broker, _acting(by, role), notice_id, kind)
    if as_json:
        print_json({**_as_json(closed), "finding": kind.value})
    else:
        console().print(plain(f"{closed.notice_id}: {kind.value}. {_after(closed, kind)}"))


_UNACKNOWLEDGED = """List what was delivered to a partner's system and not acknowledged, and what is overdue.

A notice is overdue three days after it was due without anybody there having acknowledged or closed it.

Example: broker notices unacknowledged --by ola --as ig-officer
"""


@_GROUP.command("unacknowledged", help=_UNACKNOWLEDGED)
def unacknowledged(
    by: Annotated[str, typer.Option("--by", help=BY_HELP)],
    role: Annotated[str, typer.Option("--as", help=AS_HELP)],
    as_json: _Json = False,
) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = list_unacknowledged(broker, Acting(by, role))
    if as_json:
        print_json({"unacknowledged": [_untold_json(one) for one in found]})
        return
    if not found:
        console().print(plain("Everything that was delivered is acknowledged, and nothing is overdue."))
        return
    rows = [(one.organisation, one.notice_id, one.topic, _how_long(one.since), _how_far(one)) for one in found]
    headings = ("Organisation", "Notice", "Topic", "Since the event", "How far it got")
    console().print(table("Not acknowledged", headings, rows))


def _how_long(since: timedelta) -> str:
    hours = int(since.total_seconds()) // 3600
    return f"{hours // 24} days" if hours >= 48 else f"{hours} hours" if hours else "less than an hour"


def _how_far(one: Unacknowledged) -> str:
    late = "overdue; " if one.overdue else ""
    if one.delivered_at is not None:
        return f"{late}delivered"
    if not one.has_endpoint:
        return f"{late}their system is not told: no address"
    return f"{late}not delivered, {one.attempts} attempts" + (f" ({one.last})" if one.last else "")


def _untold_json(one: Unacknowledged) -> dict[str, Any]:
    return {
        "organisation": one.organisation,
        "notice": one.notice_id,
        "topic": one.topic,
        "at": instant_text(one.at),
        "seconds_since": int(one.since.total_seconds()),
        "delivered": None if one.delivered_at is None else instant_text(one.delivered_at),
        "attempts": one.attempts,
        "last": one.last,
        "overdue": one.overdue,
        "has_endpoint": one.has_endpoint,
    }


def _after(closed: Waiting, finding: Finding) -> str:
    if closed.topic == Topic.RELEASED_IN_ERROR and finding is not Finding.DESTROYED:
        return "It waits until what you were given is destroyed."
    return "It waits no more."


def _acting(by: str | None, role: str | None) -> Acting | None:
    if (by is None) != (role is None):
        raise CallWrong("--by", "and `--as` go together: say who you are and in which role you act")
    return None if by is None or role is None else Acting(by, role)


def _as_json(one: Waiting) -> dict[str, Any]:
    return {
        "notice": one.notice_id,
        "topic": one.topic,
        "recipient": one.recipient,
        "due": instant_text(one.due_at),
        "disclosure": one.disclosure,
        "override": one.override,
        "case": one.case,
        "about": list(one.about),
        "cells": [{"category": category, "controller": controller} for category, controller in one.cells],
        "records": list(one.records),
        "staff": list(one.staff),
        "entries": list(one.entries),
        "reference": one.reference,
        "pass_on": one.pass_on,
    }
