"""`broker client bridge`: a profile opened from a case number and filed in the case system."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

from broker.cli.client.arguments import DEFAULT_CONFIG, Again, As, AsJson, By, Config, read_config
from broker.cli.screen import console, plain, print_json
from broker.client.bridge import Asked, CaseFile, open_case, read_cases
from broker.client.bridge_filing import FolderFile, NotFiled, WebhookFile
from broker.errors import CallWrong, SystemFailed


def register(group: typer.Typer) -> None:
    """Adds the verb."""
    group.command("bridge", help=_BRIDGE)(bridge)


_BRIDGE = """Open the profile of a case by your own case number and file it: into a folder, or to your case
system's address. Purpose and reason are asked for where they are left out. Exit code 1 where it was refused;
nothing is filed then.

Example: broker client bridge 2026/1234 --cases cases.json --by kim --as lead-practitioner --purpose family-support
--reason "preparing the first review" --into filed
"""


def bridge(
    number: Annotated[str, typer.Argument(help="your own case number", show_default=False)],
    cases: Annotated[Path, typer.Option("--cases", help="what your numbers stand for (docs/how-to-bridge.md)")],
    by: By,
    role: As,
    purpose: Annotated[
        str, typer.Option("--purpose", prompt="What for (a purpose's code)", help="what it is for")
    ],
    reason: Annotated[str, typer.Option("--reason", prompt="Why is it needed", help="why, in a sentence")],
    into: Annotated[Path | None, typer.Option("--into", help="the folder to file into")] = None,
    to: Annotated[str | None, typer.Option("--to", help="your case system's address to file to")] = None,
    again: Again = None,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Opens and files."""
    found = read_config(config)
    known = read_cases(cases, number)
    if (into is None) == (to is None):
        raise CallWrong("--into", "name a folder, or an address with --to, and not both")
    case_file: CaseFile = (
        FolderFile(into) if into is not None else WebhookFile(to or "", found.key_id, found.signing_key())
    )
    key = again or secrets.token_urlsafe(16)
    organisation = found.key_id.partition("/")[0]
    with found.open() as client:
        try:
            profile, where = open_case(
                client, known, Asked(by, role, purpose, reason), case_file,
                organisation=organisation, idempotency_key=key,
            )  # fmt: skip
        except (NotFiled, SystemFailed) as failed:
            words = f"{failed.message}; ask again with --idempotency-key {key}, which releases nothing twice"
            raise type(failed)(failed.where, words) from None
    if as_json:
        print_json({
            "case_number": number, "disclosure": profile.disclosure, "answered": profile.answered,
            "refused_because": profile.refused_because, "next_step": profile.next_step, "filed": where,
        })  # fmt: skip
    elif where is not None:
        console().print(plain(f"{profile.disclosure} is filed for case {number}: {where}"))
    else:
        console().print(plain(f"Refused: {profile.refused_because}. {profile.next_step or ''}".rstrip()))
        console().print(plain(f"Written down as {profile.disclosure}; nothing is filed."))
    if where is None:
        raise typer.Exit(1)
