"""A small store on a fresh database with keys of its own, and entries to write with."""

from __future__ import annotations

import atexit
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, NullPool, create_engine

from broker.audit.entry import AuditEntry
from broker.audit.events import Event, Outcome
from broker.clock import FrozenClock
from broker.keyring import Keyring
from broker.keyring.file_provider import FileProvider
from broker.store.dialect import open_engine
from broker.store.grants import grant_to
from broker.store.schema import upgrade
from broker.store.session import Act, Store
from broker.store.tables import METADATA
from tests.databases import APP, as_role, server, text_of, waiting_for_no_disk

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@lru_cache(maxsize=1)
def migrated_on_postgresql() -> str:
    """The name of an empty PostgreSQL database at the newest revision, migrated once a process."""
    url = server().make()
    engine = open_engine(text_of(url))
    upgrade(engine)
    grant_to(engine, APP)
    engine.dispose()
    return str(url.database)


@lru_cache(maxsize=1)
def migrated() -> Path:
    """An empty database at the newest revision, migrated once a process."""
    folder = Path(tempfile.mkdtemp(prefix="broker-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    engine = open_engine(f"sqlite:///{folder / 'template.db'}")
    upgrade(engine)
    engine.dispose()  # the last connection folds the write-ahead log into the file
    return folder / "template.db"


class SmallStore:
    """A store, its engine, keyring and a frozen clock, in one folder; the database there or on the PostgreSQL
    server of this process."""

    def __init__(self, folder: Path, database: str = "sqlite") -> None:
        self.folder = folder
        self.database = database
        self.path = folder / "broker.db"
        self.owner_url, self.url = fresh_database(self.path, database)
        self.keyring = Keyring(FileProvider.create(folder / "keys"))
        self.engine: Engine = waiting_for_no_disk(open_engine(self.url))
        on_server = database == "postgresql"
        self.owner = create_engine(self.owner_url, poolclass=NullPool) if on_server else self.engine
        self.clock = FrozenClock(NOON)
        self.store = Store(self.engine, self.keyring)

    @contextmanager
    def act(self) -> Iterator[Act]:
        """An act on the frozen clock."""
        with self.store.act(self.clock) as act:
            yield act

    def close(self) -> None:
        """Closes it, and drops its database from the server."""
        self.store.close()
        if self.database == "postgresql":
            server().drop(self.engine.url)

    def dump(self) -> bytes:
        """Every byte at rest: the database and its companions; on PostgreSQL every value there is."""
        if self.database == "sqlite":
            return b"".join(path.read_bytes() for path in sorted(self.folder.glob("broker.db*")))
        with self.owner.connect() as connection:
            rows = (
                row
                for name in METADATA.tables
                for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"').all()  # noqa: S608 - names come from our own tables
            )
            return b"\n".join(
                value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row
            )

    def count(self, table: str) -> int:
        """How many rows a table has."""
        with self.owner.connect() as connection:
            return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())  # noqa: S608 - the test names the table

    def run(self, statement: str, *values: Any) -> None:
        """Changes the database behind the store's back, as a careless or hostile hand would; `?` is a value."""
        with self.owner.begin() as connection:
            if self.database == "postgresql":
                statement = statement.replace("%", "%%").replace("?", "%s")
            connection.exec_driver_sql(statement, values)

    def disarm(self, table: str) -> None:
        """Lets a table that is append-only be changed, as its owner can."""
        if self.database == "postgresql":
            self.run(f"ALTER TABLE {table} DISABLE TRIGGER tr_{table}_append_only")
        else:
            self.run(f"DROP TRIGGER tr_{table}_no_update")

    def refuse(self, table: str) -> None:
        """Lets nothing more into a table, as a full disk does."""
        if self.database == "postgresql":
            self.run(
                "CREATE FUNCTION refuse_full() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'disk full'; END $$"
            )
            self.run(f"CREATE TRIGGER full_{table} BEFORE INSERT ON {table} EXECUTE FUNCTION refuse_full()")
        else:
            self.run(
                f"CREATE TRIGGER full_{table} BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'disk full'); END"
            )


def fresh_database(path: Path, database: str) -> tuple[str, str]:
    """The addresses, for the owner and for the application, of a new empty database at the newest revision: at
    `path`, or on the server of this process."""
    if database == "postgresql":
        url = server().make(migrated_on_postgresql())
        return text_of(url), text_of(as_role(url, APP))
    shutil.copyfile(migrated(), path)
    return f"sqlite:///{path}", f"sqlite:///{path}"


def entry(member: str = "s-kim", at: datetime = NOON) -> AuditEntry:
    """An entry of its own each time: its nonce is random."""
    return AuditEntry(
        event=Event.STAFF_CHANGED,
        occurred_at=at,
        actor="s-kim",
        organisation="ecc",
        outcome=Outcome.DONE,
        nonce=secrets.token_bytes(32),
        details={"member": member, "change": "post"},
    )
