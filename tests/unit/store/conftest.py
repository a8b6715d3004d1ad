"""A small store for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.store.small_store import SmallStore


@pytest.fixture
def small(tmp_path: Path, database: str) -> Iterator[SmallStore]:
    """A store on a fresh database, on each kind of database."""
    made = SmallStore(tmp_path, database)
    yield made
    made.close()
