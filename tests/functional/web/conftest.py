"""The pages of an office at work. They are the same on both databases: one is enough."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.usecases.office import Template, reopen_office, working_template
from tests.functional.web.visitors import Pages, pages_of


@pytest.fixture(scope="session")
def web_template() -> Template:
    """An office at work, closed again."""
    return working_template("sqlite")


@pytest.fixture
def pages(web_template: Template, tmp_path: Path) -> Iterator[Pages]:
    """Its pages."""
    with reopen_office(web_template, tmp_path / "office") as office:
        found = pages_of(office)
        with found.client:
            yield found
