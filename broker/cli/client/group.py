"""The group of verbs of a partner's own system. One file a subject."""

from __future__ import annotations

from typing import Final

import typer

from broker.cli.client import agreements, beginning, bridge, consents, profiles, receipts, received, records

_PARTS: Final = (beginning, profiles, consents, received, records, agreements, receipts, bridge)


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    group = typer.Typer(no_args_is_help=True, help="Ask a broker elsewhere, as a partner's system.")
    for part in _PARTS:
        part.register(group)
    app.add_typer(group, name="client")
