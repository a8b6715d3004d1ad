"""On PostgreSQL the role that serves can read and append; what was appended it can neither change nor take away.

That the whole application works under this role, every other test that runs on PostgreSQL shows: all of them do.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.exc import DBAPIError

from broker.errors import CallWrong
from broker.store.dialect import open_engine
from broker.store.grants import DELETES, UPDATES, grant_to
from broker.store.tables import METADATA
from tests.databases import APP, OWNER, as_role, owner_url, server, text_of
from tests.unit.store.small_store import SmallStore, entry
from tests.unit.store.test_migrations import APPEND_ONLY

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.only_on("postgresql")
TABLES = sorted(METADATA.tables)


@pytest.fixture(scope="module")
def app(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A connection as the role that serves, to a log with an entry in it."""
    small = SmallStore(tmp_path_factory.mktemp("roles"), database)
    grant_to(small.owner, APP)  # what is granted on a database is not copied with it
    with small.act() as act:
        act.record(entry())
    yield small.engine
    small.close()


@pytest.fixture
def small(tmp_path: Path, database: str) -> Iterator[SmallStore]:
    made = SmallStore(tmp_path, database)
    yield made
    made.close()


def refused(engine: Engine, statement: str) -> str:
    """Why the database refused it."""
    with engine.connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.exec_driver_sql(statement)
    return type(caught.value.orig).__name__


@pytest.mark.parametrize("table", sorted(APPEND_ONLY))
def test_what_was_appended_is_neither_changed_nor_taken_away(app: Engine, table: str) -> None:
    column = next(iter(METADATA.tables[table].columns)).name
    for statement in (
        f'UPDATE {table} SET "{column}" = "{column}"',  # noqa: S608 - the tables are our own
        f"DELETE FROM {table}",  # noqa: S608 - the same
        f"TRUNCATE {table}",
        f"DROP TABLE {table}",
        f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        f"ALTER TABLE {table} DISABLE TRIGGER tr_{table}_append_only",
        f"DROP TRIGGER tr_{table}_append_only ON {table}",
        f"ALTER TABLE {table} RENAME TO something_else",
        f"CREATE RULE away AS ON INSERT TO {table} DO INSTEAD NOTHING",
        f"CREATE TRIGGER away BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change_of_{table}()",
        f"CREATE OR REPLACE FUNCTION refuse_change_of_{table}() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RETURN NEW; END $$",
    ):
        assert refused(app, statement) == "InsufficientPrivilege", statement


@pytest.mark.parametrize(
    "statement",
    [
        "SET session_replication_role = replica",
        f"SET ROLE {OWNER}",
        f"SET SESSION AUTHORIZATION {OWNER}",
        "CREATE TABLE public.audit_entry_too (entry_id int)",
        "CREATE TEMPORARY TABLE audit_entry (entry_id int)",
        "CREATE SCHEMA elsewhere",
        "CREATE ROLE somebody",
        "UPDATE alembic_version SET version_num = '0001'",
        "ALTER SEQUENCE audit_entry_entry_id_seq RESTART",
        "SELECT setval('audit_entry_entry_id_seq', 1)",
        "UPDATE audit_tree SET tree_id = 1",
        "DELETE FROM audit_tree",
        "UPDATE fact_version SET fact_token = fact_token",
        "DELETE FROM fact_version",
        "DELETE FROM person_key",
        "UPDATE person SET person_id = person_id",
    ],
)
def test_nor_are_there_ways_around(app: Engine, statement: str) -> None:
    assert refused(app, statement) in {"InsufficientPrivilege", "InvalidParameterValue"}, statement


