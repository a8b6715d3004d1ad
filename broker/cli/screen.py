"""How the verbs print: JSON on request, tables for people, colour only where a terminal wants it.

Rich honours NO_COLOR and prints plain text when it is not writing to a terminal.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

WITHOUT_TERMINAL: Final = 120
LISTS_BELOW: Final = 90
"""Columns; in fewer, a table of five columns would break words apart, and a list does not."""


def console() -> Console:
    """Where results go; as wide as COLUMNS says, else as the terminal is, else 120 columns."""
    told = os.environ.get("COLUMNS", "")
    # Of three figures at most, and of some use: what no screen has is no width.
    asked = int(told) if re.fullmatch("[1-9][0-9]{1,2}", told) else None
    return Console(
        width=asked or (None if sys.stdout.isatty() else WITHOUT_TERMINAL), highlight=False, soft_wrap=False
    )


def print_json(value: Any) -> None:
    """Prints one JSON value: stable key order as built, UTF-8, a newline at the end."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def plain(text: object) -> Text:
    """The text as it stands: no markup in it is ever obeyed."""
    return Text(str(text))


def show_rows(out: Console, title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table where there is room for one, else a list: two cells, then each other under its name."""
    if out.width >= LISTS_BELOW:
        out.print(table(title, columns, rows))
        return
    if title:
        out.print(plain(f"\n{title}"), style="bold")
    for row in rows:
        out.print(plain("• " + " · ".join(cell for cell in row[:2] if cell)))
        for name, cell in zip(columns[2:], row[2:], strict=True):
            if cell:
                out.print(plain(f"  {name}: {cell}"))


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A table with a title; every cell is plain text."""
    made = Table(title=Text(title, style="bold"), title_justify="left", show_edge=False, pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        made.add_row(*(plain(cell) for cell in row))
    return made
