"""`broker client send`: a list's entries, sent to the broker."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from broker.cli.client.arguments import DEFAULT_CONFIG, AsJson, Config, opened
from broker.cli.screen import console, plain, print_json
from broker.errors import CallWrong


def register(group: typer.Typer) -> None:
    """Adds the verb."""
    group.command("send", help=_SEND)(send)


_SEND = """Send a list's entries, one JSON object a line (docs/api.md, `POST /v1/records`). Sending them again
changes nothing. Exit code 1 where an entry was rejected; which and why is said, and nothing of it is repeated.

Example: broker client send attendance.ndjson --list attendance
"""


def send(
    file: Annotated[Path, typer.Argument(help="one JSON object a line", show_default=False)],
    list_name: Annotated[str, typer.Option("--list", help="your own name for the list")],
    extent: Annotated[
        str, typer.Option("--extent", help="increments, or whole-list: an entry that is missing is no more")
    ] = "increments",
    confirm_ends: Annotated[
        int | None, typer.Option("--confirm-ends", help="how many entries end, where it is many")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="take in what was taken in before")] = False,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Sends."""
    out = console()
    sent: list[dict[str, Any]] = []
    rejected = 0
    with opened(config) as client:
        for batch in client.send_records(
            list_name, _entries(file), extent=extent, confirm_ends=confirm_ends, again=again
        ):
            rejected += batch.rejected
            if as_json:
                sent.append(dict(batch.document))
                continue
            seen = " (the same as before)" if batch.seen_before else ""
            out.print(plain(f"{batch.batch}: {batch.accepted} of {batch.lines} accepted{seen}."))
            for line, where, _reason, what in batch.rejections:
                out.print(plain(f"{file}:{line}: {where}: {what}" if where else f"{file}:{line}: {what}"))
    if as_json:
        print_json(sent)
    if rejected:
        raise typer.Exit(1)


def _entries(file: Path) -> Iterator[dict[str, Any]]:
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                try:
                    entry = json.loads(line)
                except ValueError:
                    entry = None
                if not isinstance(entry, dict):
                    raise CallWrong(f"{file}:{number}", "is no JSON object on one line")
                yield entry
    except (OSError, UnicodeDecodeError):
        raise CallWrong(str(file), "cannot be read as UTF-8") from None