def test_every_table_has_the_rights_of_the_register_and_no_others(app: Engine) -> None:
    asked = (
        "SELECT p FROM unnest(ARRAY['INSERT', 'SELECT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'])"
        " AS p WHERE has_table_privilege(current_user, %(table)s, p)"
    )
    columns = (
        "SELECT attname FROM pg_attribute WHERE attrelid = %(table)s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND has_column_privilege(current_user, attrelid, attnum, 'UPDATE')"
    )
    assert UPDATES.keys() | DELETES <= METADATA.tables.keys()
    assert not (UPDATES.keys() | DELETES) & APPEND_ONLY
    with app.connect() as connection:
        for table in TABLES:
            wanted = {"INSERT", "SELECT"} | ({"DELETE"} if table in DELETES else set())
            assert set(connection.exec_driver_sql(asked, {"table": table}).scalars()) == wanted, table
            changed = set(connection.exec_driver_sql(columns, {"table": table}).scalars())
            assert changed == set(UPDATES.get(table, ())), table


def test_the_owner_too_is_stopped_by_the_triggers_until_it_disarms_them(app: Engine) -> None:
    owner = create_engine(owner_url(text_of(app.url)))
    for statement in ("DELETE FROM audit_entry", "TRUNCATE audit_entry CASCADE"):
        assert refused(owner, statement) == "RaiseException"
    owner.dispose()


def test_the_grant_is_taken_back_and_given_again(small: SmallStore) -> None:
    small.run(f"GRANT UPDATE, DELETE, TRUNCATE ON audit_entry TO {APP}")
    grant_to(small.owner, APP)
    assert refused(small.engine, "TRUNCATE audit_entry") == "InsufficientPrivilege"
    with small.act() as act:
        act.record(entry())
    grant_to(small.owner, APP)


@pytest.mark.parametrize(
    ("role", "why"),
    [
        ("nobody_here", "there is no role"),
        ("Robert'); DROP TABLE", "small letters"),
        (OWNER, "the owner"),
        ("broker_test_boss", "superuser"),
    ],
)
def test_a_role_that_could_take_more_is_refused(small: SmallStore, role: str, why: str) -> None:
    if role.endswith("boss"):
        server().run("DROP ROLE IF EXISTS broker_test_boss", "CREATE ROLE broker_test_boss CREATEROLE")
    with pytest.raises(CallWrong, match=why):
        grant_to(small.owner, role)
    if role.endswith("boss"):
        server().run("DROP ROLE broker_test_boss")


@pytest.mark.only_on("sqlite", "postgresql")
def test_the_embedded_database_has_no_roles(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'broker.db'}")
    with pytest.raises(CallWrong, match="only PostgreSQL has roles"):
        grant_to(engine, APP)
    engine.dispose()


@pytest.mark.usefixtures("database")
def test_as_it_is_typed(tmp_path: Path) -> None:
    """The owner migrates and grants; the role that serves cannot migrate, and works."""
    url = server().make()
    try:
        said = [
            subprocess.run(
                [sys.executable, "-m", "broker", *words],
                cwd=ROOT,
                env={**os.environ, "BROKER_DATA_DIR": str(tmp_path / "data"), "BROKER_DATABASE_URL": text_of(who)},
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            for who, words in (
                (as_role(url, APP), ["migrate"]),
                (url, ["migrate", "--grant", APP, "--json"]),
                (as_role(url, APP), ["agreement", "adopt"]),
                (as_role(url, APP), ["migrate", "--grant", APP]),
            )
        ]
    finally:
        server().drop(url)
    assert [one.returncode for one in said] == [3, 0, 0, 2], [one.stderr for one in said]
    assert json.loads(said[1].stdout)["granted_to"] == APP
    assert "InsufficientPrivilege" in said[0].stderr
    assert "is, or may act as, the owner" in said[3].stderr


def test_the_password_of_an_address_is_never_told() -> None:
    wrong = make_url("postgresql+psycopg://somebody:hunter2@127.0.0.1:1/broker?connect_timeout=2")
    engine = open_engine(text_of(wrong))
    with pytest.raises(DBAPIError) as caught:
        engine.connect()
    assert "hunter2" not in str(caught.value)
    engine.dispose()
