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

from sqlalchemy import Engine

from broker.audit.entry import AuditEntry
from broker.audit.events import Event, Outcome
from broker.clock import FrozenClock
from broker.keyring import Keyring
from broker.keyring.file_provider import FileProvider
from broker.store.dialect import open_engine
from broker.store.schema import upgrade
from broker.store.session import Act, Store

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@lru_cache(maxsize=1)
def _migrated() -> Path:
    """An empty database at the newest revision, migrated once a process."""
    folder = Path(tempfile.mkdtemp(prefix="broker-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    engine = open_engine(f"sqlite:///{folder / 'template.db'}")
    upgrade(engine)
    engine.dispose()  # the last connection folds the write-ahead log into the file
    return folder / "template.db"


class SmallStore:
    """A store, its engine, keyring and a frozen clock, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "broker.db"
        shutil.copyfile(_migrated(), self.path)
        self.keyring = Keyring(FileProvider.create(folder / "keys"))
        self.engine: Engine = open_engine(f"sqlite:///{self.path}")
        self.clock = FrozenClock(NOON)
        self.store = Store(self.engine, self.keyring)

    @contextmanager
    def act(self) -> Iterator[Act]:
        """An act on the frozen clock."""
        with self.store.act(self.clock) as act:
            yield act

    def dump(self) -> bytes:
        """Every byte at rest: the database and its companions."""
        return b"".join(path.read_bytes() for path in sorted(self.folder.glob("broker.db*")))

    def count(self, table: str) -> int:
        """How many rows a table has."""
        with self.engine.connect() as connection:
            return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())  # noqa: S608 - the test names the table

    def run(self, statement: str, *values: Any) -> None:
        """Changes the database behind the store's back, as a careless or hostile hand would."""
        with self.engine.begin() as connection:
            connection.exec_driver_sql(statement, values)


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
