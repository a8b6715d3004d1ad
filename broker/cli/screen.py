"""How the verbs print: JSON on request, tables for people, colour only where a terminal wants it.

Rich honours NO_COLOR and prints plain text when it is not writing to a terminal.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text


def console() -> Console:
    """Where results go; as wide as the terminal, or 120 columns where there is none."""
    return Console(width=None if sys.stdout.isatty() else 120, highlight=False, soft_wrap=False)


def print_json(value: Any) -> None:
    """Prints one JSON value: stable key order as built, UTF-8, a newline at the end."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def plain(text: object) -> Text:
    """The text as it stands: no markup in it is ever obeyed."""
    return Text(str(text))


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A table with a title; every cell is plain text."""
    made = Table(title=Text(title, style="bold"), title_justify="left", show_edge=False, pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        made.add_row(*(plain(cell) for cell in row))
    return made
