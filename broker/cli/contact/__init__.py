"""`broker contact`: the front door. A worry arrives, waits, is screened, decided and answered."""

from __future__ import annotations

import typer

from broker.cli.contact import checks, deciding, lead, queue, recording, screening, statistics

_GROUP = typer.Typer(no_args_is_help=True, help="The front door: worries that arrive, wait and are decided.")


def register(app: typer.Typer) -> None:
    """Adds the verbs, in the order in which a contact meets them."""
    for part in (recording, queue, screening, checks, lead, deciding, statistics):
        part.add(_GROUP)
    app.add_typer(_GROUP, name="contact")
