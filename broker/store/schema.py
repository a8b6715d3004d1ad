"""The database's shape: bring it up to date, or say that it is not.

Migrations only go up: going back is restoring the backup made before (a downgrade that drops a column would
destroy evidence). They run in one transaction, so that a failed one leaves the database as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from broker.errors import CallWrong, SystemFailed
from broker.store.dialect import DATABASE_ERRORS, for_writing, kind_of, make_private

MIGRATIONS: Final = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Upgraded:
    """From which revision to which; None is an empty database. Equal ones: nothing was to be done."""

    before: str | None
    after: str


def configuration() -> Config:
    """Alembic's, without a file; the connection goes into its attributes."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


@cache
def newest_revision() -> str:
    """The revision this version of the broker works with: one as long as it runs, and Alembic reads every
    migration to find it."""
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    if head is None:
        raise SystemFailed("migrations", "there are none; the installation is incomplete")
    return head


def find_revision(engine: Engine) -> str | None:
    """The revision of the database; None for an empty one."""
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except DATABASE_ERRORS as error:
        raise unreachable(error) from None


def require_newest(engine: Engine) -> None:
    """Raises CallWrong unless the database has the shape this version works with."""
    found, wanted = find_revision(engine), newest_revision()
    if found != wanted:
        raise CallWrong(
            "database", f"is at `{found or 'nothing'}` and this version needs `{wanted}`; run `broker migrate`"
        )


def upgrade(engine: Engine) -> Upgraded:
    """Brings the database to the newest revision; harmless when it is there. Raises SystemFailed when it cannot be
    reached or was made by a later version."""
    config = configuration()
    make_private(engine)
    try:
        with for_writing(engine).begin() as connection:
            before = MigrationContext.configure(connection).get_current_revision()
            known = {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}
            if before is not None and before not in known:
                raise SystemFailed(
                    "database", f"is at `{before}`, which this version does not know; install the later version"
                )
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except DATABASE_ERRORS as error:
        raise unreachable(error) from None
    return Upgraded(before, newest_revision())


def unreachable(error: Exception) -> SystemFailed:
    """What to say of a database that failed here, without its own words: they may quote values."""
    return SystemFailed(
        "database", f"cannot be opened or changed ({kind_of(error)}); check its address, folder and disk"
    )
