"""The pages of an office at work. They are the same on both databases: one is enough."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.usecases.office import Template, make_template, reopen_office, working
from tests.functional.web.visitors import Pages, pages_of

_TEMPLATES: dict[str, Template] = {}


@pytest.fixture(scope="session")
def web_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """An office at work, closed again."""
    if "sqlite" not in _TEMPLATES:
        folder = tmp_path_factory.mktemp("template") / "office"
        _TEMPLATES["sqlite"] = make_template(folder, "sqlite", working)
    return _TEMPLATES["sqlite"]


@pytest.fixture
def pages(web_template: Template, tmp_path: Path) -> Iterator[Pages]:
    """Its pages."""
    with reopen_office(web_template, tmp_path / "office") as office:
        found = pages_of(office)
        with found.client:
            yield found
