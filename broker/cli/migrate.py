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
first; migrations only go up. On PostgreSQL run it as the role that owns the tables, and name with --grant the role
that serves: it can read and append, and not change or delete what was appended.

Example: BROKER_DATA_DIR=/srv/broker broker migrate

Example: broker migrate --grant broker_app
"""


def migrate(
    grant: Annotated[
        str | None,
        typer.Option("--grant", metavar="ROLE", help="the PostgreSQL role that serves, to give it access"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON (docs/storage.md)")] = False,
) -> None:
    """Migrates and says what was done."""
    settings = Settings.read()
    done = migrate_broker(settings, grant)
    if as_json:
        print_json(
            {
                "data_dir": str(settings.data_dir),
                "keys_dir": str(settings.keys()),
                "keys_made": done.keys_made,
                "revision_before": done.database.before,
                "revision": done.database.after,
                "granted_to": done.granted_to,
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
    if done.granted_to is not None:
        screen.print(plain(f"The role {done.granted_to} may read and append, and nothing more."))
