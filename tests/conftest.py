"""The databases that tests run on: everything that asks for `database` runs on each of them.

    pytest --database sqlite        SQLite alone, for a quick look (also BROKER_TEST_DATABASE=sqlite)
    pytest --database postgresql    PostgreSQL alone

A test that is about one of them says so: `@pytest.mark.only_on("sqlite")`.
"""

from __future__ import annotations

import os

import pytest

from tests.databases import NoServer, server

DATABASES = ("sqlite", "postgresql")
REQUIRED = "BROKER_TEST_PG_REQUIRED"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=[*DATABASES, "both"],
        default=os.environ.get("BROKER_TEST_DATABASE", "both"),
        help="the databases on which tests run that need one",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" not in metafunc.fixturenames:
        return
    wanted = metafunc.config.getoption("--database")
    chosen = DATABASES if wanted == "both" else (wanted,)
    for mark in metafunc.definition.iter_markers("only_on"):
        chosen = tuple(one for one in chosen if one in mark.args)
    metafunc.parametrize("database", chosen, indirect=True, scope="session")


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
