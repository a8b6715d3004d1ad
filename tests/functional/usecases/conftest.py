"""Offices to test in, each with a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.usecases.office import Office, open_office, working


@pytest.fixture
def empty_office(tmp_path: Path) -> Iterator[Office]:
    """Migrated, rules adopted, staff enrolled, nothing else."""
    with open_office(tmp_path / "office") as found:
        yield found


@pytest.fixture
def office(empty_office: Office) -> Office:
    """An office at work: agreement signed by all, a family, its team, mum's agreement and three records."""
    return working(empty_office)
