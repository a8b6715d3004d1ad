"""Offices to test in, each with a database of its own; the one at work is built once and copied."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.usecases.office import Office, Template, make_template, open_office, reopen_office, working

_TEMPLATES: dict[str, Template] = {}


@pytest.fixture
def empty_office(tmp_path: Path, database: str) -> Iterator[Office]:
    """Migrated, rules adopted, staff enrolled, nothing else."""
    with open_office(tmp_path / "office", database=database) as found:
        yield found


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, database: str) -> Template:
    """An office at work, closed again; one of each kind, in whatever order the tests come."""
    if database not in _TEMPLATES:
        folder = tmp_path_factory.mktemp("template") / "office"
        _TEMPLATES[database] = make_template(folder, database, working)
    return _TEMPLATES[database]


@pytest.fixture
def office(template: Template, tmp_path: Path) -> Iterator[Office]:
    """An office at work: agreement signed by all, a family, its team, mum's agreement and three records."""
    with reopen_office(template, tmp_path / "office") as found:
        yield found
