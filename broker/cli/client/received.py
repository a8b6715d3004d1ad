"""`broker client disclosures`, `notices` and `acknowledge`: what was received, and what became of it since."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from broker.cli.client.arguments import DEFAULT_CONFIG, Again, As, AsJson, By, Config, opened
from broker.cli.screen import console, plain, print_json, table
from broker.client import Received


def register(group: typer.Typer) -> None:
    """Adds the verbs."""
    group.command("disclosures", help=_DISCLOSURES)(disclosures)
    group.command("notices", help=_NOTICES)(notices)
    group.command("acknowledge", help=_ACKNOWLEDGE)(acknowledge)


_DISCLOSURES = """What your organisation received, oldest first, without its content.

Example: broker client disclosures --by kim --as lead-practitioner
"""


def disclosures(by: By, role: As, config: Config = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """Lists."""
    with opened(config) as client:
        _list(list(client.disclosures(by=by, role=role)), as_json=as_json)


_NOTICES = """What you received that was withdrawn, corrected or recalled since, and that nobody has answered.

Example: broker client notices --by kim --as lead-practitioner
"""


def notices(by: By, role: As, config: Config = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """Lists."""
    with opened(config) as client:
        _list(list(client.notices(by=by, role=role)), as_json=as_json)


_ACKNOWLEDGE = """Say what you did about a notice: acknowledged (it was read), told (those who use it know),
destroyed.

Example: broker client acknowledge d-5h2k n-3m8q --by kim --as lead-practitioner --finding told
"""


def acknowledge(
    disclosure: Annotated[str, typer.Argument(help="the disclosure's id", show_default=False)],
    notice: Annotated[str, typer.Argument(help="the notice's id", show_default=False)],
    by: By,
    role: As,
    finding: Annotated[str, typer.Option("--finding", help="acknowledged, told or destroyed")] = "acknowledged",
    again: Again = None,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Says it."""
    with opened(config) as client:
        found = client.acknowledge(disclosure, notice, by=by, role=role, finding=finding, idempotency_key=again)
    if as_json:
        print_json({"notice": found.notice, "disclosure": found.disclosure, "finding": found.finding})
        return
    console().print(plain(f"{found.notice} about {found.disclosure}: {found.finding}."))


def _list(found: list[Received], *, as_json: bool) -> None:
    if as_json:
        print_json([_as_json(one) for one in found])
        return
    rows = [
        (one.disclosure, f"{one.at:%Y-%m-%d %H:%M} UTC", one.by, one.purpose, one.case or "", _since(one))
        for one in found
    ]
    console().print(table("Received", ("Disclosure", "At", "By", "Purpose", "Case", "Since"), rows))


def _since(one: Received) -> str:
    return "; ".join(
        f"{since.because} ({since.notice}{'' if since.closed_at is None else ', answered'})" for since in one.since
    )


def _as_json(one: Received) -> dict[str, Any]:
    return {
        "disclosure": one.disclosure,
        "at": one.at.isoformat(),
        "by": one.by,
        "role": one.role,
        "purpose": one.purpose,
        "case": one.case,
        "about": list(one.about),
        "since": [
            {
                "notice": since.notice,
                "because": since.because,
                "at": since.at.isoformat(),
                "about": list(since.about),
                "cells": [
                    {"category": category, "controller": controller} for category, controller in since.cells
                ],
                "records": list(since.records),
                "closed_at": None if since.closed_at is None else since.closed_at.isoformat(),
            }
            for since in one.since
        ],
    }
