"""Migrations make exactly the tables that the models describe, go up only, and keep what must be kept."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateTable

from broker.errors import CallWrong, SystemFailed
from broker.store.dialect import append_only, open_engine
from broker.store.schema import MIGRATIONS, find_revision, newest_revision, require_newest, upgrade
from broker.store.tables import METADATA
from tests.databases import server
from tests.unit.store.small_store import SmallStore, entry

APPEND_ONLY = {
    "access_check_run",
    "agreed_terms",
    "agreement_ending",
    "agreement_version",
    "audit_entry",
    "audit_leaf",
    "audit_node",
    "authorisation",
    "authorisation_end",
    "case_step",
    "consent_event",
    "holder_ruling",
    "matter",
    "matter_content",
    "matter_person",
    "matter_version",
    "override_version",
    "partner_key",
    "partner_key_event",
    "policies_snapshot",
    "rules_event",
    "rules_version",
    "signature_event",
    "signature_terms",
    "signed_request",
    "staff_account",
    "agreement_use",
    "watch_version",
    "webhook_endpoint",
    "webhook_endpoint_event",
}

ON_POSTGRESQL = {"ix_audit_entry_written_at"}


def _shape(path: Path) -> dict[str, str]:
    """Every table and index as SQLite keeps it, without what only formatting changes."""
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL"
    ).fetchall()
    connection.close()
    found = {}
    for name, sql in rows:
        inside = re.sub(r"\s+", " ", sql).replace('"', "")
        head, _, body = inside.partition("(")
        parts = sorted(part.strip() for part in re.split(r",(?![^(]*\))", body.rsplit(")", 1)[0]))
        found[name] = head + "|".join(parts)
    found.pop("alembic_version", None)
    return found


def test_models_and_migrations_agree(small: SmallStore) -> None:
    with small.owner.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        differences = compare_metadata(context, METADATA)
    # PostgreSQL finds the latest instant by an index that SQLite does not need.
    assert [one for one in differences if one[0] != "remove_index" or one[1].name not in ON_POSTGRESQL] == []


def _catalogue(engine: Engine) -> set[tuple[str, ...]]:
    """Every column, constraint and index as PostgreSQL keeps it."""
    with engine.connect() as connection:
        found = {
            tuple(str(value) for value in row)
            for statement in (
                "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE connamespace = 'public'::regnamespace",
                "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
                "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default"
                " FROM information_schema.columns WHERE table_schema = 'public'",
            )
            for row in connection.exec_driver_sql(statement).all()
        }
    return {row for row in found if row[0] != "alembic_version" and row[1] not in ON_POSTGRESQL}


@pytest.mark.only_on("postgresql")
def test_they_agree_in_every_row_of_the_catalogue(small: SmallStore) -> None:
    url = server().make()
    made = create_engine(url)
    METADATA.create_all(made)
    assert _catalogue(small.owner) == _catalogue(made)
    made.dispose()
    server().drop(url)


@pytest.mark.only_on("sqlite")
def test_they_agree_on_every_constraint_too(small: SmallStore, tmp_path: Path) -> None:
    """Alembic does not compare CHECK constraints; SQLite's own record of each table does."""
    made = create_engine(f"sqlite:///{tmp_path / 'models.db'}")
    METADATA.create_all(made)
    made.dispose()
    assert _shape(small.path) == _shape(tmp_path / "models.db")


def test_there_is_one_line_of_revisions_and_no_way_down() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert scripts.get_heads() == [newest_revision()]
    assert len(scripts.get_bases()) == 1
    for script in scripts.walk_revisions():
        assert not hasattr(script.module, "downgrade")


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(small: SmallStore) -> None:
    done = upgrade(small.owner)
    assert done.before == done.after == newest_revision()
    require_newest(small.owner)


def test_an_empty_database_must_be_migrated_first(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new.db'}")
    assert find_revision(engine) is None
    with pytest.raises(CallWrong, match="broker migrate"):
        require_newest(engine)
    assert upgrade(engine).before is None
    require_newest(engine)
    engine.dispose()


def test_a_new_database_is_for_its_owner_alone(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new.db'}")
    upgrade(engine)
    engine.dispose()
    assert (tmp_path / "new.db").stat().st_mode & 0o077 == 0


def test_a_database_of_a_later_version_is_refused(small: SmallStore) -> None:
    small.run("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SystemFailed, match="later version"):
        upgrade(small.owner)


def test_a_database_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'no-folder' / 'new.db'}")
    with pytest.raises(SystemFailed, match="check the folder"):
        upgrade(engine)
    with pytest.raises(SystemFailed):
        find_revision(engine)


def test_what_is_appended_is_never_edited(small: SmallStore) -> None:
    with small.act() as act:
        act.record(entry())
    for statement in ("UPDATE audit_entry SET written_at = 0", "DELETE FROM audit_entry"):
        with pytest.raises(DBAPIError, match="append-only"):
            small.run(statement)
    with small.owner.connect() as connection:
        triggers = connection.exec_driver_sql(
            "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'"
            if small.database == "sqlite"
            else "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
        ).all()
    assert {row[0] for row in triggers} == APPEND_ONLY


@pytest.mark.only_on("postgresql")
@pytest.mark.parametrize("table", sorted(APPEND_ONLY))
def test_what_is_appended_is_never_emptied(small: SmallStore, table: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        small.run(f"TRUNCATE {table} CASCADE")


def test_every_table_compiles_for_postgresql() -> None:
    for table in METADATA.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=postgresql.dialect()))
    for table_name in APPEND_ONLY:
        assert all(table_name in statement for statement in append_only("postgresql", table_name))


def test_names_fit_postgresql() -> None:
    """PostgreSQL cuts names at 63 bytes, and a cut name is another name."""
    names = [table.name for table in METADATA.sorted_tables]
    for table in METADATA.sorted_tables:
        names += [str(one.name) for one in (*table.constraints, *table.indexes) if one.name]
    assert max(len(name) for name in names) <= 63
    assert len(names) == len(set(names))
