"""The databases that tests run on: everything that asks for `database` runs on each of them.

    pytest --database sqlite        SQLite alone, for a quick look (also BROKER_TEST_DATABASE=sqlite)
    pytest --database postgresql    PostgreSQL alone
    pytest --database all           everything on both

Left to itself, pytest runs everything on SQLite, and on PostgreSQL all but two thirds of the tests of use cases:
what can differ between databases is the store's, and its tests, those of the door, of notices and of histories run
on both. Which third is told by their names, so that it is the same one everywhere. A test that is about one
database says so: `@pytest.mark.only_on("sqlite")`.
"""

from __future__ import annotations

import os
import zlib

import pytest
from hypothesis import HealthCheck, settings

from tests.databases import NoServer, server

DATABASES = ("sqlite", "postgresql")
REQUIRED = "BROKER_TEST_PG_REQUIRED"
USE_CASES = "tests/functional/usecases/"

# No test is timed: on a machine that does something else for a second, a draw is slow and nothing is wrong.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=[*DATABASES, "both", "all"],
        default=os.environ.get("BROKER_TEST_DATABASE", "both"),
        help="the databases on which tests run that need one",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" not in metafunc.fixturenames:
        return
    wanted = metafunc.config.getoption("--database")
    chosen = DATABASES if wanted in {"both", "all"} else (wanted,)
    marks = list(metafunc.definition.iter_markers("only_on"))
    if wanted == "both" and not marks and is_spared(metafunc.definition.nodeid):
        chosen = DATABASES[:1]
    for mark in marks:
        chosen = tuple(one for one in chosen if one in mark.args)
    metafunc.parametrize("database", chosen, indirect=True, scope="session")


def is_spared(test: str) -> bool:
    """Whether a test runs on PostgreSQL only when everything is asked for."""
    return test.startswith(USE_CASES) and zlib.crc32(test.encode()) % 3 != 0


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgresql`; skips where there is none of it, unless that is forbidden."""
    kind = str(request.param)
    if kind == "postgresql":
        require_server()
    return kind


def require_server() -> None:
    """Skips with the reason where there is no PostgreSQL, or fails where one is required."""
    try:
        server()
    except NoServer as why:
        if os.environ.get(REQUIRED, "") not in ("", "0"):
            pytest.fail(f"{why} ({REQUIRED} is set)", pytrace=False)
        pytest.skip(str(why))
