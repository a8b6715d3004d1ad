"""Offices to test in, each with a database of its own; the one at work is built once and copied."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.usecases.office import Office, Template, open_office, reopen_office, working_template


@pytest.fixture
def empty_office(tmp_path: Path, database: str) -> Iterator[Office]:
    """Migrated, rules adopted, staff enrolled, nothing else."""
    with open_office(tmp_path / "office", database=database) as found:
        yield found


@pytest.fixture(scope="session")
def template(database: str) -> Template:
    """An office at work, closed again; one of each kind, in whatever order the tests come."""
    return working_template(database)


@pytest.fixture
def office(template: Template, tmp_path: Path) -> Iterator[Office]:
    """An office at work: agreement signed by all, a family, its team, mum's agreement and three records."""
    with reopen_office(template, tmp_path / "office") as found:
        yield found
