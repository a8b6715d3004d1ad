"""A database of any landed revision, with people in it, is brought to the newest one and says what it said then.

Walks the line of revisions. Each was frozen as its own version wrote it (`tests/populated/make.py`); the first
four never held more than tables, so they get the rows of the fifth that fit. Whoever adds a migration freezes the
revision it goes from first: `python -m tests.populated.make`.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, NullPool, create_engine, make_url

from broker.audit.tree import leaf_hash, root_of
from broker.clock import SystemClock
from broker.keyring import Keyring
from broker.keyring.file_provider import FileProvider
from broker.store.audit import count_waiting, find_entries, find_tree_head, integrate_entries
from broker.store.dialect import open_engine
from broker.store.grants import grant_to
from broker.store.people import find_people, record_people
from broker.store.schema import MIGRATIONS, configuration, newest_revision, upgrade
from broker.store.session import Act, Store
from tests.databases import APP, as_role, server, text_of
from tests.populated.make import everything
from tests.unit.store.small_store import entry

HERE = Path(__file__).parent
LINE = [one.revision for one in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]
TABLES_ONLY = LINE[:4]
FIRST = LINE[4]


@lru_cache(maxsize=2)
def frozen(revision: str) -> dict[str, Any]:
    """What was kept of it."""
    found: dict[str, Any] = json.loads(gzip.decompress((HERE / f"{revision}.json.gz").read_bytes()))
    return found


def unpacked(value: Any) -> Any:
    return base64.b64decode(value["b"]) if isinstance(value, dict) else value


def test_every_revision_that_others_follow_was_frozen() -> None:
    kept = {path.name.partition(".")[0] for path in HERE.glob("*.json.gz")}
    assert kept <= set(LINE)
    missing = [one for one in LINE[4:-1] if one not in kept]
    assert missing == [], (
        "run `python -m tests.populated.make` in a checkout of the last commit with that revision"
    )
    assert all(frozen(one)["revision"] == one for one in kept)


@pytest.fixture
def engine(database: str, tmp_path: Path) -> Iterator[Engine]:
    """An empty database, as its owner."""
    if database == "sqlite":
        made = open_engine(f"sqlite:///{tmp_path / 'broker.db'}")
        yield made
        made.dispose()
        return
    url = server().make()
    made = create_engine(url, poolclass=NullPool)
    yield made
    server().drop(url)


def fill(engine: Engine, revision: str, kept: dict[str, Any]) -> list[tuple[str, list[str], set[tuple[Any, ...]]]]:
    """Makes the database as it was at the revision, with the rows that were kept; returns them."""
    config = configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        metadata = MetaData()
        metadata.reflect(connection)
        put = []
        for name, columns, packed in kept["tables"]:
            if name in metadata.tables:
                rows = [[unpacked(value) for value in row] for row in packed]
                there = metadata.tables[name]
                connection.execute(there.insert(), [dict(zip(columns, row, strict=True)) for row in rows])
                put.append((name, columns, {tuple(row) for row in rows}))
        if engine.dialect.name == "postgresql" and "audit_entry" in metadata.tables:
            # Rows put in by number leave the sequence where it was.
            connection.exec_driver_sql(
                "SELECT setval('audit_entry_entry_id_seq', (SELECT max(entry_id) FROM audit_entry))"
            )
    return put


def rows_of(connection: Connection, table: str, columns: list[str]) -> set[tuple[Any, ...]]:
    listed = ", ".join(f'"{one}"' for one in columns)
    return {tuple(row) for row in connection.exec_driver_sql(f'SELECT {listed} FROM "{table}"').all()}  # noqa: S608 - names of our own tables


def within(told: Any, said: Any) -> bool:
    """Whether all that was told then is said now; what was added since is fine."""
    if isinstance(told, dict):
        return isinstance(said, dict) and all(
            name in said and within(one, said[name]) for name, one in told.items()
        )
    if isinstance(told, list):
        return isinstance(said, list) and len(told) == len(said) and all(map(within, told, said))
    return bool(told == said)


@pytest.mark.parametrize("revision", LINE)
def test_what_was_kept_then_is_read_back_now(engine: Engine, revision: str, tmp_path: Path) -> None:
    source = FIRST if revision in TABLES_ONLY else revision
    if not (HERE / f"{source}.json.gz").exists():
        source = max(one for one in LINE[4:] if (HERE / f"{one}.json.gz").exists())
    kept = frozen(source)
    put = fill(engine, revision, kept)
    assert put
    moved = upgrade(engine)
    assert (moved.before, moved.after) == (revision, newest_revision())
    with engine.connect() as connection:
        for name, columns, rows in put:
            assert rows_of(connection, name, columns) == rows, name
    if source == revision:
        read_and_go_on(engine, kept, tmp_path)


def read_and_go_on(engine: Engine, kept: dict[str, Any], folder: Path) -> None:
    """Everything is said as it was, by the role that serves; and acts are done on top of it."""
    keys = folder / "keys"
    keys.mkdir(mode=0o700)
    (keys / "broker-keys.json").touch(mode=0o600)
    (keys / "broker-keys.json").write_text(kept["keys"], "utf-8")
    url = text_of(engine.url)
    if engine.dialect.name == "postgresql":
        grant_to(engine, APP)
        url = text_of(as_role(make_url(url), APP))
    store = Store(open_engine(url), Keyring(FileProvider.load(keys)))
    with store.look() as view:
        said = everything(view, kept["people"], kept["cases"])
    for part, told in kept["told"].items():
        assert within(told, said[part]), part
    mum = kept["people"]["mum"]

    def change(act: Act) -> None:
        record_people(act, list(find_people(act, [mum]).values()), entry=entry())

    store.perform(SystemClock(), change)
    while integrate_entries(store, SystemClock()):
        pass
    with store.look() as view:
        head = find_tree_head(view)
        leaves = [leaf_hash(data) for data in find_entries(view, 0, head.frontier.size)]
        assert (head.frontier.size, count_waiting(view)) == (kept["told"]["tree_size"] + 1, 0)
        assert head.frontier.root == root_of(leaves)
    store.close()


def test_a_comparison_that_cannot_fail_would_be_worthless() -> None:
    told = frozen(FIRST)["told"]
    assert within(told, told)
    for part in told:
        assert not within(told, {**told, part: None})
    assert not within([1, 2], [1])
    assert within({"a": 1}, {"a": 1, "b": 2})
