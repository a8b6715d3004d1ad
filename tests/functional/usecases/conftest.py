"""Offices to test in, each with a database of its own; the one at work is built once and copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.usecases.office import Office, Template, open_office, reopen_office, working


@pytest.fixture
def empty_office(tmp_path: Path) -> Iterator[Office]:
    """Migrated, rules adopted, staff enrolled, nothing else."""
    with open_office(tmp_path / "office") as found:
        yield found


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """An office at work, closed again."""
    folder = tmp_path_factory.mktemp("template") / "office"
    with open_office(folder) as found:
        working(found)
        return Template(folder, found.clock.at, dict(found.people), dict(found.cases))


@pytest.fixture
def office(template: Template, tmp_path: Path) -> Iterator[Office]:
    """An office at work: agreement signed by all, a family, its team, mum's agreement and three records."""
    shutil.copytree(template.folder, tmp_path / "office")
    with reopen_office(template, tmp_path / "office") as found:
        yield found
