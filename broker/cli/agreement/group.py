"""The group of verbs about agreements. One file a subject."""

from __future__ import annotations

from typing import Final

import typer

from broker.cli.agreement import authorisations, drafts, lives, signatures, signing, versions

_PARTS: Final = (versions, lives, signing, signatures, authorisations, drafts)


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    group = typer.Typer(no_args_is_help=True, help="Agreements: write, publish, sign, list; adopt standing rules.")
    for part in _PARTS:
        part.register(group)
    app.add_typer(group, name="agreement")
