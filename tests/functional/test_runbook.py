"""The runbook as it stands: installed, backed up, restored and verified, with PostgreSQL's own programs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Server, server, text_of

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
RUNBOOK = (DEPLOY / "runbooks/postgresql.md").read_text("utf-8")
pytestmark = pytest.mark.only_on("postgresql")


@pytest.fixture
def postgres(database: str) -> Iterator[Server]:
    """A server whose programs are at hand, left as it was found."""
    del database
    found = server()
    if found.programs is None:
        pytest.skip("the programs of the server that BROKER_TEST_PG_URL names are not at hand")
    yield found
    for name in ("broker", "broker_restored"):
        found.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    for role in ("broker_app", "broker_owner"):
        found.run(f"DROP ROLE IF EXISTS {role}")


def program(postgres: Server, line: str, folder: Path) -> None:
    """A line of the runbook that starts one of PostgreSQL's programs."""
    assert line in RUNBOOK
    name, *words = line.split()
    assert postgres.programs is not None
    command = [postgres.programs / name, "--host", str(postgres.admin.query["host"]), *words]
    files = {"deploy/postgresql/roles.sql": str(DEPLOY / "postgresql/roles.sql")}
    command = [files.get(str(word), word) for word in command]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr


def broker(postgres: Server, folder: Path, role: str, name: str, *words: str) -> str:
    """A verb of the broker, as a role."""
    url = postgres.admin.set(username=role, database=name, drivername="postgresql+psycopg")
    done = subprocess.run(
        [sys.executable, "-m", "broker", *words],
        cwd=ROOT,
        env={**os.environ, "BROKER_DATA_DIR": str(folder / "data"), "BROKER_DATABASE_URL": text_of(url)},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_installed_backed_up_restored_and_verified(postgres: Server, tmp_path: Path) -> None:
    program(postgres, "psql --username postgres --file deploy/postgresql/roles.sql", tmp_path)
    assert "broker migrate --grant broker_app" in RUNBOOK
    broker(postgres, tmp_path, "broker_owner", "broker", "migrate", "--grant", "broker_app")
    staff = ("team", "staff", "ola", "--name", "Ola Grant", "--organisation", "ecc", "--role", "ig-officer")
    for words in (("agreement", "adopt"), staff):
        broker(postgres, tmp_path, "broker_app", "broker", *words)
    broker(postgres, tmp_path, "broker_app", "broker", "audit", "export", str(tmp_path / "log"))
    program(postgres, "pg_dump --format=custom --username broker_owner --file broker.dump broker", tmp_path)

    for line in RUNBOOK.splitlines():
        if line.startswith(("createdb ", "pg_restore ")):
            program(postgres, line, tmp_path)
    moved = broker(postgres, tmp_path, "broker_owner", "broker_restored", "migrate", "--grant", "broker_app")
    assert "up to date" in moved
    verified = broker(postgres, tmp_path, "broker_app", "broker_restored", "audit", "verify")
    assert "sound" in verified.lower() or "verified" in verified.lower(), verified
    again = ("team", "staff", "kim", "--name", "Kim Ward", "--organisation", "ecc", "--role", "lead-practitioner")
    broker(postgres, tmp_path, "broker_app", "broker_restored", *again)
