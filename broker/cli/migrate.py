"""`broker migrate`: makes the keys of a new data folder and brings the database up to date."""

from __future__ import annotations

from typing import Annotated

import typer

from broker.cli.screen import console, plain, print_json
from broker.settings import Settings
from broker.wiring import migrate as migrate_broker


def register(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("migrate", help=_HELP)(migrate)


_HELP = """Make the keys and the database, or bring the database up to date.

Harmless when both are there. Keys are never overwritten: a database whose keys are gone is refused. Make a backup
first; migrations only go up.

Example: BROKER_DATA_DIR=/srv/broker broker migrate
"""


def migrate(
    as_json: Annotated[bool, typer.Option("--json", help="print JSON (docs/storage.md)")] = False,
) -> None:
    """Migrates and says what was done."""
    settings = Settings.read()
    done = migrate_broker(settings)
    if as_json:
        print_json(
            {
                "data_dir": str(settings.data_dir),
                "keys_dir": str(settings.keys()),
                "keys_made": done.keys_made,
                "revision_before": done.database.before,
                "revision": done.database.after,
            }
        )
        return
    screen = console()
    if done.keys_made:
        screen.print(plain(f"Keys made in {settings.keys()}. Back them up now, apart from the database."))
    if done.database.before == done.database.after:
        screen.print(plain(f"The database is up to date ({done.database.after})."))
    else:
        screen.print(
            plain(f"The database went from {done.database.before or 'nothing'} to {done.database.after}.")
        )
