"""The group of verbs about emergency access. One file a subject."""

from __future__ import annotations

from typing import Final

import typer

from broker.cli.override import reviewing, using

_PARTS: Final = (using, reviewing)


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    group = typer.Typer(
        no_args_is_help=True,
        help="Emergency access: ask, approve, use for minutes, review, tell whom it was about.",
    )
    for part in _PARTS:
        part.register(group)
    app.add_typer(group, name="override")
